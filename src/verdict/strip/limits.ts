/** Bounds of rewriting, and the one exception that leaves it: strip.ts turns it into an answer. */
import type { StripRefusal } from '../../domain/strip.ts';

export const STRIP_LIMITS = {
  messageBytes: 50 * 1024 * 1024, // intake's own
  parts: 1_000, // mailparser's own
  headBytes: 1024 * 1024, // likewise
  messageDepth: 8, // messages in messages: readers of mail show two or three
  textBytes: 4 * 1024 * 1024, // of one part that is rewritten; 99.9 % of the development mail's have under 90 kB
  links: 10_000,
  seals: 20, // signed and encrypted parts that are looked into, each once through its bytes
  outputGrowth: 16 * 1024 * 1024, // bytes: with `links` no more than 2 MB are ever needed, re-encoding aside
  changes: 1_000,
  lockPages: 200, // more different links than anybody follows; each is kept as long as the verdict
} as const;

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: StripRefusal;
  constructor(refusal: StripRefusal, detail: string) {
    super(detail);
    this.refusal = refusal;
  }
}
