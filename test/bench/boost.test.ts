import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../bench/random.ts';
import { type BoostOptions, boost, type Column } from '../../bench/train/boost.ts';
import { walk } from '../../src/score/trees.ts';

const OPTIONS: BoostOptions = { trees: 60, depth: 3, rate: 0.2, l2: 1, minMass: 1, columnShare: 1, seed: 1 };
const ROWS = 2000;

/** Two columns of noise; the target is what `truth` says, wrong in one row of twenty. */
function noisy(truth: (a: number, b: number) => boolean) {
  const random = seeded(3);
  const a = Float32Array.from({ length: ROWS }, () => random.next());
  const b = Float32Array.from({ length: ROWS }, () => random.next());
  const target = Array.from(a, (one, at) => Number(truth(one, b[at] ?? 0) !== random.chance(0.05)));
  return { a, b, target };
}

const column = (id: string, values: Float32Array, sign: Column['sign'] = 0): Column => ({ id, values, sign });
const trained = (columns: readonly Column[], target: readonly number[], more: Partial<BoostOptions> = {}) =>
  boost(columns, target, new Array<number>(target.length).fill(1), new Array<number>(target.length).fill(0), {
    ...OPTIONS,
    ...more,
  });
const says = (forest: ReturnType<typeof trained>, ...values: readonly number[]) => walk(forest, values);

describe('boost', () => {
  test('learns what no sum can say: one or the other, not both', () => {
    const { a, b, target } = noisy((x, y) => x > 0.5 !== y > 0.5);
    const forest = trained([column('a', a), column('b', b)], target);
    for (const [x, y, isHit] of [
      [0.2, 0.2, false],
      [0.8, 0.2, true],
      [0.2, 0.8, true],
      [0.8, 0.8, false],
    ] as const)
      expect([x, y, says(forest, x, y) > 0]).toEqual([x, y, isHit]);
  });

  test('the same rows and seed give the same trees, another seed others', () => {
    const { a, b, target } = noisy((x, y) => x + y > 1);
    const columns = [column('a', a), column('b', b)];
    const share = { columnShare: 0.5 };
    expect(trained(columns, target, share)).toEqual(trained(columns, target, share));
    expect(trained(columns, target, { ...share, seed: 2 })).not.toEqual(trained(columns, target, share));
  });

  test.each([1, -1] as const)('a column with sign %d moves the score in no other direction', (sign) => {
    // The truth goes up and down; the constraint must hold against it.
    const { a, b, target } = noisy((x, y) => Math.sin(9 * x) + y > 0.7);
    const forest = trained([column('a', a, sign), column('b', b)], target);
    for (let y = 0; y <= 1; y += 0.1)
      for (let x = 0; x < 1; x += 0.02)
        expect(sign * (says(forest, x + 0.02, y) - says(forest, x, y))).toBeGreaterThanOrEqual(-1e-12);
  });

  test('goes on from where it starts', () => {
    const { a, b, target } = noisy((x) => x > 0.5);
    const start = target.map((one) => (one === 1 ? 6 : -6));
    const forest = boost(
      [column('a', a), column('b', b)],
      target,
      target.map(() => 1),
      start,
      OPTIONS,
    );
    const fromNothing = trained([column('a', a), column('b', b)], target);
    expect(Math.abs(says(forest, 0.9, 0.5))).toBeLessThan(says(fromNothing, 0.9, 0.5) / 2);
  });

  test('a finding that fires in one row of a hundred can still be asked', () => {
    const rare = Float32Array.from({ length: ROWS }, (_, at) => Number(at % 100 === 0));
    const target = Array.from(rare, Number);
    const forest = trained([column('rare', rare)], target);
    expect(says(forest, 1)).toBeGreaterThan(1);
    expect(says(forest, 0)).toBeLessThan(-1);
  });

  test('nothing to learn: one leaf a tree', () => {
    const { a, target } = noisy(() => true);
    const forest = trained([column('a', new Float32Array(a.length))], target, { trees: 2 });
    expect(forest.trees.map(({ feature }) => feature)).toEqual([[-1], [-1]]);
  });
});
