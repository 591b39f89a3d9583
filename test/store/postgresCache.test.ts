import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Cache, createCache } from '../../src/store/postgres/cache.ts';

const MAX_AGE_MS = 1000;
let cache: Cache;
beforeEach(() => {
  jest.useFakeTimers();
  cache = createCache(MAX_AGE_MS);
});
afterEach(() => {
  jest.useRealTimers();
});

const fill = (count: number, each: () => void): void => {
  for (let serial = 0; serial < count; serial += 1) {
    cache.keepWritten(`once ${serial}`, { version: 1 });
    cache.keepLesson(`once ${serial}`, true);
    each();
  }
};

test('when it is full, what is asked for stays', () => {
  cache.keepWritten('hot', { version: 7 });
  cache.keepWritten('cold', { version: 7 });
  cache.keepLesson('hot', true);
  let lostCount = 0;
  fill(25_000, () => {
    if (cache.get('hot')?.version !== 7 || !cache.hasLesson('hot')) lostCount += 1;
  });
  expect(lostCount).toBe(0);
  expect(cache.get('cold')).toBeUndefined();
});

test('no record is believed beyond its age, however often it is asked for', () => {
  cache.keepWritten('hot', { version: 7 });
  jest.advanceTimersByTime(MAX_AGE_MS - 1);
  fill(10_000, () => cache.get('hot'));
  expect(cache.get('hot')?.version).toBe(7);
  jest.advanceTimersByTime(2);
  expect(cache.get('hot')).toBeUndefined();
});

test('what is forgotten is so in both generations, and what was read before is not kept', () => {
  cache.keepWritten('a', { version: 1 });
  cache.keepLesson('a', true);
  fill(12_000, () => undefined);
  const since = cache.moment();
  cache.forget(['a']);
  cache.keepRead('a', { version: 1 }, since);
  expect([cache.get('a'), cache.hasLesson('a')]).toEqual([undefined, false]);
});

test('what was read before others were dropped is not kept: it may have been written and dropped since', () => {
  const since = cache.moment();
  cache.keepWritten('a', { version: 5 });
  fill(12_000, () => undefined);
  cache.keepRead('a', { version: 4 }, since);
  expect(cache.get('a')).toBeUndefined();
});

test('versions only grow, also when the older one is in the older generation', () => {
  cache.keepWritten('a', { version: 5 });
  fill(5000, () => undefined);
  cache.keepWritten('a', { version: 4 });
  expect(cache.get('a')?.version).toBe(5);
});
