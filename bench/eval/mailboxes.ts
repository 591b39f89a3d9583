/** How false holds fall on mailboxes: by message, and by event (events.ts). */
import { eventsOf } from './events.ts';
import type { Row } from './replay.ts';
import { bootstrapped, type Interval } from './report.ts';

export interface FalseHolds {
  readonly unit: 'messages' | 'events';
  readonly mailboxCount: number;
  /** False holds per delivered message, over all mailboxes. */
  readonly pooled: Interval;
  readonly p90: Interval;
  readonly worst: Interval;
  /** Shares of the mailboxes. */
  readonly overThreefold: Interval;
  readonly overFivefold: Interval;
}

/** `budget`: the rate that was asked for. */
export function falseHolds(ham: readonly Row[], isHeld: (row: Row) => boolean, budget: number): readonly FalseHolds[] {
  return (['messages', 'events'] as const).map((unit) => {
    const mailboxes = [...Map.groupBy(ham, ({ tenant, mailbox }) => `${tenant} ${mailbox}`)].map(([cluster, rows]) => {
      const held = rows.filter(isHeld);
      return { cluster, count: rows.length, held: unit === 'messages' ? held.length : eventsOf(held).length };
    });
    const over = (times: number) =>
      bootstrapped(mailboxes, (all) => all.filter((one) => rateOf(one) > times * budget).length / all.length);
    return {
      unit,
      mailboxCount: mailboxes.length,
      pooled: bootstrapped(mailboxes, (all) => rateOf({ held: sum(all, 'held'), count: sum(all, 'count') })),
      p90: bootstrapped(mailboxes, (all) => quantile(all.map(rateOf), 0.9)),
      worst: bootstrapped(mailboxes, (all) => Math.max(...all.map(rateOf))),
      overThreefold: over(3),
      overFivefold: over(5),
    };
  });
}

interface Held {
  readonly held: number;
  readonly count: number;
}

const rateOf = ({ held, count }: Held): number => held / Math.max(1, count);
const sum = (all: readonly Held[], what: keyof Held): number => all.reduce((total, one) => total + one[what], 0);

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? 0;
}
