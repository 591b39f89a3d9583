/** Originals in SQLite: rows in the database, bytes in files. First the file, then the row: a row never lacks its bytes. */
import type { DatabaseSync } from 'node:sqlite';
import { type Custody, type KeptOriginal, OVERHEAD_BYTES } from '../../domain/custody.ts';
import {
  bodyOf,
  keyOf,
  lacksRecipient,
  ORIGINAL_COLUMNS,
  type OriginalRow,
  restoredWith,
  toOriginal,
  withoutMailbox,
} from '../originalRow.ts';
import type { Files } from './files.ts';
import type { Writer } from './groupCommit.ts';

/** Rows that went, as they tell what goes with them. */
export interface Gone {
  readonly file: string;
  readonly size_bytes: number;
  readonly tenant: string;
  readonly verdict_id: string;
  readonly key: string;
}

export const GONE_COLUMNS = 'file, size_bytes, tenant, verdict_id, key';

export interface SqliteCustody extends Custody {
  /** Removes files that no row names and that were written before then (ms): a process died between the two, or after it erased a row. */
  sweep(before: number): Promise<void>;
}

/** Within a transaction. */
export function forgetOriginals(database: DatabaseSync, gone: readonly Gone[]): void {
  const forget = database.prepare('DELETE FROM original_mailboxes WHERE tenant = ? AND verdict_id = ? AND key = ?');
  for (const { tenant, verdict_id, key } of gone) forget.run(tenant, verdict_id, key);
  const bytes = gone.reduce((sum, { size_bytes }) => sum + size_bytes + OVERHEAD_BYTES, 0);
  database.prepare('UPDATE originals_total SET bytes = bytes - ?').run(bytes);
}

/** `files` is absent for a store in memory, which keeps none. */
export function custodyStore(database: DatabaseSync, writer: Writer, files: Files | undefined): SqliteCustody {
  const add = database.prepare(
    'INSERT OR IGNORE INTO originals (tenant, verdict_id, key, why, kept_at, size_bytes, body, file) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const addMailbox = database.prepare(
    'INSERT OR IGNORE INTO original_mailboxes (tenant, mailbox, verdict_id, key) VALUES (?, ?, ?, ?)',
  );
  const addBytes = database.prepare('UPDATE originals_total SET bytes = bytes + ?');
  const total = database.prepare('SELECT bytes FROM originals_total');
  const fileOf = database.prepare('SELECT file FROM originals WHERE tenant = ? AND verdict_id = ? AND key = ?');
  const isNamed = database.prepare('SELECT 1 FROM originals WHERE file = ?');
  const ofVerdict = database.prepare(
    `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE tenant = ? AND verdict_id = ? ORDER BY kept_at, key`,
  );
  const ofMailbox = database.prepare(
    `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE (tenant, verdict_id, key) IN
       (SELECT tenant, verdict_id, key FROM original_mailboxes WHERE tenant = ? AND mailbox = ?)`,
  );
  const unscored = database.prepare(
    `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE why = 'unscored' AND claimed_until <= ? ORDER BY kept_at LIMIT ?`,
  );
  const claim = database.prepare(
    'UPDATE originals SET claimed_until = ? WHERE tenant = ? AND verdict_id = ? AND key = ? AND claimed_until <= ?',
  );
  const atPlace = database.prepare(
    `SELECT ${ORIGINAL_COLUMNS} FROM originals WHERE tenant = ? AND verdict_id = ? AND key = ?`,
  );
  const widen = database.prepare(
    'UPDATE originals SET body = ?, kept_at = ? WHERE tenant = ? AND verdict_id = ? AND key = ?',
  );
  const settle = database.prepare(
    `UPDATE originals SET restored_to = ?, claimed_until = CASE claimed_until WHEN ? THEN 0 ELSE claimed_until END
       WHERE tenant = ? AND verdict_id = ? AND key = ?`,
  );
  const replace = database.prepare(
    'UPDATE originals SET body = ?, restored_to = ? WHERE tenant = ? AND verdict_id = ? AND key = ?',
  );
  const forgetMailbox = database.prepare('DELETE FROM original_mailboxes WHERE tenant = ? AND mailbox = ?');
  const remove = database.prepare(
    `DELETE FROM originals WHERE tenant = ? AND verdict_id = ? AND key = ? RETURNING ${GONE_COLUMNS}`,
  );

  const totalNow = () => Number(total.get()?.bytes ?? 0);
  const place = ({ tenant, verdictId, key }: KeptOriginal) => [tenant, verdictId, key] as const;

  return {
    async keep(original, raw, maxTotalBytes) {
      if (files === undefined) throw new Error('a store in memory keeps no originals');
      const { tenant, verdictId, keptAt } = original;
      const [key, needed] = [keyOf(original), raw.length + OVERHEAD_BYTES];
      const standing = (): 'new' | 'wider' | 'known' | 'full' => {
        const row = atPlace.get(tenant, verdictId, key) as OriginalRow | undefined;
        if (row !== undefined) return lacksRecipient(row, original) ? 'wider' : 'known';
        return totalNow() + needed > maxTotalBytes ? 'full' : 'new';
      };
      const before = standing();
      if (before === 'known' || before === 'full') return before; // before anything is written
      const file = await files.write(raw);
      const outcome = await writer
        .write('durable', () => {
          const now = standing();
          if (now === 'known' || now === 'full') return now;
          for (const mailbox of original.mailboxes) addMailbox.run(tenant, mailbox, verdictId, key);
          if (now === 'wider') {
            widen.run(bodyOf(original), keptAt, tenant, verdictId, key);
            return 'known';
          }
          add.run(tenant, verdictId, key, original.why, keptAt, raw.length, bodyOf(original), file);
          addBytes.run(needed);
          return 'kept';
        })
        .catch(async (error: unknown) => {
          await files.remove([file]);
          throw error;
        });
      if (outcome !== 'kept') await files.remove([file]);
      return outcome;
    },
    find: async (tenant, verdictId) =>
      (ofVerdict.all(tenant, verdictId) as unknown as readonly OriginalRow[]).map(toOriginal),
    async *read(original) {
      const row = fileOf.get(...place(original)) as { readonly file: string } | undefined;
      if (row === undefined || files === undefined) throw new Error(`the original of ${original.verdictId} is gone`);
      yield* files.read(row.file);
    },
    claim: (original, now, until) =>
      writer.write('committed', () => claim.run(until, ...place(original), now).changes > 0),
    settle: (original, until, accepted) =>
      writer.write('durable', () => {
        const row = atPlace.get(...place(original)) as OriginalRow | undefined;
        if (row === undefined) return;
        settle.run(JSON.stringify(restoredWith(toOriginal(row), accepted)), until, ...place(original));
      }),
    unscored: async (now, limit) => (unscored.all(now, limit) as unknown as readonly OriginalRow[]).map(toOriginal),
    async remove(original) {
      const gone = await writer.write('durable', () => {
        const rows = remove.all(...place(original)) as unknown as readonly Gone[];
        forgetOriginals(database, rows);
        return rows;
      });
      await files?.remove(gone.map(({ file }) => file));
    },
    async erase(tenant, mailbox) {
      const gone = await writer.write('durable', () => {
        const rows = ofMailbox.all(tenant, mailbox) as unknown as readonly OriginalRow[];
        const removed = rows.map(toOriginal).flatMap((original): readonly Gone[] => {
          const left = withoutMailbox(original, mailbox);
          if (left === undefined) return remove.all(...place(original)) as unknown as readonly Gone[];
          replace.run(bodyOf(left), JSON.stringify(left.restoredTo), ...place(original));
          return [];
        });
        forgetMailbox.run(tenant, mailbox);
        forgetOriginals(database, removed);
        return removed;
      });
      await files?.remove(gone.map(({ file }) => file));
      return gone.length;
    },
    totalBytes: async () => totalNow(),
    async sweep(before) {
      for await (const file of files?.olderThan(before) ?? []) {
        if (isNamed.get(file) === undefined) await files?.remove([file]);
      }
    },
  };
}
