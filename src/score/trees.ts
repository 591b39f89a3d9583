/**
 * Boosted trees as data, and the walk through them. A node's value is what the tree would add if it ended there; each step from a node to
 * its child is credited to the feature that was asked, so that base + credits is exactly the sum of the leaves (Saabas 2014).
 */

/** Nodes in preorder: the left child follows its parent, `right` is where the other one stands. A leaf has feature −1. */
export interface Tree {
  readonly feature: readonly number[];
  /** value ≤ threshold goes left. */
  readonly threshold: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
}

export interface Forest {
  /** Ids of the features, in the order that trees number them. */
  readonly features: readonly string[];
  readonly trees: readonly Tree[];
}

/** Log-odds of the roots: what the forest says of anything, before it is asked. */
export const baseOf = ({ trees }: Forest): number => trees.reduce((sum, { value }) => sum + (value[0] ?? 0), 0);

/** Adds to `credits` (one for each feature) what each has moved; answers base + Σ credits. `values` in the order of `features`. */
export function walk({ trees }: Forest, values: ArrayLike<number>, credits: Float64Array): number {
  let sum = 0;
  for (const { feature, threshold, right, value } of trees) {
    let at = 0;
    let asked = feature[0] ?? -1;
    while (asked >= 0) {
      const next = (values[asked] ?? 0) <= (threshold[at] ?? 0) ? at + 1 : (right[at] ?? 0);
      credits[asked] = (credits[asked] ?? 0) + (value[next] ?? 0) - (value[at] ?? 0);
      at = next;
      asked = feature[at] ?? -1;
    }
    sum += value[at] ?? 0;
  }
  return sum;
}
