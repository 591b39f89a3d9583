/** Operating points with intervals: detection at a stated number of false holds, by class, resampled by cluster. */
import { type Random, seeded } from '../random.ts';

/** A judged message reduced to what a report needs. Higher scores are more suspicious. */
export interface Scored {
  readonly kind: string;
  readonly cluster: string;
  readonly score: number;
}

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ClassResult {
  readonly kind: string;
  readonly count: number;
  readonly clusterCount: number;
  /** Share detected at each false-hold rate asked for, in the same order. */
  readonly detected: readonly Interval[];
}

const RESAMPLES = 400; // standard error of a 95 % bound by then is under a tenth of its width
const SEED = 7;

/** Lowest score that holds at most `rate` of the ham: above it, not at it. */
export function thresholdAt(hamScores: readonly number[], rate: number): number {
  const sorted = [...hamScores].sort((a, b) => b - a);
  return sorted[Math.floor(rate * sorted.length)] ?? Number.NEGATIVE_INFINITY;
}

/** 95 % intervals by bootstrap over clusters, of ham (the threshold) and of threats alike: mails of one thread are not independent. */
export function operatingPoints(
  ham: readonly Scored[],
  threats: readonly Scored[],
  rates: readonly number[],
): readonly ClassResult[] {
  const kinds = [...new Set(threats.map((threat) => threat.kind))].sort();
  const random = seeded(SEED);
  const hamClusters = clustersOf(ham);
  const byKind = new Map(kinds.map((kind) => [kind, clustersOf(threats.filter((threat) => threat.kind === kind))]));
  const thresholds = rates.map((rate) =>
    thresholdAt(
      ham.map((one) => one.score),
      rate,
    ),
  );
  const samples = Array.from({ length: RESAMPLES }, () => {
    const scores = resample(hamClusters, random);
    return rates.map((rate) => thresholdAt(scores, rate));
  });
  return kinds.map((kind) => {
    const clusters = byKind.get(kind) ?? [];
    const scores = clusters.flat();
    const draws = samples.map((sample) => {
      const drawn = resample(clusters, random);
      return sample.map((threshold) => shareAbove(drawn, threshold));
    });
    return {
      kind,
      count: scores.length,
      clusterCount: clusters.length,
      detected: rates.map((_rate, at) =>
        interval(
          shareAbove(scores, thresholds[at] ?? 0),
          draws.map((draw) => draw[at] ?? 0),
        ),
      ),
    };
  });
}

const clustersOf = (rows: readonly Pick<Scored, 'cluster' | 'score'>[]): readonly (readonly number[])[] => [
  ...Map.groupBy(rows, (row) => row.cluster)
    .values()
    .map((group) => group.map((row) => row.score)),
];

const resample = (clusters: readonly (readonly number[])[], random: Random): readonly number[] =>
  clusters.flatMap(() => random.pick(clusters) ?? []);

const shareAbove = (scores: readonly number[], threshold: number): number =>
  scores.length === 0 ? 0 : scores.filter((one) => one > threshold).length / scores.length;

/** Share of rows that are hits, with a 95 % interval by bootstrap over clusters; the threshold behind a hit is taken as it is. */
export function shareOf<Row extends { readonly cluster: string }>(
  rows: readonly Row[],
  isHit: (row: Row) => boolean,
): Interval {
  const clusters = clustersOf(rows.map((row) => ({ cluster: row.cluster, score: Number(isHit(row)) })));
  const random = seeded(SEED);
  const draws = Array.from({ length: RESAMPLES }, () => shareAbove(resample(clusters, random), 0));
  return interval(shareAbove(clusters.flat(), 0), draws);
}

/** Any figure of rows, with a 95 % interval by bootstrap over clusters. */
export function bootstrapped<Row extends { readonly cluster: string }>(
  rows: readonly Row[],
  figure: (rows: readonly Row[]) => number,
  resamples = RESAMPLES,
): Interval {
  const clusters = [...Map.groupBy(rows, (row) => row.cluster).values()];
  const random = seeded(SEED);
  const draws = Array.from({ length: resamples }, () => figure(clusters.flatMap(() => random.pick(clusters) ?? [])));
  return interval(figure(rows), draws);
}

function interval(value: number, draws: readonly number[]): Interval {
  const sorted = [...draws].sort((a, b) => a - b);
  const at = (quantile: number) => sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Expected calibration error over ten bins of equal count, and Brier score. Probabilities against 0/1. */
export function calibration(
  rows: readonly { readonly probability: number; readonly isThreat: boolean; readonly weight: number }[],
): {
  readonly ece: number;
  readonly brier: number;
} {
  const sorted = [...rows].sort((a, b) => a.probability - b.probability);
  const total = sorted.reduce((sum, row) => sum + row.weight, 0);
  let ece = 0;
  let brier = 0;
  let bin = { weight: 0, threat: 0, probability: 0 };
  for (const { probability, isThreat, weight } of sorted) {
    brier += (weight * (probability - Number(isThreat)) ** 2) / total;
    bin = {
      weight: bin.weight + weight,
      threat: bin.threat + weight * Number(isThreat),
      probability: bin.probability + weight * probability,
    };
    if (bin.weight >= total / 10) {
      ece += Math.abs(bin.threat - bin.probability) / total;
      bin = { weight: 0, threat: 0, probability: 0 };
    }
  }
  return { ece: ece + Math.abs(bin.threat - bin.probability) / total, brier };
}

export const percent = (value: number): string => (value * 100).toFixed(1);

/** As it stands in a cell: value (low–high), of 100 or of 1,000. */
export function cell({ value, low, high }: Interval, of: 100 | 1000 = 100): string {
  const text = (share: number) => (share * of).toFixed(of === 100 ? 1 : 2);
  return `${text(value)} (${text(low)}–${text(high)})`;
}

export function table(results: readonly ClassResult[], rates: readonly number[]): string {
  const head = `| class | n | clusters | ${rates.map((rate) => `at ${rate * 1000} false holds per 1,000`).join(' | ')} |`;
  const rule = `|---|---:|---:|${rates.map(() => '---:|').join('')}`;
  const lines = results.map(({ kind, count, clusterCount, detected }) => {
    return `| ${kind} | ${count} | ${clusterCount} | ${detected.map((one) => cell(one)).join(' | ')} |`;
  });
  return [head, rule, ...lines].join('\n');
}
