/** What a person sees once: the mail of one sender to one mailbox with the same findings, each within a day of the last. */
import { CREDIT_IDS } from '../../src/score/credits.ts';
import type { Row } from './replay.ts';

export type Sent = Pick<Row, 'tenant' | 'mailbox' | 'sender' | 'at' | 'features'>;

const DAY_MS = 86_400_000;

/** Every row in one event; the events, and the rows in each, in order of time. */
export function eventsOf<R extends Sent>(rows: readonly R[]): readonly (readonly R[])[] {
  const latest = new Map<string, R[]>();
  const events: R[][] = [];
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const key = [row.tenant, row.mailbox, row.sender, ...findingsOf(row)].join(' ');
    const event = latest.get(key);
    const last = event?.at(-1);
    if (event !== undefined && last !== undefined && row.at - last.at <= DAY_MS) event.push(row);
    else {
      const begun = [row];
      latest.set(key, begun);
      events.push(begun);
    }
  }
  return events;
}

/**
 * What counts against a threshold: of each event the highest score, and -Infinity for its other mails. A series of 19 patches from a new
 * program is one false alarm.
 */
export function scoredOnce<R extends Sent>(
  rows: readonly R[],
  scoreOf: (row: R) => number | undefined,
): ReadonlyMap<R, number> {
  const score = (row: R) => scoreOf(row) ?? Number.NEGATIVE_INFINITY;
  const tops = new Set(
    eventsOf(rows).map((event) => event.reduce((top, row) => (score(row) > score(top) ? row : top))),
  );
  return new Map(rows.map((row) => [row, tops.has(row) ? score(row) : Number.NEGATIVE_INFINITY]));
}

const credits = new Set<string>(CREDIT_IDS);
const findingsOf = ({ features }: Pick<Row, 'features'>): readonly string[] =>
  features
    .map(({ id }) => id)
    .filter((id) => !credits.has(id))
    .sort();
