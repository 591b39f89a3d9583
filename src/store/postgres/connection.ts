/** Connections to PostgreSQL: a pool that outlives the server, short waits, and errors that say where. */
import pg from 'pg';
import { StoreAway } from '../../domain/ports.ts';

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepared once per connection under this name; without it, planned anew each time. */
  readonly name?: string;
}

/** Runs a statement on one connection; answers its rows, and how many it changed or read. */
export type Run = <Row>(statement: Statement) => Promise<{ readonly rows: readonly Row[]; readonly count: number }>;

export interface Connections {
  /** One statement, which is a transaction of its own. */
  readonly run: Run;
  /** All or nothing; `timeoutMs` in place of STATEMENT_TIMEOUT_MS for each statement. */
  transaction<T>(work: (run: Run) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** Resolves when every connection is closed. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 10; // each is a process of the server, whose default limit is 100
const CONNECT_TIMEOUT_MS = 3_000; // also the longest wait for a free one of the pool
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_GRACE_MS = 2_000; // beyond the statement's: a server that does not even refuse is gone
export const ERASE_TIMEOUT_MS = 600_000; // a whole tenant, or the search for what is past its time

const INT8 = 20; // oid, pg_type.dat: milliseconds and versions, all below 2^53

export function connect(url: string): Connections {
  const place = placeOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + ANSWER_GRACE_MS,
    keepAlive: true,
    application_name: 'tidemark',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // A connection that breaks while nobody uses it is replaced when one is asked for; who uses it is told by the rejected call.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      const client = await pool.connect();
      try {
        const answer = await work(client);
        client.release();
        return answer;
      } catch (error) {
        client.release(isAnswer(error) ? undefined : true);
        throw error;
      }
    } catch (error) {
      throw explained(error, place);
    }
  }

  return {
    run: (statement) => withClient((client) => runOn(client)(statement)),
    transaction: (work, timeoutMs) =>
      withClient(async (client) => {
        const run = runOn(client, timeoutMs);
        await run({ text: 'BEGIN' });
        try {
          if (timeoutMs !== undefined) await run({ text: `SET LOCAL statement_timeout = ${timeoutMs}` });
          const answer = await work(run);
          await run({ text: 'COMMIT' });
          return answer;
        } catch (error) {
          // Otherwise the connection is closed, and the server rolls back.
          if (isAnswer(error)) await run({ text: 'ROLLBACK' });
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

const ignore = (): void => undefined;

const runOn =
  (client: pg.PoolClient, timeoutMs?: number): Run =>
  async ({ text, values, name }) => {
    const { rows, rowCount } = await client.query({
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...(name === undefined ? {} : { name }),
      ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs + ANSWER_GRACE_MS }),
    });
    return { rows, count: rowCount ?? 0 };
  };

/** The statement was refused; the connection is well. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Conflict || (stateOf(error) !== undefined && fieldOf(error, 'severity') === 'ERROR');

/** What was known is no longer so: read again, fold again. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const DIVISION_BY_ZERO = '22012'; // how a write says that it did not find what it expected: statement.ts
const CONFLICTS = [DIVISION_BY_ZERO, '40001', '40P01']; // serialization failure, deadlock
const UNAVAILABLE = /^(?:08|53|57P|58)/; // connection, resources, shut down, system
const DATA_ERROR = /^(?:22|23|54)/; // of the row that it is about

/** Somebody else wrote meanwhile. */
export const isConflict = (error: unknown): boolean =>
  error instanceof Conflict || CONFLICTS.includes(stateOf(error) ?? '');
/** The fault is in what was to be written. */
export const isDataError = (error: unknown): boolean => DATA_ERROR.test(stateOf(error) ?? '') && !isConflict(error);

/** By its fields: what a built-in module throws may belong to another realm, and an explained error carries the first as its cause. */
function stateOf(error: unknown): string | undefined {
  const code = fieldOf(error, 'code');
  if (typeof code === 'string' && fieldOf(error, 'severity') !== undefined) return code;
  const cause = fieldOf(error, 'cause');
  return cause === undefined ? undefined : stateOf(cause);
}

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>)[name] : undefined;

function explained(error: unknown, place: string): unknown {
  const state = stateOf(error);
  // What is neither the server's nor the network's is thrown by the work itself.
  const isForeign = state === undefined && fieldOf(error, 'code') === undefined && !isOfDriver(error);
  if (error instanceof Conflict || isForeign) return error;
  const isAway = state === undefined || UNAVAILABLE.test(state);
  if (isAway) return new StoreAway(`PostgreSQL at ${place} cannot be reached: ${messageOf(error)}`, error);
  return new Error(`PostgreSQL at ${place} refused: ${messageOf(error)}`, { cause: error });
}

/** pg says these without a code. */
const isOfDriver = (error: unknown): boolean =>
  /^(?:Connection terminated|timeout e|Query read timeout|Client |Cannot use a pool|The server does not support SSL)/.test(
    String(fieldOf(error, 'message')),
  );

/** An address with several numbers fails with one error for each, and says nothing itself. */
function messageOf(error: unknown): string {
  const [first] = (fieldOf(error, 'errors') as readonly unknown[] | undefined) ?? [];
  return String(fieldOf(first ?? error, 'message') || fieldOf(error, 'code'));
}

/** Where the database is, without user and password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${port || '5432'}${pathname}`;
}
