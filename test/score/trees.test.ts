import { describe, expect, test } from '@jest/globals';
import { forestSays } from '../../src/score/forest.ts';
import { measures } from '../../src/score/measures.ts';
import { type Forest, walk } from '../../src/score/trees.ts';
import { baseline, correspondent, message } from '../messages.ts';

/** received-count ≤ 1 (half of the mail): −1; else new-client ≤ 0.5 (half of that): 2, else 3. */
const forest: Forest = {
  features: ['received-count', 'new-client'],
  trees: [
    {
      feature: [0, -1, 1, -1, -1],
      threshold: [1, 0, 0.5, 0, 0],
      right: [2, 0, 4, 0, 0],
      value: [0.25, -1, 2.5, 2, 3],
      cover: [8, 4, 4, 2, 2],
    },
  ],
};

test.each([
  [[0, 1], -1],
  [[2, 0], 2],
  [[2, 1], 3],
  [[1, 0.5], -1], // on the threshold: left
])('the walk of %j ends at %d', (values, sum) => {
  expect(walk(forest, values)).toBe(sum);
});

describe('forestSays', () => {
  test('shows what measures moved under the name of their detector or credit', () => {
    const known = baseline({ correspondent: correspondent('bea@partner.example', 40) });
    const { base, moved } = forestSays(forest, [{ id: 'new-client', value: 1 }], message(), known);
    expect(base).toBe(0.75); // the mean of all leaves
    // Alone 2.5 − 0.75, behind new-client 3 − 1; new-client alone 1 − 0.75, behind received-count 3 − 2.5.
    expect([...moved]).toEqual([
      ['known-sender', 1.875],
      ['new-client', 0.375],
    ]);
    expect([...forestSays(forest, [], message(), baseline()).moved]).toEqual([
      ['known-sender', -1.625],
      ['new-client', -0.125],
    ]);
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
