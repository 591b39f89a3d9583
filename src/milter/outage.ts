/** A store that is restarted is back in seconds: messages wait for it, and are scored, rather than go by unscored. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreAway } from '../domain/ports.ts';
import type { Score } from './judge.ts';

export interface Patience {
  /** From the first failure: in an outage that lasts longer no message is kept waiting, or the MTA's sessions would run out. */
  readonly patienceMs: number;
  readonly againMs: number;
}

const DEFAULT_PATIENCE: Patience = { patienceMs: 10_000, againMs: 1000 }; // PostgreSQL restarts in 1 to 5 s

/** Rejects as `score` does; with StoreAway, when the store is away for longer. */
export function outlasting(score: Score, { patienceMs, againMs }: Patience = DEFAULT_PATIENCE): Score {
  let awaySince: number | undefined;
  return async (request, onDecided) => {
    let failingSince: number | undefined; // this message: with a full disk others may succeed, which write nothing
    for (;;) {
      try {
        const scored = await score(request, onDecided);
        awaySince = undefined;
        return scored;
      } catch (error) {
        if (!(error instanceof StoreAway)) throw error;
        const now = performance.now();
        awaySince ??= now;
        failingSince ??= now;
        if (now - Math.min(awaySince, failingSince) > patienceMs) throw error;
        await sleep(againMs);
      }
    }
  };
}
