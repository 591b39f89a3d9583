import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Original } from '../../src/domain/custody.ts';
import type { LinkRecord, RecordKey, Records } from '../../src/domain/observation.ts';
import { recordId } from '../../src/domain/observation.ts';
import type { Lesson, Store } from '../../src/domain/ports.ts';
import { placeOf } from '../../src/store/postgres/connection.ts';
import { openPostgresStore, postgresSchema } from '../../src/store/postgres.ts';
import { aVerdict } from '../http/service.ts';
import { storeContract } from './contract.ts';
import { anOriginal, custodyContract } from './custodyContract.ts';
import { openTestServer, type TestServer } from './postgresServer.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
}, 60_000);
afterAll(() => server?.close());

const TABLES =
  'records, lessons, verdicts, verdict_mailboxes, locks, api_keys, originals, original_pieces, original_mailboxes';
const EMPTY = `TRUNCATE ${TABLES}; UPDATE tidemark_state SET value = 0 WHERE name = 'originals_bytes'`;

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows ?? []; // of several statements there is none
}

let contractUrl: string | undefined;
const onEmptyTables = async () => {
  contractUrl ??= await server.createDatabase();
  const url = contractUrl;
  return { open: () => openPostgresStore({ url }), dispose: async () => void (await query(url, EMPTY)) };
};
storeContract('PostgreSQL', onEmptyTables);
custodyContract('PostgreSQL', onEmptyTables);

const key: RecordKey = { mailbox: 'ana@acme.example', kind: 'link', key: 'partner.example' };
const countIn = (records: Records, one = key) => (records.get(recordId(one)) as LinkRecord | undefined)?.c.n ?? 0;
const countOf = async (store: Store, one = key) => countIn(await store.recall('acme', [one]), one);
const ofCount = (n: number): LinkRecord => ({
  c: { n, w30: n, w365: n, d: 1, f: 0, l: n },
  senders: { v: {}, o: 0 },
});
const counting = (id: string, keys: readonly RecordKey[] = [key]): Lesson => ({
  id,
  mailbox: 'ana@acme.example',
  keys,
  fold: (records) => new Map(keys.map((one) => [recordId(one), ofCount(countIn(records, one) + 1)])),
});

/** Stores on one new database, closed afterwards. */
async function withStores(
  cacheMs: readonly number[],
  work: (stores: readonly [Store, Store], url: string) => Promise<void>,
): Promise<void> {
  const url = await server.createDatabase();
  const open = (at: number) => openPostgresStore({ url, cacheMs: cacheMs[at] ?? 5_000 });
  const stores = [await open(0), await open(1)] as const;
  try {
    await work(stores, url);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

describe('several processes on one database', () => {
  test('agree within the stated age', () =>
    withStores([300, 300], async ([one, other]) => {
      expect(await countOf(one)).toBe(0);
      await other.learn('acme', [counting('a')], 'committed');
      expect(await countOf(other)).toBe(1);
      expect(await countOf(one)).toBe(0);
      await sleep(350);
      expect(await countOf(one)).toBe(1);
    }));

  test('writing at once lose no count and learn nothing twice', () =>
    withStores([], async ([one, other]) => {
      const keys = [key, { ...key, mailbox: '' }, { ...key, key: 'other.example' }];
      const learn = async (store: Store, who: string) => {
        const outcomes: boolean[] = [];
        for (let round = 0; round < 25; round += 1) {
          const calls = [`own ${who} ${round}`, `shared ${round}`].map((id) =>
            store.learn('acme', [counting(id, keys)], 'committed'),
          );
          outcomes.push(...(await Promise.all(calls)).flat());
        }
        return outcomes;
      };
      const outcomes = (await Promise.all([learn(one, 'one'), learn(other, 'other')])).flat();
      expect(outcomes.filter(Boolean)).toHaveLength(75);
      await one.learn('acme', [counting('last', keys)], 'committed');
      expect(await Promise.all(keys.map((each) => countOf(one, each)))).toEqual([76, 76, 76]);
    }));

  test('a lesson is taken back by one of them, once, and may be learned again', () =>
    withStores([], async ([one, other]) => {
      const back: Lesson = {
        ...counting('a'),
        fold: (records) => new Map([[recordId(key), ofCount(countIn(records) - 1)]]),
        undoes: true,
      };
      await one.learn('acme', [counting('a')], 'committed');
      const outcomes = await Promise.all([one, other].map((store) => store.learn('acme', [back], 'committed')));
      expect(outcomes.flat().filter(Boolean)).toHaveLength(1);
      expect(await other.learn('acme', [counting('a')], 'committed')).toEqual([true]);
      expect(await one.learn('acme', [counting('a')], 'committed')).toEqual([false]);
      expect(await other.learn('acme', [back, counting('b')], 'committed')).toEqual([true, true]);
      expect(await countOf(other)).toBe(1);
    }));

  test('a condition is asked of what is so, not of what is remembered', () =>
    withStores([60_000, 60_000], async ([one, other]) => {
      const twice = (id: string): Lesson => ({
        ...counting(id, [{ ...key, mailbox: '' }]),
        when: { keys: [key], holds: (records) => countIn(records) === 2 },
      });
      await one.learn('acme', [counting('a'), counting('b')], 'committed');
      expect(await one.recall('acme', [key, { ...key, mailbox: '' }])).toHaveProperty('size', 1);
      await other.learn('acme', [counting('c')], 'committed');
      expect(await one.learn('acme', [twice('d'), counting('e', [{ ...key, key: 'x' }])], 'committed')).toEqual([
        false,
        true,
      ]);
    }));

  test('one due message is settled by one of them', () =>
    withStores([], async ([one, other]) => {
      for (let round = 0; round < 10; round += 1) {
        const id = `v${round}`;
        await one.verdicts.add({ verdict: aVerdict({ id, tenant: 'acme', learnsAt: 5, isLearned: false }) }, []);
        const settled = await Promise.all(
          [one, other].map((store, at) => store.verdicts.settle('acme', id, [counting(`${id} ${at}`)])),
        );
        expect(settled.filter(Boolean)).toHaveLength(1);
      }
      expect(await countOf(one)).toBe(10);
    }));

  test('what one erased, the other does not bring back from its memory', () =>
    withStores([60_000, 60_000], async ([one, other]) => {
      await one.learn('acme', [counting('a'), counting('b')], 'committed');
      expect(await countOf(other)).toBe(2);
      await one.erase('acme', 'ana@acme.example');
      await other.learn('acme', [counting('c')], 'committed');
      expect(await countOf(other)).toBe(1);
      // Written anew as often as before: the same number of writes is not the same record.
      await other.learn('acme', [counting('d'), counting('e')], 'committed');
      await one.erase('acme', 'ana@acme.example');
      for (const id of ['f', 'g']) await one.learn('acme', [counting(id)], 'committed');
      await other.learn('acme', [counting('h')], 'committed');
      expect(await countOf(other)).toBe(3);
    }));

  test('an erasure of many originals keeps nobody from keeping another until it is nearly done', () =>
    withStores([0, 0], async ([eraser, keeper], url) => {
      const keep = (original: Original) => keeper.custody.keep(original, Buffer.from('raw'), 1e9);
      for (const verdictId of ['v1', 'v2', 'v3']) await keep(anOriginal({ verdictId }));
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        await client.query("BEGIN; SELECT 1 FROM original_pieces WHERE verdict_id = 'v3' FOR UPDATE");
        const erasing = eraser.custody.erase('acme', 'ana@acme.example');
        await sleep(300); // it has come to the last of them
        const bob = { mailboxes: ['bob@acme.example'], envelope: { rcptTo: ['bob@acme.example'] } };
        const kept = keep(anOriginal({ verdictId: 'v4', ...bob }));
        expect(await Promise.race([kept, sleep(2000, 'waits', { ref: false })])).toBe('kept');
        await client.query('ROLLBACK');
        expect(await erasing).toBe(3);
      } finally {
        await client.end();
      }
    }));

  test('many calls of one turn, of several tenants, with a faulty one among them', () =>
    withStores([], async ([one, other]) => {
      const bad = { ...counting('bad'), id: 'NUL \0 is no text' };
      const calls = Array.from({ length: 60 }, (_, at) =>
        one.learn(at % 2 === 0 ? 'acme' : 'other', [at === 30 ? bad : counting(`c${at}`)], 'committed'),
      );
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      expect(await countOf(other)).toBe(29);
    }));
});

const NAMES = ['001-records-and-verdicts.sql', '002-originals.sql', '003-locks.sql'];

describe('the schema', () => {
  test('is made once by processes that start at once', async () => {
    const url = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore({ url })));
    await Promise.all(stores.map((store) => store.ping()));
    await Promise.all(stores.map((store) => store.close()));
  });

  test('of a newer Tidemark is refused with its place', async () => {
    const url = await server.createDatabase();
    await (await openPostgresStore({ url })).close();
    await query(url, `UPDATE tidemark_state SET value = 999 WHERE name = 'schema'`);
    await expect(openPostgresStore({ url })).rejects.toThrow(
      /127\.0\.0\.1:\d+\/tidemark_test_\w+: written by a newer Tidemark \(schema 999/,
    );
  });

  test('is read without making anything', async () => {
    const url = await server.createDatabase();
    expect(await postgresSchema({ url })).toEqual({ place: placeOf(url), version: 0, names: NAMES });
    expect(await query(url, `SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'`)).toEqual([]);
  });

  test('is read once it is there', async () => {
    const url = await server.createDatabase();
    await (await openPostgresStore({ url })).close();
    expect(await postgresSchema({ url })).toEqual({ place: placeOf(url), version: 3, names: NAMES });
  });

  test('sorts and compares by bytes', async () => {
    const url = await server.createDatabase();
    await (await openPostgresStore({ url })).close();
    const columns = await query(
      url,
      `SELECT column_name FROM information_schema.key_column_usage u JOIN information_schema.columns c USING (table_name, column_name)
       WHERE u.table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name <> 'tidemark_state'`,
    );
    expect(columns).toEqual([]);
  });

  test('every key begins with the tenant', async () => {
    const url = await server.createDatabase();
    await (await openPostgresStore({ url })).close();
    const rows = await query(
      url,
      `SELECT table_name AS name, string_agg(column_name, ' ' ORDER BY ordinal_position) AS key
       FROM information_schema.key_column_usage WHERE table_schema = 'public' AND constraint_name LIKE '%_pkey' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { name: 'api_keys', key: 'tenant id' },
      { name: 'lessons', key: 'tenant mailbox id' },
      { name: 'locks', key: 'tenant verdict_id token' },
      { name: 'original_mailboxes', key: 'tenant mailbox verdict_id key' },
      { name: 'original_pieces', key: 'tenant verdict_id key piece' },
      { name: 'originals', key: 'tenant verdict_id key' },
      { name: 'records', key: 'tenant mailbox kind key' },
      { name: 'tidemark_state', key: 'name' },
      { name: 'verdict_mailboxes', key: 'tenant mailbox received_at id' },
      { name: 'verdicts', key: 'tenant id' },
    ]);
  });
});

test('where nobody listens it says where, and keeps the password to itself', async () => {
  const opening = openPostgresStore({ url: 'postgres://ana:secret-word@127.0.0.1:1/acme' });
  await expect(opening).rejects.toThrow('PostgreSQL at 127.0.0.1:1/acme cannot be reached: ');
  await opening.catch((error: unknown) => expect(`${error} ${JSON.stringify(error)}`).not.toContain('secret-word'));
});

test.each([
  ['postgres://u:p@db.example/acme', 'db.example:5432/acme'],
  ['postgresql://db.example:6000/acme?sslmode=require', 'db.example:6000/acme'],
  ['postgresql:///acme?host=/run/postgresql', '/run/postgresql:5432/acme'],
])('the place of %s is %s', (url, place) => {
  expect(placeOf(url)).toBe(place);
});
