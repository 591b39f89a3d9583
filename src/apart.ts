/** Work that a hostile message can make long, in threads with a memory and a time limit: it stalls nobody else. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { createSlots } from './slots.ts';

export interface ApartLimits {
  readonly timeoutMs: number;
  readonly workerHeapMb: number;
}

export interface Apart<Task, Result> {
  /** Tasks that wait for a thread. */
  readonly waitingCount: number;
  /** The time limit counts from when a thread begins with it; waiting for one has a limit of its own. Rejects with Stopped. */
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** Why there is no result, in words for a person. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly isOverLimit: boolean;

  constructor(why: string, isOverLimit: boolean, cause: unknown) {
    super(why, { cause });
    this.isOverLimit = isOverLimit;
  }
}

/** In a burst of honest mail the last one waits some seconds; behind hostile ones, which take their whole time each, it is not to wait for ever. */
const PATIENCE_MS = 10_000;

/** `worker`: a module beside this one, that exports a function of this name, and `ready`, which does nothing. */
export function openApart<Task, Result>(worker: string, name: string, limits: ApartLimits): Apart<Task, Result> {
  const maxThreads = Math.max(1, availableParallelism() - 1);
  const places = createSlots(maxThreads);
  let waitingCount = 0;
  let pool: Piscina | undefined; // started by the first message that needs it: 30 MB a thread
  let isReady = false; // a thread starts with the first task, and anew after one was stopped: that time is no message's
  const startPool = () =>
    new Piscina({
      filename: new URL(worker, import.meta.url).href,
      name,
      maxThreads,
      idleTimeout: 60_000,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb },
    });

  async function place(): Promise<() => void> {
    waitingCount++;
    try {
      return await within(PATIENCE_MS, places.take());
    } finally {
      waitingCount--;
    }
  }

  return {
    get waitingCount() {
      return waitingCount;
    },
    async run(task) {
      const release = await place();
      try {
        pool ??= startPool();
        if (!isReady) await pool.run(undefined, { name: 'ready' });
        isReady = true;
        return (await pool.run(task, { signal: AbortSignal.timeout(limits.timeoutMs) })) as Result;
      } catch (error) {
        isReady = false;
        throw stopped(error, limits);
      } finally {
        release();
      }
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/** A place that comes too late is given back. */
function within(patienceMs: number, taken: Promise<() => void>): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Stopped(`waited over ${patienceMs} ms`, true, undefined));
      void taken.then((release) => release());
    }, patienceMs);
    void taken.then((release) => {
      clearTimeout(timer);
      resolve(release);
    });
  });
}

function stopped(error: unknown, { timeoutMs }: ApartLimits): Stopped {
  const { name, code, message }: { name?: string; code?: string; message?: string } =
    error instanceof Error ? error : {};
  if (name === 'AbortError') return new Stopped(`over ${timeoutMs} ms`, true, error);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Stopped('over the memory limit', true, error);
  return new Stopped(message ?? String(error), false, error);
}
