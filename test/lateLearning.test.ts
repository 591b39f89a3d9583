import { expect, test } from '@jest/globals';
import type { Observation } from '../src/domain/observation.ts';
import type { LoggedVerdict, Store } from '../src/domain/ports.ts';
import { createLateLearning } from '../src/lateLearning.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { aVerdict } from './http/service.ts';

const ORGANISATION = { ownDomains: ['acme.example'], authservIds: [] };
const waiting = (id: string, learnsAt: number): LoggedVerdict => ({
  verdict: aVerdict({ id, tenant: 'acme', learnsAt, isLearned: false }),
  observation: undefined as unknown as Observation,
});

/** A real store whose next answer about what is due can be held back. */
async function slowStore() {
  const store = await openSqliteStore({ path: ':memory:' });
  let gate: Promise<void> = Promise.resolve();
  const slow: Store = {
    ...store,
    verdicts: {
      ...store.verdicts,
      async due(before, limit, tenant) {
        const answer = await store.verdicts.due(before, limit, tenant);
        await gate;
        return answer;
      },
    },
  };
  const hold = () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    return () => open();
  };
  return { store, slow, hold };
}

test('a message announced while the store is asked what comes next is not forgotten', async () => {
  const { store, slow, hold } = await slowStore();
  const late = createLateLearning(slow, ORGANISATION);
  const letGo = hold();
  const first = late.learnDue(1, 'acme'); // asks a store that is still empty
  await store.verdicts.add(waiting('a', 100), []);
  late.expect('acme', 100);
  letGo();
  await first;
  await late.learnDue(200, 'acme');
  expect((await store.verdicts.get('acme', 'a'))?.verdict.isLearned).toBe(true);
  await store.close();
});

test('two looks at one moment leave the newer answer', async () => {
  const { store, slow, hold } = await slowStore();
  const late = createLateLearning(slow, ORGANISATION);
  const letGo = hold();
  const looks = [late.learnDue(1, 'acme')];
  await store.verdicts.add(waiting('a', 100), []);
  late.expect('acme', 100);
  looks.push(late.learnDue(2, 'acme'));
  letGo();
  await Promise.all(looks);
  await late.learnDue(200, 'acme');
  expect((await store.verdicts.get('acme', 'a'))?.verdict.isLearned).toBe(true);
  await store.close();
});

test('what is not due yet waits, and is learned once', async () => {
  const { store, slow } = await slowStore();
  const late = createLateLearning(slow, ORGANISATION);
  await store.verdicts.add(waiting('a', 100), []);
  late.expect('acme', 100);
  await late.learnDue(99, 'acme');
  expect((await store.verdicts.get('acme', 'a'))?.verdict.isLearned).toBe(false);
  await Promise.all([late.learnDue(100, 'acme'), late.learnDue(100, 'acme')]);
  expect((await store.verdicts.get('acme', 'a'))?.verdict.isLearned).toBe(true);
  await store.close();
});
