/** Locked links in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { LinkLock } from '../../domain/lock.ts';
import type { LockStore } from '../../domain/ports.ts';
import { LOCK_COLUMNS, type LockRow, noteSql, toLock } from '../lockRow.ts';
import type { Writer } from './groupCommit.ts';

export function lockStore(database: DatabaseSync, writer: Writer): LockStore {
  // A verdict that was removed and given again has a new time, and so has what is left of it here.
  const add = database.prepare(
    `INSERT INTO locks (token, tenant, verdict_id, received_at, url, host) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (token) DO UPDATE SET received_at = excluded.received_at`,
  );
  const get = database.prepare(`SELECT ${LOCK_COLUMNS} FROM locks WHERE token = ?`);
  const ofVerdict = database.prepare(
    `SELECT ${LOCK_COLUMNS} FROM locks WHERE tenant = ? AND verdict_id = ? ORDER BY host, token`,
  );
  const note = {
    opened: database.prepare(`${noteSql('opened', '?')} AND token = ?`),
    'gone-on': database.prepare(`${noteSql('gone-on', '?')} AND token = ?`),
  };
  const read = (token: string): LinkLock | undefined => {
    const row = get.get(token) as LockRow | undefined;
    return row === undefined ? undefined : toLock(row);
  };
  return {
    async add({ tenant, id, receivedAt }, links) {
      // Most often the same message comes again, and a durable write costs a wait for the disk.
      const missing = links.filter(({ token }) => read(token)?.receivedAt !== receivedAt);
      if (missing.length === 0) return;
      await writer.write('durable', () => {
        for (const { token, url, host } of missing) add.run(token, tenant, id, receivedAt, url, host);
      });
    },
    get: async (token) => read(token),
    note: ({ token }, event, at) => writer.write('committed', () => void note[event].run(at, token)),
    ofVerdict: async (tenant, verdictId) => (ofVerdict.all(tenant, verdictId) as unknown as LockRow[]).map(toLock),
  };
}
