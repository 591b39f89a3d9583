import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withRarity } from '../../src/baseline/rarity.ts';
import { RARITY_LEVELS, shareHere } from '../../src/domain/rarity.ts';
import { ANA, mail, newMemory } from './memory.ts';

const many = (count: number, share: number) => {
  let rare: ReturnType<typeof withRarity>;
  for (let n = 0; n < count; n += 1) rare = withRarity(rare, ['known', share], 1);
  return rare?.known;
};

describe('shareHere', () => {
  test.each([
    ['nothing known of the mailbox', 0.001, undefined, 0.001],
    ['a mailbox as all others', 0.001, [1000, 100, 30, 10, 3, 1, 0, 0], 0.001],
    ['ten times as many there', 0.001, [1000, 100, 30, 10, 10, 10, 0, 0], (10 + 2) / 3000],
    ['none there', 0.001, [2000, 0, 0, 0, 0, 0, 0, 0], 0.0005],
    ['between two levels', 0.002, [1000, 100, 30, 10, 9, 1, 0, 0], (5 + 4) / 3000],
    ['more usual than any level', 0.5, [1000, 100, 30, 10, 3, 1, 0, 0], 0.5],
  ])('%s', (_name, share, counts, expected) => expect(shareHere(share, counts)).toBeCloseTo(expected, 9));

  test('a higher share is never rarer here, whatever the mailbox has seen', () => {
    const share = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { minLength: 8, maxLength: 8 }), share, share, (seen, one, other) => {
        const counts = [...seen].sort((a, b) => b - a);
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(shareHere(high, counts)).toBeGreaterThanOrEqual(shareHere(low, counts) - 1e-12);
      }),
    );
  });

  test('more such mail never makes it rarer', () => {
    for (const share of RARITY_LEVELS)
      expect(shareHere(share, many(50, share))).toBeGreaterThan(shareHere(share, many(50, 1)));
  });
});

test('levels hold what is at least so rare, and the past fades', () => {
  expect(withRarity(undefined, undefined, 1)).toBeUndefined();
  expect(many(3, 0.002)).toEqual([3, 3, 3, 3, 3, 0, 0, 0]);
  expect(withRarity({ known: many(3, 0.002) ?? [] }, ['known', 0.002], -1)?.known).toEqual([2, 2, 2, 2, 2, 0, 0, 0]);
  expect(many(4000, 0.5)).toEqual([2000, 0, 0, 0, 0, 0, 0, 0]);
});

test('only mail that was judged is counted', () => {
  const memory = newMemory();
  memory.learn(mail(0));
  expect(memory.baseline(mail(1)).rarity).toEqual({});
  expect(memory.baseline(mail(1)).mailbox).toBe(ANA);
});
