import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forestSays } from '../../src/score/forest.ts';
import { measures } from '../../src/score/measures.ts';
import { baseOf, type Forest, walk } from '../../src/score/trees.ts';
import { shippedModel } from '../../src/service.ts';
import { baseline, correspondent, message } from '../messages.ts';

/** received-count ≤ 1: −1; else new-client ≤ 0.5: 2, else 3. Inner values are what the tree would add if it ended there. */
const forest: Forest = {
  features: ['received-count', 'new-client'],
  trees: [
    {
      feature: [0, -1, 1, -1, -1],
      threshold: [1, 0, 0.5, 0, 0],
      right: [2, 0, 4, 0, 0],
      value: [0.25, -1, 2.5, 2, 3],
    },
  ],
};

describe('walk', () => {
  test.each([
    [[0, 1], -1, [-1.25, 0]],
    [[2, 0], 2, [2.25, -0.5]],
    [[2, 1], 3, [2.25, 0.5]],
    [[1, 0.5], -1, [-1.25, 0]], // on the threshold: left
  ])('%j', (values, sum, expected) => {
    const credits = new Float64Array(2);
    expect(walk(forest, values, credits)).toBe(sum);
    expect([...credits]).toEqual(expected);
  });

  test('base and credits of the shipped forests add up to the sum of leaves, whatever is asked', () => {
    for (const one of Object.values(shippedModel().forests)) {
      const values = fc.array(fc.double({ min: -1, max: 12, noNaN: true }), {
        minLength: one.features.length,
        maxLength: one.features.length,
      });
      fc.assert(
        fc.property(values, (asked) => {
          const credits = new Float64Array(one.features.length);
          const sum = walk(one, asked, credits);
          expect(baseOf(one) + credits.reduce((total, credit) => total + credit, 0)).toBeCloseTo(sum, 9);
        }),
        { numRuns: 100 },
      );
    }
  });
});

describe('forestSays', () => {
  test('shows what measures moved under the name of their detector or credit', () => {
    const known = baseline({ correspondent: correspondent('bea@partner.example', 40) });
    const { base, moved } = forestSays(forest, [{ id: 'new-client', value: 1 }], message(), known);
    expect(base).toBe(0.25);
    expect([...moved]).toEqual([
      ['known-sender', 2.25],
      ['new-client', 0.5],
    ]);
    expect([...forestSays(forest, [], message(), baseline()).moved]).toEqual([['known-sender', -1.25]]);
  });
});

describe('measures', () => {
  test('ids are unique, and every value is a number, of an empty message too', () => {
    expect(new Set(measures.map(({ id }) => id)).size).toBe(measures.length);
    const { id, contentHash, subject, direction, envelope, receivedAt, sizeBytes, defects } = message();
    const bare = { id, contentHash, subject, direction, envelope, receivedAt, sizeBytes, defects };
    for (const one of measures) {
      expect([one.id, Number.isFinite(one.of(message(), baseline()))]).toEqual([one.id, true]);
      expect([one.id, Number.isFinite(one.of(bare, baseline()))]).toEqual([one.id, true]);
    }
  });
});
