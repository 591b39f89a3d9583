/** Writes of one turn of the event loop share a transaction: a commit costs more than what most writes do. */
import type { DatabaseSync } from 'node:sqlite';
import type { Durability } from '../../domain/ports.ts';

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

/** `onRollback` is told that what jobs of a failed transaction wrote is not so. */
export function createWriter(database: DatabaseSync): Writer & { onRollback(listener: () => void): void } {
  let queue: Job[] = [];
  let flushed: Promise<void> = Promise.resolve();
  const listeners: (() => void)[] = [];

  function flush(): void {
    const jobs = queue;
    queue = [];
    try {
      commit(jobs);
    } catch (error) {
      for (const listener of listeners) listener();
      // One job may have failed for all: each gets a transaction of its own, so that only the guilty one is refused.
      if (jobs.length > 1) for (const job of jobs) commitAlone(job);
      else jobs[0]?.reject(error);
    }
  }

  function commit(jobs: readonly Job[]): void {
    // FULL syncs the log at commit and so survives a power cut; NORMAL survives the death of the process.
    const isDurable = jobs.some((job) => job.durability === 'durable');
    database.exec(isDurable ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL');
    database.exec('BEGIN IMMEDIATE');
    let answers: readonly unknown[];
    try {
      answers = jobs.map((job) => job.work());
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    for (const [at, job] of jobs.entries()) job.resolve(answers[at]);
  }

  function commitAlone(job: Job): void {
    try {
      commit([job]);
    } catch (error) {
      for (const listener of listeners) listener();
      job.reject(error);
    }
  }

  return {
    write: <T>(durability: Durability, work: () => T) =>
      new Promise<T>((resolve, reject) => {
        queue.push({ durability, work, resolve: resolve as (answer: unknown) => void, reject });
        if (queue.length === 1) {
          flushed = new Promise((done) => {
            setImmediate(() => {
              flush();
              done();
            });
          });
        }
      }),
    async settled() {
      while (queue.length > 0) await flushed;
    },
    onRollback: (listener) => void listeners.push(listener),
  };
}
