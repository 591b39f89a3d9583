/**
 * Where each message of the exports stands, in the order of arrival, and how far a run is: on disk, so that memory stays flat. SQLite sorts
 * in runs and merges them. The file is locked while it is open; the kernel gives the lock back, whatever becomes of the process.
 */
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SkipReason } from '../domain/history.ts';
import { RescoreError } from '../domain/rescore.ts';
import type { Met } from '../exportOrder.ts';
import type { ExportFile, FoundMessage } from '../exports/found.ts';

/** A message in the index. `place` is its position in the exports. */
export interface Indexed extends Pick<FoundMessage, 'index' | 'isSent' | 'keptAs' | 'isRebuilt'> {
  readonly place: number;
  readonly file: ExportFile;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly at: number;
  readonly skipped?: SkipReason;
}

/** How far a run is: all up to this message is written out. */
export interface Checkpoint {
  readonly count: number;
  readonly at: number;
  readonly place: number;
  /** Whatever its writer needs to go on. */
  readonly state: unknown;
}

export interface ArrivalIndex {
  /** All messages of the exports are in it. */
  isComplete(): boolean;
  /** Takes all of them, in the order of the exports (as named). What stood in the index before is gone. Resolves when that is on the disk. */
  build(met: AsyncIterable<Met>, exports: readonly string[]): Promise<void>;
  count(): number;
  /** Those that are read again, and hold mail: a file of another kind may change. */
  files(): Iterable<ExportFile & FileStamp>;
  /** Those that were listed, and hold mail. */
  folders(): Iterable<{ readonly path: string; readonly entryCount: number }>;
  /** In the order of arrival, those behind a checkpoint. */
  inOrder(after: Checkpoint | undefined, fileOf: (file: ExportFile) => ExportFile): Iterable<Indexed>;
  /** Where the mail of this verdict stood first, in the order of arrival; notes it if nowhere. */
  firstPlace(verdictId: string, place: number): number;
  checkpoint(): Checkpoint | undefined;
  /** Resolves when it is on the disk. */
  advance(checkpoint: Checkpoint): void;
  close(): void;
}

export interface FileStamp {
  readonly sizeBytes: number;
  readonly changedAt: number;
}

/** What tells whether exports have changed since. */
export interface Stamps {
  of(file: ExportFile): FileStamp;
  /** What stands in a folder. */
  countIn(dir: string): number;
}

const BUSY = 5; // https://sqlite.org/rescode.html
const PAGE = 1000; // rows in memory

const SETUP = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -8000; -- kB
  CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, path TEXT NOT NULL, is_mbox INTEGER NOT NULL, is_spooled INTEGER NOT NULL,
    size INTEGER NOT NULL, changed INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS folders (path TEXT PRIMARY KEY, entries INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (place INTEGER PRIMARY KEY, at INTEGER NOT NULL, file INTEGER NOT NULL, position INTEGER,
    start INTEGER NOT NULL, size INTEGER NOT NULL, is_sent INTEGER NOT NULL, kept_as TEXT, is_rebuilt INTEGER NOT NULL, skipped TEXT);
  CREATE TABLE IF NOT EXISTS firsts (verdict TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;

/** Throws RescoreError 'folder-in-use'. */
export function openArrivalIndex(path: string, stamps: Stamps): ArrivalIndex {
  const database = opened(path);
  const setState = database.prepare(
    'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const getState = database.prepare('SELECT value FROM state WHERE name = ?');
  const addFirst = database.prepare('INSERT OR IGNORE INTO firsts (verdict, place) VALUES (?, ?)');
  const getFirst = database.prepare('SELECT place FROM firsts WHERE verdict = ?');
  const readState = (name: string): unknown => {
    const row = getState.get(name) as { value: string } | undefined;
    return row === undefined ? undefined : JSON.parse(row.value);
  };
  const begin = (): void => {
    if (!database.isTransaction) database.exec('BEGIN');
  };

  return {
    isComplete: () => readState('complete') === true,
    async build(met, exports) {
      database.exec(
        'DROP INDEX IF EXISTS by_arrival; DELETE FROM files; DELETE FROM folders; DELETE FROM messages; DELETE FROM firsts; DELETE FROM state;',
      );
      await fill(database, met, new Set(exports), stamps);
      database.exec('BEGIN; CREATE INDEX by_arrival ON messages (at, place)');
      setState.run('complete', 'true');
      database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    },
    count: () => Number(database.prepare('SELECT count(*) AS n FROM messages').get()?.n ?? 0),
    *files() {
      const rows = database.prepare(UNSPOOLED_MAIL).iterate();
      for (const row of rows as Iterable<Record<string, string | number>>)
        yield { ...fileIn(row), sizeBytes: Number(row.size), changedAt: Number(row.changed) };
    },
    *folders() {
      const rows = database.prepare('SELECT path, entries FROM folders').iterate();
      for (const { path, entries } of rows as Iterable<Record<string, string | number>>)
        yield { path: String(path), entryCount: Number(entries) };
    },
    inOrder: (after, fileOf) => ordered(database, after, fileOf),
    firstPlace(verdictId, place) {
      begin();
      if (addFirst.run(verdictId, place).changes > 0) return place;
      return Number((getFirst.get(verdictId) as { place: number }).place);
    },
    checkpoint: () => readState('checkpoint') as Checkpoint | undefined,
    advance(checkpoint) {
      begin();
      setState.run('checkpoint', JSON.stringify(checkpoint));
      database.exec('COMMIT');
    },
    close: () => database.close(),
  };
}

function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(SETUP);
    // Locked from the first write on.
    database.exec('BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT');
    return database;
  } catch (error) {
    database.close();
    const code = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0;
    if ((code & 0xff) === BUSY)
      throw new RescoreError('folder-in-use', `another run is at work in the folder of ${path}; wait for its end`);
    throw error;
  }
}

const UNSPOOLED_MAIL = `SELECT * FROM files WHERE is_spooled = 0
  AND id IN (SELECT file FROM messages WHERE skipped IS NULL OR skipped <> 'not-a-message')`;

async function fill(
  database: DatabaseSync,
  all: AsyncIterable<Met>,
  named: ReadonlySet<string>,
  stamps: Stamps,
): Promise<void> {
  const addFile = database.prepare(
    'INSERT INTO files (path, is_mbox, is_spooled, size, changed) VALUES (?, ?, ?, ?, ?)',
  );
  const add = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const addFolder = database.prepare('INSERT INTO folders (path, entries) VALUES (?, ?)');
  const folders = new Set<string>();
  let place = 0;
  let last: { readonly key: string; readonly id: number | bigint } | undefined;
  database.exec('BEGIN');
  for await (const met of all) {
    const { file, at, index = null, offset = 0 } = met;
    const key = `${file.path}\n${file.isMbox}`;
    if (last?.key !== key) {
      const { sizeBytes, changedAt } = stamps.of(file);
      const { lastInsertRowid } = addFile.run(
        file.path,
        Number(file.isMbox),
        Number(file.handle !== undefined),
        sizeBytes,
        changedAt,
      );
      last = { key, id: lastInsertRowid };
    }
    const folder = dirname(file.path);
    const isOther = 'skipped' in met && met.skipped === 'not-a-message';
    if (!isOther && file.handle === undefined && !named.has(file.path) && !folders.has(folder)) {
      folders.add(folder);
      addFolder.run(folder, stamps.countIn(folder));
    }
    if ('skipped' in met) add.run(place, at, last.id, index, offset, 0, 0, null, 0, met.skipped);
    else {
      const { sizeBytes, isSent, keptAs = null, isRebuilt = false } = met;
      add.run(place, at, last.id, index, offset, sizeBytes, Number(isSent), keptAs, Number(isRebuilt), null);
    }
    place += 1;
    if (place % 10_000 === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT');
}

const fileIn = (row: Record<string, string | number | null>): ExportFile & { readonly isSpooled: boolean } => ({
  path: String(row.path),
  isMbox: row.is_mbox === 1,
  isSpooled: row.is_spooled === 1,
});

/** Page by page: a statement that is stepped through would be disturbed by the writes between. */
function* ordered(
  database: DatabaseSync,
  after: Checkpoint | undefined,
  fileOf: (file: ExportFile & { readonly isSpooled: boolean }) => ExportFile,
): Generator<Indexed> {
  const page = database.prepare(
    `SELECT m.*, f.path, f.is_mbox, f.is_spooled FROM messages m JOIN files f ON f.id = m.file
     WHERE (m.at, m.place) > (?, ?) ORDER BY m.at, m.place LIMIT ${PAGE}`,
  );
  let at = after?.at ?? Number.MIN_SAFE_INTEGER;
  let place = after?.place ?? -1;
  for (;;) {
    const rows = page.all(at, place) as Record<string, string | number | null>[];
    for (const row of rows) {
      at = Number(row.at);
      place = Number(row.place);
      yield {
        place,
        at,
        file: fileOf(fileIn(row)),
        offset: Number(row.start),
        sizeBytes: Number(row.size),
        isSent: row.is_sent === 1,
        ...(row.position === null ? {} : { index: Number(row.position) }),
        ...(row.kept_as === null ? {} : { keptAs: row.kept_as as NonNullable<Indexed['keptAs']> }),
        ...(row.is_rebuilt === 1 ? { isRebuilt: true } : {}),
        ...(row.skipped === null ? {} : { skipped: row.skipped as SkipReason }),
      };
    }
    if (rows.length < PAGE) return;
  }
}
