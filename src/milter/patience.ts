/** Waits for work as long as an MTA may be kept waiting. */

export interface Patience {
  readonly limitMs: number;
  readonly progressMs: number;
  /** Called every `progressMs` while there is no answer. */
  readonly onProgress: () => void;
}

/** The answer of `work`, or of `late` when the time is over; then nobody waits for it any more. */
export async function patiently<T>(work: Promise<T>, patience: Patience, late: () => T): Promise<T> {
  const { limitMs, progressMs, onProgress } = patience;
  let limit: NodeJS.Timeout | undefined;
  const lateness = new Promise<T>((resolve) => {
    limit = setTimeout(() => resolve(late()), limitMs);
  });
  const progress = setInterval(onProgress, progressMs);
  try {
    return await Promise.race([work, lateness]);
  } finally {
    clearTimeout(limit);
    clearInterval(progress);
  }
}
