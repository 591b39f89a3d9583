/**
 * Jobs as a queue in PostgreSQL, by pg-boss: a service puts them in, any number of workers takes them. An entry is a task (a mailbox of a
 * job); its worker has to give a sign of life every few seconds, or another gets it. docs/adr/0016.
 */
import { createHash } from 'node:crypto';
import type { ConstructorOptions, PgBoss } from 'pg-boss';
import type { JobOrder } from '../domain/jobs.ts';
import type { JobsFolder } from './folder.ts';
import { type JobQueue, unfinished } from './ownQueue.ts';
import { type Task, tasksOf } from './runParts.ts';

interface Entry {
  readonly task: Task;
  /** Of the folder that the job lies in. */
  readonly mark: string;
}

export interface SharedQueueParts {
  readonly url: string;
  readonly folder: JobsFolder;
  readonly onError: (error: unknown) => void;
}

const SCHEMA = 'tidemark_jobs';
const QUEUE = 'rescore';
const LOOK_EVERY_MS = 60_000;
const CONNECT_LIMIT_MS = 3000;
const STOP_LIMIT_MS = 25_000; // under what supervisors commonly grant

const ENTRIES = {
  heartbeatSeconds: 20, // a sign of life every 10: on a busy machine a second comes late
  expireInSeconds: 86_000, // under its limit of a day: what takes longer is taken anew, from its checkpoint
  retryLimit: 100_000, // whether it is worth it is said by the part's tries
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
} as const;

/** The service's end. Nothing is asked of the database before there is a job; while it is away, jobs wait in their folder. */
export function openSharedQueue({ url, folder, onError }: SharedQueueParts): JobQueue {
  let opening: Promise<PgBoss> | undefined;
  const opened = async (): Promise<PgBoss> => {
    opening ??= openBoss({ connectionString: url, max: 2, supervise: false }, onError);
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
  const put = async (order: JobOrder): Promise<void> => {
    const boss = await opened();
    const mark = await folder.mark();
    await boss.insert(
      QUEUE,
      tasksOf(order).map((task) => ({ id: entryId(task), data: { task, mark } satisfies Entry })),
    );
  };
  /** What could not be put in, or whose service died before it did. Entries that are there already stay. */
  const putMissing = async (): Promise<void> => {
    for (const order of await unfinished(folder, onError)) await put(order);
  };
  let looking = putMissing().catch(onError);
  const timer = setInterval(() => {
    looking = looking.then(putMissing).catch(onError);
  }, LOOK_EVERY_MS);
  return {
    add: (order) => put(order).catch(onError),
    async stop() {
      clearInterval(timer);
      await looking;
      const boss = await opening?.catch(() => undefined);
      await boss?.stop({ timeout: STOP_LIMIT_MS });
    },
  };
}

export interface WorkerParts extends SharedQueueParts {
  readonly run: (task: Task, signal: AbortSignal) => Promise<boolean>;
}

export interface Worker {
  /** Resolves when what is at work has stopped at a checkpoint and is back in the queue. */
  stop(): Promise<void>;
}

/** One task at a time: judging takes one thread. Rejects when the database cannot be reached. */
export async function startWorker({ url, folder, run, onError }: WorkerParts): Promise<Worker> {
  const stopped = new AbortController();
  const timing = { superviseIntervalSeconds: 5, monitorIntervalSeconds: 5 }; // how soon a worker that died is noticed
  const boss = await openBoss({ connectionString: url, max: 3, supervise: true, ...timing }, onError);
  const own = await boss.work<Entry>(QUEUE, { pollingIntervalSeconds: 1 }, async ([entry]) => {
    if (entry === undefined) return;
    boss.notifyWorker(own); // the next one without a pause: there may be thousands of small ones
    const signal = AbortSignal.any([stopped.signal, entry.signal]);
    const isDone = await runHere(entry.data, signal).catch((error: unknown) => {
      onError(error);
      throw error;
    });
    if (!isDone) throw new Error('stopped before the end'); // so that it goes back into the queue
  });
  /** A job that is not in another folder would look as if it had been removed. */
  async function runHere({ task, mark }: Entry, signal: AbortSignal): Promise<boolean> {
    if (mark !== (await folder.mark())) throw new Error('JOBS_DIR is not the folder of the service that took this job');
    return run(task, signal);
  }
  return {
    async stop() {
      stopped.abort();
      await boss.stop({ timeout: STOP_LIMIT_MS });
    },
  };
}

async function openBoss(options: ConstructorOptions, onError: (error: unknown) => void): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss'); // 0.1 s: commands without a queue do without
  const boss = new PgBoss({ ...options, schema: SCHEMA, schedule: false, connectionTimeoutMillis: CONNECT_LIMIT_MS });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(QUEUE, ENTRIES); // does nothing where it is there
  return boss;
}

/** The same task is the same entry, however often it is put in: a UUID made of a hash (RFC 9562, version 8). */
function entryId({ tenant, id, parts }: Task): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, id, parts]))
    .digest('hex');
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(13, 16),
    hash.slice(17, 20),
    hash.slice(20, 32),
  ];
  return `${a}-${b}-8${c}-8${d}-${e}`;
}
