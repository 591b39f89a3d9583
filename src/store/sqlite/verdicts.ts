/** The log of verdicts in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Lesson, LoggedVerdict, VerdictLog, VerdictQuery } from '../../domain/ports.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { STAND, standOf, toEntry, toVerdict, type VerdictRow } from '../verdictRow.ts';
import type { Writer } from './groupCommit.ts';

const COLUMNS = 'body, observation, is_learned, feedback';

export function verdictLog(
  database: DatabaseSync,
  writer: Writer,
  learnNow: (tenant: string, lessons: readonly Lesson[]) => unknown,
): VerdictLog {
  const add = database.prepare(
    'INSERT OR IGNORE INTO verdicts (tenant, id, received_at, action, body, observation, learn_at, is_learned) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const addMailbox = database.prepare(
    'INSERT OR IGNORE INTO verdict_mailboxes (tenant, mailbox, received_at, id) VALUES (?, ?, ?, ?)',
  );
  const get = database.prepare(`SELECT ${COLUMNS} FROM verdicts WHERE tenant = ? AND id = ?`);
  const dueOfAll = database.prepare(`SELECT ${COLUMNS} FROM verdicts WHERE learn_at <= ? ORDER BY learn_at LIMIT ?`);
  const dueOfTenant = database.prepare(
    `SELECT ${COLUMNS} FROM verdicts WHERE learn_at <= ? AND tenant = ? ORDER BY learn_at LIMIT ?`,
  );
  const settle = database.prepare(
    'UPDATE verdicts SET is_learned = 1, learn_at = NULL WHERE tenant = ? AND id = ? AND learn_at IS NOT NULL',
  );
  const note = database.prepare(
    `UPDATE verdicts SET is_learned = ?, feedback = coalesce(?, feedback), learn_at = NULL WHERE tenant = ? AND id = ? AND ${STAND} = ?`,
  );
  const replace = database.prepare(
    'UPDATE verdicts SET body = ?, observation = NULL, learn_at = NULL WHERE tenant = ? AND id = ?',
  );
  const idsOf = database.prepare('SELECT id FROM verdict_mailboxes WHERE tenant = ? AND mailbox = ?');
  const remove = database.prepare('DELETE FROM verdicts WHERE tenant = ? AND id = ?');
  const removeLocks = database.prepare('DELETE FROM locks WHERE tenant = ? AND verdict_id = ?');
  const removeMailbox = database.prepare('DELETE FROM verdict_mailboxes WHERE tenant = ? AND mailbox = ?');

  const read = (tenant: string, id: string): LoggedVerdict | undefined => {
    const row = get.get(tenant, id) as VerdictRow | undefined;
    return row === undefined ? undefined : toEntry(row);
  };

  return {
    add: ({ verdict, observation }, lessons) =>
      writer.write('committed', () => {
        const { tenant, id, receivedAt, action, mailboxes, learnsAt = null, isLearned } = verdict;
        const facts = observation === undefined ? null : JSON.stringify(observation);
        const { changes } = add.run(
          tenant,
          id,
          receivedAt,
          action,
          JSON.stringify(verdict),
          facts,
          learnsAt,
          Number(isLearned),
        );
        if (changes === 0) return;
        for (const { mailbox } of mailboxes) addMailbox.run(tenant, mailbox, receivedAt, id);
        learnNow(tenant, lessons);
      }),
    get: async (tenant, id) => read(tenant, id),
    find: async (tenant, query) => find(database, tenant, query),
    async due(before, limit, tenant) {
      const rows = tenant === undefined ? dueOfAll.all(before, limit) : dueOfTenant.all(before, tenant, limit);
      return (rows as unknown as VerdictRow[]).map(toEntry);
    },
    settle: (tenant, id, lessons) =>
      writer.write('committed', () => {
        if (settle.run(tenant, id).changes === 0) return false;
        learnNow(tenant, lessons);
        return true;
      }),
    annotate: (entry, { feedback = null, isLearned }, lessons) =>
      writer.write('durable', () => {
        const { tenant, id } = entry.verdict;
        if (note.run(Number(isLearned), feedback, tenant, id, standOf(entry)).changes === 0) return false;
        learnNow(tenant, lessons);
        return true;
      }),
    erase: (tenant, mailbox) =>
      writer.write('durable', () => {
        const ids = (idsOf.all(tenant, mailbox) as { readonly id: string }[]).map(({ id }) => id);
        for (const id of ids) {
          const verdict = read(tenant, id)?.verdict;
          const mailboxes = verdict?.mailboxes.filter((one) => one.mailbox !== mailbox) ?? [];
          if (verdict === undefined || mailboxes.length === 0) {
            remove.run(tenant, id);
            removeLocks.run(tenant, id);
          }
          // What it would teach names all recipients and goes.
          else replace.run(JSON.stringify({ ...verdict, mailboxes }), tenant, id);
        }
        removeMailbox.run(tenant, mailbox);
        return ids.length;
      }),
  };
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
  const sql = `SELECT v.body, v.is_learned, NULL AS observation, NULL AS feedback FROM ${from} WHERE ${conditions.join(' AND ')} ORDER BY ${order}.received_at DESC, ${order}.id DESC LIMIT ?`;
  return (database.prepare(sql).all(...values, limit) as unknown as VerdictRow[]).map(toVerdict);
}
