/** Baseline records in SQLite, the hot ones kept parsed in memory. */
import type { DatabaseSync } from 'node:sqlite';
import NodeCache from 'node-cache';
import type { RecordKey, RecordKind, Records, RecordTypes } from '../../domain/observation.ts';
import { recordId } from '../../domain/observation.ts';
import type { BaselineStore, Lesson } from '../../domain/ports.ts';
import type { createWriter } from './groupCommit.ts';

type Value = RecordTypes[RecordKind];

const MAX_CACHED = 20_000; // records, known-absent ones included; at about 600 bytes each, 12 MB

export function recordStore(database: DatabaseSync, writer: ReturnType<typeof createWriter>): BaselineStore {
  const read = database.prepare('SELECT id, value FROM records WHERE id IN (SELECT value FROM json_each(?))');
  const write = database.prepare(
    'INSERT INTO records (id, value, touched) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value, touched = excluded.touched',
  );
  const remember = database.prepare('INSERT OR IGNORE INTO lessons (tenant, mailbox, id) VALUES (?, ?, ?)');
  const list = database.prepare('SELECT id, value FROM records WHERE id >= ? AND id < ? ORDER BY touched DESC LIMIT ?');
  const eraseRecords = database.prepare('DELETE FROM records WHERE id >= ? AND id < ?');
  const eraseLessons = database.prepare('DELETE FROM lessons WHERE tenant = ? AND mailbox = ?');
  const dataVersion = database.prepare('PRAGMA data_version');

  /** null: known to be absent. */
  const cache = new NodeCache({ useClones: false, checkperiod: 0, maxKeys: -1 });
  let seenVersion = -1;
  let touched = Number(database.prepare('SELECT max(touched) AS n FROM records').get()?.n ?? 0);
  writer.onRollback(() => cache.flushAll());

  /** Another process (`tidemark learn`) may have written: its writes make what is cached here stale. */
  function dropStale(): void {
    const version = Number(dataVersion.get()?.data_version);
    if (version !== seenVersion) cache.flushAll();
    seenVersion = version;
  }

  function keep(id: string, value: Value | null): void {
    if (cache.getStats().keys >= MAX_CACHED) cache.flushAll();
    cache.set(id, value);
  }

  function recall(tenant: string, keys: readonly RecordKey[]): Map<string, Value> {
    const scope = `${tenant}\n`;
    const found = new Map<string, Value>();
    const missing: string[] = [];
    for (const id of new Set(keys.map(recordId))) {
      const cached = cache.get<Value | null>(scope + id);
      if (cached === undefined) missing.push(scope + id);
      else if (cached !== null) found.set(id, cached);
    }
    if (missing.length === 0) return found;
    const absent = new Set(missing);
    for (const { id, value } of read.all(JSON.stringify(missing)) as { id: string; value: string }[]) {
      const parsed = JSON.parse(value) as Value;
      absent.delete(id);
      keep(id, parsed);
      found.set(id.slice(scope.length), parsed);
    }
    for (const id of absent) keep(id, null);
    return found;
  }

  function learn(tenant: string, { id, mailbox, keys, fold }: Lesson): boolean {
    if (remember.run(tenant, mailbox, id).changes === 0) return false;
    for (const [key, value] of fold(recall(tenant, keys))) {
      write.run(`${tenant}\n${key}`, JSON.stringify(value), ++touched);
      keep(`${tenant}\n${key}`, value);
    }
    return true;
  }

  return {
    async recall(tenant, keys) {
      dropStale();
      return recall(tenant, keys);
    },
    learn: (tenant, lessons, durability) =>
      writer.write(durability, () => {
        dropStale();
        return lessons.map((lesson) => learn(tenant, lesson));
      }),
    async list(tenant, mailbox, kind, limit) {
      const [from, to] = rangeOf(`${tenant}\n${mailbox}\n${kind}\n`);
      const rows = list.all(from, to, limit) as { id: string; value: string }[];
      return new Map(
        rows.map(({ id, value }) => [id.slice(tenant.length + 1), JSON.parse(value) as Value]),
      ) satisfies Records;
    },
    erase: (tenant, mailbox) =>
      writer.write('durable', () => {
        const { changes } = eraseRecords.run(...rangeOf(`${tenant}\n${mailbox}\n`));
        eraseLessons.run(tenant, mailbox);
        cache.flushAll();
        return Number(changes);
      }),
  };
}

/** All strings that begin with `prefix`, which ends with a newline: up to the character behind it. */
const rangeOf = (prefix: string): readonly [from: string, to: string] => [prefix, `${prefix.slice(0, -1)}\v`];
