/** Trying the service on a user's own mail, before anyone turns it on: what the interface is handed, and what it shows. */
import type { HistoryProgress, HistoryWatcher, SkipReason } from './history.ts';
import type { Action } from './verdict.ts';

/** A share of rows with its 95 % interval, 0–1. Rows of one cluster (person, thread) are not independent: the interval is that of the clusters. */
export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly clusterCount: number;
}

export interface ClassReport {
  readonly kind: string;
  /** Stripped or held. */
  readonly caught: Share;
  readonly held: Share;
  /** Delivered with a banner that warns. */
  readonly warned: Share;
}

/** A mail of the user's own that would not have been delivered as it is. */
export interface Stopped {
  readonly at: number;
  readonly mailbox: string;
  readonly from: string;
  readonly subject: string;
  readonly action: Action;
  readonly probability: number;
  /** What spoke most against it. */
  readonly reason: string;
}

/** Attacks in a known sender's name, by how many mails of that sender the mailbox had got. */
export interface LearningStep {
  readonly fromCount: number;
  /** Absent: and more. */
  readonly toCount?: number;
  readonly caught: Share;
}

export interface TrialReport {
  readonly modelVersion: string;
  readonly seed: number;
  readonly foundCount: number;
  readonly skippedCounts: Readonly<Partial<Record<SkipReason, number>>>;
  /** The same message again, in another folder or export. */
  readonly repeatedCount: number;
  readonly mailboxes: readonly { readonly mailbox: string; readonly receivedCount: number }[];
  /** Received mail judged: all but what came while the mailbox knew next to nobody. */
  readonly held: Share;
  readonly stripped: Share;
  readonly warned: Share;
  /** The worst first, at most 50. */
  readonly stopped: readonly Stopped[];
  readonly classes: readonly ClassReport[];
  /** The same surgery on mails without an attack in it: what is caught here is caught in the surgery. */
  readonly control: ClassReport;
  readonly learning: readonly LearningStep[];
  /** Mails of a sender from which on 90 % are caught; absent when that is not reached. */
  readonly goodFromCount?: number;
  /** Judged mails about whose sender the own border said something that is believed. */
  readonly authenticatedCount: number;
  /** Whose Authentication-Results stand on top of received mail, the most frequent first. */
  readonly borders: readonly { readonly authservId: string; readonly messageCount: number }[];
}

export interface TrialRequest {
  readonly mailboxes: readonly string[];
  readonly seed: number;
}

/** `exports` as for LearnExports; nothing is stored. Aborted: reports what was tried until then. Throws IntakeError and ExportError. */
export type TryExports = (
  exports: readonly string[],
  request: TrialRequest,
  watcher?: Pick<HistoryWatcher, 'signal'> & { readonly progress?: (progress: HistoryProgress) => void },
) => Promise<TrialReport>;
