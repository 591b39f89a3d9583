/** As readApart.ts for reading: large or oddly built messages are rewritten in a worker with a time and a memory limit. */
import { type ApartLimits, openApart, Stopped } from './apart.ts';
import type { StripPlan, Stripped, StripWording } from './domain/strip.ts';
import { isOrdinary } from './readApart.ts';
import type { StripTask } from './stripWorker.ts';
import { flatten } from './traits/flatten/flatten.ts';
import { strip } from './verdict/strip.ts';

export type Strip = (raw: Buffer, plan: StripPlan, wording?: StripWording) => Promise<Stripped>;

export interface Stripper {
  readonly strip: Strip;
  close(): Promise<void>;
}

export interface StripperLimits extends ApartLimits {
  readonly inlineBytes: number;
}

const DEFAULT_LIMITS: StripperLimits = {
  timeoutMs: 5_000, // 50 MiB of files take about one second, 4 MiB of text with nothing but links two
  workerHeapMb: 512,
  inlineBytes: 192 * 1024, // as for reading
};

/** What cannot be rewritten stays as it is, and says so. */
export function openStripper(limits: StripperLimits = DEFAULT_LIMITS): Stripper {
  const apart = openApart<StripTask, Stripped>('./stripWorker.ts', 'rewrite', limits);

  async function stripInWorker(task: StripTask): Promise<Stripped> {
    try {
      return withBuffers(await apart.run(task));
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const refusal = error.isOverLimit ? 'over-limit' : 'untraceable';
      return { isRewritten: false, refusal, detail: `rewriting was stopped: ${error.message}` };
    }
  }

  return {
    strip: (raw, plan, wording) =>
      isOrdinary(raw, limits) ? strip(raw, plan, wording, flatten) : stripInWorker({ raw, plan, wording }),
    close: apart.close,
  };
}

/** Bytes come from the worker as plain Uint8Arrays. */
const withBuffers = (stripped: Stripped): Stripped =>
  stripped.isRewritten ? { ...stripped, bytes: asBuffer(stripped.bytes), body: asBuffer(stripped.body) } : stripped;

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
