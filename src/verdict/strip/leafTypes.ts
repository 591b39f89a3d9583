import type { HeaderEdit } from '../../domain/strip.ts';
import type { Protection } from './protection.ts';
import type { Stripping } from './stripping.ts';

export interface LeafContext {
  readonly stripping: Stripping;
  /** The message's line break. */
  readonly eol: string;
  readonly depth: number;
  readonly hasBanner: boolean;
}

export interface RewrittenLeaf {
  /** Of its own header block. */
  readonly edits: readonly HeaderEdit[];
  readonly body: Buffer;
  /** What the change would break. */
  readonly protection?: Protection;
}
