/** Somebody who gives back every second of the messages that are held, as they come, whatever is broken meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Held, KeptView } from './kept.ts';
import type { Supervised } from './supervised.ts';

const LOOK_EVERY_MS = 300;
const AT_ONCE = 4;
const ANSWER_MS = 60_000;
const FINISH_MS = 330_000; // a restore that a kill has stopped claims its message for 300 s

export interface Reviewer {
  /** Resolves when all that is due has been given back, or will not be. */
  finish(): Promise<void>;
  stop(): Promise<void>;
}

export const isDue = ({ address }: Pick<Held, 'address'>): boolean => Number.parseInt(address, 10) % 2 === 1;

export function startReviewer(kept: KeptView, tidemark: Supervised): Reviewer {
  let isStopped = false;
  let rounds = 0; // that found nothing to do
  const reviewing = review();

  async function review(): Promise<void> {
    while (!isStopped) {
      const due = await waiting().catch(() => undefined); // the store is away
      if (due?.length === 0) rounds++;
      for (let at = 0; due !== undefined && at < due.length && !isStopped; at += AT_ONCE) {
        await Promise.all(due.slice(at, at + AT_ONCE).map(({ verdictId }) => restore(verdictId)));
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async function waiting(): Promise<readonly Held[]> {
    return (await kept.held()).filter((one) => isDue(one) && !one.isRestored);
  }

  /** What fails is found again in the next round. */
  async function restore(id: string): Promise<void> {
    const { running } = tidemark;
    if (running === undefined) return;
    const request = { method: 'POST', signal: AbortSignal.timeout(ANSWER_MS) };
    await fetch(`${running.url}/v1/verdicts/${id}/restore`, request)
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined);
  }

  return {
    async finish() {
      const before = rounds;
      for (const startedAt = performance.now(); rounds < before + 2 && performance.now() - startedAt < FINISH_MS; ) {
        await sleep(LOOK_EVERY_MS);
      }
    },
    async stop() {
      isStopped = true;
      await reviewing;
    },
  };
}
