import type { HeaderEdit } from '../../domain/strip.ts';
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
  /** The change falls into text that is signed in the clear. */
  readonly isInSigned?: true;
}
