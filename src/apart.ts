/** Work that a hostile message can make long, in threads with a memory and a time limit: it stalls nobody else. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';

export interface ApartLimits {
  readonly timeoutMs: number;
  readonly workerHeapMb: number;
}

export interface Apart<Task, Result> {
  /** Tasks that wait for a thread. */
  readonly waitingCount: number;
  /** The time limit counts from here, waiting included. Rejects with Stopped. */
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

/** `worker`: a module beside this one, that exports a function of this name. */
export function openApart<Task, Result>(worker: string, name: string, limits: ApartLimits): Apart<Task, Result> {
  let pool: Piscina | undefined; // started by the first message that needs it: 30 MB a thread
  const startPool = () =>
    new Piscina({
      filename: new URL(worker, import.meta.url).href,
      name,
      maxThreads: Math.max(1, availableParallelism() - 1),
      idleTimeout: 60_000,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb },
    });
  return {
    get waitingCount() {
      return pool?.queueSize ?? 0;
    },
    async run(task) {
      pool ??= startPool();
      try {
        return (await pool.run(task, { signal: AbortSignal.timeout(limits.timeoutMs) })) as Result;
      } catch (error) {
        throw stopped(error, limits);
      }
    },
    async close() {
      await pool?.destroy();
    },
  };
}

function stopped(error: unknown, { timeoutMs }: ApartLimits): Stopped {
  const { name, code, message }: { name?: string; code?: string; message?: string } =
    error instanceof Error ? error : {};
  if (name === 'AbortError') return new Stopped(`over ${timeoutMs} ms`, true, error);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Stopped('over the memory limit', true, error);
  return new Stopped(message ?? String(error), false, error);
}
