/** Watches a service from outside, by its metrics: how long nothing was scored, and how much memory it takes. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Supervised } from './supervised.ts';

const LOOK_EVERY_MS = 100;
const ANSWER_TIMEOUT_MS = 1000;

export interface Progress {
  /** The longest time between two looks that found messages newly scored; the first counts from the beginning. */
  readonly longestPauseMs: number;
  readonly peakMb: number;
  /** Resolves when a message was scored. */
  nextScored(): Promise<void>;
  stop(): Promise<void>;
}

export function watchProgress(tidemark: Supervised): Progress {
  let isStopped = false;
  let scored = 0;
  let lastAt = performance.now();
  let longestPauseMs = 0;
  let peakMb = 0;
  let waiting: { readonly since: number; readonly resolve: () => void }[] = [];

  function see(count: number, askedAt: number): void {
    // A service that was started again counts from 0.
    if (count === scored || count === 0) return;
    scored = count;
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - lastAt);
    lastAt = now;
    // An answer that was asked for before may be of what was scored before.
    for (const { since, resolve } of waiting) if (since <= askedAt) resolve();
    waiting = waiting.filter(({ since }) => since > askedAt);
  }

  async function look(): Promise<void> {
    while (!isStopped) {
      const { running } = tidemark;
      if (running !== undefined) {
        peakMb = Math.max(peakMb, peakOf(running.pid));
        const askedAt = performance.now();
        see(await scoredCount(running.url).catch(() => 0), askedAt); // it may be gone meanwhile
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
  const looking = look();

  return {
    get longestPauseMs() {
      return longestPauseMs;
    },
    get peakMb() {
      return peakMb;
    },
    nextScored: () => new Promise((resolve) => waiting.push({ since: performance.now(), resolve })),
    async stop() {
      isStopped = true;
      await looking;
      for (const { resolve } of waiting) resolve();
    },
  };
}

/** Messages that got a verdict, since the service was started. */
async function scoredCount(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  const lines = (await answer.text()).matchAll(/^tidemark_milter_messages_total\{answer="([\w-]+)"\} (\d+)$/gm);
  let sum = 0;
  for (const [, word, count] of lines) if (word !== 'unscored' && word !== 'tempfail') sum += Number(count);
  return sum;
}

function peakOf(pid: number): number {
  try {
    const kilobytes = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0; // it has ended meanwhile
  }
}
