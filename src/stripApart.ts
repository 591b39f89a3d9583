/** As readApart.ts for reading: large or oddly built messages are rewritten in a worker with a time and a memory limit. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { StripPlan, Stripped, StripWording } from './domain/strip.ts';
import { isOrdinary } from './readApart.ts';
import type { StripTask } from './stripWorker.ts';
import { strip } from './verdict/strip.ts';

export type Strip = (raw: Buffer, plan: StripPlan, wording?: StripWording) => Promise<Stripped>;

export interface Stripper {
  readonly strip: Strip;
  close(): Promise<void>;
}

export interface StripperLimits {
  readonly timeoutMs: number;
  readonly workerHeapMb: number;
  readonly inlineBytes: number;
}

const DEFAULT_LIMITS: StripperLimits = {
  timeoutMs: 5_000, // 50 MiB of files take about one second, 4 MiB of text with nothing but links two
  workerHeapMb: 512,
  inlineBytes: 192 * 1024, // as for reading
};

/** What is over a limit stays as it is, and says so. */
export function openStripper(limits: StripperLimits = DEFAULT_LIMITS): Stripper {
  let pool: Piscina | undefined; // started by the first message that needs it
  const startPool = () =>
    new Piscina({
      filename: new URL('./stripWorker.ts', import.meta.url).href,
      name: 'rewrite',
      maxThreads: Math.max(1, availableParallelism() - 1),
      idleTimeout: 60_000,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: limits.workerHeapMb },
    });

  async function stripInWorker(task: StripTask): Promise<Stripped> {
    pool ??= startPool();
    try {
      return withBuffers((await pool.run(task, { signal: AbortSignal.timeout(limits.timeoutMs) })) as Stripped);
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'AbortError';
      const detail = isLate ? `over ${limits.timeoutMs} ms` : 'over the memory limit';
      return { isRewritten: false, refusal: 'over-limit', detail: `rewriting was stopped: ${detail}` };
    }
  }

  return {
    strip: (raw, plan, wording) =>
      isOrdinary(raw, limits) ? strip(raw, plan, wording) : stripInWorker({ raw, plan, wording }),
    async close() {
      await pool?.destroy();
    },
  };
}

/** Bytes come from the worker as plain Uint8Arrays. */
const withBuffers = (stripped: Stripped): Stripped =>
  stripped.isRewritten ? { ...stripped, bytes: asBuffer(stripped.bytes), body: asBuffer(stripped.body) } : stripped;

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
