/** Numbered .sql files, applied once each and in order. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** What stands in a store, and what this Tidemark knows. */
export interface SchemaState {
  /** Where, without a password. */
  readonly place: string;
  /** How many migrations it has had; more than there are names: it was written by a newer Tidemark. */
  readonly version: number;
  readonly names: readonly string[];
}

/** Files like '001-what-it-does.sql' in `folder`, ascending. Throws when a number is missing or doubled. */
export function migrationsIn(folder: URL): readonly Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ version: Number.parseInt(name, 10), name, sql: readFileSync(new URL(name, folder), 'utf8') }));
  const wrong = migrations.find(({ version }, at) => version !== at + 1);
  if (wrong !== undefined) throw new Error(`migration ${wrong.name} breaks the numbering`);
  return migrations;
}
