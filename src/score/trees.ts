/** Boosted trees as data, and the walk through them. */

/** Nodes in preorder: the left child follows its parent, `right` is where the other one stands. A leaf has feature −1. */
export interface BareTree {
  readonly feature: readonly number[];
  /** value ≤ threshold goes left. */
  readonly threshold: readonly number[];
  readonly right: readonly number[];
  /** What the tree adds if it ends there. */
  readonly value: readonly number[];
}

export interface Tree extends BareTree {
  /** Mass of harmless mail that came there in training. */
  readonly cover: readonly number[];
}

export interface BareForest {
  /** Ids of the features, in the order that trees number them. */
  readonly features: readonly string[];
  readonly trees: readonly BareTree[];
}

export interface Forest extends BareForest {
  readonly trees: readonly Tree[];
}

/** Log-odds that the trees add up to; `values` in the order of `features`. */
export function walk({ trees }: Pick<BareForest, 'trees'>, values: ArrayLike<number>): number {
  let sum = 0;
  for (const { feature, threshold, right, value } of trees) {
    let at = 0;
    let asked = feature[0] ?? -1;
    while (asked >= 0) {
      at = (values[asked] ?? 0) <= (threshold[at] ?? 0) ? at + 1 : (right[at] ?? 0);
      asked = feature[at] ?? -1;
    }
    sum += value[at] ?? 0;
  }
  return sum;
}
