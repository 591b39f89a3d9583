/** A row of locks, the same in every SQL store. */
import { type LinkLock, type LockEvent, MAX_LOCK_COUNT } from '../domain/lock.ts';

export interface LockRow {
  readonly token: string;
  readonly tenant: string;
  readonly verdict_id: string;
  readonly received_at: number;
  readonly url: string;
  readonly host: string;
  readonly first_opened_at: number | null;
  readonly last_gone_on_at: number | null;
  readonly opened_count: number;
  readonly gone_on_count: number;
}

export const LOCK_COLUMNS =
  'token, tenant, verdict_id, received_at, url, host, first_opened_at, last_gone_on_at, opened_count, gone_on_count';

/** SQL; `at` stands for the parameter with the time. */
export const noteSql = (event: LockEvent, at: string): string =>
  event === 'opened'
    ? `UPDATE locks SET opened_count = opened_count + 1, first_opened_at = coalesce(first_opened_at, ${at}) WHERE opened_count < ${MAX_LOCK_COUNT}`
    : `UPDATE locks SET gone_on_count = gone_on_count + 1, last_gone_on_at = ${at} WHERE gone_on_count < ${MAX_LOCK_COUNT}`;

export const toLock = (row: LockRow): LinkLock => ({
  token: row.token,
  tenant: row.tenant,
  verdictId: row.verdict_id,
  receivedAt: row.received_at,
  url: row.url,
  host: row.host,
  ...(row.first_opened_at === null ? {} : { firstOpenedAt: row.first_opened_at }),
  ...(row.last_gone_on_at === null ? {} : { lastGoneOnAt: row.last_gone_on_at }),
  openedCount: row.opened_count,
  goneOnCount: row.gone_on_count,
});
