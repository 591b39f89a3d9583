/** What goes: a tenant as a whole, and what is past its time. */
import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from '../../domain/ports.ts';
import { forgetOriginals, GONE_COLUMNS, type Gone } from './custody.ts';

/** How many rows went, and which files are to go with them. */
export interface Removed {
  readonly count: number;
  readonly files: readonly string[];
}

/** Counts records, verdicts and originals. */
export function eraseTenant(database: DatabaseSync, tenant: string): Removed {
  const run = (sql: string, ...values: readonly string[]) => Number(database.prepare(sql).run(...values).changes);
  const records = run('DELETE FROM records WHERE id >= ? AND id < ?', `${tenant}\n`, `${tenant}\v`);
  const verdicts = run('DELETE FROM verdicts WHERE tenant = ?', tenant);
  run('DELETE FROM locks WHERE tenant = ?', tenant);
  run('DELETE FROM verdict_mailboxes WHERE tenant = ?', tenant);
  run('DELETE FROM lessons WHERE tenant = ?', tenant);
  const originals = removeOriginals(database, 'tenant = ?', tenant);
  return { count: records + verdicts + originals.length, files: originals.map(({ file }) => file) };
}

function removeOriginals(database: DatabaseSync, condition: string, ...values: readonly (string | number)[]) {
  const removal = database.prepare(`DELETE FROM originals WHERE ${condition} RETURNING ${GONE_COLUMNS}`);
  const gone = removal.all(...values) as unknown as readonly Gone[];
  forgetOriginals(database, gone);
  return gone;
}

/** Rows that went; small bites, because everything else waits. Lessons go with the records: what was learned before them is forgotten. */
export function prune(database: DatabaseSync, retention: Retention, limit: number): Removed {
  const { recordsBefore, verdictsBefore, observationsBefore, originalsBefore } = retention;
  const run = (sql: string, before: number) => Number(database.prepare(sql).run(before, limit).changes);
  const originals = removeOriginals(
    database,
    'rowid IN (SELECT rowid FROM originals WHERE kept_at < ? LIMIT ?)',
    originalsBefore,
    limit,
  );
  const count =
    originals.length +
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
    );
  return { count, files: originals.map(({ file }) => file) };
}
