/** Entry of a worker thread: rewrites one message apart from the service's own thread. */
import type { StripPlan, Stripped, StripWording } from './domain/strip.ts';
import { flatten } from './traits/flatten/flatten.ts';
import { strip } from './verdict/strip.ts';

export interface StripTask {
  /** Crosses the thread border as a plain Uint8Array. */
  readonly raw: Uint8Array;
  readonly plan: StripPlan;
  readonly wording: StripWording | undefined;
}

/** Called by the pool by their names. */
export const ready = (): void => undefined;

export const rewrite = ({ raw, plan, wording }: StripTask): Promise<Stripped> =>
  strip(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), plan, wording, flatten);
