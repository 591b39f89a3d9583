/** Scoring exports of mail again, or for the first time: what the interfaces are handed for it, and what they answer. */
import type { SkipReason } from './history.ts';
import type { IntakeRequest } from './service.ts';
import type { Action, AttackType } from './verdict.ts';

/**
 * What each message is judged by: `then`, what was known when it came, in a scratch store; `live`, what the configured store knows now;
 * `learn`, what the configured store knows, which keeps what the exports teach.
 */
export type RescoreMode = 'then' | 'live' | 'learn';

export interface RescoreRequest extends Pick<IntakeRequest, 'tenant' | 'mailboxes'> {
  readonly mode: RescoreMode;
  /** Gets results.jsonl, results.csv, results.parquet and report.html. Absent: rows are only told to the watcher, and nothing can be resumed. */
  readonly outDir?: string;
  /** A real path: nothing is read that does not really lie below it, and rows show files without it. */
  readonly root?: string;
}

export interface RowReason {
  /** A detector's id, 'certain:<detector>', … as in Contribution. */
  readonly source: string;
  readonly logOdds: number;
  readonly sentence: string;
}

/** One message of the exports. Times are RFC 3339. Absent is what the mail does not tell. */
export interface RescoreRow {
  readonly file: string;
  /** Position in a file that holds several, from 0. */
  readonly index?: number;
  /** In bytes; of what was unpacked, in the unpacked. */
  readonly offset?: number;
  readonly outcome: 'scored' | 'sent' | 'skipped';
  /** Why it was not judged. */
  readonly skipped?: SkipReason;
  /** It was put there; it is judged and teaches nothing. */
  readonly keptAs?: 'junk' | 'trash';
  /** Its export keeps fields and no bytes: it was put together from them, so that findings about its form mean little. */
  readonly isRebuilt?: true;
  /** The same mail stands further up. */
  readonly isRepeat?: true;
  readonly verdictId?: string;
  readonly messageId?: string;
  /** The time that it was judged at, and where that was found. */
  readonly arrivedAt: string;
  readonly arrivedBy?: 'received' | 'date' | 'order';
  readonly date?: string;
  /** Only where it is not `arrivedAt`: it lies in the future, or before 1990. */
  readonly received?: string;
  /** Received and Date are more than a day apart. */
  readonly datesDisagree?: true;
  readonly from?: string;
  readonly subject?: string;
  readonly mailboxes?: readonly string[];
  readonly action?: Action;
  readonly score?: number;
  readonly attackType?: AttackType;
  /** One sentence for a person. */
  readonly reason?: string;
  /** What spoke most for a threat, at most 5. */
  readonly reasons?: readonly RowReason[];
  /** Organisational domains of links, at most 10. */
  readonly linkDomains?: readonly string[];
  /** Attached files, at most 10. */
  readonly attachments?: readonly { readonly name?: string; readonly sha256: string }[];
}

/** A message that could not be judged, and where it stands. */
export interface Damaged {
  readonly file: string;
  readonly index?: number;
  readonly offset?: number;
  readonly reason: SkipReason;
}

export interface RescoreCounts {
  readonly actions: Readonly<Record<Action, number>>;
  readonly sentCount: number;
  readonly repeatCount: number;
  readonly datesDisagreeCount: number;
  readonly skippedCounts: Readonly<Partial<Record<SkipReason, number>>>;
}

export interface RescoreProgress extends RescoreCounts {
  readonly phase: 'look' | 'score';
  readonly foundCount: number;
  readonly readCount: number;
  /** Of readCount, what an earlier run had done. */
  readonly resumedCount: number;
}

export interface RescoreEnd extends RescoreProgress {
  /** The first 100. */
  readonly damaged: readonly Damaged[];
  /** false: interrupted. */
  readonly isComplete: boolean;
  /** It had been complete before; nothing was done. */
  readonly wasComplete: boolean;
  readonly modelVersion: string;
}

export interface RescoreWatcher {
  readonly progress?: (progress: RescoreProgress) => void;
  readonly row?: (row: RescoreRow) => void;
  /** Aborted: what was begun is finished and the call resolves. */
  readonly signal?: AbortSignal;
}

/** `exports` are paths, or '-' for standard input. Throws IntakeError, ExportError and RescoreError. */
export type RescoreExports = (
  exports: readonly string[],
  request: RescoreRequest,
  watcher?: RescoreWatcher,
) => Promise<RescoreEnd>;

/** The exports of one mailbox among many. */
export interface MailboxExports {
  readonly mailbox: string;
  readonly exports: readonly string[];
}

/** Each mailbox by what is known of it alone, several at a time; the same rows however many that are. Throws as RescoreExports. */
export type RescoreMailboxes = (
  mailboxes: readonly MailboxExports[],
  request: Omit<RescoreRequest, 'mailboxes' | 'outDir'> & { readonly outDir: string; readonly processCount?: number },
  watcher?: Omit<RescoreWatcher, 'row'>,
) => Promise<RescoreEnd>;

/** A mail that two runs treat differently. */
export interface Change {
  readonly kind: 'newly-stopped' | 'newly-released' | 'other-action';
  readonly before: Pick<RescoreRow, 'action' | 'score' | 'attackType' | 'reasons'>;
  readonly now: RescoreRow;
}

export interface Comparison {
  readonly counts: Readonly<Record<Change['kind'], number>>;
  /** Stopped mails that the other run does not have. */
  readonly onlyInOldCount: number;
  readonly onlyInNewCount: number;
  /** The first 20 of each kind. */
  readonly shown: readonly Change[];
  /** Where all of them stand. */
  readonly path: string;
}

/** `oldPath`: a results.jsonl; `outDir`: of the newer run. Throws RescoreError. */
export type CompareRuns = (oldPath: string, outDir: string) => Promise<Comparison>;

/** The message says what to do about it. */
export type RescoreErrorCode =
  | 'folder-in-use' // by another run
  | 'folder-taken' // holds another run, or something else
  | 'exports-changed' // since the run began that is to be resumed
  | 'cannot-write' // disk full, rights
  | 'no-results'; // to compare with

export class RescoreError extends Error {
  override readonly name = 'RescoreError';
  readonly code: RescoreErrorCode;
  constructor(code: RescoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Left out on purpose, or no mail at all: nothing is wrong with it. */
const NOT_DAMAGED: ReadonlySet<SkipReason> = new Set(['draft', 'not-a-message']);

export const isDamage = (reason: SkipReason): boolean => !NOT_DAMAGED.has(reason);

export const damagedCount = ({ skippedCounts }: Pick<RescoreCounts, 'skippedCounts'>): number =>
  (Object.keys(skippedCounts) as SkipReason[])
    .filter(isDamage)
    .reduce((sum, reason) => sum + (skippedCounts[reason] ?? 0), 0);
