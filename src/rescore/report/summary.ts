/** Rows of a run → what its report shows. One pass; memory is bounded by what is shown. */
import type { RescoreRow } from '../../domain/rescore.ts';
import { ACTIONS, type Action } from '../../domain/verdict.ts';
import { type Campaign, campaignsOf, newCommon } from './campaigns.ts';

const MAX_STOPPED = 5000; // looked at for campaigns, the worst
const MAX_CAMPAIGNS = 200; // shown
const MAX_DAYS = 40_000; // a century
const MAX_BARS = 60;
const DAY_MS = 86_400_000;

export interface Bar {
  /** First and last day, '2026-11-24'. */
  readonly from: string;
  readonly to: string;
  readonly counts: Readonly<Record<Action, number>>;
}

export interface Summary {
  readonly bars: readonly Bar[];
  readonly attackTypes: readonly (readonly [type: string, count: number])[];
  /** The worst first. */
  readonly campaigns: readonly Campaign[];
  /** Of messages that were not delivered as they are: how many there are, and how many were looked at for campaigns. */
  readonly stoppedCount: number;
  readonly groupedCount: number;
  readonly campaignCount: number;
}

export async function summaryOf(rows: AsyncIterable<RescoreRow>): Promise<Summary> {
  const days = new Map<string, Record<Action, number>>();
  const attackTypes = new Map<string, number>();
  const common = newCommon();
  let stopped: RescoreRow[] = [];
  let stoppedCount = 0;
  for await (const row of rows) {
    if (row.action === undefined) continue;
    const day = row.arrivedAt.slice(0, 10);
    const counts = days.get(day) ?? { deliver: 0, strip: 0, hold: 0 };
    counts[row.action] += 1;
    if (days.size < MAX_DAYS) days.set(day, counts);
    if (row.action === 'deliver') common.add(row);
    else {
      stoppedCount += 1;
      const type = row.attackType ?? 'unclear';
      attackTypes.set(type, (attackTypes.get(type) ?? 0) + 1);
      stopped.push(row);
      if (stopped.length >= 2 * MAX_STOPPED) stopped = worst(stopped);
    }
  }
  const grouped = worst(stopped);
  const campaigns = campaignsOf(grouped, common.has);
  return {
    bars: barsOf(days),
    attackTypes: [...attackTypes].sort(([, a], [, b]) => b - a),
    campaigns: campaigns.slice(0, MAX_CAMPAIGNS),
    stoppedCount,
    groupedCount: grouped.length,
    campaignCount: campaigns.length,
  };
}

const worst = (rows: readonly RescoreRow[]): RescoreRow[] =>
  rows.toSorted((a, b) => severity(b) - severity(a) || (b.score ?? 0) - (a.score ?? 0)).slice(0, MAX_STOPPED);

const severity = ({ action = 'deliver' }: RescoreRow): number => ACTIONS.indexOf(action);

/** Equal spans of days, so many that they can be seen. */
function barsOf(days: ReadonlyMap<string, Record<Action, number>>): readonly Bar[] {
  const sorted = [...days.keys()].sort();
  const [first, last] = [sorted.at(0), sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = Date.parse(first);
  const dayCount = Math.round((Date.parse(last) - from) / DAY_MS) + 1;
  const span = Math.ceil(dayCount / MAX_BARS);
  const dayAt = (at: number): string => new Date(from + at * DAY_MS).toISOString().slice(0, 10);
  const bars = Array.from({ length: Math.ceil(dayCount / span) }, (_, at) => ({
    from: dayAt(at * span),
    to: dayAt(Math.min(dayCount, (at + 1) * span) - 1),
    counts: { deliver: 0, strip: 0, hold: 0 },
  }));
  for (const [day, counts] of days) {
    const bar = bars[Math.floor(Math.round((Date.parse(day) - from) / DAY_MS) / span)];
    for (const action of ACTIONS) if (bar !== undefined) bar.counts[action] += counts[action];
  }
  return bars;
}
