/** The log of verdicts in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Lesson, LoggedVerdict, VerdictLog, VerdictQuery } from '../../domain/ports.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Writer } from './groupCommit.ts';

export function verdictLog(
  database: DatabaseSync,
  writer: Writer,
  learnNow: (tenant: string, lessons: readonly Lesson[]) => unknown,
): VerdictLog {
  const add = database.prepare(
    'INSERT OR IGNORE INTO verdicts (tenant, id, received_at, action, body) VALUES (?, ?, ?, ?, ?)',
  );
  const addMailbox = database.prepare(
    'INSERT OR IGNORE INTO verdict_mailboxes (tenant, mailbox, received_at, id) VALUES (?, ?, ?, ?)',
  );
  const get = database.prepare('SELECT body FROM verdicts WHERE tenant = ? AND id = ?');
  const replace = database.prepare('UPDATE verdicts SET body = ? WHERE tenant = ? AND id = ?');
  const idsOf = database.prepare('SELECT id FROM verdict_mailboxes WHERE tenant = ? AND mailbox = ?');
  const remove = database.prepare('DELETE FROM verdicts WHERE tenant = ? AND id = ?');
  const removeMailbox = database.prepare('DELETE FROM verdict_mailboxes WHERE tenant = ? AND mailbox = ?');

  const read = (tenant: string, id: string): LoggedVerdict | undefined => {
    const row = get.get(tenant, id) as { readonly body: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.body) as LoggedVerdict);
  };
  const rewrite = (tenant: string, id: string, entry: LoggedVerdict) => replace.run(JSON.stringify(entry), tenant, id);

  return {
    add: (entry, lessons) =>
      writer.write('committed', () => {
        const { tenant, id, receivedAt, action, mailboxes } = entry.verdict;
        if (add.run(tenant, id, receivedAt, action, JSON.stringify(entry)).changes === 0) return;
        for (const { mailbox } of mailboxes) addMailbox.run(tenant, mailbox, receivedAt, id);
        learnNow(tenant, lessons);
      }),
    get: async (tenant, id) => read(tenant, id),
    find: async (tenant, query) => find(database, tenant, query),
    annotate: (tenant, id, { feedback, isLearned }, lessons) =>
      writer.write('durable', () => {
        const entry = read(tenant, id);
        if (entry === undefined) return;
        const noted = feedback === undefined ? {} : { feedback };
        rewrite(tenant, id, { ...entry, ...noted, verdict: { ...entry.verdict, isLearned } });
        learnNow(tenant, lessons);
      }),
    erase: (tenant, mailbox) =>
      writer.write('durable', () => {
        const ids = (idsOf.all(tenant, mailbox) as { readonly id: string }[]).map(({ id }) => id);
        for (const id of ids) {
          const entry = read(tenant, id);
          const others = entry?.verdict.mailboxes.filter((one) => one.mailbox !== mailbox) ?? [];
          if (entry === undefined || others.length === 0) remove.run(tenant, id);
          else rewrite(tenant, id, without(entry, others));
        }
        removeMailbox.run(tenant, mailbox);
        return ids.length;
      }),
  };
}

/** The verdict for the other mailboxes; what it would teach names all recipients and goes. */
function without({ verdict, feedback }: LoggedVerdict, mailboxes: Verdict['mailboxes']): LoggedVerdict {
  return { verdict: { ...verdict, mailboxes }, ...(feedback === undefined ? {} : { feedback }) };
}

/** Newest first; among mails of one moment, the later id first. */
function find(
  database: DatabaseSync,
  tenant: string,
  { mailbox, action, since, after, limit }: VerdictQuery,
): readonly Verdict[] {
  const conditions = ['v.tenant = ?'];
  const values: (string | number)[] = [tenant];
  const add = (condition: string, ...more: readonly (string | number)[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  const isOfOne = mailbox !== undefined;
  const from = isOfOne ? 'verdict_mailboxes m JOIN verdicts v ON v.tenant = m.tenant AND v.id = m.id' : 'verdicts v';
  const order = isOfOne ? 'm' : 'v';
  if (mailbox !== undefined) add('m.tenant = ? AND m.mailbox = ?', tenant, mailbox);
  if (action !== undefined) add('v.action = ?', action);
  if (since !== undefined) add(`${order}.received_at >= ?`, since);
  if (after !== undefined) {
    add(
      `(${order}.received_at, ${order}.id) < (SELECT received_at, id FROM verdicts WHERE tenant = ? AND id = ?)`,
      tenant,
      after,
    );
  }
  const sql = `SELECT v.body FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${order}.received_at DESC, ${order}.id DESC LIMIT ?`;
  const rows = database.prepare(sql).all(...values, limit) as { readonly body: string }[];
  return rows.map(({ body }) => (JSON.parse(body) as LoggedVerdict).verdict);
}
