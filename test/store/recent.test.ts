import { expect, test } from '@jest/globals';
import { createRecent } from '../../src/store/recent.ts';

test('what is asked for stays while others come and go', () => {
  const recent = createRecent<number>(8);
  recent.set('hot', 1);
  recent.set('cold', 2);
  for (let serial = 0; serial < 100; serial += 1) {
    recent.set(`once ${serial}`, serial);
    expect(recent.get('hot')).toBe(1);
  }
  expect(recent.get('cold')).toBeUndefined();
});

test('keeps at most as many as it may, and at least half of them', () => {
  const recent = createRecent<number>(8);
  const ids = Array.from({ length: 101 }, (_, serial) => `${serial}`);
  for (const id of ids) recent.set(id, 0);
  const kept = ids.toReversed().findIndex((id) => recent.get(id) === undefined);
  expect(kept).toBeGreaterThanOrEqual(4);
  expect(kept).toBeLessThanOrEqual(8);
});

test('the last value counts, also when an earlier one is still there', () => {
  const recent = createRecent<number>(4);
  recent.set('a', 1);
  recent.set('b', 1);
  recent.set('c', 1); // a and b are the older ones now
  recent.set('a', 2);
  expect(recent.get('a')).toBe(2);
  recent.clear();
  expect(recent.get('a')).toBeUndefined();
  expect(recent.get('b')).toBeUndefined();
});

test('what is deleted is gone from both generations, and it is told before some make room', () => {
  let toldCount = 0;
  const recent = createRecent<number>(4, () => {
    toldCount += 1;
  });
  for (const id of ['a', 'b', 'c']) recent.set(id, 1);
  expect(toldCount).toBe(1);
  for (const id of ['a', 'c']) recent.delete(id);
  expect(['a', 'b', 'c'].map((id) => recent.get(id))).toEqual([undefined, 1, undefined]);
});
