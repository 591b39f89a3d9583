/**
 * How much mail comes to each node of a forest: what attribution expects where it does not know (docs/adr/0018). Nearly all of it harmless
 * mail, so that a verdict says in what a message is unlike harmless mail; a trace of threats, so that no branch is without any.
 */
import type { BareForest, Forest } from '../../src/score/trees.ts';
import { type TrainingRow, valuesOf } from './train.ts';

const THREAT_MASS = 0.001; // of a threat, where a harmless mail has 1

export function withCovers(forest: BareForest, rows: readonly TrainingRow[]): Forest {
  const columns = valuesOf(rows, forest.features);
  const trees = forest.trees.map((tree) => {
    const { feature, threshold, right } = tree;
    const cover = new Array<number>(feature.length).fill(0);
    rows.forEach(({ isThreat }, row) => {
      for (let at = 0; ; ) {
        cover[at] = (cover[at] ?? 0) + (isThreat ? THREAT_MASS : 1);
        const asked = feature[at] ?? -1;
        if (asked < 0) break;
        at = (columns[asked]?.[row] ?? 0) <= (threshold[at] ?? 0) ? at + 1 : (right[at] ?? 0);
      }
    });
    return { ...tree, cover: cover.map((mass) => Number(mass.toPrecision(5))) };
  });
  return { ...forest, trees };
}
