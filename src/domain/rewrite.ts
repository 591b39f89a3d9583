/** The rewriting of a message that is to be stripped, as interfaces are handed it. */
import type { IntakeRequest } from './service.ts';
import type { Verdict } from './verdict.ts';

/** An edit of the top headers, in the milter protocol's terms: `index` counts the fields of that name from 1, as they were. */
export type HeaderEdit =
  | { readonly kind: 'change'; readonly name: string; readonly index: number; readonly value: string }
  | { readonly kind: 'remove'; readonly name: string; readonly index: number }
  | { readonly kind: 'add'; readonly name: string; readonly value: string };

export interface Rewritten {
  /** The whole message. */
  readonly bytes: Buffer;
  /** The same in two halves, for clients that cannot replace a message whole. */
  readonly headers: readonly HeaderEdit[];
  readonly body: Buffer;
}

/** undefined: it cannot be rewritten, or must not be (signed mail). */
export type Rewrite = (request: IntakeRequest, verdict: Verdict) => Promise<Rewritten | undefined>;
