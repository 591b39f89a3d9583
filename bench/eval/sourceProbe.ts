/**
 * Source confound: what in the features tells which list a harmless mail comes from? For each feature a small forest of the trainer's own,
 * trained on half of the threads and asked about the other half. What tells the source well could let a model win for the wrong reason.
 */
import { createHash } from 'node:crypto';
import { measures } from '../../src/score/measures.ts';
import type { Model } from '../../src/score/model.ts';
import { walk } from '../../src/score/trees.ts';
import { type BoostOptions, boost, type Column } from '../train/boost.ts';
import { valuesOf } from '../train/train.ts';
import type { Row } from './replay.ts';
import { bootstrapped, type Interval } from './report.ts';

export const SUSPECT_FROM = 0.75; // AUC: detection.md "Era/format confounds" (c)

export interface Told {
  readonly feature: string;
  /** The list it tells best from the others. */
  readonly list: string;
  readonly auc: Interval;
  /** Questions that the shipped trees ask of it, both gates. */
  readonly splitCount: number;
}

export interface SourceProbe {
  readonly featureCount: number;
  readonly hamCount: number;
  readonly suspects: readonly Told[];
  /** All features together, by list. */
  readonly together: readonly { readonly list: string; readonly auc: Interval }[];
}

const OPTIONS: BoostOptions = { trees: 10, depth: 3, rate: 0.3, l2: 3, minMass: 10, columnShare: 1, seed: 1 };
const RESAMPLES = 200;

export function probeSources(rows: readonly Row[], model: Model): SourceProbe {
  const ham = rows.filter(({ kind }) => kind === 'ham');
  const lists = [...new Set(ham.map(({ tenant }) => tenant))].sort();
  const ids = [
    ...new Set([...measures.map(({ id }) => id), ...ham.flatMap(({ features }) => features.map(({ id }) => id))]),
  ];
  const seen = ham.filter(({ cluster }) => isTaught(cluster));
  const asked = ham.filter(({ cluster }) => !isTaught(cluster));
  const [seenValues, askedValues] = [valuesOf(seen, ids), valuesOf(asked, ids)];
  const told = (which: readonly number[], list: string) => {
    const scores = foretold(
      which,
      ids,
      seenValues,
      askedValues,
      seen.map(({ tenant }) => tenant === list),
    );
    return asked.map(({ cluster, tenant }, at) => ({ cluster, isTarget: tenant === list, score: scores[at] ?? 0 }));
  };
  const suspects = ids.flatMap((feature, at): readonly Told[] => {
    const best = lists
      .map((list) => ({ list, rows: told([at], list) }))
      .reduce((a, b) => (auc(b.rows) > auc(a.rows) ? b : a));
    return auc(best.rows) <= SUSPECT_FROM
      ? []
      : [
          {
            feature,
            list: best.list,
            auc: bootstrapped(best.rows, auc, RESAMPLES),
            splitCount: splitsOn(feature, model),
          },
        ];
  });
  return {
    featureCount: ids.length,
    hamCount: ham.length,
    suspects: suspects.sort((a, b) => b.auc.value - a.auc.value),
    together: lists.map((list) => ({ list, auc: bootstrapped(told([...ids.keys()], list), auc, RESAMPLES) })),
  };
}

const isTaught = (cluster: string): boolean => createHash('sha256').update(cluster).digest().readUInt8(0) % 2 === 0;

function foretold(
  which: readonly number[],
  ids: readonly string[],
  seen: readonly Float32Array[],
  asked: readonly Float32Array[],
  isTarget: readonly boolean[],
): Float64Array {
  const columns = which.map((at): Column => ({ id: ids[at] ?? '', values: seen[at] ?? new Float32Array(), sign: 0 }));
  const share = isTarget.filter(Boolean).length / isTarget.length;
  const weight = isTarget.map((one) => (one ? 0.5 / share : 0.5 / (1 - share)));
  const forest = boost(columns, isTarget.map(Number), weight, new Float64Array(isTarget.length), OPTIONS);
  return Float64Array.from(asked[0] ?? [], (_, row) =>
    walk(
      forest,
      which.map((at) => asked[at]?.[row] ?? 0),
    ),
  );
}

/** Chance that a row of the target scores above one that is not, ties counting half (Mann and Whitney 1947). */
export function auc(rows: readonly { readonly isTarget: boolean; readonly score: number }[]): number {
  const sorted = [...rows].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let targets = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to += 1;
    const here = sorted.slice(from, to).filter(({ isTarget }) => isTarget).length;
    rankSum += here * ((from + 1 + to) / 2);
    targets += here;
    from = to;
  }
  const others = sorted.length - targets;
  return targets === 0 || others === 0 ? 0.5 : (rankSum - (targets * (targets + 1)) / 2) / (targets * others);
}

function splitsOn(feature: string, { forests }: Model): number {
  return Object.values(forests).reduce((sum, { features, trees }) => {
    const at = features.indexOf(feature);
    return at < 0
      ? sum
      : sum + trees.reduce((count, tree) => count + tree.feature.filter((one) => one === at).length, 0);
  }, 0);
}
