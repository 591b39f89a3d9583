/** A database that may not grow, as on a disk that is full. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@jest/globals';
import { StoreAway } from '../../src/domain/ports.ts';
import { createWriter } from '../../src/store/sqlite/groupCommit.ts';

test('a write that finds no room is refused as one that may succeed later, and then does', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (v BLOB)');
  const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  const rollbacks: string[] = [];
  const writer = createWriter(database, () => rollbacks.push('rolled back'));
  const insert = database.prepare('INSERT INTO t VALUES (zeroblob(100000))');
  const write = () => writer.write('committed', () => insert.run().changes);

  const refused = await Promise.allSettled([write(), write()]);
  for (const one of refused) {
    expect(one).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('is full') } });
    expect('reason' in one && one.reason).toBeInstanceOf(StoreAway);
  }
  expect(rollbacks).toEqual(['rolled back']);
  database.exec('PRAGMA max_page_count = 10000');
  expect(await Promise.all([write(), write()])).toEqual([1, 1]);
  expect(database.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 2 });
  database.close();
});
