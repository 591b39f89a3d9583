import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from '@jest/globals';
import { migrationsIn } from '../../src/store/migrations.ts';
import { openSqliteStore, sqliteSchema } from '../../src/store/sqlite.ts';
import { storeContract } from './contract.ts';
import { anOriginal, custodyContract } from './custodyContract.ts';

const dirs: string[] = [];
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-store-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const inNewDir = async (options: { readonly isScratch?: boolean } = {}) => {
  const dir = newDir();
  return {
    open: () => openSqliteStore({ path: join(dir, 'a.sqlite'), ...options }),
    dispose: async () => rmSync(dir, { recursive: true }),
  };
};
storeContract('SQLite', () => inNewDir());
storeContract('SQLite for scratch', () => inNewDir({ isScratch: true }));
custodyContract('SQLite', () => inNewDir());

describe('the files of originals', () => {
  const filesIn = (dir: string) => (existsSync(join(dir, 'custody')) ? readdirSync(join(dir, 'custody')) : []);
  const nothingPast = { recordsBefore: 0, verdictsBefore: 0, observationsBefore: 0, originalsBefore: 0 };

  test('are readable by the user only, and go with their rows', async () => {
    const dir = newDir();
    const store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
    expect(filesIn(dir)).toEqual([]);
    await store.custody.keep(anOriginal(), Buffer.from('one'), 1e6);
    await store.custody.keep(anOriginal({ verdictId: 'v2' }), Buffer.from('two'), 1e6);
    await store.custody.keep(anOriginal({ verdictId: 'v2' }), Buffer.from('two'), 1e6); // known: leaves none
    const files = filesIn(dir);
    expect(files).toHaveLength(2);
    expect(files.map((name) => statSync(join(dir, 'custody', name)).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(join(dir, 'custody')).mode & 0o777).toBe(0o700);
    await store.custody.erase('acme', 'ana@acme.example');
    expect(filesIn(dir)).toEqual([]);
    await store.close();
  });

  test('without a row are swept once they are old; those of rows and strange ones stay', async () => {
    const dir = newDir();
    const store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
    await store.custody.keep(anOriginal(), Buffer.from('kept'), 1e6);
    const [kept = ''] = filesIn(dir);
    const [old, fresh] = ['0', '1'].map((digit) => `0000000${digit}-0000-4000-8000-000000000000.eml`) as [
      string,
      string,
    ];
    for (const name of [old, fresh, 'notes.txt']) writeFileSync(join(dir, 'custody', name), 'x');
    for (const name of [old, kept, 'notes.txt']) utimesSync(join(dir, 'custody', name), 1, 1);
    await store.prune(nothingPast, 10);
    expect(filesIn(dir).toSorted()).toEqual([fresh, kept, 'notes.txt'].toSorted());
    await store.close();
  });

  test('a write that fails leaves neither file nor row', async () => {
    const dir = newDir();
    const store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
    writeFileSync(join(dir, 'custody'), 'a file where the folder should be');
    await expect(store.custody.keep(anOriginal(), Buffer.from('x'), 1e6)).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await store.custody.find('acme', 'v1')).toEqual([]);
    expect(await store.custody.totalBytes()).toBe(0);
    await store.close();
  });

  test('a store in memory keeps none, and says so', async () => {
    const store = await openSqliteStore({ path: ':memory:' });
    await expect(store.custody.keep(anOriginal(), Buffer.from('x'), 1e6)).rejects.toThrow('keeps no originals');
    await store.close();
  });
});

const lesson = (id: string) => ({
  id,
  mailbox: 'ana@acme.example',
  keys: [],
  fold: () =>
    new Map([['ana@acme.example\nthread\nm1', { own: 0 as const, p: ['secret-correspondent@x.example'], at: 1 }]]),
});

describe('the file', () => {
  test('two processes may write to it: neither sees what is stale', async () => {
    const path = join(newDir(), 'a.sqlite');
    const [one, other] = [await openSqliteStore({ path }), await openSqliteStore({ path })];
    const key = { mailbox: 'ana@acme.example', kind: 'thread', key: 'm1' } as const;
    expect((await one.recall('acme', [key])).size).toBe(0);
    await other.learn('acme', [lesson('a')], 'committed');
    expect((await one.recall('acme', [key])).size).toBe(1);
    expect(await one.learn('acme', [lesson('a')], 'committed')).toEqual([false]);
    await one.close();
    await other.close();
  });

  test('a write waits for the lock of another process, and stops nothing meanwhile', async () => {
    const path = join(newDir(), 'a.sqlite');
    const store = await openSqliteStore({ path });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 20);
    const learned = Promise.all(['a', 'b', 'c'].map((id) => store.learn('acme', [lesson(id)], 'committed')));
    setTimeout(() => other.exec('COMMIT'), 900);
    expect(await learned).toEqual([[true], [true], [true]]);
    clearInterval(timer);
    // Waiting in SQLite, 200 ms at a time, leaves a few turns; waiting there for the whole time would leave none.
    expect(turns).toBeGreaterThan(2);
    other.close();
    await store.close();
  });

  test('keeps no trace of what was erased, the log included', async () => {
    const dir = newDir();
    const store = await openSqliteStore({ path: join(dir, 'a.sqlite') });
    await store.learn('acme', [lesson('a')], 'durable');
    await store.erase('acme', 'ana@acme.example');
    const found = readdirSync(dir).filter((name) => readFileSync(join(dir, name)).includes('secret-correspondent'));
    expect(found).toEqual([]);
    await store.close();
  });

  test('of a newer Tidemark is refused with its path', async () => {
    const path = join(newDir(), 'a.sqlite');
    await (await openSqliteStore({ path })).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    await expect(openSqliteStore({ path })).rejects.toThrow(/a\.sqlite: written by a newer Tidemark/);
  });

  test('is asked for its schema without being made', async () => {
    const path = join(newDir(), 'a.sqlite');
    const names = ['001-records-and-verdicts.sql', '002-originals.sql', '003-locks.sql'];
    expect(await sqliteSchema({ path })).toEqual({ place: path, version: 0, names });
    expect(existsSync(path)).toBe(false);
    await (await openSqliteStore({ path })).close();
    expect(await sqliteSchema({ path })).toEqual({ place: path, version: 3, names });
  });

  test('that is no database is refused with its path', async () => {
    const path = join(newDir(), 'a.sqlite');
    writeFileSync(path, 'this is not a database, whatever its name says'.repeat(100));
    await expect(openSqliteStore({ path })).rejects.toThrow(/a\.sqlite: .*not a database/);
  });
});

test('migrations are numbered without a gap', () => {
  const folder = new URL(`file://${newDir()}/`);
  writeFileSync(new URL('001-a.sql', folder), 'SELECT 1');
  writeFileSync(new URL('003-b.sql', folder), 'SELECT 1');
  expect(() => migrationsIn(folder)).toThrow('003-b.sql breaks the numbering');
});
