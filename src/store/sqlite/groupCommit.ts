/** Writes of one turn of the event loop share a transaction: a commit costs more than what most writes do. */
import type { DatabaseSync } from 'node:sqlite';
import { type Durability, StoreAway } from '../../domain/ports.ts';

export interface Writer {
  /** Runs `work` in the next transaction; resolves with its answer once that is committed. Rejects when it could not be. */
  write<T>(durability: Durability, work: () => T): Promise<T>;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
}

interface Job {
  readonly durability: Durability;
  readonly work: () => unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const LOCKED_RETRY_MS = 100; // another process is writing: asked again from a timer, so that everything else goes on meanwhile
const LOCKED_PATIENCE_MS = 10_000;

/** Thrown by a job's own work, not by the database around it. */
class JobError extends Error {
  readonly at: number;
  constructor(at: number, cause: unknown) {
    super('a write failed', { cause });
    this.at = at;
  }
}

/** `onRollback` is told that what jobs of a failed transaction wrote is not so. */
export function createWriter(database: DatabaseSync, onRollback: () => void): Writer {
  let queue: Job[] = [];
  let flushed: Promise<void> = Promise.resolve();
  let isSynced: boolean | undefined; // what the connection is set to

  async function flush(): Promise<void> {
    const jobs = queue;
    queue = [];
    const giveUpAt = performance.now() + LOCKED_PATIENCE_MS;
    for (;;) {
      try {
        return commit(jobs);
      } catch (error) {
        onRollback();
        if (error instanceof JobError) {
          // Only the guilty one is refused; the others are written without it.
          jobs.splice(error.at, 1)[0]?.reject(error.cause);
        } else if (isLocked(error) && performance.now() < giveUpAt) {
          await new Promise((resolve) => setTimeout(resolve, LOCKED_RETRY_MS));
        } else {
          const reason = isAway(error) ? new StoreAway(`the store cannot be written: ${error.message}`, error) : error;
          for (const job of jobs) job.reject(reason);
          return;
        }
      }
    }
  }

  function commit(jobs: readonly Job[]): void {
    if (jobs.length === 0) return;
    // FULL syncs the log at commit and so survives a power cut; NORMAL survives the death of the process.
    const isDurable = jobs.some((job) => job.durability === 'durable');
    if (isDurable !== isSynced) database.exec(isDurable ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL');
    isSynced = isDurable;
    database.exec('BEGIN IMMEDIATE');
    const answers: unknown[] = [];
    try {
      for (const [at, job] of jobs.entries()) answers.push(run(job, at));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    for (const [at, job] of jobs.entries()) job.resolve(answers[at]);
  }

  return {
    write: <T>(durability: Durability, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        queue.push({ durability, work, resolve: resolve as (answer: unknown) => void, reject });
        // One flush after the other: what is queued while one waits for a lock is written by the next.
        if (queue.length === 1) flushed = flushed.then(nextTurn).then(flush);
      }),
    async settled() {
      while (queue.length > 0) await flushed;
      await flushed;
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function run({ work }: Job, at: number): unknown {
  try {
    return work();
  } catch (error) {
    if (isSqlite(error)) throw error;
    throw new JobError(at, error);
  }
}

/** Not by instanceof: what a built-in module throws may belong to another realm. */
export const isSqlite = (error: unknown): error is { readonly errcode: number; readonly message: string } =>
  typeof error === 'object' && error !== null && 'errcode' in error;
// https://sqlite.org/rescode.html; extended codes keep these in the low byte
const SQLITE_BUSY = 5;
const OF_THE_DISK = new Set([SQLITE_BUSY, 8, 10, 13, 14]); // busy, read-only, input or output error, full, cannot be opened
const isLocked = (error: unknown): boolean => isSqlite(error) && (error.errcode & 0xff) === SQLITE_BUSY;
const isAway = (error: unknown): error is Error => isSqlite(error) && OF_THE_DISK.has(error.errcode & 0xff);
