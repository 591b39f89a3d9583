/** The server goes and comes back: nothing acknowledged is lost, nothing is learned twice, and nothing has to be restarted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LinkRecord, RecordKey } from '../../src/domain/observation.ts';
import { recordId } from '../../src/domain/observation.ts';
import { type Lesson, type Store, StoreAway } from '../../src/domain/ports.ts';
import { openPostgresStore } from '../../src/store/postgres.ts';
import { aVerdict } from '../http/service.ts';
import { openPrivateServer, type PrivateServer } from './postgresServer.ts';

let server: PrivateServer;
let store: Store;
let url: string;
beforeAll(async () => {
  // Its own server, whatever is configured: this one is stopped. With fsync: what it acknowledges is on disk.
  server = await openPrivateServer({ isSynced: true });
  url = await server.createDatabase();
  store = await openPostgresStore({ url });
}, 60_000);
afterAll(async () => {
  await store?.close();
  await server?.close();
});

const AWAY = /PostgreSQL at 127\.0\.0\.1:\d+\/tidemark_test_\w+ cannot be reached: /;
const key: RecordKey = { mailbox: 'ana@acme.example', kind: 'link', key: 'partner.example' };
const counting = (id: string): Lesson => ({
  id,
  mailbox: 'ana@acme.example',
  keys: [key],
  fold(records) {
    const n = ((records.get(recordId(key)) as LinkRecord | undefined)?.c.n ?? 0) + 1;
    return new Map([[recordId(key), { c: { n, w30: n, w365: n, d: 1, f: 0, l: n }, senders: { v: {}, o: 0 } }]]);
  },
});
const learn = (id: string) => store.learn('acme', [counting(id)], 'durable');
const count = async () => {
  const fresh = await openPostgresStore({ url });
  const records = await fresh.recall('acme', [key]);
  await fresh.close();
  return (records.get(recordId(key)) as LinkRecord | undefined)?.c.n;
};

test('calls are refused while it is away, in seconds, and answered again when it is back', async () => {
  await learn('before');
  await server.stop('fast');
  const startedAt = performance.now();
  const calls = [
    learn('away'),
    store.recall('acme', [{ ...key, key: 'not-cached.example' }]),
    store.verdicts.add({ verdict: aVerdict({ tenant: 'acme' }) }, [counting('away too')]),
    store.verdicts.get('acme', 'v1'),
    store.erase('acme', 'nobody@acme.example'),
    store.prune({ recordsBefore: 0, verdictsBefore: 0, observationsBefore: 0 }, 1),
    store.keys.count(),
    store.ping(),
  ];
  await Promise.all(
    calls.map(async (call) => {
      await expect(call).rejects.toThrow(AWAY);
      await expect(call).rejects.toBeInstanceOf(StoreAway);
    }),
  );
  expect(performance.now() - startedAt).toBeLessThan(8_000);
  await server.start();
  await store.ping();
  expect(await learn('away')).toEqual([true]);
  expect(await learn('before')).toEqual([false]);
  expect(await store.verdicts.get('acme', 'v1')).toBeUndefined();
  expect(await count()).toBe(2);
});

test.each(['fast', 'crash'] as const)(
  'in the midst of writes (%s), each handed in again until it is acknowledged',
  async (how) => {
    const before = (await count()) ?? 0;
    let refused = 0;
    let acknowledged = 0;
    let isOver = false;
    const persist = async (name: string) => {
      for (let serial = 0; !isOver; serial += 1) {
        for (let isWritten = false; !isWritten; ) {
          try {
            // Acknowledged as new, or, where the answer was lost on its way, as known.
            await learn(`${how} ${name} ${serial}`);
            isWritten = true;
            acknowledged += 1;
          } catch (error) {
            expect(String(error)).toMatch(AWAY);
            refused += 1;
            await sleep(20);
          }
        }
      }
    };
    const writers = Promise.all(['a', 'b', 'c', 'd'].map(persist));
    for (let round = 0; round < 3; round += 1) {
      await sleep(150);
      await server.stop(how);
      await sleep(50);
      await server.start();
    }
    await sleep(150);
    isOver = true;
    await writers;
    expect(refused).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(20);
    expect(await count()).toBe(before + acknowledged);
  },
);

test('an idle connection that the server ends is replaced', async () => {
  await store.ping();
  await server.stop('fast');
  await sleep(50);
  await server.start();
  await sleep(50);
  await expect(store.ping()).resolves.toBeUndefined();
});
