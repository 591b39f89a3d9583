import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from '@jest/globals';
import { migrationsIn } from '../../src/store/migrations.ts';
import { openSqliteStore, sqliteSchema } from '../../src/store/sqlite.ts';
import { storeContract } from './contract.ts';

const dirs: string[] = [];
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-store-'));
  dirs.push(dir);
  return dir;
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

storeContract('SQLite', async () => {
  const dir = newDir();
  return {
    open: () => openSqliteStore({ path: join(dir, 'a.sqlite') }),
    dispose: async () => rmSync(dir, { recursive: true }),
  };
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
    const names = ['001-records-and-verdicts.sql', '002-locks.sql'];
    expect(await sqliteSchema({ path })).toEqual({ place: path, version: 0, names });
    expect(existsSync(path)).toBe(false);
    await (await openSqliteStore({ path })).close();
    expect(await sqliteSchema({ path })).toEqual({ place: path, version: 2, names });
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
