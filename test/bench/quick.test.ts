import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { officeLines } from '../../bench/eval/office.ts';
import { problemsOf, type Quick } from '../../bench/eval/quick.ts';
import { SYNTHETIC } from '../../src/trial/attackers.ts';

const REFERENCE = JSON.parse(readFileSync(new URL('../../bench/eval/quick.json', import.meta.url), 'utf8')) as Quick;

const withClass = (kind: string, caught: number): Quick => ({
  ...REFERENCE,
  classes: { ...REFERENCE.classes, [kind]: { count: 200, held: 0, warned: 0, ...REFERENCE.classes[kind], caught } },
});
const caughtBefore = REFERENCE.classes['look-alike']?.caught ?? 0;

describe('the quick eval beside its reference', () => {
  test('the reference has every class, and is no problem itself', () => {
    expect(Object.keys(REFERENCE.classes)).toEqual([
      ...SYNTHETIC.flatMap((kind) => [kind, `${kind}+payload`]),
      'canary',
    ]);
    expect(Object.values(REFERENCE.classes).every(({ count }) => count >= 100)).toBe(true);
    expect(problemsOf(REFERENCE, REFERENCE)).toEqual([]);
  });

  test.each([
    ['a class that drops by more than 3 points', withClass('look-alike', caughtBefore - 3.1), [/^look-alike: /]],
    ['a drop of 3 points', withClass('look-alike', caughtBefore - 3), []],
    ['more of a class', withClass('account-takeover', 99), []],
    ['less of the control', withClass('canary', 0), []],
    ['more than one of a thousand held', { ...REFERENCE, heldPer1000: 1.1 }, [/^heldPer1000: 1.1/]],
    ['one of a thousand held', { ...REFERENCE, heldPer1000: 1 }, []],
    ['more than three of a thousand stripped', { ...REFERENCE, strippedPer1000: 3.1 }, [/^strippedPer1000: 3.1/]],
    [
      'a class that was not measured',
      { ...REFERENCE, classes: {} },
      Object.keys(REFERENCE.classes)
        .slice(0, -1)
        .map((kind) => new RegExp(`^${kind.replace('+', '\\+')} was not`)),
    ],
  ])('%s', (_what, measured, expected) => {
    const problems = problemsOf(measured, REFERENCE);
    expect(problems).toHaveLength(expected.length);
    for (const [at, pattern] of expected.entries()) expect(problems[at]).toMatch(pattern);
  });

  test('to accept, the budgets hold all the same', () => {
    expect(problemsOf({ ...REFERENCE, heldPer1000: 5 }, undefined)).toHaveLength(1);
  });
});

test('the organisation is the same for the same seed, and another for another', () => {
  expect(officeLines(1)).toEqual(officeLines(1));
  expect(officeLines(2)).not.toEqual(officeLines(1));
});
