/** Baseline records in SQLite, the hot ones kept parsed in memory. */
import type { DatabaseSync } from 'node:sqlite';
import type { RecordKey, RecordKind, Records, RecordTypes } from '../../domain/observation.ts';
import { recordId } from '../../domain/observation.ts';
import type { BaselineStore, Lesson } from '../../domain/ports.ts';
import { addressMark } from '../../text/mark.ts';
import { withoutName } from '../mentions.ts';
import { createRecent } from '../recent.ts';
import type { Writer } from './groupCommit.ts';

type Value = RecordTypes[RecordKind];

/** What lessons of one call change, by id with the tenant: written once, however many lessons change it. */
type Changes = Map<string, Value>;
const NO_CHANGES: ReadonlyMap<string, Value> = new Map();

const MAX_UNWRITTEN = 2_000; // records
const MAX_CACHED = 8_000; // records, known-absent ones included; at about 1 kB each, and 9 kB for the largest

export interface RecordStore extends BaselineStore {
  /** Learns inside a transaction that is open, as the last thing of its write: a failure behind it would leave what was put off. */
  learnNow(tenant: string, lessons: readonly Lesson[]): readonly boolean[];
  /** Forgets what is kept in memory: it may not be so. */
  dropCache(): void;
  /** Writes what was put off, inside a transaction that is open. */
  writeBack(): void;
}

/**
 * `writer` is asked for only when something is to be written, so that it can be made with this store's dropCache. `putsOff`: changed records
 * are written by writeBack, so that one that is changed again and again is written once.
 */
export function recordStore(
  database: DatabaseSync,
  writer: () => Writer,
  now: () => number,
  putsOff = false,
): RecordStore {
  const read = database.prepare('SELECT id, value FROM records WHERE id IN (SELECT value FROM json_each(?))');
  const write = database.prepare(
    'INSERT INTO records (id, value, touched) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value, touched = excluded.touched',
  );
  const remember = database.prepare('INSERT OR IGNORE INTO lessons (tenant, mailbox, id, learned) VALUES (?, ?, ?, ?)');
  const isLearned = database.prepare('SELECT 1 FROM lessons WHERE tenant = ? AND mailbox = ? AND id = ?');
  const forget = database.prepare('DELETE FROM lessons WHERE tenant = ? AND mailbox = ? AND id = ?');
  const list = database.prepare(
    'SELECT id, value FROM records WHERE id >= ? AND id < ? ORDER BY touched DESC, id LIMIT ?',
  );
  const eraseRecords = database.prepare('DELETE FROM records WHERE id >= ? AND id < ?');
  const eraseRecord = database.prepare('DELETE FROM records WHERE id = ?');
  const mentioning = database.prepare(
    'SELECT id, value FROM records WHERE id >= ? AND id < ? AND (instr(value, ?) > 0 OR instr(id, ?) > 0)',
  );
  const eraseLessons = database.prepare('DELETE FROM lessons WHERE tenant = ? AND mailbox = ?');
  const dataVersion = database.prepare('PRAGMA data_version');

  /** null: known to be absent. */
  const cache = createRecent<Value | null>(MAX_CACHED);
  const unwritten = new Map<string, { readonly value: Value; readonly touched: number }>();
  let seenVersion = -1;

  /** Another process (`tidemark learn`) may have written: its writes make what is cached here stale. */
  function dropStale(): void {
    if (putsOff) return; // nobody else writes
    const version = Number(dataVersion.get()?.data_version);
    if (version !== seenVersion) cache.clear();
    seenVersion = version;
  }

  /** `changes`: what is not even put off yet. */
  function recall(tenant: string, keys: readonly RecordKey[], changes = NO_CHANGES): Map<string, Value> {
    const scope = `${tenant}\n`;
    const found = new Map<string, Value>();
    const missing = new Set<string>();
    for (const key of keys) {
      const id = recordId(key);
      const full = scope + id;
      const known = changes.get(full) ?? unwritten.get(full)?.value ?? cache.get(full);
      if (known === undefined) missing.add(full);
      else if (known !== null) found.set(id, known);
    }
    if (missing.size === 0) return found;
    for (const { id, value } of read.all(JSON.stringify([...missing])) as { id: string; value: string }[]) {
      const parsed = JSON.parse(value) as Value;
      missing.delete(id);
      cache.set(id, parsed);
      found.set(id.slice(scope.length), parsed);
    }
    for (const id of missing) cache.set(id, null);
    return found;
  }

  function learn(tenant: string, lesson: Lesson, changes: Changes): boolean {
    const { id, mailbox, keys, fold, when, unless, undoes } = lesson;
    if (when !== undefined && !when.holds(recall(tenant, when.keys, changes))) return false;
    if (unless !== undefined && isLearned.get(tenant, mailbox, unless) !== undefined) return false;
    const { changes: count } = undoes ? forget.run(tenant, mailbox, id) : remember.run(tenant, mailbox, id, now());
    if (count === 0) return false;
    for (const [key, value] of fold(recall(tenant, keys, changes))) changes.set(`${tenant}\n${key}`, value);
    return true;
  }

  function store(changes: Changes): void {
    const touched = now();
    for (const [id, value] of changes) {
      if (putsOff) unwritten.set(id, { value, touched });
      else write.run(id, JSON.stringify(value), touched);
      cache.set(id, value);
    }
    if (unwritten.size >= MAX_UNWRITTEN) writeBack();
  }

  function writeBack(): void {
    for (const [id, { value, touched }] of unwritten) write.run(id, JSON.stringify(value), touched);
    unwritten.clear();
  }

  function dropCache(): void {
    unwritten.clear();
    cache.clear();
  }

  function learnNow(tenant: string, lessons: readonly Lesson[]): readonly boolean[] {
    dropStale();
    const changes: Changes = new Map();
    const outcome = lessons.map((lesson) => learn(tenant, lesson, changes));
    store(changes);
    return outcome;
  }

  return {
    async recall(tenant, keys) {
      dropStale();
      return recall(tenant, keys);
    },
    learn: (tenant, lessons, durability) => writer().write(durability, () => learnNow(tenant, lessons)),
    learnNow,
    dropCache,
    writeBack,
    async list(tenant, mailbox, kind, limit) {
      writeBack();
      const [from, to] = rangeOf(`${tenant}\n${mailbox}\n${kind}\n`);
      const rows = list.all(from, to, limit) as { id: string; value: string }[];
      return new Map(
        rows.map(({ id, value }) => [id.slice(tenant.length + 1), JSON.parse(value) as Value]),
      ) satisfies Records;
    },
    erase: (tenant, mailbox) =>
      writer().write('durable', () => {
        writeBack();
        const { changes } = eraseRecords.run(...rangeOf(`${tenant}\n${mailbox}\n`));
        eraseLessons.run(tenant, mailbox);
        const mentions = scrub(rangeOf(`${tenant}\n\n`), mailbox, [mailbox, addressMark(mailbox)]);
        cache.clear();
        return Number(changes) + mentions;
      }),
    eraseCorrespondent: (tenant, mailbox, address) =>
      writer().write('durable', () => {
        writeBack();
        const count = scrub(rangeOf(`${tenant}\n${mailbox}\n`), address, [address]);
        cache.clear();
        return count;
      }),
  };

  /** Removes records whose key is `address`, and `names` from those that mention them; answers how many. */
  function scrub(range: readonly [from: string, to: string], address: string, names: readonly string[]): number {
    let count = 0;
    for (const name of names) {
      for (const { id, value } of mentioning.all(...range, name, name) as { id: string; value: string }[]) {
        count += 1;
        if (id.endsWith(`\n${address}`)) eraseRecord.run(id);
        else write.run(id, JSON.stringify(withoutName(JSON.parse(value), name)), now());
      }
    }
    return count;
  }
}

/** All strings that begin with `prefix`, which ends with a newline: up to the character behind it. */
const rangeOf = (prefix: string): readonly [from: string, to: string] => [prefix, `${prefix.slice(0, -1)}\v`];
