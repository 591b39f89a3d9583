/** The shared store: one PostgreSQL database, any number of processes. docs/adr/0009. */
import type { Store } from '../domain/ports.ts';
import type { SchemaState } from './migrations.ts';
import { createCache } from './postgres/cache.ts';
import { connect, placeOf } from './postgres/connection.ts';
import { custodyStore } from './postgres/custody.ts';
import { keyStore } from './postgres/keys.ts';
import { lockStore } from './postgres/locks.ts';
import { migrate, postgresMigrations, schemaVersion } from './postgres/migrate.ts';
import { recordStore } from './postgres/records.ts';
import { eraseTenant, prune } from './postgres/retention.ts';
import { verdictLog } from './postgres/verdicts.ts';
import { createWriter } from './postgres/writer.ts';

export interface PostgresOptions {
  /** postgres://user:password@host:port/database; the database exists, its tables are made. */
  readonly url: string;
  /** For so long a record may be answered as it was, where another process has written it since. */
  readonly cacheMs?: number;
  readonly now?: () => number;
}

const CACHE_MS = 5_000;

/**
 * Throws when the database cannot be reached or was written by a newer Tidemark. 'durable' and 'committed' are the same here: what the
 * server's synchronous_commit says, which by default survives power loss; not every engine knows another one per transaction.
 */
export async function openPostgresStore({ url, cacheMs = CACHE_MS, now = Date.now }: PostgresOptions): Promise<Store> {
  const connections = connect(url);
  try {
    await migrate(connections);
  } catch (error) {
    await connections.close();
    const message = error instanceof Error ? error.message : String(error);
    throw message.includes(placeOf(url)) ? error : new Error(`${placeOf(url)}: ${message}`, { cause: error });
  }
  const cache = createCache(cacheMs);
  const writer = createWriter(connections, cache, now);
  return {
    ...recordStore(connections, cache, writer, now),
    verdicts: verdictLog(connections, writer),
    locks: lockStore(connections),
    keys: keyStore(connections),
    custody: custodyStore(connections),
    eraseTenant: (tenant) => writer.alone(tenant, (run) => eraseTenant(run, tenant)),
    prune: (retention, limit) => prune(connections, retention, limit).finally(cache.forgetAll),
    async ping() {
      const { rows } = await connections.run<{ readonly can_write: boolean }>({
        text: `WITH written AS (UPDATE tidemark_state SET value = $1 WHERE name = 'ping' RETURNING 1)
          SELECT (SELECT count(*) FROM written) = 1 AND (SELECT count(*) FROM (SELECT 1 FROM records LIMIT 1) r) >= 0 AS can_write`,
        values: [now()],
      });
      if (rows[0]?.can_write !== true) throw new Error(`${placeOf(url)}: tidemark_state has lost its rows`);
    },
    async close() {
      await writer.settled();
      await connections.close();
    },
  };
}

/** Reads the database; changes nothing. */
export async function postgresSchema({ url }: Pick<PostgresOptions, 'url'>): Promise<SchemaState> {
  const connections = connect(url);
  try {
    const version = await schemaVersion(connections.run);
    return { place: placeOf(url), version, names: postgresMigrations().map(({ name }) => name) };
  } finally {
    await connections.close();
  }
}
