/** What goes: a tenant as a whole, and what is past its time. */
import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from '../../domain/ports.ts';

/** Records and verdicts that went. */
export function eraseTenant(database: DatabaseSync, tenant: string): number {
  const run = (sql: string, ...values: readonly string[]) => Number(database.prepare(sql).run(...values).changes);
  const records = run('DELETE FROM records WHERE id >= ? AND id < ?', `${tenant}\n`, `${tenant}\v`);
  const verdicts = run('DELETE FROM verdicts WHERE tenant = ?', tenant);
  run('DELETE FROM locks WHERE tenant = ?', tenant);
  run('DELETE FROM verdict_mailboxes WHERE tenant = ?', tenant);
  run('DELETE FROM lessons WHERE tenant = ?', tenant);
  return records + verdicts;
}

/** Rows that went; small bites, because everything else waits. Lessons go with the records: what was learned before them is forgotten. */
export function prune(database: DatabaseSync, retention: Retention, limit: number): number {
  const { recordsBefore, verdictsBefore, observationsBefore } = retention;
  const run = (sql: string, before: number) => Number(database.prepare(sql).run(before, limit).changes);
  return (
    run('DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE touched < ? LIMIT ?)', recordsBefore) +
    run(
      'DELETE FROM lessons WHERE (tenant, mailbox, id) IN (SELECT tenant, mailbox, id FROM lessons WHERE learned < ? LIMIT ?)',
      recordsBefore,
    ) +
    run(
      'DELETE FROM verdict_mailboxes WHERE (tenant, mailbox, received_at, id) IN (SELECT tenant, mailbox, received_at, id FROM verdict_mailboxes WHERE received_at < ? LIMIT ?)',
      verdictsBefore,
    ) +
    run('DELETE FROM locks WHERE rowid IN (SELECT rowid FROM locks WHERE received_at < ? LIMIT ?)', verdictsBefore) +
    run(
      'DELETE FROM verdicts WHERE rowid IN (SELECT rowid FROM verdicts WHERE received_at < ? LIMIT ?)',
      verdictsBefore,
    ) +
    run(
      'UPDATE verdicts SET observation = NULL WHERE rowid IN (SELECT rowid FROM verdicts WHERE received_at < ? AND observation IS NOT NULL AND learn_at IS NULL LIMIT ?)',
      observationsBefore,
    )
  );
}
