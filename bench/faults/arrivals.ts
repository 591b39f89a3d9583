/** Watches what arrives at the receiver, in the Maildir or on hold. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivatePostfix } from '../../test/e2e/postfix.ts';

const LOOK_EVERY_MS = 100;
const STALLED_MS = 90_000; // nothing has arrived for so long: no more is expected

export interface Arrivals {
  /** Also resolves when nothing arrives any more: what is missing then is for others to count. */
  until(count: number): Promise<void>;
  /** Resolves when nothing arrives any more. */
  readonly stalled: Promise<void>;
  stop(): Promise<void>;
}

export function watchArrivals(receiver: PrivatePostfix): Arrivals {
  let isOver = false;
  let arrived = 0;
  const stalled = look();

  async function look(): Promise<void> {
    for (let changedAt = performance.now(); !isOver && performance.now() - changedAt < STALLED_MS; ) {
      const now = receiver.arrivedCount();
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
