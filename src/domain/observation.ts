/**
 * What the baseline learns from one message, and the records it is folded into. A record is one JSON value per
 * (mailbox, kind, key); mailbox '' holds what the whole tenant knows. Folding is additive: decayed counts use forward decay
 * (Cormode+ 2009), so the same history gives the same numbers whatever the store.
 */
import type { HabitName } from './baseline.ts';
import type { AuthResult, Direction } from './mail.ts';
import type { Intent } from './message.ts';
import type { RarityCounts } from './rarity.ts';
import type { Gate } from './verdict.ts';

/** Facts of one message that baselines keep; a few hundred bytes, no text of the mail. */
export interface Observation {
  /** Same for the same mail handed in again: MessageCore.contentHash + Message-ID. */
  readonly id: string;
  readonly at: number;
  readonly direction: Direction;
  readonly messageId: string;
  readonly ancestors: readonly string[];
  readonly sender: {
    readonly address: string;
    readonly orgDomain: string;
    readonly nameKey?: string;
    readonly isFreemail: boolean;
    readonly isOwnDomain: boolean;
  };
  /** The border authenticated the From domain (aligned pass); undefined when it did not speak. */
  readonly isAligned?: boolean;
  readonly dmarc?: AuthResult;
  readonly replyToOrgDomains: readonly string[];
  /** To and Cc, at most 50. */
  readonly recipients: readonly string[];
  /** Recipients whose name stands in To or Cc, by address, at most 20; only where the owner wrote: its word binds a name. */
  readonly recipientNames?: Readonly<Record<string, string>>;
  /** Organisational domains of links, at most 20. */
  readonly linkDomains: readonly string[];
  readonly attachmentKinds: readonly string[];
  readonly intents: readonly Intent[];
  readonly habits: Readonly<Partial<Record<HabitName, string>>>;
  /** Who acted, where a platform sent it: their address, else the platform and their name there. */
  readonly actor?: string;
  /** Marks (text/mark.ts) of the accounts in its new text, at most 8, and whose they are. No number. */
  readonly accounts?: { readonly holder: string; readonly marks: readonly string[] };
  /** How rare its score was, by mailbox that it was judged for: score/score.ts, falseAlarmShare. Absent for mail that only taught. */
  readonly rarity?: Readonly<Record<string, readonly [gate: Gate, share: number]>>;
  /** Mail from inside whose writer was logged in as From says, as far as a log-in is known: only that is the owner's word. */
  readonly isOwnersWord?: true;
}

/** n messages; w30/w365 forward-decayed weights; d distinct days; f/l first and last time (ms). Short names: they are stored per record. */
export interface Count {
  readonly n: number;
  readonly w30: number;
  readonly w365: number;
  readonly d: number;
  readonly f: number;
  readonly l: number;
}

/** Values with counts, at most K kept; `o` counts what was dropped. */
export interface TopK {
  readonly v: Readonly<Record<string, number>>;
  readonly o: number;
}

/** kind 'mailbox', key '': the mailbox as a whole. */
export interface MailboxRecord {
  readonly in?: Count;
  readonly out?: Count;
  readonly kinds: TopK; // attachment kinds received
  readonly holds?: HoldsRecord;
  /** How rare the scores of its legitimate mail were: domain/rarity.ts. */
  readonly rare?: Readonly<Partial<Record<Gate, RarityCounts>>>;
}
/** Part of the mailbox's record: t tokens left when it had m messages; by mark of the sender, what was last held of it. */
export interface HoldsRecord {
  readonly t: number;
  readonly m: number;
  readonly e: Readonly<Record<string, readonly [at: number, detectors: string, released: 0 | 1]>>;
  /** By the beginning of a verdict's id: 1 while it has a token, 0 when a person gave it back. */
  readonly p?: Readonly<Record<string, 0 | 1>>;
}
/** kind 'correspondent', key address. Lists without an item are absent: most correspondents never have any. */
export interface CorrespondentRecord {
  readonly in?: Count;
  readonly out?: Count;
  readonly replied: number;
  readonly reported: number;
  readonly released: number;
  /** Reply-To organisations: [messages, first seen]. */
  readonly replyTo?: Readonly<Record<string, readonly [n: number, first: number]>>;
  readonly kinds?: TopK;
  readonly intents?: TopK;
  readonly beside?: TopK;
}
/** kind 'domain', key organisational domain; per mailbox. */
export interface DomainRecord {
  readonly in?: Count;
  readonly out?: Count;
  readonly senders: TopK;
}
/** kind 'name', key name key; value: address → [messages, last, sent]. Per mailbox and, with mailbox '', per tenant. */
export interface NameRecord {
  readonly a: Readonly<Record<string, readonly [n: number, last: number, solicited: 0 | 1]>>;
}
/** kind 'thread', key Message-ID; mailbox ''. p: the writer, then the recipients; empty when what was known was taken back. */
export interface ThreadRecord {
  /** The writer is one of the organisation, by its own word. */
  readonly own: 0 | 1;
  readonly p: readonly string[];
  readonly at: number;
}
/** kind 'actor', key as in Observation.actor; per mailbox. Mail that platforms sent for them. */
export interface ActorRecord {
  readonly in: Count;
}
/** kind 'account', key Money.holder; per mailbox. Marks of their accounts: [messages, first seen]; at most 8. */
export interface AccountRecord {
  readonly a: Readonly<Record<string, readonly [n: number, first: number]>>;
}
/** kind 'link', key organisational domain; per mailbox and, with mailbox '', per tenant. */
export interface LinkRecord {
  readonly c: Count;
  readonly senders: TopK;
}
/**
 * What mail is like across the tenant; mailbox ''. Kind 'profile', key address; 'twin', key address: unauthenticated mail in its name;
 * 'organisation', key organisational domain; 'everybody', key '': a sample of all mail.
 */
export interface ProfileRecord {
  readonly c: Count;
  readonly mailboxes: TopK;
  readonly dmarc: TopK;
  readonly aligned: number;
  readonly checked: number;
  readonly hours: readonly number[];
  readonly habits: Readonly<Partial<Record<HabitName, TopK>>>;
  /** Of an organisation: mails the tenant sent there, and mails exchanged when it was last entered under its look-alikes. */
  readonly out?: number;
  readonly known?: number;
}
/** kind 'lookalike', key a signature of a domain's label; mailbox ''. domain → messages exchanged when last written. */
export interface LookalikeRecord {
  readonly d: Readonly<Record<string, number>>;
}

/**
 * kind 'standing', key address of somebody inside; mailbox ''. How many colleagues answer this person: a bitmap of 256 bits in hex, one for
 * each colleague's hash (linear counting, Whang+ 1990). It names none of them.
 */
export interface StandingRecord {
  readonly b: string;
}
/** kind 'vips', key ''; mailbox ''. The people whom most colleagues answer: address → how many do. */
export interface VipsRecord {
  readonly a: Readonly<Record<string, number>>;
}

export interface RecordTypes {
  readonly mailbox: MailboxRecord;
  readonly correspondent: CorrespondentRecord;
  readonly domain: DomainRecord;
  readonly name: NameRecord;
  readonly thread: ThreadRecord;
  readonly link: LinkRecord;
  readonly actor: ActorRecord;
  readonly account: AccountRecord;
  readonly profile: ProfileRecord;
  readonly twin: ProfileRecord;
  readonly organisation: ProfileRecord;
  readonly everybody: ProfileRecord;
  readonly lookalike: LookalikeRecord;
  readonly standing: StandingRecord;
  readonly vips: VipsRecord;
}

export type RecordKind = keyof RecordTypes;

export interface RecordKey {
  /** '' for what the tenant as a whole knows. */
  readonly mailbox: string;
  readonly kind: RecordKind;
  readonly key: string;
}

/** Records by `recordId(key)`. */
export type Records = ReadonlyMap<string, RecordTypes[RecordKind]>;

/** Keys hold no newline: baseline/keys.ts and intake see to that. */
export const recordId = (key: RecordKey): string => `${key.mailbox}\n${key.kind}\n${key.key}`;
