/**
 * What is normal, as detectors see it: an answer to "what did this mailbox and its tenant know before this message?".
 * Computed by baseline/recall.ts from stored counters for one message and one mailbox; the words are those of the field
 * (solicited, prevalence, days known).
 */
import type { AuthResult } from './mail.ts';
import type { Intent } from './message.ts';
import type { RarityCounts } from './rarity.ts';
import type { Gate } from './verdict.ts';

/** How often and when. Counts are of messages. */
export interface Tally {
  readonly messageCount: number;
  /** Decayed with a half-life of 30 days: "now". */
  readonly recentCount: number;
  /** Decayed with a half-life of 365 days: "ever". */
  readonly everCount: number;
  readonly distinctDays: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The other party as this mailbox knows it. */
export interface Correspondent {
  readonly address: string;
  /** They wrote to the mailbox. */
  readonly received?: Tally;
  /** The mailbox's owner wrote to them: solicited. */
  readonly sent?: Tally;
  /** The owner answered a message of theirs. */
  readonly repliedCount: number;
  /** People confirmed a threat from this address / released its mail. */
  readonly reportedCount: number;
  readonly releasedCount: number;
  readonly replyToOrgDomains: ReadonlySet<string>;
  /** Attachment kinds ("pdf", "archive") with counts, and 'macros' for documents that hold any. */
  readonly attachmentKinds: ReadonlyMap<string, number>;
  readonly intents: ReadonlyMap<Intent, number>;
  /** Addresses that stood beside the mailbox in their mail, most frequent first, at most 32. */
  readonly coRecipients: ReadonlyMap<string, number>;
}

type Dealings = Pick<Correspondent, 'sent' | 'repliedCount'> | undefined;

/** The owner wrote to them. */
export const isWrittenTo = (correspondent: Dealings): boolean => (correspondent?.sent?.messageCount ?? 0) > 0;

/** The owner wrote to them or answered: what an attacker cannot bring about alone. */
export const isSolicited = (correspondent: Dealings): boolean =>
  isWrittenTo(correspondent) || (correspondent?.repliedCount ?? 0) > 0;

export interface DomainHistory {
  readonly orgDomain: string;
  readonly received?: Tally;
  readonly sent?: Tally;
  /** Distinct senders seen there, exact up to 32. */
  readonly senderCount: number;
}

/** This display name was used by this address. */
export interface NameBinding {
  readonly address: string;
  readonly messageCount: number;
  readonly lastAt: number;
  /** The owner wrote to that address. */
  readonly isSolicited: boolean;
}

/** What a sender (or its domain) is like across the tenant. */
export interface SenderProfile {
  readonly received: Tally;
  /** Distinct mailboxes of the tenant that got mail, exact up to 32. */
  readonly mailboxCount: number;
  /** How often each DMARC result was seen, and whether an aligned mechanism passed. */
  readonly dmarc: ReadonlyMap<AuthResult, number>;
  readonly alignedCount: number;
  /** Messages for which the border's authentication results were known. */
  readonly checkedCount: number;
  /** Separate days on which unauthenticated mail came in the name of a sender that authenticates: lists, forwarders, forgers. */
  readonly unauthenticatedDays: number;
  /** Messages by hour of day (UTC), 24 counts. */
  readonly hours: readonly number[];
}

/** Share of mail that was authenticated: mean of the Beta(1, 1) posterior, so that few mails cannot claim certainty. */
export const alignedShare = ({ alignedCount, checkedCount }: SenderProfile): number =>
  (alignedCount + 1) / (checkedCount + 2);

/** How one trait of this message compares with what was seen from the sender, its domain and the tenant. */
export interface Habit {
  readonly trait: HabitName;
  readonly value: string;
  /** −ln p(value | sender), shrunk to the domain and the tenant; 0–12. */
  readonly surprise: number;
  /** −ln p(value | domain), shrunk to the tenant; 0–12. */
  readonly domainSurprise: number;
  /** Times the sender used this value, of how many. */
  readonly seenCount: number;
  readonly senderCount: number;
}

/** Of the hand and the program that wrote a mail. */
export const CLIENT_HABITS = [
  'mailer',
  'timeZone',
  'messageIdDomain',
  'messageIdPattern',
  'headerOrder',
  'structure',
  'boundaryPattern',
  'contentTypeForm',
  'quoteForm',
  'signOff',
] as const;
/** Of the way it came. */
export const TRANSPORT_HABITS = [
  'sendingOrgDomain',
  'sendingNetwork',
  'relayPath',
  'firstRelay',
  'dkimDomains',
  'mailFromOrgDomain',
] as const;
export const HABIT_NAMES = [...CLIENT_HABITS, ...TRANSPORT_HABITS] as const;
export type HabitName = (typeof HABIT_NAMES)[number];

/** A known domain that the sender's (or a Reply-To's) domain resembles. */
export interface Resemblance {
  readonly domain: string;
  readonly known: 'correspondent' | 'own' | 'brand';
  readonly kind: 'confusable' | 'edit' | 'suffix-swap' | 'combination' | 'subdomain';
  /** Mail seen from the known domain; 0 for brands and own domains never seen. */
  readonly messageCount: number;
  /** The brand's id, when `known` is 'brand'. */
  readonly brand?: string;
}

export interface KnownThread {
  readonly messageId: string;
  readonly writer: string;
  /** The mailbox's owner wrote this message. */
  readonly isOwn: boolean;
  /** Someone of the organisation wrote it. */
  readonly isFromInside: boolean;
  readonly participants: ReadonlySet<string>;
  readonly at: number;
}

/** Who acted through a platform, as this mailbox knows them. */
export interface ActorHistory {
  /** Mail that platforms sent for them. */
  readonly received?: Tally;
  /** Their address and its domain, where the mail says one. */
  readonly correspondent?: Correspondent;
  readonly domain?: DomainHistory;
  /** Other addresses under the actor's name, in this mailbox and in the tenant; most frequent first. */
  readonly nameBindings: readonly NameBinding[];
  readonly tenantNameBindings: readonly NameBinding[];
}

/** An account number that the sender's side gave before. */
export interface KnownAccount {
  readonly messageCount: number;
  readonly firstAt: number;
  /** Known for longer than the probation. */
  readonly isUsual: boolean;
}

/** How rare something is: messages that carried it. */
export interface Prevalence {
  readonly mailboxCount: number;
  readonly tenantCount: number;
  /** Distinct senders across the tenant, exact up to 32. */
  readonly senderCount: number;
}

export type MaturityStage = 'blank' | 'learning' | 'steady';

export interface Maturity {
  readonly stage: MaturityStage;
  readonly messageCount: number;
  readonly ageDays: number;
  /** What it would take to reach the next stage, in words; absent when steady. */
  readonly toNextStage?: string;
}

/** Somebody inside whose name opens doors. */
export interface Vip {
  readonly address: string;
  readonly nameKey?: string;
  /** Colleagues who answer this person's mail, estimated; absent for one who is configured. */
  readonly answererCount?: number;
}

/** What holds without a certain fact have cost this mailbox. */
export interface HoldHistory {
  /** Such holds that may still be made; may be less than 0. */
  readonly tokens: number;
  /** Of the sender of this message: the last one that was held or stripped, with the detectors that had fired. */
  readonly lastOfSender?: {
    readonly at: number;
    readonly detectors: ReadonlySet<string>;
    readonly isReleased: boolean;
  };
}

export interface Baseline {
  readonly mailbox: string;
  readonly maturity: Maturity;
  readonly holds: HoldHistory;
  /** How rare the scores of its legitimate mail were. */
  readonly rarity: Readonly<Partial<Record<Gate, RarityCounts>>>;
  /** The sender as this mailbox knows it; absent when they never exchanged mail. */
  readonly correspondent?: Correspondent;
  readonly domain?: DomainHistory;
  /** Reply-To addresses, name twins, organisers and writers of quoted mail that were looked up, by address. */
  readonly correspondents: ReadonlyMap<string, Correspondent>;
  /** Other addresses that used the sender's display name, in this mailbox and in the tenant; most frequent first. */
  readonly nameBindings: readonly NameBinding[];
  readonly tenantNameBindings: readonly NameBinding[];
  /** Configured ones, then those whom most colleagues answer. */
  readonly vips: readonly Vip[];
  readonly profile?: SenderProfile;
  readonly domainProfile?: SenderProfile;
  readonly habits: readonly Habit[];
  /** The same traits beside those of the other address that holds the display name best; absent where none does. */
  readonly nameHolderHabits?: readonly Habit[];
  readonly senderResemblances: readonly Resemblance[];
  readonly replyToResemblances: readonly Resemblance[];
  /** Ancestors of the message that the mailbox or the tenant has seen, by Message-ID. */
  readonly threads: ReadonlyMap<string, KnownThread>;
  /** Of the message's actor; absent when it has none. */
  readonly actor?: ActorHistory;
  /** The sender's accounts, by mark; absent when the message names none. */
  readonly accounts?: ReadonlyMap<string, KnownAccount>;
  /** By organisational domain of the link. A domain asked for and never seen has zeros. */
  readonly linkDomains: ReadonlyMap<string, Prevalence>;
  /** Messages the mailbox received with each attachment kind. */
  readonly attachmentKinds: ReadonlyMap<string, number>;
}
