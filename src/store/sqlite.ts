/** The embedded store: one SQLite file in WAL mode by node:sqlite, one process that writes. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Durability, Store } from '../domain/ports.ts';
import { migrationsIn, type SchemaState } from './migrations.ts';
import { custodyStore } from './sqlite/custody.ts';
import { openFiles } from './sqlite/files.ts';
import { createWriter } from './sqlite/groupCommit.ts';
import { keyStore } from './sqlite/keys.ts';
import { lockStore } from './sqlite/locks.ts';
import { createOneTransactionWriter } from './sqlite/oneTransaction.ts';
import { recordStore } from './sqlite/records.ts';
import { eraseTenant, prune, type Removed } from './sqlite/retention.ts';
import { verdictLog } from './sqlite/verdicts.ts';

export interface SqliteOptions {
  /** A file, created with its tables when absent, or ':memory:'. */
  readonly path: string;
  /** One process has it for itself, and can make it again from its last durable write: what comes between is written together, and much of it once. */
  readonly isScratch?: boolean;
}

const CUSTODY_FOLDER = 'custody'; // beside the database
const ORPHAN_MS = 3_600_000; // a file that has no row by then will get none
const BUSY_TIMEOUT_MS = 200; // another process may hold the lock; longer waits are the writer's, who does not stop everything else

const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA secure_delete = ON; -- what is erased must be gone from the file too, not only from its index
  PRAGMA wal_autocheckpoint = 8000; -- pages, 32 MB: records that are written again and again are copied to the file once
  PRAGMA cache_size = -16000; -- kB
  PRAGMA temp_store = MEMORY;
`;

/** Throws when the file cannot be opened, is no database, or was written by a newer Tidemark. */
export async function openSqliteStore({ path, isScratch = false }: SqliteOptions): Promise<Store> {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(PRAGMAS);
    if (isScratch) database.exec('PRAGMA secure_delete = OFF'); // the file goes as a whole
    migrate(database);
  } catch (error) {
    database.close();
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const records = recordStore(database, () => writer, Date.now, isScratch);
  const writer = isScratch
    ? createOneTransactionWriter(database, records.writeBack, records.dropCache)
    : createWriter(database, records.dropCache);
  const verdicts = verdictLog(database, writer, records.learnNow);
  const files = path === ':memory:' ? undefined : openFiles(join(dirname(path), CUSTODY_FOLDER));
  const custody = custodyStore(database, writer, files);
  /** Of all records, so those that were put off are written first. */
  const removing = <T>(durability: Durability, work: () => T): Promise<T> =>
    writer.write(durability, () => {
      records.writeBack();
      return work();
    });
  const withFiles = async (removal: Promise<Removed>): Promise<number> => {
    const removed = await removal.finally(records.dropCache);
    await files?.remove(removed.files);
    return removed.count;
  };
  /** What was erased stands in the log until that is overwritten. */
  const wiped = async <T>(erasing: Promise<T>): Promise<T> => {
    const answer = await erasing;
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return answer;
  };
  const ping = database.prepare('SELECT count(*) AS n FROM (SELECT 1 FROM records LIMIT 1)');
  return {
    ...records,
    erase: (tenant, mailbox) => wiped(records.erase(tenant, mailbox)),
    eraseCorrespondent: (tenant, mailbox, address) => wiped(records.eraseCorrespondent(tenant, mailbox, address)),
    verdicts: { ...verdicts, erase: (tenant, mailbox) => wiped(verdicts.erase(tenant, mailbox)) },
    custody: { ...custody, erase: (tenant, mailbox) => wiped(custody.erase(tenant, mailbox)) },
    eraseTenant: (tenant) => wiped(withFiles(removing('durable', () => eraseTenant(database, tenant)))),
    async prune(retention, limit) {
      const count = await withFiles(removing('committed', () => prune(database, retention, limit)));
      if (count === 0) await custody.sweep(Date.now() - ORPHAN_MS);
      return count;
    },
    locks: lockStore(database, writer),
    keys: keyStore(database),
    async ping() {
      ping.get();
      await writer.write('committed', () => undefined);
    },
    async close() {
      await writer.settled();
      database.close();
    },
  };
}

/** Reads the file if there is one; changes nothing. */
export async function sqliteSchema({ path }: SqliteOptions): Promise<SchemaState> {
  const names = knownMigrations().map(({ name }) => name);
  if (!existsSync(path)) return { place: path, version: 0, names };
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return { place: path, version: versionOf(database), names };
  } finally {
    database.close();
  }
}

const knownMigrations = () => migrationsIn(new URL('./sqlite/', import.meta.url));
const versionOf = (database: DatabaseSync) => Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);

function migrate(database: DatabaseSync): void {
  const migrations = knownMigrations();
  const version = () => versionOf(database);
  if (version() === migrations.length) return;
  // Another process may be doing the same: whoever comes second waits here and finds nothing left to do.
  database.exec('BEGIN IMMEDIATE');
  try {
    const from = version();
    if (from > migrations.length) {
      throw new Error(`written by a newer Tidemark (schema ${from}, this one knows ${migrations.length})`);
    }
    for (const { sql } of migrations.slice(from)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
