/** Shapley values as attribution.ts works them out, beside the definition: all coalitions, each worth what the tree says of what it knows. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attributionOf } from '../../src/score/attribution.ts';
import { CREDIT_IDS } from '../../src/score/credits.ts';
import { measures } from '../../src/score/measures.ts';
import { type Forest, type Tree, walk } from '../../src/score/trees.ts';
import { shippedModel } from '../../src/service.ts';

const FEATURES = 5;

interface Grown {
  readonly feature: number;
  readonly threshold: number;
  readonly left: Grown | Leaf;
  readonly right: Grown | Leaf;
}
type Leaf = { readonly value: number; readonly cover: number };

const leaf: fc.Arbitrary<Leaf> = fc.record({
  value: fc.double({ min: -3, max: 3, noNaN: true }),
  cover: fc.integer({ min: 1, max: 50 }),
});
const grown = (depth: number): fc.Arbitrary<Grown | Leaf> =>
  depth === 0
    ? leaf
    : fc.oneof(
        { weight: 1, arbitrary: leaf },
        {
          weight: 4,
          arbitrary: fc.record({
            feature: fc.nat({ max: FEATURES - 1 }),
            threshold: fc.integer({ min: 0, max: 3 }),
            left: grown(depth - 1),
            right: grown(depth - 1),
          }),
        },
      );

const coverOf = (node: Grown | Leaf): number =>
  'cover' in node ? node.cover : coverOf(node.left) + coverOf(node.right);

function flat(node: Grown | Leaf): Tree {
  if ('cover' in node) return { feature: [-1], threshold: [0], right: [0], value: [node.value], cover: [node.cover] };
  const left = flat(node.left);
  const right = flat(node.right);
  const shifted = (by: number, { feature, right: to }: Tree) => to.map((at, i) => (feature[i] === -1 ? 0 : at + by));
  const rightAt = 1 + left.feature.length;
  return {
    feature: [node.feature, ...left.feature, ...right.feature],
    threshold: [node.threshold, ...left.threshold, ...right.threshold],
    right: [rightAt, ...shifted(1, left), ...shifted(rightAt, right)],
    value: [0, ...left.value, ...right.value],
    cover: [coverOf(node), ...left.cover, ...right.cover],
  };
}

/** What the tree says when only some features are known. */
function worth(tree: Tree, values: readonly number[], isKnown: (feature: number) => boolean, at = 0): number {
  const feature = tree.feature[at] ?? -1;
  if (feature < 0) return tree.value[at] ?? 0;
  const [left, right] = [at + 1, tree.right[at] ?? 0];
  const on = (child: number): number => worth(tree, values, isKnown, child);
  if (isKnown(feature)) return on((values[feature] ?? 0) <= (tree.threshold[at] ?? 0) ? left : right);
  const share = (child: number): number => (tree.cover[child] ?? 0) / (tree.cover[at] ?? 1);
  return share(left) * on(left) + share(right) * on(right);
}

/** The mean of what each player adds, over all orders in which they may become known. */
function shapley({ trees }: Forest, values: readonly number[], players: readonly number[]): readonly number[] {
  const isKnown = (known: number, feature: number): boolean => ((known >> (players[feature] ?? 0)) & 1) === 1;
  const worths = Array.from({ length: 2 ** FEATURES }, (_, known) =>
    trees.reduce((sum, tree) => sum + worth(tree, values, (feature) => isKnown(known, feature)), 0),
  );
  const means = new Array<number>(FEATURES).fill(0);
  for (const order of ORDERS) {
    let known = 0;
    for (const player of order) {
      const added = (worths[known | (1 << player)] ?? 0) - (worths[known] ?? 0);
      means[player] = (means[player] ?? 0) + added / ORDERS.length;
      known |= 1 << player;
    }
  }
  return means;
}

const permutations = (of: readonly number[]): readonly (readonly number[])[] =>
  of.length === 0
    ? [[]]
    : of.flatMap((one) => permutations(of.filter((other) => other !== one)).map((rest) => [one, ...rest]));

const ORDERS = permutations(Array.from({ length: FEATURES }, (_, at) => at));

const forests = fc
  .array(grown(4).map(flat), { minLength: 1, maxLength: 2 })
  .map((trees): Forest => ({ features: Array.from({ length: FEATURES }, (_, at) => `f${at}`), trees }));
const valuesOf = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: FEATURES, maxLength: FEATURES });

const EACH = Array.from({ length: FEATURES }, (_, at) => at);

function attributed(forest: Forest, values: ArrayLike<number>, attribution = attributionOf(forest, EACH)) {
  const credits = new Float64Array(forest.features.length);
  attribution.attribute(values, credits);
  return { base: attribution.base, credits };
}

describe('of small trees', () => {
  test.each([
    ['each feature a player', EACH],
    ['several features one player', [0, 1, 0, 2, 1]],
  ])('as by definition: %s', (_name, players) => {
    fc.assert(
      fc.property(forests, valuesOf, (forest, values) => {
        const { base, credits } = attributed(forest, values, attributionOf(forest, players));
        expect(base).toBeCloseTo(
          forest.trees.reduce((sum, tree) => sum + worth(tree, values, () => false), 0),
          9,
        );
        for (const [player, mean] of shapley(forest, values, players).entries())
          expect(credits[player]).toBeCloseTo(mean, 9);
      }),
      { numRuns: 100 },
    );
  });

  test('base and credits add up to what the walk says', () => {
    fc.assert(
      fc.property(forests, valuesOf, (forest, values) => {
        const { base, credits } = attributed(forest, values);
        expect(credits.reduce((sum, credit) => sum + credit, base)).toBeCloseTo(walk(forest, values), 9);
      }),
    );
  });

  test('a feature that no tree asks has moved nothing, and two that do the same share it', () => {
    const tree = flat({
      feature: 0,
      threshold: 1,
      left: { value: 0, cover: 30 },
      right: { feature: 1, threshold: 1, left: { value: 0, cover: 5 }, right: { value: 1, cover: 5 } },
    });
    const twin = flat({
      feature: 1,
      threshold: 1,
      left: { value: 0, cover: 30 },
      right: { feature: 0, threshold: 1, left: { value: 0, cover: 5 }, right: { value: 1, cover: 5 } },
    });
    const { credits } = attributed({ features: ['a', 'b', 'c'], trees: [tree, twin] }, [2, 2, 2]);
    expect(credits[0]).toBeCloseTo(credits[1] ?? Number.NaN, 12);
    expect(credits[2]).toBe(0);
  });
});

describe('of the shipped forests', () => {
  const shipped = Object.entries(shippedModel().forests).map(
    ([gate, forest]) => [gate, forest, attributionOf(forest, [...forest.features.keys()])] as const,
  );

  test.each(shipped)(
    '%s: base and credits add up to the sum of leaves, whatever is asked',
    (_gate, forest, attribution) => {
      const values = fc.array(fc.double({ min: -1, max: 12, noNaN: true }), {
        minLength: forest.features.length,
        maxLength: forest.features.length,
      });
      fc.assert(
        fc.property(values, (asked) => {
          const { base, credits } = attributed(forest, asked, attribution);
          expect(credits.reduce((sum, credit) => sum + credit, base)).toBeCloseTo(walk(forest, asked), 6);
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each(shipped)(
    '%s: full trust never argues against a message, a full finding never for it',
    (_gate, forest, attribution) => {
      const measured = new Set(measures.map(({ id }) => id));
      const credits = new Set<string>(CREDIT_IDS);
      const free = fc.array(fc.double({ min: -1, max: 12, noNaN: true }), {
        minLength: forest.features.length,
        maxLength: forest.features.length,
      });
      fc.assert(
        fc.property(
          free,
          fc.array(fc.boolean(), { minLength: forest.features.length, maxLength: forest.features.length }),
          (any, isFull) => {
            const values = any.map((value, at) =>
              measured.has(forest.features[at] ?? '') ? value : Number(isFull[at]),
            );
            const { credits: moved } = attributed(forest, values, attribution);
            const wrong = forest.features.filter((id, at) => {
              if (measured.has(id)) return false;
              const towards = (credits.has(id) ? -1 : 1) * (isFull[at] === true ? 1 : -1);
              return towards * (moved[at] ?? 0) < -1e-9;
            });
            expect(wrong).toEqual([]);
          },
        ),
        { numRuns: 100 },
      );
    },
  );
});
