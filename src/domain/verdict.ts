/** What the service answers. */
import type { Maturity } from './baseline.ts';
import type { Finding } from './finding.ts';

/** From the least to the most severe. */
export const ACTIONS = ['deliver', 'strip', 'hold'] as const;
export type Action = (typeof ACTIONS)[number];

export const ATTACK_TYPES = [
  'credential-phishing',
  'bec',
  'vendor-compromise',
  'account-takeover',
  'malware',
  'extortion',
  'callback-phishing',
  'recon',
  'spam',
] as const;
export type AttackType = (typeof ATTACK_TYPES)[number];

/** One term of the score, in log-odds (natural logarithm). Negative ones are counter-evidence. */
export interface Contribution {
  /** A detector's id, a trust credit ('replied-to'), 'prior', or 'certain:<detector>' for a floor. */
  readonly source: string;
  readonly logOdds: number;
  /** One sentence with the numbers from the baseline. */
  readonly sentence: string;
}

/** Which model judged: a sender this mailbox has exchanged mail with, or a first contact. */
export type Gate = 'known' | 'stranger';

export interface Score {
  /** Calibrated probability of a threat, 0–1. */
  readonly probability: number;
  readonly gate: Gate;
  readonly attackType?: AttackType;
  /** logit(probability) = Σ logOdds, to within rounding. */
  readonly contributions: readonly Contribution[];
  /** Detectors of the certain layer that fired, whether or not their floor was needed. */
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
  /** Only where something is proposed. */
  readonly attackType?: AttackType;
  readonly maturity: Maturity;
}

/** Wall-clock milliseconds per stage; `authenticate` (waiting for DNS included) only where the service verifies itself. */
export type Timings = Readonly<Record<'parse' | 'traits' | 'recall' | 'detect' | 'score' | 'total', number>> & {
  readonly authenticate?: number;
};

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
  readonly proposed: Action;
  readonly enacted: Action;
  /** Why they differ. */
  readonly enactedBecause?: string;
  readonly reason: string;
  readonly coverage: Coverage;
  readonly defects: readonly string[];
  readonly modelVersion: string;
  readonly timings: Timings;
  /** The baseline learned from this message (at once, after the delay, or by a later release). */
  readonly isLearned: boolean;
  /** When it is to be learned, unless it is reported before; absent when it is learned at once or not at all. */
  readonly learnsAt?: number;
}

export type Mode = 'passive' | 'act';

/** Thresholds, modes and exceptions. Probabilities 0–1. */
export interface Policy {
  readonly mode: Mode;
  readonly thresholds: Readonly<Record<Gate, { readonly holdAt: number; readonly stripAt: number }>>;
}
