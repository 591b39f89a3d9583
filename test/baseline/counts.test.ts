import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  counted,
  EMPTY_TOP,
  tallyOf,
  timesSeen,
  totalOf,
  valuesOf,
  withValue,
  withValues,
} from '../../src/baseline/counts.ts';

const DAY_MS = 86_400_000;
const T = Date.UTC(2026, 5, 1);

describe('counts', () => {
  test('none is no tally', () => expect(tallyOf(undefined, T)).toBeUndefined());

  test('halve in 30 and in 365 days', () => {
    const one = counted(undefined, T);
    expect(tallyOf(one, T)).toMatchObject({
      messageCount: 1,
      recentCount: expect.closeTo(1, 5),
      everCount: expect.closeTo(1, 5),
      distinctDays: 1,
      firstAt: T,
      lastAt: T,
    });
    expect(tallyOf(one, T + 30 * DAY_MS)?.recentCount).toBeCloseTo(0.5, 5);
    expect(tallyOf(one, T + 365 * DAY_MS)?.everCount).toBeCloseTo(0.5, 5);
  });

  test('two mails of one day are one day', () => {
    const two = counted(counted(undefined, T), T + 3_600_000);
    expect(two).toMatchObject({ n: 2, d: 1, f: T, l: T + 3_600_000 });
    expect(counted(two, T + DAY_MS).d).toBe(2);
  });

  test('a mail that comes late moves the first, not the last', () => {
    const late = counted(counted(undefined, T), T - 5 * DAY_MS);
    expect(late).toMatchObject({ n: 2, d: 2, f: T - 5 * DAY_MS, l: T });
  });

  test('the decayed sum does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 20 }), (days) => {
        const fold = (order: readonly number[]) =>
          order.reduce<ReturnType<typeof counted> | undefined>((sum, day) => counted(sum, day * DAY_MS), undefined);
        const [one, other] = [fold(days), fold([...days].reverse())].map((sum) => tallyOf(sum, 4000 * DAY_MS));
        // Seven digits are kept of a sum.
        expect((one?.everCount ?? 0) / (other?.everCount ?? Number.NaN)).toBeCloseTo(1, 5);
      }),
    );
  });

  test.each([0, Date.UTC(1995, 0), Date.UTC(2199, 11)])('any time that intake passes is finite: %d', (at) => {
    const { recentCount, everCount } = tallyOf(counted(undefined, at), at) ?? {};
    expect([recentCount, everCount].every(Number.isFinite)).toBe(true);
  });
});

describe('most frequent values', () => {
  test('counts, and keeps no more than asked', () => {
    const top = withValues(EMPTY_TOP, ['a', 'b', 'a', 'c', 'd'], 3);
    expect(Object.keys(top.v)).toHaveLength(3);
    expect(totalOf(top)).toBe(5);
    expect(valuesOf(top)[0]).toEqual(['a', 2]);
  });

  test('ever new values cannot drive out what is usual', () => {
    const usual = withValues(EMPTY_TOP, ['x', 'x', 'y', 'y'], 3);
    const junk = Array.from({ length: 1000 }, (_, i) => `junk${i}`);
    const flooded = withValues(usual, junk, 3);
    expect([timesSeen(flooded, 'x'), timesSeen(flooded, 'y'), totalOf(flooded)]).toEqual([2, 2, 1004]);
  });

  test('a habit that has really changed finds a place among full ones', () => {
    const often = (value: string, count: number) => Array.from({ length: count }, () => value);
    const full = withValues(EMPTY_TOP, [...often('x', 8), ...often('y', 8), ...often('z', 2)], 3);
    const changed = withValues(full, often('new', 60), 3);
    expect(timesSeen(changed, 'new')).toBeGreaterThan(20);
    expect(timesSeen(changed, 'x')).toBeGreaterThan(0);
  });

  test('a step back is the inverse where the value is kept', () => {
    const top = withValues(EMPTY_TOP, ['a', 'a', 'b'], 3);
    expect(withValue(withValue(top, 'c', 3), 'c', 3, -1)).toEqual(top);
    expect(withValue(withValue(top, 'a', 3), 'a', 3, -1)).toEqual(top);
    expect(withValue(EMPTY_TOP, 'gone', 3, -1)).toEqual(EMPTY_TOP);
  });

  test.each(['__proto__', 'constructor', 'toString', '7'])('any value: %s', (value) => {
    expect(timesSeen(EMPTY_TOP, value)).toBe(0);
    const top = JSON.parse(JSON.stringify(withValue(withValue(EMPTY_TOP, value, 3), value, 3)));
    expect(timesSeen(top, value)).toBe(2);
    expect(totalOf(top)).toBe(2);
  });
});
