/** Originals that this service keeps: byte for byte as an MTA handed them in, until a person restores them or their time is over (docs/adr/0017). */
import type { Envelope } from './mail.ts';

/** Why a message was kept: it was held, what was delivered of it is not all, or it was delivered before it could be scored. */
export type KeptFor = 'hold' | 'strip' | 'unscored';

export interface Original {
  readonly tenant: string;
  /** Of what is unscored, a name that no verdict has. */
  readonly verdictId: string;
  readonly why: KeptFor;
  /** Whose mail it is: it goes with the last of them. */
  readonly mailboxes: readonly string[];
  /** Addresses as the MTA wrote them, without angle brackets: it is to take them again. */
  readonly envelope: Envelope;
  /** Whose mailbox each of the envelope's recipients is, in their order, as the MTA resolved it; absent: as the address itself says. */
  readonly rcptMailboxes?: readonly string[];
  /** Milliseconds. */
  readonly keptAt: number;
  /** Of what a reader sees of it: releases are for this content only. */
  readonly contentHash: string;
}

export interface KeptOriginal extends Original {
  /** Tells it from others of the same verdict, which have other recipients. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Those of the recipients who have it. */
  readonly restoredTo: readonly string[];
}

/** Beside its bytes an original takes about so much, and counts for it: many tiny ones would fill the store too. */
export const OVERHEAD_BYTES = 4096;

export interface Custody {
  /**
   * 'kept': durable. 'known': the same mail for the same recipients is kept already, restored or not; those of them who were erased from
   * it are its recipients again. 'full': it would make more than
   * `maxTotalBytes` of all tenants together; nothing is kept.
   */
  keep(original: Original, raw: Buffer, maxTotalBytes: number): Promise<'kept' | 'known' | 'full'>;
  /** Of one verdict, the first that was kept first. */
  find(tenant: string, verdictId: string): Promise<readonly KeptOriginal[]>;
  /** Piece by piece. Throws when it is gone. */
  read(original: KeptOriginal): AsyncIterable<Buffer>;
  /** For who delivers it; false: somebody else does, until a moment after `now`, or it is gone. */
  claim(original: KeptOriginal, now: number, until: number): Promise<boolean>;
  /** Notes who has it now, of those who are its recipients still; ends the claim until `until`, and nobody else's. Durable. */
  settle(original: KeptOriginal, until: number, accepted: readonly string[]): Promise<void>;
  /** Of all tenants, what is to be scored yet and nobody claims, the first that was kept first. */
  unscored(now: number, limit: number): Promise<readonly KeptOriginal[]>;
  /** What is gone already is no error. */
  remove(original: KeptOriginal): Promise<void>;
  /** Removes the mailbox from originals, and those that are nobody else's; answers how many went. */
  erase(tenant: string, mailbox: string): Promise<number>;
  /** Of all tenants. */
  totalBytes(): Promise<number>;
}

/** A message as a way in holds it, to be kept or known again. */
export interface HeldContent {
  readonly raw: Buffer;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Of the header block in `raw`, without the empty line behind it. */
  readonly headerBytes: number;
}

/** Without a verdict: to be scored later. */
export type KeepRequest = Omit<Original, 'contentHash' | 'keptAt' | 'verdictId'> & { readonly verdictId?: string };

/** For a way in that holds mail itself. Rejects when the store cannot. */
export type Keep = (request: KeepRequest, content: HeldContent) => Promise<'kept' | 'full'>;

/** The name of the header that lets a restored message pass. */
export const RELEASE_HEADER = 'X-Tidemark-Release';

/** Its value → the verdict that was released; undefined for what is forged, too old, or of another message. */
export type CheckRelease = (value: string, content: HeldContent) => Promise<string | undefined>;

export interface RecipientOutcome {
  readonly address: string;
  /** `before`: by an earlier restore. */
  readonly state: 'accepted' | 'refused' | 'before';
  /** What the server said. */
  readonly said?: string;
}

export type RestoreOutcome =
  | { readonly kind: 'restored'; readonly recipients: readonly RecipientOutcome[] }
  | { readonly kind: 'unknown-verdict' | 'nothing-kept' | 'already-restored' | 'being-restored' | 'not-configured' }
  /** Nobody got it; it can be tried again. */
  | { readonly kind: 'refused' | 'unreachable'; readonly said: string };
