import { expect, test } from '@jest/globals';
import type { Contribution, Score } from '../../src/domain/verdict.ts';
import { reasonFor } from '../../src/verdict/reason.ts';

const odd: Contribution = { source: 'new-client', logOdds: 2, sentence: 'Odd program' };
const hollow: Contribution = { source: 'authenticated', logOdds: -1, sentence: 'authenticated as x', isContrary: true };
const score = (probability: number, contributions: readonly Contribution[] = []): Score => ({
  ...{ probability, contributions, gate: 'stranger', attackType: 'advance-fee', isAuthenticated: true },
  ...{ falseAlarmShare: 0.01, tail: { logOdds: [0], shares: [1], excess: 1 }, families: [], certain: [] },
  modelVersion: 'test',
});

test.each([
  ['nothing at all', score(0.01), 'Delivered (1.0 %): nothing speaks strongly against it.'],
  [
    'something, and nothing for it',
    score(0.01, [odd, hollow]),
    'Delivered (1.0 %): too little speaks against it. Worth a look: Odd program.',
  ],
])('delivered with %s against it', (_what, about, expected) => {
  expect(reasonFor('deliver', 'deliver', about)).toBe(expected);
});

test.each([
  [0.4, 'Held as possible advance-fee fraud (40.0 %): Odd program.'],
  [0.6, 'Held as probable advance-fee fraud (60.0 %): Odd program.'],
])('what is held at %d', (probability, expected) => {
  expect(reasonFor('hold', 'hold', score(probability, [odd]))).toBe(expected);
});
