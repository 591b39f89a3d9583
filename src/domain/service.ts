/** What every interface (http, cli, milter) is handed: the service as functions. Composed in main.ts. */
import type { Maturity, Tally } from './baseline.ts';
import type { KeptOriginal, RestoreOutcome } from './custody.ts';
import type { LockDesk } from './lock.ts';
import type { Direction, Verification } from './mail.ts';
import type { RecordKind } from './observation.ts';
import type { Feedback, LoggedVerdict, VerdictQuery } from './ports.ts';
import type { Stripped, StripWording } from './strip.ts';
import type { Verdict } from './verdict.ts';

/** One message as an interface received it, not yet checked. */
export interface IntakeRequest {
  readonly tenant: string;
  readonly raw: Buffer;
  /** Protected addresses; empty: the envelope's recipients, else To and Cc inside the own domains. */
  readonly mailboxes: readonly string[];
  /** '<>' or '' for a bounce. */
  readonly mailFrom?: string;
  readonly rcptTo?: readonly string[];
  readonly clientIp?: string;
  /** As the mail server resolved it, in whatever form. */
  readonly clientName?: string;
  readonly helo?: string;
  readonly user?: string;
  readonly direction?: Direction;
  /** Milliseconds; now, if absent. */
  readonly receivedAt?: number;
  readonly learn: 'auto' | 'never';
  /** `raw` was put together from parts: not the bytes that were signed. */
  readonly isRebuilt?: boolean;
}

/** A request that cannot be taken; mapped once per interface. `field` names what is wrong. */
export type IntakeErrorCode =
  | 'message-too-large'
  | 'invalid-address'
  | 'invalid-ip'
  | 'invalid-time'
  | 'invalid-direction'
  | 'too-many-mailboxes'
  | 'no-mailbox';

export class IntakeError extends Error {
  readonly code: IntakeErrorCode;
  readonly field: string;
  constructor(code: IntakeErrorCode, field: string, message: string) {
    super(message);
    this.name = 'IntakeError';
    this.code = code;
    this.field = field;
  }
}

export interface ObservationReceipt {
  readonly messageId: string;
  readonly mailboxes: readonly string[];
  /** false: this message had been learned before. */
  readonly isNew: boolean;
}

export interface KnownCorrespondent {
  readonly address: string;
  readonly received?: Tally;
  readonly sent?: Tally;
  readonly repliedCount: number;
  readonly reportedCount: number;
  readonly releasedCount: number;
}

export interface Frequency {
  readonly value: string;
  readonly messageCount: number;
}

/** What one mailbox knows of one correspondent, for a person to read. */
export interface Relation extends KnownCorrespondent {
  readonly inWords: readonly string[];
  readonly replyTo: readonly string[];
  readonly attachmentKinds: readonly Frequency[];
  readonly intents: readonly Frequency[];
  readonly besides: readonly Frequency[];
}

/** All that is kept about one mailbox, as it is stored. */
export interface BaselineExport {
  readonly mailbox: string;
  readonly records: readonly { readonly kind: RecordKind; readonly key: string; readonly value: object }[];
}

/** What is known about one mailbox, for a person to read. */
export interface BaselineSummary {
  readonly mailbox: string;
  readonly maturity: Maturity;
  /** The same in plain sentences. */
  readonly inWords: readonly string[];
  readonly received?: Tally;
  readonly sent?: Tally;
  /** Most frequent first, at most 50. */
  readonly correspondents: readonly KnownCorrespondent[];
  readonly domains: readonly { readonly orgDomain: string; readonly received?: Tally; readonly sent?: Tally }[];
  readonly linkDomains: readonly { readonly orgDomain: string; readonly messageCount: number }[];
  readonly attachmentKinds: readonly { readonly kind: string; readonly messageCount: number }[];
}

/** A verdict; what was verified of the message as it was handed in this time, which the log does not keep; what is left of it where the action is 'strip'. */
export interface ScoredMessage {
  readonly verdict: Verdict;
  readonly verification?: Verification;
  readonly stripped?: Stripped;
  /** What is left of it for mailboxes that it is to be stripped for, where others make the action 'hold'. */
  readonly strippedForOthers?: Stripped;
  /** The same once more, with another sentence on how to get back what was removed; only if asked for, and where such a sentence stands in it. */
  readonly reword?: (restoring: string) => Promise<Stripped>;
}

/** An original in custody, to be read once. */
export interface OriginalContent extends Pick<KeptOriginal, 'sizeBytes'> {
  readonly bytes: AsyncIterable<Buffer>;
}

export interface RestoreRequest {
  /** Also to those who have it by an earlier restore. */
  readonly again: boolean;
  /** Says at once that it was safe, if anybody got it. */
  readonly feedback?: 'safe';
}

export interface ScoreOptions {
  /** Its readers have it already, unscored. */
  readonly wasDelivered?: boolean;
}

export interface StripOptions {
  readonly wording?: StripWording;
  /** Held for one mailbox and to be stripped for another: who asks can give the other what is left. */
  readonly isSplittable?: boolean;
  /** Who asks will know only afterwards whether the original is kept. */
  readonly isRewordable?: boolean;
  /** Told as soon as the message is judged, before that is written down: if it then fails, this is what is known. */
  readonly onDecided?: (action: Verdict['action']) => void;
}

export interface Service extends LockDesk {
  /** Throws IntakeError. Asking again for the same message and mailboxes answers the first verdict. */
  score(request: IntakeRequest, options?: ScoreOptions): Promise<Verdict>;
  /** The same, for who delivers what is left of a message. */
  scoreAndStrip(request: IntakeRequest, options?: StripOptions): Promise<ScoredMessage>;
  /** Learns at once and resolves when that is durable. Throws IntakeError. */
  observe(request: IntakeRequest): Promise<ObservationReceipt>;
  verdict(tenant: string, id: string): Promise<LoggedVerdict | undefined>;
  findVerdicts(tenant: string, query: VerdictQuery): Promise<readonly Verdict[]>;
  /** undefined: no such verdict in this tenant. The same feedback twice changes nothing. */
  giveFeedback(tenant: string, id: string, feedback: Feedback): Promise<LoggedVerdict | undefined>;
  /** Delivers what was kept of a message to its recipients. */
  restore(tenant: string, id: string, request: RestoreRequest): Promise<RestoreOutcome>;
  /** undefined: nothing is kept. Where an MTA split the message by its recipients, one of them: they read the same. */
  original(tenant: string, id: string): Promise<OriginalContent | undefined>;
  /** undefined: the tenant knows nothing about the mailbox. */
  describeBaseline(tenant: string, mailbox: string, now: number): Promise<BaselineSummary | undefined>;
  /** undefined: the mailbox does not know them. */
  describeCorrespondent(tenant: string, mailbox: string, address: string, now: number): Promise<Relation | undefined>;
  /** undefined: the tenant knows nothing about the mailbox. */
  exportMailbox(tenant: string, mailbox: string): Promise<BaselineExport | undefined>;
  eraseCorrespondent(tenant: string, mailbox: string, address: string): Promise<number>;
  /** Removes all baselines and verdicts of the tenant; its API keys stay. */
  eraseTenant(tenant: string): Promise<number>;
  /** Removes baseline and verdicts of the mailbox; answers how many records went. */
  eraseMailbox(tenant: string, mailbox: string): Promise<number>;
  /** Learns what was delivered and has waited long enough, in all tenants. */
  learnDue(): Promise<void>;
  /** Rejects with the reason when the service cannot do its work. */
  checkReady(): Promise<void>;
}
