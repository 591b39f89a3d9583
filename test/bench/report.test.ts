import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documentOf } from '../../bench/eval/document.ts';
import type { Evaluation } from '../../bench/eval/evaluation.ts';
import { pictures } from '../../bench/eval/pictures.ts';
import { readTraining } from '../../bench/train/training.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const read = (name: string) => readFileSync(join(docs, name), 'utf8');
const evaluation = JSON.parse(read('evaluation.json')) as Evaluation;

describe('docs/EVALUATION.md', () => {
  test('says what its data says (else: npm run eval -- --rewrite)', () => {
    expect(documentOf(evaluation, readTraining())).toBe(read('EVALUATION.md'));
  });

  test('its pictures show what its data says', () => {
    for (const [name, svg] of Object.entries(pictures(evaluation))) expect(read(`evaluation/${name}`)).toBe(svg);
  });
});
