/** What is known: from the cache, and in one round trip from the database for what is not there. */
import type { RecordKey } from '../../domain/observation.ts';
import { STAND } from '../verdictRow.ts';
import { ABSENT, type Cache, type Stored, type Value } from './cache.ts';
import type { Run } from './connection.ts';
import { type LessonKey, lessonId, type VerdictState } from './folding.ts';
import { IS_KNOWN, keyColumns } from './statement.ts';

interface Row {
  readonly at: number;
  readonly version: number;
  readonly value: string;
}

// LIMIT keeps the look-up of each key one of its own: a plan made while the table was small stays good when it has grown.
const recordsText = (lock: '' | 'FOR UPDATE'): string => `
  SELECT k.at, r.version, r.value FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS k(mailbox, kind, key, at)
  CROSS JOIN LATERAL (SELECT version, value FROM records
    WHERE tenant = $1 AND mailbox = k.mailbox AND kind = k.kind AND key = k.key LIMIT 1 ${lock}) r`;

/** By recordId, absent ones included. `isLocked` holds those that exist until the transaction ends. */
export async function readRecords(
  run: Run,
  tenant: string,
  keys: ReadonlyMap<string, RecordKey>,
  isLocked = false,
): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>();
  if (keys.size === 0) return found;
  const ids = [...keys.keys()].sort(); // everybody locks rows in the same order
  for (const id of ids) found.set(id, ABSENT);
  const values: unknown[] = [tenant];
  keyColumns(
    ids.map((id) => keys.get(id) as RecordKey),
    (column) => `$${values.push(column)}`,
  );
  const { rows } = await run<Row>({
    name: isLocked ? 'records, locked' : 'records',
    text: recordsText(isLocked ? 'FOR UPDATE' : ''),
    values,
  });
  for (const { at, version, value } of rows)
    found.set(ids[at - 1] as string, { version, value: JSON.parse(value) as Value });
  return found;
}

/** The same, with what the cache holds; keeps there what was read. */
export async function recallRecords(
  run: Run,
  cache: Cache,
  tenant: string,
  keys: ReadonlyMap<string, RecordKey>,
): Promise<Map<string, Stored>> {
  const found = new Map<string, Stored>();
  const missing = new Map<string, RecordKey>();
  for (const [id, key] of keys) {
    const stored = cache.get(`${tenant}\n${id}`);
    if (stored === undefined) missing.set(id, key);
    else found.set(id, stored);
  }
  if (missing.size === 0) return found;
  const since = cache.moment();
  for (const [id, stored] of await readRecords(run, tenant, missing)) {
    found.set(id, stored);
    cache.keepRead(`${tenant}\n${id}`, stored, since);
  }
  return found;
}

/** By lessonId, whether it was learned. */
export async function readLessons(
  run: Run,
  tenant: string,
  lessons: readonly LessonKey[],
): Promise<Map<string, boolean>> {
  const known = new Map(lessons.map((lesson) => [lessonId(lesson), false]));
  if (lessons.length === 0) return known;
  const { rows } = await run<LessonKey>({
    name: 'lessons',
    text: `SELECT k.mailbox, k.id FROM unnest($2::text[], $3::text[]) AS k(mailbox, id)
      WHERE ${IS_KNOWN}`,
    values: [tenant, lessons.map(({ mailbox }) => mailbox), lessons.map(({ id }) => id)],
  });
  for (const row of rows) known.set(lessonId(row), true);
  return known;
}

/** By id; absent ones are not in it. */
export async function readVerdictStates(
  run: Run,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, VerdictState>> {
  if (ids.length === 0) return new Map();
  const { rows } = await run<{ readonly id: string; readonly is_waiting: boolean; readonly stand: string }>({
    text: `SELECT id, learn_at IS NOT NULL AS is_waiting, ${STAND} AS stand FROM verdicts
      WHERE tenant = $1 AND id IN (SELECT unnest($2::text[]))`,
    values: [tenant, ids],
  });
  return new Map(rows.map(({ id, is_waiting, stand }) => [id, { isWaiting: is_waiting, stand }]));
}
