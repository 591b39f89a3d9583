/** The keys that follow from what was read are read, too. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { observationOf } from '../../src/baseline/observe.ts';
import { recallFrom } from '../../src/baseline/recall.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Store } from '../../src/domain/ports.ts';
import { lessonsFor } from '../../src/lessons.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { sender } from '../messages.ts';
import { mail } from './memory.ts';

const [TENANT, ANA] = ['acme', 'ana@acme.example'];
const ORGANISATION = { ownDomains: ['acme.example'], authservIds: [] };
const named = { nameKey: 'bea lind' };
const reads: number[] = [];
let store: Store;

beforeAll(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  for (let n = 0; n < 6; n++) {
    const observation = observationOf(mail(n, { sender: sender('bea@partner.example', named) }));
    if (observation === undefined) throw new Error('nothing to learn');
    await store.learn(TENANT, lessonsFor(observation, [ANA], ORGANISATION), 'committed');
  }
});
afterAll(() => store.close());

const counting: Pick<Store, 'recall'> = {
  recall(tenant, keys) {
    reads.push(keys.length);
    return store.recall(tenant, keys);
  },
};
const baselineOf = (message: Message) => {
  reads.length = 0;
  return recallFrom(counting, TENANT, message, ANA, ORGANISATION);
};

test('one read, and one record more where another address bears the sender’s name', async () => {
  const known = await baselineOf(mail(7, { sender: sender('bea@partner.example', named) }));
  expect(reads).toHaveLength(1);
  expect(known.correspondent?.received?.messageCount).toBe(6);
  const elsewhere = await baselineOf(mail(7, { sender: sender('bea@home.example', named) }));
  expect(reads.slice(1)).toEqual([1]);
  expect(elsewhere.nameHolderHabits?.find(({ trait }) => trait === 'mailer')).toMatchObject({ senderCount: 6 });
});
