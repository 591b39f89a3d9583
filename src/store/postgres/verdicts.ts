/** The log of verdicts in PostgreSQL. */
import type { VerdictLog, VerdictQuery } from '../../domain/ports.ts';
import { standOf, toEntry, toVerdict, type VerdictRow } from '../verdictRow.ts';
import type { Connections, Run, Statement } from './connection.ts';
import type { Writer } from './writer.ts';

const COLUMNS = 'body, observation, is_learned, feedback';

export function verdictLog({ run }: Connections, writer: Writer): VerdictLog {
  return {
    async add(entry, lessons) {
      await writer.write(entry.verdict.tenant, { lessons, verdict: { kind: 'add', id: entry.verdict.id, entry } });
    },
    async get(tenant, id) {
      const { rows } = await run<VerdictRow>({
        name: 'verdict',
        text: `SELECT ${COLUMNS} FROM verdicts WHERE tenant = $1 AND id = $2`,
        values: [tenant, id],
      });
      return rows[0] === undefined ? undefined : toEntry(rows[0]);
    },
    async find(tenant, query) {
      const { rows } = await run<VerdictRow>(finding(tenant, query));
      return rows.map(toVerdict);
    },
    async due(before, limit, tenant) {
      const { rows } = await run<VerdictRow>({
        text: `SELECT ${COLUMNS} FROM verdicts WHERE learn_at <= $1 ${tenant === undefined ? '' : 'AND tenant = $3'} ORDER BY learn_at LIMIT $2`,
        values: [before, limit, ...(tenant === undefined ? [] : [tenant])],
      });
      return rows.map(toEntry);
    },
    settle: async (tenant, id, lessons) =>
      (await writer.write(tenant, { lessons, verdict: { kind: 'settle', id } })).isDone,
    async annotate(entry, outcome, lessons) {
      const { tenant, id } = entry.verdict;
      const verdict = { kind: 'note' as const, id, stand: standOf(entry), ...outcome };
      return (await writer.write(tenant, { lessons, verdict })).isDone;
    },
    erase: (tenant, mailbox) => writer.alone(tenant, (within) => erase(within, tenant, mailbox)),
  };
}

async function erase(run: Run, tenant: string, mailbox: string): Promise<number> {
  const { rows } = await run<{ readonly id: string; readonly body: string }>({
    text: `SELECT id, body FROM verdicts WHERE tenant = $1
      AND id IN (SELECT id FROM verdict_mailboxes WHERE tenant = $1 AND mailbox = $2) ORDER BY id FOR UPDATE`,
    values: [tenant, mailbox],
  });
  const left = rows.map(({ id, body }) => {
    const verdict = toVerdict({ body, is_learned: 0 });
    return {
      id,
      body: JSON.parse(body) as object,
      mailboxes: verdict.mailboxes.filter((one) => one.mailbox !== mailbox),
    };
  });
  const gone = left.filter(({ mailboxes }) => mailboxes.length === 0).map(({ id }) => id);
  const kept = left.filter(({ mailboxes }) => mailboxes.length > 0);
  await run({
    text: 'DELETE FROM verdicts WHERE tenant = $1 AND id IN (SELECT unnest($2::text[]))',
    values: [tenant, gone],
  });
  await run({
    text: 'DELETE FROM locks WHERE tenant = $1 AND verdict_id IN (SELECT unnest($2::text[]))',
    values: [tenant, gone],
  });
  // What it would teach names all recipients and goes.
  await run({
    text: `UPDATE verdicts SET body = k.body, observation = NULL, learn_at = NULL
      FROM unnest($2::text[], $3::text[]) AS k(id, body) WHERE verdicts.tenant = $1 AND verdicts.id = k.id`,
    values: [
      tenant,
      kept.map(({ id }) => id),
      kept.map(({ body, mailboxes }) => JSON.stringify({ ...body, mailboxes })),
    ],
  });
  const { count } = await run({
    text: 'DELETE FROM verdict_mailboxes WHERE tenant = $1 AND mailbox = $2',
    values: [tenant, mailbox],
  });
  return count;
}

/** Newest first; among mails of one moment, the later id first. */
function finding(tenant: string, { mailbox, action, since, after, limit }: VerdictQuery): Statement {
  const values: unknown[] = [tenant];
  const value = (one: unknown) => `$${values.push(one)}`;
  const order = mailbox === undefined ? 'v' : 'm';
  const conditions = [
    'v.tenant = $1',
    ...(mailbox === undefined ? [] : [`m.tenant = $1 AND m.mailbox = ${value(mailbox)}`]),
    ...(action === undefined ? [] : [`v.action = ${value(action)}`]),
    ...(since === undefined ? [] : [`${order}.received_at >= ${value(since)}`]),
    ...(after === undefined
      ? []
      : [
          `(${order}.received_at, ${order}.id) < (SELECT received_at, id FROM verdicts WHERE tenant = $1 AND id = ${value(after)})`,
        ]),
  ];
  const from =
    mailbox === undefined ? 'verdicts v' : 'verdict_mailboxes m JOIN verdicts v ON v.tenant = m.tenant AND v.id = m.id';
  return {
    text: `SELECT v.body, v.is_learned FROM ${from} WHERE ${conditions.join(' AND ')}
      ORDER BY ${order}.received_at DESC, ${order}.id DESC LIMIT ${value(limit)}`,
    values,
  };
}
