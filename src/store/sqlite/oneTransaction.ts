/** Writes of a store that can be made again from its last durable write: all up to the next one are a single transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { isSqlite, type Writer } from './groupCommit.ts';

/** `beforeCommit` writes what was put off; `onRollback` is told that what was written is not so. What SQLite refuses is its end: there is no going on. */
export function createOneTransactionWriter(
  database: DatabaseSync,
  beforeCommit: () => void,
  onRollback: () => void,
): Writer {
  const begin = database.prepare('SAVEPOINT write');
  const end = database.prepare('RELEASE write');
  let broken: { readonly error: unknown } | undefined;

  function run<T>(work: () => T): T {
    if (!database.isTransaction) database.exec('BEGIN IMMEDIATE');
    begin.run();
    try {
      return work();
    } catch (error) {
      if (!isSqlite(error)) database.exec('ROLLBACK TO write');
      throw error;
    } finally {
      if (database.isTransaction) end.run();
    }
  }

  function commit(): void {
    if (!database.isTransaction) return;
    beforeCommit();
    database.exec('COMMIT');
  }

  return {
    async write(durability, work) {
      if (broken !== undefined) throw broken.error;
      try {
        const answer = run(work);
        if (durability === 'durable') commit();
        return answer;
      } catch (error) {
        if (isSqlite(error)) {
          broken = { error };
          if (database.isTransaction) database.exec('ROLLBACK');
          onRollback();
        }
        throw error;
      }
    },
    async settled() {
      if (broken === undefined) commit();
    },
  };
}
