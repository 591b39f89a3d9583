/** What to take out of a message, and what came of it. */
import type { Target } from './finding.ts';
import type { LockedLink } from './lock.ts';

/** One thing to disarm. */
export interface LinkTarget {
  /** Host (with all below it), or scheme with its colon. */
  readonly to: Target;
  /** SHA-256 of a file that holds it too: with the file it is gone from there. */
  readonly inFile?: string;
}

export interface StripPlan {
  /** 'all': whatever a reader could click on. */
  readonly links: 'all' | readonly LinkTarget[];
  /** By SHA-256; 'all': whatever is not shown as text. */
  readonly files: 'all' | ReadonlyMap<string, FileTarget>;
  /** The address that stands in From in place of the display name; absent: From stays. */
  readonly shownAddress?: string;
  /** One or two sentences, put on top of what is shown; absent: none. */
  readonly banner?: string;
}

export interface FileTarget {
  /** Type by content, where it is known. */
  readonly trueType?: string;
  /** A sentence. */
  readonly why: string;
  /** A harmless rendering may stand in its place, where one can be made. */
  readonly mayFlatten?: true;
}

/** Harmless, as the reader that judges mail has seen: the PDF itself without what it does and links to, or a document's text. */
export type Flattened =
  | { readonly to: 'pdf'; readonly content: Buffer }
  | { readonly to: 'text'; readonly text: string }
  /** Half a sentence. */
  | { readonly to: 'nothing'; readonly whyNot: string };

/** `fileName` as the mail has it. Never rejects; bounded. */
export type Flatten = (content: Buffer, fileName: string) => Promise<Flattened>;

/** What the reader of a stripped message is told and led to. */
export interface StripWording {
  /** Where a locked link leads instead. Absent: nowhere. */
  readonly lockPage?: LockPage;
  /** How to get back what was removed; one sentence. */
  readonly restoring?: string;
}

/**
 * A page that says where a link leads. The token is made from the address and the secret: who keeps `Stripped.locks` knows it again.
 * Links without a host, too long to be kept whole, or beyond 200 in a message lead nowhere instead.
 */
export interface LockPage {
  /** With '{token}' in it. */
  readonly template: string;
  /** Without it nobody can make tokens. */
  readonly secret: string;
}

/** What was done, in order of appearance. `part` is '1.2' as in IMAP, '' for the message itself. */
export type Change =
  | {
      readonly kind: 'link';
      readonly part: string;
      readonly host: string;
      readonly url: string;
      /** Only with a lock page. */
      readonly token?: string;
    }
  | {
      readonly kind: 'file';
      readonly part: string;
      readonly name: string;
      readonly sizeBytes: number;
      readonly sha256: string;
      /** What stands in its place; absent: a notice. */
      readonly flattenedTo?: 'pdf' | 'text';
    }
  | { readonly kind: 'sender'; readonly part: ''; readonly address: string }
  | { readonly kind: 'banner'; readonly part: string };

/** An edit of the top header block, to be made in a milter or here: `index` counts the fields of that name from 1, as they were. */
export type HeaderEdit =
  | { readonly kind: 'change'; readonly name: string; readonly index: number; readonly value: string }
  | { readonly kind: 'remove'; readonly name: string; readonly index: number }
  /** Above all others; several stand as they are listed. May be folded. */
  | { readonly kind: 'top'; readonly name: string; readonly value: string }
  /** Below all others. */
  | { readonly kind: 'add'; readonly name: string; readonly value: string };

/** Why a message stays as it is. */
export type StripRefusal =
  | 'signed' // S/MIME or PGP, as far as can be told: a change would break the signature
  | 'encrypted'
  | 'over-limit' // too many parts or links, nested too deep, too large
  | 'untraceable' // its parts cannot be told from each other with certainty
  | 'nothing-found'; // none of what was to be taken out is in it

export type Stripped =
  | {
      readonly isRewritten: true;
      readonly bytes: Buffer;
      /** The same in two halves, for who cannot replace a message whole. */
      readonly headers: readonly HeaderEdit[];
      readonly body: Buffer;
      /** At most 1,000. */
      readonly changes: readonly Change[];
      /** All that may lead to the lock page, each once; forms, which lead nowhere, among them. */
      readonly locks: readonly LockedLink[];
      /** What the plan names and the message does not show: a link that only a picture holds, a file inside a file. */
      readonly unmet: readonly Target[];
    }
  | { readonly isRewritten: false; readonly refusal: StripRefusal; readonly detail: string };

/** What interfaces hand on of a rewritten message. */
export type Rewritten = Pick<Extract<Stripped, { isRewritten: true }>, 'bytes' | 'headers' | 'body'>;
