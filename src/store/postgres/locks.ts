/** Locked links in PostgreSQL. */
import type { LockStore } from '../../domain/ports.ts';
import { LOCK_COLUMNS, type LockRow, noteSql, toLock } from '../lockRow.ts';
import type { Connections } from './connection.ts';

export function lockStore({ run }: Connections): LockStore {
  return {
    async add({ tenant, id, receivedAt }, links) {
      if (links.length === 0) return;
      // A verdict that was removed and given again has a new time, and so has what is left of it here.
      await run({
        name: 'add locks',
        text: `INSERT INTO locks (tenant, verdict_id, received_at, token, url, host)
          SELECT $1, $2, $3, l.token, l.url, l.host FROM unnest($4::text[], $5::text[], $6::text[]) AS l(token, url, host)
          ON CONFLICT (tenant, verdict_id, token) DO UPDATE SET received_at = excluded.received_at
          WHERE locks.received_at <> excluded.received_at`,
        values: [
          tenant,
          id,
          receivedAt,
          links.map(({ token }) => token),
          links.map(({ url }) => url),
          links.map(({ host }) => host),
        ],
      });
    },
    async get(token) {
      const { rows } = await run<LockRow>({
        name: 'lock',
        text: `SELECT ${LOCK_COLUMNS} FROM locks WHERE token = $1`,
        values: [token],
      });
      return rows[0] === undefined ? undefined : toLock(rows[0]);
    },
    async note({ tenant, verdictId, token }, event, at) {
      await run({
        name: `lock ${event}`,
        text: `${noteSql(event, '$1::bigint')} AND tenant = $2 AND verdict_id = $3 AND token = $4`,
        values: [at, tenant, verdictId, token],
      });
    },
    async ofVerdict(tenant, verdictId) {
      const { rows } = await run<LockRow>({
        text: `SELECT ${LOCK_COLUMNS} FROM locks WHERE tenant = $1 AND verdict_id = $2 ORDER BY host, token`,
        values: [tenant, verdictId],
      });
      return rows.map(toLock);
    },
  };
}
