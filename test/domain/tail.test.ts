import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tailOf } from '../../bench/train/tail.ts';
import { faultsOf, shareAtLeast, type Tail } from '../../src/domain/tail.ts';

const tail: Tail = { logOdds: [-2, 0], shares: [0.1, 0.01], excess: 0.5 };

describe('shareAtLeast', () => {
  test.each([
    ['below the first point', -3, 1],
    ['at the first point', -2, 0.1],
    ['half way, log-linearly', -1, Math.sqrt(0.1 * 0.01)],
    ['at the last point', 0, 0.01],
    ['one excess beyond it', 0.5, 0.01 / Math.E],
  ])('%s', (_name, logOdds, share) => expect(shareAtLeast(tail, logOdds)).toBeCloseTo(share, 9));

  test('never rises', () => {
    const number = (min: number) => fc.double({ min, max: 9, noNaN: true });
    fc.assert(
      fc.property(number(-9), number(0), (at, more) => {
        expect(shareAtLeast(tail, at + more)).toBeLessThanOrEqual(shareAtLeast(tail, at));
      }),
    );
  });

  test('a tail that does not descend is named', () => {
    expect(faultsOf(tail)).toEqual([]);
    expect(faultsOf({ logOdds: [], shares: [], excess: 1 })).toHaveLength(1);
    expect(faultsOf({ logOdds: [0, 1], shares: [0.1, 0.2], excess: 0 })).toHaveLength(2);
    expect(faultsOf({ logOdds: [0, 1], shares: [0.1], excess: 1 })).toHaveLength(1);
  });
});

describe('tailOf', () => {
  test('what was drawn from an exponential tail is read back', () => {
    const drawn = Array.from({ length: 50_000 }, (_, at) => -0.7 * Math.log((at + 0.5) / 50_000));
    const fitted = tailOf(drawn);
    expect(faultsOf(fitted)).toEqual([]);
    expect(fitted.excess).toBeCloseTo(0.7, 1);
    for (const share of [0.1, 0.01, 1e-4])
      expect(shareAtLeast(fitted, -0.7 * Math.log(share)) / share).toBeCloseTo(1, 0);
  });

  test('few mails have few points', () => {
    expect(tailOf(Array.from({ length: 300 }, (_, at) => at)).shares).toEqual([0.3, 0.1]);
  });
});
