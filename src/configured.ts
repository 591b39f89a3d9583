/** What the configuration stands for: the store and the policy that every command begins with. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { Store } from './domain/ports.ts';
import type { Policy } from './domain/verdict.ts';
import { readPolicy } from './policyFile.ts';
import { explainOpening } from './startup.ts';
import type { SchemaState } from './store/migrations.ts';
import { openPostgresStore, postgresSchema } from './store/postgres.ts';
import { openSqliteStore, sqliteSchema } from './store/sqlite.ts';
import { DEFAULT_POLICY } from './verdict/policy.ts';

/** Rejects with a ConfigError. */
export function openStoreOf(config: Config): Promise<Store> {
  const { databaseUrl: url } = config;
  return explainOpening(url, async () => {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 }); // who writes to whom is nobody else's business
    return url === undefined ? openSqliteStore({ path: fileIn(config) }) : openPostgresStore({ url });
  });
}

/** Rejects with a ConfigError. */
export function schemaOf(config: Config): Promise<SchemaState> {
  const { databaseUrl: url } = config;
  return explainOpening(url, () =>
    url === undefined ? sqliteSchema({ path: fileIn(config) }) : postgresSchema({ url }),
  );
}

/** Throws ConfigError. */
export const policyOf = ({ mode, policyFile }: Config): Policy => ({
  ...(policyFile === undefined ? DEFAULT_POLICY : readPolicy(policyFile, DEFAULT_POLICY)),
  mode,
});

const fileIn = ({ dataDir }: Config): string => join(dataDir, 'tidemark.sqlite');
