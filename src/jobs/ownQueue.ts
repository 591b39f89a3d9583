/** Jobs of a service that is alone: one at a time, the oldest first. What is queued is what lies in the folder and has not ended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { JobOrder } from '../domain/jobs.ts';
import type { JobsFolder } from './folder.ts';
import { type Task, tasksOf } from './runParts.ts';

export interface JobQueue {
  /** Resolves when it will be done, whatever becomes of this process. */
  add(order: JobOrder): Promise<void>;
  /** Resolves when what is at work has stopped at a checkpoint. */
  stop(): Promise<void>;
}

export interface OwnQueueParts {
  readonly folder: JobsFolder;
  /** runTask */
  readonly run: (task: Task, signal: AbortSignal) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

const TRY_AGAIN_MS = 15_000;

export function startOwnQueue({ folder, run, onError }: OwnQueueParts): JobQueue {
  const stopped = new AbortController();
  const { signal } = stopped;
  let wake = (): void => undefined;
  const call = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  async function work(): Promise<void> {
    while (!signal.aborted) {
      const called = call(); // what comes from now on is seen by the next round
      const areAllDone = await runAll();
      const waits = areAllDone ? [called] : [called, delay(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined)];
      if (!signal.aborted) await Promise.race(waits);
    }
  }

  async function runAll(): Promise<boolean> {
    const orders = await unfinished(folder, onError).catch(failed);
    let areAllDone = orders !== undefined;
    for (const order of orders ?? []) areAllDone = (await runOne(order).catch(failed)) === true && areAllDone;
    return areAllDone;
  }

  async function runOne(order: JobOrder): Promise<boolean> {
    for (const task of tasksOf(order)) if (signal.aborted || !(await run(task, signal))) return false;
    return true;
  }

  const failed = (error: unknown): undefined => void onError(error);
  const working = work();
  return {
    async add() {
      wake();
    },
    async stop() {
      stopped.abort();
      wake();
      await working;
    },
  };
}

/** Of all tenants, the oldest first. One that cannot be read holds up no other. */
export async function unfinished(folder: JobsFolder, onError: OwnQueueParts['onError']): Promise<readonly JobOrder[]> {
  const found: JobOrder[] = [];
  for (const tenant of await folder.tenants()) {
    for (const id of await folder.ids(tenant)) {
      const job = folder.job(tenant, id);
      try {
        const order = job.isOver() ? undefined : await job.order();
        if (order !== undefined) found.push(order);
      } catch (error) {
        onError(error);
      }
    }
  }
  return found.sort((a, b) => a.createdAt - b.createdAt);
}
