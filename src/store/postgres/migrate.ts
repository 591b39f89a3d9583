/** The schema in PostgreSQL: applied once, whoever starts first. */
import { type Migration, migrationsIn } from '../migrations.ts';
import { type Connections, ERASE_TIMEOUT_MS, type Run } from './connection.ts';

export const postgresMigrations = (): readonly Migration[] => migrationsIn(new URL('./', import.meta.url));

// Rows 'schema' (its version) and 'ping' (when a replica last asked whether it can write).
const CREATE_STATE =
  'CREATE TABLE IF NOT EXISTS tidemark_state (name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (name))';
const CREATE_ROWS = `INSERT INTO tidemark_state (name, value) VALUES ('schema', 0), ('ping', 0) ON CONFLICT DO NOTHING`;
const READ_VERSION = `SELECT value FROM tidemark_state WHERE name = 'schema'`;
const ATTEMPTS = 5;

/** How many migrations the database has had; 0 for an empty one. Changes nothing. */
export async function schemaVersion(run: Run): Promise<number> {
  const { rows } = await run<{ readonly is_there: boolean }>({
    text: `SELECT count(*) > 0 AS is_there FROM information_schema.tables WHERE table_name = 'tidemark_state' AND table_schema = current_schema()`,
  });
  return rows[0]?.is_there === true ? readVersion(run) : 0;
}

const readVersion = async (run: Run, lock = ''): Promise<number> =>
  (await run<{ readonly value: number }>({ text: `${READ_VERSION}${lock}` })).rows[0]?.value ?? 0;

/** Throws when the schema is newer than this Tidemark. Any number of processes may do this at once. */
export async function migrate(connections: Connections): Promise<void> {
  const migrations = postgresMigrations();
  if (isCurrent(await schemaVersion(connections.run), migrations)) return;
  await createState(connections.run);
  await connections.transaction(async (run) => {
    // Whoever comes second waits here for the row, and finds nothing left to do.
    const from = await readVersion(run, ' FOR UPDATE');
    if (isCurrent(from, migrations)) return;
    const dialect = await dialectOf(run);
    for (const { sql } of migrations.slice(from)) await run({ text: dialect(sql) });
    await run({ text: `UPDATE tidemark_state SET value = ${migrations.length} WHERE name = 'schema'` });
  }, ERASE_TIMEOUT_MS);
}

function isCurrent(version: number, migrations: readonly Migration[]): boolean {
  if (version > migrations.length)
    throw new Error(`written by a newer Tidemark (schema ${version}, this one knows ${migrations.length})`);
  return version === migrations.length;
}

/** Two that create a table at once may both find it absent: the second fails on the catalogue, and then finds it. */
async function createState(run: Run, attempts = ATTEMPTS): Promise<void> {
  try {
    await run({ text: CREATE_STATE });
  } catch (error) {
    if (attempts <= 1) throw error;
    return createState(run, attempts - 1);
  }
  await run({ text: CREATE_ROWS });
}

/** CockroachDB compares text by bytes, always, and refuses columns that ask for it. */
async function dialectOf(run: Run): Promise<(sql: string) => string> {
  const { rows } = await run<{ readonly version: string }>({ text: 'SELECT version() AS version' });
  const isCockroach = rows[0]?.version.startsWith('CockroachDB') === true;
  return (sql) => (isCockroach ? sql.replaceAll(' COLLATE "C"', '') : sql);
}
