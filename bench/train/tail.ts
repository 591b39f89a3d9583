/** Scores of legitimate mail → the tail of domain/tail.ts. */
import type { Tail } from '../../src/domain/tail.ts';

const SHARES = [0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
const MIN_BEYOND = 20; // mails beyond the last point, from which the excess is read

/** `scores`: log-odds of legitimate mail of one gate, in any order. */
export function tailOf(scores: readonly number[]): Tail {
  const sorted = [...scores].sort((a, b) => b - a);
  const logOdds: number[] = [];
  const shares: number[] = [];
  for (const share of SHARES) {
    const beyond = Math.round(share * sorted.length);
    const at = rounded(sorted[beyond - 1] ?? 0);
    if (beyond < MIN_BEYOND) break;
    if (at <= (logOdds.at(-1) ?? Number.NEGATIVE_INFINITY)) continue;
    logOdds.push(at);
    shares.push(share);
  }
  const last = logOdds.at(-1) ?? 0;
  const excesses = sorted.filter((one) => one > last).map((one) => one - last);
  const excess = excesses.reduce((sum, one) => sum + one, 0) / Math.max(1, excesses.length);
  return { logOdds, shares, excess: rounded(excess) };
}

const rounded = (value: number): number => Number(value.toFixed(4));
