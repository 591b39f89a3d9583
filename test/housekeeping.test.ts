import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startHousekeeping } from '../src/housekeeping.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a round that takes long is followed by one, however many were due; and it hears that the service stops', async () => {
  const store = await openSqliteStore({ path: ':memory:' });
  let rounds = 0;
  let end = (): void => undefined;
  let isStopping = () => false;
  const housekeeping = startHousekeeping({
    service: { learnDue: async () => undefined },
    store,
    retentionDays: 400,
    custodyDays: 30,
    jobs: { prune: async () => undefined },
    now: () => 0,
    scoreLate(stopping) {
      rounds++;
      isStopping = stopping;
      return new Promise((resolve) => {
        end = resolve;
      });
    },
    onCustody: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const settled = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await settled();
  expect(rounds).toBe(1);
  jest.advanceTimersByTime(10 * 60_000);
  for (let n = 0; n < 5; n++) {
    end();
    await settled();
  }
  expect(rounds).toBe(2);
  jest.advanceTimersByTime(60_000);
  await settled();
  expect([rounds, isStopping()]).toEqual([3, false]);
  const stopped = housekeeping.stop();
  expect(isStopping()).toBe(true);
  end();
  await stopped;
  await store.close();
});
