/** A person's word beside what was learned: docs/adr/0021. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { calibratedOdds, calibrations, type TrainingRow, trainModel } from '../../bench/train/train.ts';
import { CREDIT_IDS } from '../../src/score/credits.ts';
import { measures } from '../../src/score/measures.ts';
import type { Model } from '../../src/score/model.ts';

const none = { features: [], trees: [] };
const prior = {
  ...JSON.parse(readFileSync(new URL('../../bench/train/prior.json', import.meta.url), 'utf8')),
  forests: { known: none, stranger: none },
} as Model;
const options = { seed: 1, trees: 0, isTaught: () => true, credits: new Set<string>(CREDIT_IDS) };

const row = (kind: string, ...features: readonly string[]): TrainingRow => ({
  kind,
  gate: 'stranger',
  features: features.map((id) => ({ id, value: 1 })),
  measures: new Float32Array(measures.length),
  isThreat: kind !== 'ham',
  isFirstContact: true,
});
/** One ham in ten and one threat in ten look like the others, so that calibration has a slope. */
const rows = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? row('ham') : row('composed', 'unknown-sender')));
const judged = rows.map(({ isThreat }, at) => ({ learned: isThreat === at % 20 > 1 ? 3 : -9, untaught: 0 }));

test('what brought ordinary mail to even odds by a person’s weights still does', () => {
  const { stranger, known } = calibrations(rows, judged, prior, options);
  const evenOdds = { learned: -9, untaught: -prior.gates.stranger.prior };
  expect(calibratedOdds(evenOdds, stranger)).toBeCloseTo(0, 9);
  expect(stranger.untaught).toBeGreaterThan(1);
  expect(known.untaught).toBe(1); // no mail of known senders: nothing has moved
});

test('findings that training speaks of are fitted, others keep their word, stretched', () => {
  const calibration = { slope: 1, offset: 0, untaught: 2 };
  const { gates } = trainModel(rows, prior, { known: calibration, stranger: calibration }, options);
  const { weights } = gates.stranger;
  expect(weights['macro-attachment']).toBe(2 * (prior.gates.stranger.weights['macro-attachment'] ?? 0));
  expect(weights['unknown-sender']).not.toBe(prior.gates.stranger.weights['unknown-sender']);
  expect(Object.keys(weights).sort()).toEqual(Object.keys(prior.gates.stranger.weights).sort());
});
