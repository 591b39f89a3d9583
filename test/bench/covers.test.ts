import { expect, test } from '@jest/globals';
import { withCovers } from '../../bench/train/covers.ts';
import { measures } from '../../src/score/measures.ts';

const row = (isThreat: boolean, value: number) => ({
  kind: isThreat ? 'composed' : 'ham',
  gate: 'known' as const,
  features: value === 0 ? [] : [{ id: 'new-client', value }],
  measures: new Float32Array(measures.length),
  isThreat,
  isFirstContact: false,
});

test('each node is covered by the harmless mail that comes there, and a trace of threats', () => {
  const bare = {
    features: ['new-client'],
    trees: [
      { feature: [0, -1, 0, -1, -1], threshold: [0.2, 0, 0.6, 0, 0], right: [2, 0, 4, 0, 0], value: [0, 1, 2, 3, 4] },
    ],
  };
  const rows = [row(false, 0), row(false, 0), row(false, 0.5), row(true, 0.9), row(true, 0.5)];
  const { trees, features } = withCovers(bare, rows);
  expect(features).toEqual(bare.features);
  expect(trees).toEqual([{ ...bare.trees[0], cover: [3.002, 2, 1.002, 1.001, 0.001] }]);
});
