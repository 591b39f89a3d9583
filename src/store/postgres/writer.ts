/**
 * Writes of a tenant, one statement after another: while one is on its way, what comes meanwhile gathers and goes together with the next.
 * Another process may write to the same records: then the statement fails as a whole, and the batch is folded again over what is so now.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordKey } from '../../domain/observation.ts';
import type { Cache, Stored } from './cache.ts';
import { Conflict, type Connections, ERASE_TIMEOUT_MS, isConflict, isDataError, type Run } from './connection.ts';
import { type Answer, fold, type Known, keysOf, lessonId, lessonKeysOf, type Plan, type Task } from './folding.ts';
import { readLessons, readRecords, readVerdictStates, recallRecords } from './reading.ts';
import { forgetting, keyOfId, writing } from './statement.ts';

export interface Writer {
  /** Resolves once the task is committed; rejects when it could not be, or with what its lesson threw. */
  write(tenant: string, task: Task): Promise<Answer>;
  /** Runs `work` in a transaction of its own, after the tenant's writes asked for before; then nothing is kept in the cache. */
  alone<T>(tenant: string, work: (run: Run) => Promise<T>): Promise<T>;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
}

interface Job {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** One entry of the queue that goes alone. */
interface Exclusive {
  readonly run: () => Promise<void>;
}

interface Lane {
  readonly queue: (Job | Exclusive)[];
  readonly drained: Promise<void>;
}

const MAX_BATCH = 500; // lessons, of some 50 messages; some 20 records of 1 kB each
const MAX_ATTEMPTS = 12;
const LOCKED_FROM = 2; // attempts; a record that many processes want is then waited for instead of raced for
const JITTER_MS = 4; // doubles with each attempt
const MAX_JITTER_MS = 100;

export function createWriter(connections: Connections, cache: Cache, now: () => number): Writer {
  const lanes = new Map<string, Lane>();

  function enqueue(tenant: string, entry: Job | Exclusive): void {
    const lane = lanes.get(tenant);
    if (lane !== undefined) {
      lane.queue.push(entry);
      return;
    }
    const queue = [entry];
    lanes.set(tenant, { queue, drained: nextTurn().then(() => drain(tenant, queue)) });
  }

  async function drain(tenant: string, queue: (Job | Exclusive)[]): Promise<void> {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if ('run' in first) {
        queue.shift();
        await first.run();
      } else {
        await commit(tenant, takeBatch(queue));
      }
    }
    lanes.delete(tenant);
  }

  /** Never rejects: each job is told. */
  async function commit(tenant: string, jobs: readonly Job[]): Promise<void> {
    const tasks = jobs.map(({ task }) => task);
    try {
      const plan = await persist(tenant, tasks);
      for (const [at, { resolve, reject }] of jobs.entries()) {
        const answer = plan.answers[at];
        if (answer !== undefined && 'learned' in answer) resolve(answer);
        else reject(answer?.error);
      }
    } catch (error) {
      // Whether it was written is not known when the connection broke: what is kept may not be so.
      forget(tenant, tasks);
      if (isDataError(error) && jobs.length > 1) {
        // Only the guilty one is refused; the others are written without it.
        for (const job of jobs) await commit(tenant, [job]);
        return;
      }
      for (const { reject } of jobs) reject(error);
    }
  }

  async function persist(tenant: string, tasks: readonly Task[]): Promise<Plan> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await tryOnce(tenant, tasks, attempt);
      } catch (error) {
        if (!isConflict(error) || attempt + 1 >= MAX_ATTEMPTS) throw error;
        forget(tenant, tasks);
        await sleep(Math.random() * Math.min(MAX_JITTER_MS, JITTER_MS * 2 ** attempt));
      }
    }
  }

  async function tryOnce(tenant: string, tasks: readonly Task[], attempt: number): Promise<Plan> {
    if (attempt >= LOCKED_FROM)
      return connections.transaction(async (run) =>
        foldAndWrite(run, tenant, tasks, await know(run, tenant, tasks, true)),
      );
    const known = attempt === 0 ? await guess(tenant, tasks) : await know(connections.run, tenant, tasks, false);
    return foldAndWrite(undefined, tenant, tasks, known);
  }

  /** By what the cache holds; asks the database for the rest, if there is any. New lessons and verdicts are taken to be new. */
  async function guess(tenant: string, tasks: readonly Task[]): Promise<Known> {
    const keys = keysOf(tasks);
    const lessons = tasks.flatMap((task) => task.lessons);
    const isAsking =
      lessons.some(({ undoes }) => undoes) ||
      [...keys.keys()].some((id) => cache.get(`${tenant}\n${id}`) === undefined);
    if (!isAsking) {
      const known = lessonKeysOf(tasks).map(
        (one) => [lessonId(one), cache.hasLesson(`${tenant}\n${lessonId(one)}`)] as const,
      );
      return { records: await recallRecords(connections.run, cache, tenant, keys), lessons: new Map(known) };
    }
    const [records, known] = await Promise.all([
      recallRecords(connections.run, cache, tenant, keys),
      readLessons(connections.run, tenant, lessonKeysOf(tasks)),
    ]);
    return { records, lessons: known };
  }

  /** As it is in the database. */
  async function know(run: Run, tenant: string, tasks: readonly Task[], isLocked: boolean): Promise<Known> {
    return {
      records: await readRecords(run, tenant, keysOf(tasks), isLocked),
      lessons: await readLessons(run, tenant, lessonKeysOf(tasks)),
      verdicts: await readVerdictStates(
        run,
        tenant,
        tasks.flatMap(({ verdict }) => verdict?.id ?? []),
      ),
    };
  }

  /** `open` is a transaction that is open. */
  async function foldAndWrite(
    open: Run | undefined,
    tenant: string,
    tasks: readonly Task[],
    known: Known,
  ): Promise<Plan> {
    const plan = fold(tasks, known);
    const versions = await withUnread(open ?? connections.run, tenant, plan, known.records);
    const written = writing(tenant, plan, versions, now());
    if (written === undefined) return plan;
    const { forgotten, learned, passed } = plan;
    const writeWithin = async (run: Run) => {
      if (forgotten.length > 0 && (await run(forgetting(tenant, forgotten))).count !== forgotten.length)
        throw new Conflict('a lesson to be taken back is not known');
      await run(written.statement);
    };
    if (open !== undefined) await writeWithin(open);
    else if (forgotten.length > 0) await connections.transaction(writeWithin);
    else await connections.run(written.statement);
    for (const [id, stored] of written.records) cache.keepWritten(`${tenant}\n${id}`, stored);
    for (const lesson of [...learned, ...passed]) cache.keepLesson(`${tenant}\n${lessonId(lesson)}`, true);
    for (const lesson of forgotten) cache.keepLesson(`${tenant}\n${lessonId(lesson)}`, false);
    return plan;
  }

  /** A fold may write what it did not ask to read. */
  async function withUnread(
    run: Run,
    tenant: string,
    { changed }: Plan,
    records: ReadonlyMap<string, Stored>,
  ): Promise<ReadonlyMap<string, Stored>> {
    const unread = [...changed.keys()].filter((id) => !records.has(id));
    if (unread.length === 0) return records;
    const keys = new Map<string, RecordKey>(unread.map((id) => [id, keyOfId(id)]));
    return new Map([...records, ...(await readRecords(run, tenant, keys))]);
  }

  function forget(tenant: string, tasks: readonly Task[]): void {
    cache.forget([...keysOf(tasks).keys(), ...lessonKeysOf(tasks).map(lessonId)].map((id) => `${tenant}\n${id}`));
  }

  return {
    write: (tenant, task) => new Promise((resolve, reject) => enqueue(tenant, { task, resolve, reject })),
    alone: (tenant, work) =>
      new Promise((resolve, reject) =>
        enqueue(tenant, {
          run: () =>
            withRetries(() => connections.transaction(work, ERASE_TIMEOUT_MS))
              .finally(cache.forgetAll)
              .then(resolve, reject),
        }),
      ),
    async settled() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map(({ drained }) => drained));
    },
  };
}

/** The first that may share a statement, in order: each verdict once, and none added where others change. */
function takeBatch(queue: (Job | Exclusive)[]): readonly Job[] {
  const jobs: Job[] = [];
  const ids = new Set<string>();
  let isAdding: boolean | undefined;
  let lessonCount = 0;
  for (const entry of queue) {
    if ('run' in entry) break;
    const { verdict, lessons } = entry.task;
    lessonCount += lessons.length + 1;
    if (jobs.length > 0 && lessonCount > MAX_BATCH) break;
    if (verdict !== undefined) {
      if (ids.has(verdict.id) || (isAdding ?? verdict.kind === 'add') !== (verdict.kind === 'add')) break;
      ids.add(verdict.id);
      isAdding = verdict.kind === 'add';
    }
    jobs.push(entry);
  }
  queue.splice(0, jobs.length);
  return jobs;
}

/** For what takes its own locks: a deadlock or a serialization failure is nobody's fault. */
export async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt >= MAX_ATTEMPTS) throw error;
      await sleep(Math.random() * MAX_JITTER_MS);
    }
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
