/** What is held in custody, read from the store beside the service: counted while things break, and looked for at the end. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

export interface Held {
  readonly verdictId: string;
  /** Each message of the load has one recipient. */
  readonly address: string;
  /** Given back, as far as the store knows. */
  readonly isRestored: boolean;
}

export interface KeptView {
  /** Rejects while the store cannot be read. */
  held(): Promise<readonly Held[]>;
  close(): Promise<void>;
}

const QUERY = `SELECT verdict_id, body, restored_to FROM originals WHERE why = 'hold'`;

interface Row {
  readonly verdict_id: string;
  readonly body: string;
  readonly restored_to: string;
}

const toHeld = ({ verdict_id, body, restored_to }: Row): readonly Held[] => {
  const restoredTo = JSON.parse(restored_to) as readonly string[];
  const { envelope } = JSON.parse(body) as { readonly envelope: { readonly rcptTo: readonly string[] } };
  return envelope.rcptTo.map((address) => ({
    verdictId: verdict_id,
    address,
    isRestored: restoredTo.includes(address),
  }));
};

export const openKept = ({ DATA_DIR, DATABASE_URL }: Readonly<Record<string, string>>): KeptView =>
  DATABASE_URL === undefined ? inSqlite(join(DATA_DIR ?? '', 'tidemark.sqlite')) : inPostgres(DATABASE_URL);

const inSqlite = (path: string): KeptView => ({
  async held() {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return (database.prepare(QUERY).all() as unknown as readonly Row[]).flatMap(toHeld);
    } finally {
      database.close();
    }
  },
  close: async () => undefined,
});

function inPostgres(connectionString: string): KeptView {
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 1000 });
  pool.on('error', () => undefined); // the server is stopped: the next query says so
  return {
    held: async () => (await pool.query<Row>(QUERY)).rows.flatMap(toHeld),
    close: () => pool.end(),
  };
}
