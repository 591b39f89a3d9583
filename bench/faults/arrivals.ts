/** Watches what arrives: in the Maildir, on hold, or in custody. */
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 100;
const STALLED_MS = 90_000; // nothing has arrived for so long: no more is expected

export interface Arrivals {
  /** Also resolves when nothing arrives any more: what is missing then is for others to count. */
  until(count: number): Promise<void>;
  /** Resolves when nothing arrives any more. */
  readonly stalled: Promise<void>;
  stop(): Promise<void>;
}

/** `count`: of all that have arrived; it may reject for a while. */
export function watchArrivals(count: () => Promise<number>): Arrivals {
  let isOver = false;
  let arrived = 0;
  const stalled = look();

  async function look(): Promise<void> {
    for (let changedAt = performance.now(); !isOver && performance.now() - changedAt < STALLED_MS; ) {
      const now = await count().catch(() => arrived);
      if (now !== arrived) changedAt = performance.now();
      arrived = now;
      await sleep(LOOK_EVERY_MS);
    }
    isOver = true;
  }

  return {
    stalled,
    async until(count) {
      while (arrived < count && !isOver) await sleep(LOOK_EVERY_MS);
    },
    async stop() {
      isOver = true;
      await stalled;
    },
  };
}
