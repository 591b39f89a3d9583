/** API keys in SQLite: hashes only. */
import type { DatabaseSync } from 'node:sqlite';
import type { ApiKey, KeyStore, Role } from '../../domain/ports.ts';

interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly role: Role;
  readonly created_at: number;
}

export function keyStore(database: DatabaseSync): KeyStore {
  const columns = 'id, tenant, role, created_at';
  const add = database.prepare(`INSERT INTO api_keys (${columns}, secret_hash) VALUES (?, ?, ?, ?, ?)`);
  const find = database.prepare(`SELECT ${columns} FROM api_keys WHERE secret_hash = ?`);
  const list = database.prepare(`SELECT ${columns} FROM api_keys ORDER BY created_at, id`);
  const remove = database.prepare('DELETE FROM api_keys WHERE id = ?');
  const count = database.prepare('SELECT count(*) AS n FROM api_keys');
  return {
    async add({ id, tenant, role, createdAt }, secretHash) {
      add.run(id, tenant, role, createdAt, secretHash);
    },
    async findByHash(secretHash) {
      const row = find.get(secretHash) as Row | undefined;
      return row === undefined ? undefined : toKey(row);
    },
    list: async () => (list.all() as unknown as Row[]).map(toKey),
    remove: async (id) => Number(remove.run(id).changes) > 0,
    count: async () => Number(count.get()?.n ?? 0),
  };
}

const toKey = ({ id, tenant, role, created_at }: Row): ApiKey => ({ id, tenant, role, createdAt: created_at });
