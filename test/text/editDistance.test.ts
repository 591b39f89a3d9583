import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editDistance } from '../../src/text/editDistance.ts';
import { cpuClock } from '../cpuTime.ts';

/** Word for word the definition of optimal string alignment, with the whole table. */
function naive(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, y) =>
    Array.from({ length: b.length + 1 }, (_, x) => (y === 0 ? x : y)),
  );
  const at = (y: number, x: number) => table[y]?.[x] ?? 0;
  for (let y = 1; y <= a.length; y++)
    for (let x = 1; x <= b.length; x++) {
      const cost = a[y - 1] === b[x - 1] ? 0 : 1;
      const swap =
        y > 1 && x > 1 && a[y - 1] === b[x - 2] && a[y - 2] === b[x - 1]
          ? at(y - 2, x - 2) + 1
          : Number.POSITIVE_INFINITY;
      const row = table[y];
      if (row !== undefined) row[x] = Math.min(at(y - 1, x) + 1, at(y, x - 1) + 1, at(y - 1, x - 1) + cost, swap);
    }
  return at(a.length, b.length);
}

const short = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 9 });

describe('the edit distance', () => {
  test.each([
    ['paypal', 'paypal', 0],
    ['paypal', 'paypa', 1],
    ['paypal', 'paypall', 1],
    ['paypal', 'paypol', 1],
    ['paypal', 'papyal', 1],
    ['partner', 'prtaner', 2],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['microsoft', 'apple', 4],
  ])('%s and %s', (a, b, expected) => {
    expect(editDistance(a, b, 3)).toBe(expected);
    expect(editDistance(b, a, 3)).toBe(expected);
  });

  test.each([
    ['a', 'b', 0, 1],
    ['abcd', 'efgh', 2, 3],
    ['a', 'abcdef', 2, 3],
    ['same', 'same', 0, 0],
  ])('%s and %s up to %i', (a, b, limit, expected) => {
    expect(editDistance(a, b, limit)).toBe(expected);
  });

  test('is the naive one, up to the limit', () => {
    fc.assert(
      fc.property(
        short,
        short,
        fc.nat(6),
        (a, b, limit) => editDistance(a, b, limit) === Math.min(naive(a, b), limit + 1),
      ),
      { numRuns: 2_000 },
    );
    const word = fc.string({ maxLength: 12 });
    fc.assert(fc.property(word, word, (a, b) => editDistance(a, b, 12) === naive(a, b)));
  });

  test('100 kB in time', () => {
    const spentMs = cpuClock();
    expect(editDistance(`x${'ab'.repeat(50_000)}y`, `y${'ab'.repeat(50_000)}x`, 2)).toBe(2);
    expect(editDistance('a'.repeat(100_000), 'b'.repeat(100_000), 2)).toBe(3);
    expect(spentMs()).toBeLessThan(5_000);
  });
});
