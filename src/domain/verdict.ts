/** What the service answers. */
import type { Maturity } from './baseline.ts';
import type { Family, Finding } from './finding.ts';
import type { Tail } from './tail.ts';

/** From the least to the most severe. */
export const ACTIONS = ['deliver', 'strip', 'hold'] as const;
export type Action = (typeof ACTIONS)[number];

/** What can be done with a message, from the least to the most severe: as ACTIONS, and delivery under a banner that says what is odd. */
export const TREATMENTS = ['deliver', 'banner', 'strip', 'hold'] as const;
export type Treatment = (typeof TREATMENTS)[number];

export const ATTACK_TYPES = [
  'credential-phishing',
  'bec',
  'vendor-compromise',
  'account-takeover',
  'malware',
  'extortion',
  'advance-fee',
  'callback-phishing',
  'recon',
  'spam',
] as const;
export type AttackType = (typeof ATTACK_TYPES)[number];

/** One term of the score, in log-odds (natural logarithm). Negative ones are counter-evidence. */
export interface Contribution {
  /** A detector's id, a trust credit ('replied-to'), 'prior', or 'certain:<detector or combination>' for a floor. */
  readonly source: string;
  readonly logOdds: number;
  /** One sentence with the numbers from the baseline. */
  readonly sentence: string;
  /** It weighs the other way than its sentence speaks, beside the others only: no reason to give a person. */
  readonly isContrary?: true;
  /** MITRE ATT&CK technique, of a detector that has one. */
  readonly attack?: string;
}

/** Which model judged: a sender this mailbox has exchanged mail with, or a first contact. */
export type Gate = 'known' | 'stranger';

export interface Score {
  /** Calibrated probability of a threat, 0–1. */
  readonly probability: number;
  readonly gate: Gate;
  /** The From domain vouches for the message. */
  readonly isAuthenticated: boolean;
  /** Share of the gate's legitimate mail that scores at least so high, 0–1: a conformal p-value (domain/tail.ts). */
  readonly falseAlarmShare: number;
  /** Where falseAlarmShare is read from. */
  readonly tail: Tail;
  readonly attackType?: AttackType;
  /** What the findings that count are about. */
  readonly families: readonly Family[];
  /** logit(probability) = Σ logOdds, to within rounding. */
  readonly contributions: readonly Contribution[];
  /** Detectors and combinations of the certain layer that fired, whether or not their floor was needed. */
  readonly certain: readonly string[];
  readonly modelVersion: string;
}

/** Share of detectors that really ran. */
export interface Coverage {
  readonly ranCount: number;
  readonly skippedCount: number;
  readonly failedCount: number;
  /** Traits that could not be had, and why history was missing, in words. */
  readonly missing: readonly string[];
}

export interface MailboxVerdict {
  readonly mailbox: string;
  readonly action: Action;
  readonly score: number;
  readonly gate: Gate;
  /** As in Score, moved by what the legitimate mail of this mailbox scored: domain/rarity.ts. */
  readonly falseAlarmShare: number;
  /** Of each treatment, in the unit of the policy's costs; the least is wanted. */
  readonly expectedCosts: Readonly<Record<Treatment, number>>;
  /** Only where something is proposed. */
  readonly attackType?: AttackType;
  readonly maturity: Maturity;
}

/** Wall-clock milliseconds per stage; `authenticate` (waiting for DNS included) only where the service verifies itself. */
export type Timings = Readonly<Record<'parse' | 'traits' | 'recall' | 'detect' | 'score' | 'total', number>> & {
  readonly authenticate?: number;
};

/** What a message held, for who looks later for something that is known to be bad by then. At most 200 of each; absent where there are none. */
export interface Traces {
  /** That links lead to. */
  readonly hosts?: readonly string[];
  /** SHA-256 of attached files. */
  readonly files?: readonly string[];
  /** Of the sender beside `from`: other readings of From, Reply-To, Return-Path and MAIL FROM. */
  readonly addresses?: readonly string[];
}

export interface Verdict {
  readonly id: string;
  readonly tenant: string;
  readonly messageId: string;
  readonly subject: string;
  readonly from?: string;
  readonly receivedAt: number;
  /** What is done: `enacted`. */
  readonly action: Action;
  readonly score: number;
  /** What the attack most resembles; absent when `proposed` is 'deliver'. */
  readonly attackType?: AttackType;
  readonly mailboxes: readonly MailboxVerdict[];
  /** Of the mailbox whose action is the most severe. */
  readonly findings: readonly Finding[];
  readonly contributions: readonly Contribution[];
  /** Detectors whose finding decides alone, as in Score. */
  readonly certain: readonly string[];
  readonly proposed: Action;
  readonly enacted: Action;
  /** Why they differ. */
  readonly enactedBecause?: string;
  readonly reason: string;
  /** The smallest change of the evidence that would have led to another action; absent where there is none. */
  readonly counterfactual?: string;
  /** To be shown above the message where it is delivered, or stripped; absent where nothing needs to be said. */
  readonly banner?: string;
  readonly coverage: Coverage;
  /** Absent also in verdicts of versions before it. */
  readonly traces?: Traces;
  readonly defects: readonly string[];
  readonly modelVersion: string;
  readonly timings: Timings;
  /** The baseline learned from this message (at once, after the delay, or by a later release). */
  readonly isLearned: boolean;
  /** Its readers had it before it could be scored: `action` is what would have been done, and is done when the same comes again. */
  readonly wasDelivered?: true;
  /** When all of it is to be learned, unless it is reported before; absent when it is learned at once or not at all. */
  readonly learnsAt?: number;
}

export type Mode = 'passive' | 'act';

/** What is decided by: the action of the least expected cost, within budgets of false alarms. */
export interface Policy {
  readonly mode: Mode;
  readonly costs: Costs;
  readonly budgets: Readonly<Record<Gate, Budgets>>;
  readonly strip: StripPolicy;
}

export interface StripPolicy {
  /** 'flatten': suspicious PDFs and Office documents are replaced by a harmless rendering where one can be made (docs/adr/0020). */
  readonly files: 'remove' | 'flatten';
  /** What becomes of a message that is signed or encrypted by a sender who is known for it, and so not rewritten: delivered as it is, marked so, or held. That of others is held. */
  readonly unchanged: 'deliver' | 'hold';
}

/** In units of one legitimate mail stripped for nothing. */
export interface Costs {
  /** A threat of the type that reaches its reader; 'unknown' where nothing speaks for any. */
  readonly missed: Readonly<Record<AttackType | 'unknown', number>>;
  /** Share of that harm, 0–1, which is left when the message is shown under a banner, or stripped. */
  readonly residual: Readonly<Record<AttackType | 'unknown', { readonly banner: number; readonly strip: number }>>;
  /** A legitimate mail so treated. */
  readonly disturbed: Readonly<
    Record<Gate, { readonly banner: number; readonly strip: number; readonly hold: number }>
  >;
}

/** Largest share of the gate's legitimate mail, 0–1, that may be treated so. */
export interface Budgets {
  readonly banner: number;
  readonly strip: number;
  readonly hold: number;
}
