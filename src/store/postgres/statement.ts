/**
 * A plan as one statement: it writes all of it, or fails with a division by zero when anything is not as the plan rests on. No table is
 * changed by two parts of it, which CockroachDB refuses; what lessons are taken back is therefore a statement of its own.
 */
import type { RecordKey, RecordKind } from '../../domain/observation.ts';
import { STAND } from '../verdictRow.ts';
import { ABSENT, type Stored } from './cache.ts';
import type { Statement } from './connection.ts';
import type { LessonKey, Plan, VerdictChange } from './folding.ts';

export interface Written {
  readonly statement: Statement;
  /** By recordId, as they are once it has succeeded. */
  readonly records: ReadonlyMap<string, Stored>;
}

/** A part: a common table expression, and what must be true of it. Each counts on the values that it was given. */
interface Part {
  readonly name: string;
  readonly sql: (value: (one: unknown) => string) => string;
  /** Of the part's rows. */
  readonly holds: (value: (one: unknown) => string) => string;
}

const VERSIONS_PER_MS = 1000; // a random part, so that two processes that write a record anew in one millisecond differ

/** undefined: nothing to write. `known` holds every record that the plan changes or rests on. */
export function writing(
  tenant: string,
  plan: Plan,
  known: ReadonlyMap<string, Stored>,
  now: number,
): Written | undefined {
  const firstVersion = now * VERSIONS_PER_MS + Math.floor(Math.random() * VERSIONS_PER_MS);
  const records = new Map(
    [...plan.changed].map(([id, value]) => {
      const { version } = known.get(id) ?? ABSENT;
      return [id, { value, version: version === 0 ? firstVersion : version + 1 }] as const;
    }),
  );
  const adds = plan.verdicts.filter((change) => change.kind === 'add');
  const notes = plan.verdicts.filter((change) => change.kind !== 'add');
  const changes = [
    ...(records.size === 0 ? [] : [writtenPart(records, known, now)]),
    ...(plan.learned.length === 0 ? [] : [learnedPart(plan.learned, now)]),
    ...(adds.length === 0 ? [] : addedParts(adds)),
    ...(notes.length === 0 ? [] : [notedPart(notes)]),
  ];
  if (changes.length === 0 && plan.forgotten.length === 0) return undefined;
  const checks = [
    ...(plan.rested.size === 0 ? [] : [restedPart(plan.rested, known)]),
    ...(plan.passed.length === 0 ? [] : [passedPart(plan.passed)]),
    ...(plan.absent.length === 0 ? [] : [absentPart(plan.absent)]),
  ];
  return { statement: assembled(tenant, [...changes, ...checks]), records };
}

/** $1 is the tenant, in every part. */
function assembled(tenant: string, parts: readonly Part[]): Statement {
  const values: unknown[] = [tenant];
  const value = (one: unknown) => `$${values.push(one)}`;
  const expressions = parts.map(({ name, sql }) => `${name} AS (${sql(value)})`);
  const conditions = parts.map(({ name, holds }) => `(SELECT ${holds(value)} FROM ${name})`);
  return {
    name: `write ${parts.map(({ name }) => name).join(' ')}`,
    text:
      parts.length === 0
        ? 'SELECT $1::text'
        : `WITH ${expressions.join(', ')} SELECT 1 / (CASE WHEN ${conditions.join(' AND ')} THEN 1 ELSE 0 END) AS is_written`,
    values,
  };
}

const hasCount =
  (count: number): Part['holds'] =>
  (value) =>
    `count(*) = ${value(count)}`;

/**
 * Written over only where the version is the one that was folded from. A row of a known version that went meanwhile would come back as
 * an insertion, and a later one than the first: then fewer are first versions, or more, than are new.
 */
function writtenPart(records: ReadonlyMap<string, Stored>, known: ReadonlyMap<string, Stored>, now: number): Part {
  // Everybody locks rows in the same order.
  const rows = [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, stored]) => ({ ...keyOfId(id), ...stored }));
  const newCount = [...records.keys()].filter((id) => (known.get(id) ?? ABSENT).version === 0).length;
  return {
    name: 'written',
    sql: (value) => `
      INSERT INTO records (tenant, mailbox, kind, key, version, first_version, touched, value)
      SELECT $1, r.mailbox, r.kind, r.key, r.version, r.version, ${value(now)}, r.value
      FROM unnest(${keyColumns(rows, value)}, ${value(rows.map(({ version }) => version))}::bigint[], ${value(rows.map((row) => JSON.stringify(row.value)))}::text[])
        AS r(mailbox, kind, key, version, value)
      ON CONFLICT (tenant, mailbox, kind, key) DO UPDATE
      SET value = excluded.value, version = excluded.version, touched = excluded.touched
      WHERE records.version = excluded.version - 1
      RETURNING version = first_version AS is_first`,
    holds: (value) => `count(*) = ${value(rows.length)} AND count(CASE WHEN is_first THEN 1 END) = ${value(newCount)}`,
  };
}

/** What was read and not written is still what it was, absent ones included. */
function restedPart(ids: ReadonlySet<string>, known: ReadonlyMap<string, Stored>): Part {
  const rows = [...ids].map((id) => ({ ...keyOfId(id), version: (known.get(id) ?? ABSENT).version }));
  return {
    name: 'rested',
    sql: (value) => `
      SELECT 1 FROM unnest(${keyColumns(rows, value)}, ${value(rows.map(({ version }) => version))}::bigint[])
        AS k(mailbox, kind, key, version)
      WHERE coalesce((SELECT r.version FROM records r
        WHERE r.tenant = $1 AND r.mailbox = k.mailbox AND r.kind = k.kind AND r.key = k.key), 0) = k.version`,
    holds: hasCount(rows.length),
  };
}

function learnedPart(lessons: readonly LessonKey[], now: number): Part {
  const sorted = [...lessons].sort((a, b) => (`${a.mailbox}\n${a.id}` < `${b.mailbox}\n${b.id}` ? -1 : 1));
  return {
    name: 'learned',
    sql: (value) => `
      INSERT INTO lessons (tenant, mailbox, id, learned)
      SELECT $1, l.mailbox, l.id, ${value(now)} FROM unnest(${lessonColumns(sorted, value)}) AS l(mailbox, id)
      ON CONFLICT DO NOTHING RETURNING 1`,
    holds: hasCount(sorted.length),
  };
}

/** Of k. Not EXISTS, which may become a join with the whole table: a plan made while that was small stays good when it has grown. */
export const IS_KNOWN =
  '(SELECT l.learned FROM lessons l WHERE l.tenant = $1 AND l.mailbox = k.mailbox AND l.id = k.id) IS NOT NULL';

function passedPart(lessons: readonly LessonKey[]): Part {
  return {
    name: 'passed',
    sql: (value) => `
      SELECT 1 FROM unnest(${lessonColumns(lessons, value)}) AS k(mailbox, id)
      WHERE ${IS_KNOWN}`,
    holds: hasCount(lessons.length),
  };
}

/** Looked at as they were before the statement, what it learns itself left out. */
function absentPart(lessons: readonly LessonKey[]): Part {
  return {
    name: 'absent',
    sql: (value) => `
      SELECT 1 FROM unnest(${lessonColumns(lessons, value)}) AS k(mailbox, id)
      WHERE ${IS_KNOWN}`,
    holds: hasCount(0),
  };
}

/** Rows that it removes: as many as there are lessons, if all were known. */
export const forgetting = (tenant: string, lessons: readonly LessonKey[]): Statement => ({
  text: 'DELETE FROM lessons WHERE tenant = $1 AND (mailbox, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))',
  values: [tenant, lessons.map(({ mailbox }) => mailbox), lessons.map(({ id }) => id)],
});

type Add = Extract<VerdictChange, { kind: 'add' }>;

function addedParts(adds: readonly Add[]): readonly Part[] {
  const verdicts = adds.map(({ entry }) => entry.verdict);
  const mailboxes = verdicts.flatMap(({ id, receivedAt, mailboxes: all }) =>
    [...new Set(all.map(({ mailbox }) => mailbox))].map((mailbox) => ({ id, receivedAt, mailbox })),
  );
  return [
    {
      name: 'added',
      sql: (value) => `
        INSERT INTO verdicts (tenant, id, received_at, action, body, observation, learn_at, is_learned)
        SELECT $1, v.id, v.received_at, v.action, v.body, v.observation, v.learn_at, v.is_learned
        FROM unnest(${[
          `${value(verdicts.map(({ id }) => id))}::text[]`,
          `${value(verdicts.map(({ receivedAt }) => receivedAt))}::bigint[]`,
          `${value(verdicts.map(({ action }) => action))}::text[]`,
          `${value(verdicts.map((verdict) => JSON.stringify(verdict)))}::text[]`,
          `${value(adds.map(({ entry: { observation } }) => (observation === undefined ? null : JSON.stringify(observation))))}::text[]`,
          `${value(verdicts.map(({ learnsAt = null }) => learnsAt))}::bigint[]`,
          `${value(verdicts.map(({ isLearned }) => Number(isLearned)))}::smallint[]`,
        ].join(', ')}) AS v(id, received_at, action, body, observation, learn_at, is_learned)
        ON CONFLICT DO NOTHING RETURNING 1`,
      holds: hasCount(adds.length),
    },
    {
      name: 'addressed',
      sql: (value) => `
        INSERT INTO verdict_mailboxes (tenant, mailbox, received_at, id)
        SELECT $1, m.mailbox, m.received_at, m.id
        FROM unnest(${value(mailboxes.map(({ mailbox }) => mailbox))}::text[], ${value(mailboxes.map(({ receivedAt }) => receivedAt))}::bigint[], ${value(mailboxes.map(({ id }) => id))}::text[])
          AS m(mailbox, received_at, id)
        ON CONFLICT DO NOTHING RETURNING 1`,
      holds: () => 'count(*) >= 0',
    },
  ];
}

type Note = Exclude<VerdictChange, { kind: 'add' }>;

/** Names of columns stand in `c`, too. */
const STAND_OF_VERDICTS = STAND.replaceAll(/is_learned|feedback|observation/g, 'verdicts.$&');

function notedPart(notes: readonly Note[]): Part {
  return {
    name: 'noted',
    sql: (value) => `
      UPDATE verdicts SET is_learned = c.is_learned, feedback = coalesce(c.feedback, verdicts.feedback), learn_at = NULL
      FROM unnest(${[
        `${value(notes.map(({ id }) => id))}::text[]`,
        `${value(notes.map((note) => Number(note.kind === 'settle' || note.isLearned)))}::smallint[]`,
        `${value(notes.map((note) => (note.kind === 'settle' ? null : (note.feedback ?? null))))}::text[]`,
        `${value(notes.map((note) => (note.kind === 'settle' ? null : note.stand)))}::text[]`,
      ].join(', ')}) AS c(id, is_learned, feedback, stand)
      WHERE verdicts.tenant = $1 AND verdicts.id = c.id
        AND CASE WHEN c.stand IS NULL THEN verdicts.learn_at IS NOT NULL ELSE ${STAND_OF_VERDICTS} = c.stand END
      RETURNING 1`,
    holds: hasCount(notes.length),
  };
}

/** Three arrays for unnest. */
export const keyColumns = (keys: readonly RecordKey[], value: (one: unknown) => string): string =>
  [keys.map(({ mailbox }) => mailbox), keys.map(({ kind }) => kind), keys.map(({ key }) => key)]
    .map((column) => `${value(column)}::text[]`)
    .join(', ');

const lessonColumns = (lessons: readonly LessonKey[], value: (one: unknown) => string): string =>
  [lessons.map(({ mailbox }) => mailbox), lessons.map(({ id }) => id)]
    .map((column) => `${value(column)}::text[]`)
    .join(', ');

/** The inverse of recordId: no part holds a newline. */
export function keyOfId(id: string): RecordKey {
  const [mailbox = '', kind = '', key = ''] = id.split('\n');
  return { mailbox, kind: kind as RecordKind, key };
}
