/**
 * Gradient-boosted trees for logistic loss (Friedman 2001) over histograms of binned features, with monotone features (bounds as in Ke+
 * 2017, LightGBM's "basic" method). Deterministic: the same rows, options and seed give the same trees.
 */
import type { BareForest, BareTree } from '../../src/score/trees.ts';
import { type Random, seeded } from '../random.ts';

export interface Column {
  readonly id: string;
  readonly values: Float32Array;
  /** 1: may only raise the score as it grows; −1: may only lower it; 0: free. */
  readonly sign: -1 | 0 | 1;
}

export interface BoostOptions {
  readonly trees: number;
  readonly depth: number;
  /** Of each tree's value, what is kept. */
  readonly rate: number;
  readonly l2: number;
  /** Least second derivative, in mass, that a leaf holds. */
  readonly minMass: number;
  /** Share of the columns that each tree may ask. */
  readonly columnShare: number;
  readonly seed: number;
}

const MAX_BINS = 64;

interface Binned extends Column {
  readonly bins: Uint8Array;
  /** Upper edge of each bin but the last. */
  readonly edges: readonly number[];
}

interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

interface Split {
  readonly column: number;
  readonly bin: number;
  readonly gain: number;
  readonly left: Sums;
  readonly right: Sums;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Trees that are added to `start` (log-odds of each row); `target` 0 or 1, `weight` the mass of each row. */
export function boost(
  columns: readonly Column[],
  target: ArrayLike<number>,
  weight: ArrayLike<number>,
  start: ArrayLike<number>,
  options: BoostOptions,
): BareForest {
  const count = target.length;
  const random = seeded(options.seed);
  const binned = columns.map(withBins);
  const logOdds = Float64Array.from(start);
  const gradient = new Float64Array(count);
  const hessian = new Float64Array(count);
  const all = Uint32Array.from({ length: count }, (_, at) => at);
  const trees: BareTree[] = [];
  for (let round = 0; round < options.trees; round += 1) {
    for (let at = 0; at < count; at += 1) {
      const p = 1 / (1 + Math.exp(-(logOdds[at] ?? 0)));
      gradient[at] = (weight[at] ?? 0) * (p - (target[at] ?? 0));
      hessian[at] = (weight[at] ?? 0) * Math.max(1e-6, p * (1 - p));
    }
    trees.push(
      grown(binned, chosen(columns.length, options.columnShare, random), all, gradient, hessian, logOdds, options),
    );
  }
  return { features: columns.map(({ id }) => id), trees };
}

/** Columns a tree may ask, in their order. */
function chosen(count: number, share: number, random: Random): readonly number[] {
  const picked = Array.from({ length: count }, (_, at) => at).filter(() => random.chance(share));
  return picked.length > 0 ? picked : [random.below(count)];
}

/** Bins of about equal count; a value that many rows share has one of its own. */
function withBins(column: Column): Binned {
  const { values } = column;
  const sorted = Float32Array.from(values).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < MAX_BINS; bin += 1) {
    const edge = sorted[Math.floor((bin * sorted.length) / MAX_BINS)] ?? 0;
    const next = firstAbove(sorted, edge);
    if (next === undefined) break;
    const middle = Math.fround((edge + next) / 2);
    if (edges.length === 0 || middle > (edges.at(-1) ?? 0)) edges.push(middle);
  }
  // Values rarer than a bin at either end: a detector that fires once in a thousand mails has no quantile of its own.
  const lowest = sorted[0] ?? 0;
  const second = firstAbove(sorted, lowest);
  if (second !== undefined && (edges[0] === undefined || edges[0] > (lowest + second) / 2)) {
    edges.unshift(Math.fround((lowest + second) / 2));
    if (edges.length >= MAX_BINS) edges.pop();
  }
  const bins = Uint8Array.from(values, (value) => binOf(value, edges));
  return { ...column, bins, edges };
}

function firstAbove(sorted: Float32Array, value: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}

function binOf(value: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One tree; adds its leaves to `logOdds`. */
function grown(
  columns: readonly Binned[],
  asked: readonly number[],
  all: Uint32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  logOdds: Float64Array,
  { depth, rate, l2, minMass }: BoostOptions,
): BareTree {
  const tree = { feature: [] as number[], threshold: [] as number[], right: [] as number[], value: [] as number[] };
  const clipped = ({ gradient: g, hessian: h }: Sums, { low, high }: Bounds) =>
    Math.min(high, Math.max(low, -g / (h + l2)));

  function node(rows: Uint32Array, sums: Sums, bounds: Bounds, level: number): void {
    const at = tree.feature.length;
    const value = clipped(sums, bounds);
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.right.push(0);
    tree.value.push(rate * value);
    const split =
      level < depth ? bestSplit(columns, asked, rows, gradient, hessian, sums, l2, minMass, bounds) : undefined;
    if (split === undefined) {
      for (const row of rows) logOdds[row] = (logOdds[row] ?? 0) + rate * value;
      return;
    }
    const column = columns[split.column] as Binned;
    tree.feature[at] = split.column;
    tree.threshold[at] = column.edges[split.bin] ?? 0;
    const left = rows.filter((row) => (column.bins[row] ?? 0) <= split.bin);
    const right = rows.filter((row) => (column.bins[row] ?? 0) > split.bin);
    const middle = (clipped(split.left, bounds) + clipped(split.right, bounds)) / 2;
    const { sign } = column;
    node(
      left,
      split.left,
      sign > 0 ? { ...bounds, high: middle } : sign < 0 ? { ...bounds, low: middle } : bounds,
      level + 1,
    );
    tree.right[at] = tree.feature.length;
    node(
      right,
      split.right,
      sign > 0 ? { ...bounds, low: middle } : sign < 0 ? { ...bounds, high: middle } : bounds,
      level + 1,
    );
  }

  node(all, sumsOf(all, gradient, hessian), { low: -Infinity, high: Infinity }, 0);
  return tree;
}

function sumsOf(rows: Uint32Array, gradient: Float64Array, hessian: Float64Array): Sums {
  let g = 0;
  let h = 0;
  for (const row of rows) {
    g += gradient[row] ?? 0;
    h += hessian[row] ?? 0;
  }
  return { gradient: g, hessian: h };
}

function bestSplit(
  columns: readonly Binned[],
  asked: readonly number[],
  rows: Uint32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  sums: Sums,
  l2: number,
  minMass: number,
  bounds: Bounds,
): Split | undefined {
  if (sums.hessian < 2 * minMass) return undefined;
  const g = new Float64Array(MAX_BINS);
  const h = new Float64Array(MAX_BINS);
  let best: Split | undefined;
  const parent = (sums.gradient * sums.gradient) / (sums.hessian + l2);
  for (const index of asked) {
    const { bins, edges, sign } = columns[index] as Binned;
    if (edges.length === 0) continue;
    g.fill(0);
    h.fill(0);
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] as number;
      const bin = bins[row] as number;
      g[bin] = (g[bin] as number) + (gradient[row] as number);
      h[bin] = (h[bin] as number) + (hessian[row] as number);
    }
    let leftG = 0;
    let leftH = 0;
    for (let bin = 0; bin < edges.length; bin += 1) {
      leftG += g[bin] as number;
      leftH += h[bin] as number;
      const rightG = sums.gradient - leftG;
      const rightH = sums.hessian - leftH;
      if (leftH < minMass) continue;
      if (rightH < minMass) break;
      const gain = (leftG * leftG) / (leftH + l2) + (rightG * rightG) / (rightH + l2) - parent;
      if (gain <= (best?.gain ?? MIN_GAIN)) continue;
      const rise = -rightG / (rightH + l2) + leftG / (leftH + l2);
      if (
        sign !== 0 &&
        (rise * sign < 0 || (!isInside(-leftG / (leftH + l2), bounds) && !isInside(-rightG / (rightH + l2), bounds)))
      )
        continue;
      best = {
        column: index,
        bin,
        gain,
        left: { gradient: leftG, hessian: leftH },
        right: { gradient: rightG, hessian: rightH },
      };
    }
  }
  return best;
}

const MIN_GAIN = 1e-6;
const isInside = (value: number, { low, high }: Bounds): boolean => value >= low && value <= high;
