/** How far an archive may unpack. Attackers write archives, and sizes that are declared lie: what comes out is counted. */

const MAX_RATIO = 100; // mail text packs to a quarter, at best to a twentieth
const FREE_BYTES = 256 * 1024 * 1024; // whatever the ratio: small archives of much the same mail
export const MAX_DEPTH = 3; // a Takeout of mailboxes that were zipped is two deep
export const MAX_ENTRIES = 2_000_000; // of one archive
export const MAX_NESTED_ZIP_BYTES = 128 * 1024 * 1024; // held in memory

/** Thrown by what unpacks; find.ts makes it the reason for which the rest is left out. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
  readonly reason: 'corrupt' | 'encrypted' | 'unpacks-too-far';
  constructor(reason: UnpackError['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** What one archive on the disk may still give, with all that is packed in it. */
export interface Budget {
  /** Throws UnpackError. */
  take(bytes: number): void;
}

export function budgetFor(packedBytes: number): Budget {
  let left = FREE_BYTES + MAX_RATIO * packedBytes;
  return {
    take(bytes) {
      left -= bytes;
      if (left < 0) throw new UnpackError('unpacks-too-far');
    },
  };
}

export async function* counted(chunks: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    budget.take(chunk.length);
    yield chunk;
  }
}
