/** API keys in PostgreSQL: hashes only. */
import type { ApiKey, KeyStore, Role } from '../../domain/ports.ts';
import type { Connections } from './connection.ts';

interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly role: Role;
  readonly created_at: number;
}

const COLUMNS = 'id, tenant, role, created_at';

export function keyStore({ run }: Connections): KeyStore {
  return {
    async add({ id, tenant, role, createdAt }, secretHash) {
      await run({
        text: `INSERT INTO api_keys (${COLUMNS}, secret_hash) VALUES ($1, $2, $3, $4, $5)`,
        values: [id, tenant, role, createdAt, secretHash],
      });
    },
    async findByHash(secretHash) {
      const { rows } = await run<Row>({
        name: 'key',
        text: `SELECT ${COLUMNS} FROM api_keys WHERE secret_hash = $1`,
        values: [secretHash],
      });
      return rows[0] === undefined ? undefined : toKey(rows[0]);
    },
    list: async () =>
      (await run<Row>({ text: `SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id` })).rows.map(toKey),
    remove: async (id) => (await run({ text: 'DELETE FROM api_keys WHERE id = $1', values: [id] })).count > 0,
    count: async () =>
      (await run<{ readonly n: number }>({ text: 'SELECT count(*) AS n FROM api_keys' })).rows[0]?.n ?? 0,
  };
}

const toKey = ({ id, tenant, role, created_at }: Row): ApiKey => ({ id, tenant, role, createdAt: created_at });
