/** Detection of the service and of others over the same rows: by class, by group of classes, and along the rate of false holds. */
import { scoredOnce } from './events.ts';
import type { Row } from './replay.ts';
import { CANARY, isProbe } from './replay.ts';
import { type ClassResult, type Interval, operatingPoints, type Scored } from './report.ts';

/** One way to judge. `score` is undefined for what it was not shown; higher is worse. */
export interface Engine {
  readonly title: string;
  /** Where it is at a disadvantage here, or has an advantage. */
  readonly handicap: string;
  readonly score: (row: Row) => number | undefined;
}

/** Classes that are shown together, with payload and without. */
export const GROUPS: readonly { readonly title: string; readonly kinds: RegExp }[] = [
  { title: 'spoofed sender', kinds: /^(blind|known-domain|known-sender)-spoof|^spoof-reply-to/ },
  { title: 'look-alike domain', kinds: /^(thread-hijack-)?look-alike/ },
  { title: 'known name, freemail', kinds: /^bec-display-name/ },
  { title: 'account takeover', kinds: /^account-takeover/ },
  { title: 'malware in a file', kinds: /^malware-file/ },
  { title: 'real threats of the lists', kinds: /^list-threat/ },
  { title: 'real phish, re-addressed', kinds: /^phish-readdressed/ },
];

export const groupOf = (kind: string): string | undefined => GROUPS.find(({ kinds }) => kinds.test(kind))?.title;

/** Threats, harmless commercial mail of the lists and the canary, against ham. */
export const isShown = ({ kind }: Pick<Row, 'kind'>): boolean => kind !== 'ham' && (kind === CANARY || !isProbe(kind));

export function byClass(rows: readonly Row[], { score }: Engine, rates: readonly number[]): readonly ClassResult[] {
  return detected(rows, score, rates, (row) => (isShown(row) ? row.kind : undefined));
}

export function byGroup(rows: readonly Row[], { score }: Engine, rates: readonly number[]): readonly ClassResult[] {
  const results = detected(rows, score, rates, ({ kind }) => groupOf(kind));
  return GROUPS.flatMap(({ title }) => results.find(({ kind }) => kind === title) ?? []);
}

function detected(
  rows: readonly Row[],
  score: Engine['score'],
  rates: readonly number[],
  nameOf: (row: Row) => string | undefined,
): readonly ClassResult[] {
  const ham: Scored[] = [];
  const once = scoredOnce(
    rows.filter(({ kind }) => kind === 'ham'),
    score,
  );
  const threats: Scored[] = [];
  for (const row of rows) {
    const own = score(row);
    const kind = row.kind === 'ham' ? 'ham' : nameOf(row);
    if (own === undefined || kind === undefined) continue;
    (kind === 'ham' ? ham : threats).push({ kind, cluster: row.cluster, score: once.get(row) ?? own });
  }
  return operatingPoints(ham, threats, rates);
}

/** Along the rate of false holds, evenly on its logarithm. */
export const CURVE_RATES = Array.from({ length: 25 }, (_, at) => 10 ** (-4 + at / 12));

export interface Curve {
  readonly group: string;
  readonly points: readonly (Interval & { readonly rate: number })[];
}

export const curveOf = ({ kind, detected: shares }: ClassResult): Curve => ({
  group: kind,
  points: shares.map((share, at) => ({ rate: CURVE_RATES[at] ?? 0, ...share })),
});
