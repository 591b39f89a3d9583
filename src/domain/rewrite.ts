/** The rewriting of a message that is to be stripped, as interfaces are handed it. */
import type { IntakeRequest } from './service.ts';
import type { HeaderEdit } from './strip.ts';
import type { Verdict } from './verdict.ts';

export interface Rewritten {
  /** The whole message. */
  readonly bytes: Buffer;
  /** The same in two halves, for clients that cannot replace a message whole. */
  readonly headers: readonly HeaderEdit[];
  readonly body: Buffer;
}

/** undefined: it cannot be rewritten, or must not be (signed mail). */
export type Rewrite = (request: IntakeRequest, verdict: Verdict) => Promise<Rewritten | undefined>;
