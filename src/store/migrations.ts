/** Numbered .sql files, applied once each and in order. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
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
