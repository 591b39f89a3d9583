/** What goes: a tenant as a whole, and what is past its time. */
import type { Retention } from '../../domain/ports.ts';
import { type Connections, ERASE_TIMEOUT_MS, type Run } from './connection.ts';
import { removeOriginals } from './custody.ts';
import { withRetries } from './writer.ts';

/** Records, verdicts and originals that went. */
export async function eraseTenant(run: Run, tenant: string): Promise<number> {
  const remove = async (table: string) =>
    (await run({ text: `DELETE FROM ${table} WHERE tenant = $1`, values: [tenant] })).count;
  const records = await remove('records');
  const verdicts = await remove('verdicts');
  await remove('locks');
  await remove('verdict_mailboxes');
  await remove('lessons');
  return records + verdicts + (await removeOriginals(run, 'tenant = $1', [tenant]));
}

const BITES: readonly (readonly [time: keyof Retention, table: string, key: string, condition: string])[] = [
  ['recordsBefore', 'records', 'tenant, mailbox, kind, key', 'touched < $1'],
  ['recordsBefore', 'lessons', 'tenant, mailbox, id', 'learned < $1'],
  ['verdictsBefore', 'verdict_mailboxes', 'tenant, mailbox, received_at, id', 'received_at < $1'],
  ['verdictsBefore', 'locks', 'tenant, verdict_id, token', 'received_at < $1'],
  ['verdictsBefore', 'verdicts', 'tenant, id', 'received_at < $1'],
];

/** Rows that went. Lessons go with the records: what was learned before them is forgotten. */
export async function prune({ transaction }: Connections, retention: Retention, limit: number): Promise<number> {
  const bite = (text: string, before: number) =>
    withRetries(() =>
      transaction(async (run) => (await run({ text, values: [before, limit] })).count, ERASE_TIMEOUT_MS),
    );
  const oldest = `SELECT tenant, verdict_id, key FROM originals WHERE kept_at < $1 LIMIT $2`;
  let total = await withRetries(() =>
    transaction(
      (run) => removeOriginals(run, `(tenant, verdict_id, key) IN (${oldest})`, [retention.originalsBefore, limit]),
      ERASE_TIMEOUT_MS,
    ),
  );
  for (const [time, table, key, condition] of BITES) {
    // The condition twice: a row that was written between the look and the deletion stays.
    const text = `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT $2) AND ${condition}`;
    total += await bite(text, retention[time]);
  }
  const past = 'received_at < $1 AND observation IS NOT NULL AND learn_at IS NULL';
  const text = `UPDATE verdicts SET observation = NULL WHERE (tenant, id) IN (SELECT tenant, id FROM verdicts WHERE ${past} LIMIT $2) AND ${past}`;
  return total + (await bite(text, retention.observationsBefore));
}
