/** Learning from exports of mail (mbox, Maildir, folders of files): what the interfaces are handed for it. */
import type { IntakeRequest } from './service.ts';

/** Why a message of an export taught nothing. */
export type SkipReason =
  | 'junk' // in a folder or under a label of that name
  | 'trash' // or flagged as deleted
  | 'draft'
  | 'too-large' // over 50 MiB; a JSON document, over 96 MiB
  | 'empty'
  | 'no-sender' // no address in From: damaged
  | 'no-mailbox' // none given, and none found in the message
  | 'not-a-message' // a file of another kind in a folder
  | 'unreadable' // the disk or the rights
  | 'corrupt' // a container that breaks off, or is none inside
  | 'encrypted' // with a password
  | 'unpacks-too-far'; // a bomb, or archives in archives

/** What holds for every message of the exports. Direction and time are each message's own unless given. */
export type HistoryRequest = Omit<IntakeRequest, 'raw' | 'learn'>;

export interface HistoryCounts {
  /** Learned, known and skipped ones together. */
  readonly readCount: number;
  readonly learnedCount: number;
  readonly knownCount: number;
  readonly skippedCounts: Readonly<Partial<Record<SkipReason, number>>>;
}

export interface HistoryProgress extends HistoryCounts {
  /** First the exports are gone through for the order of arrival, then their messages are learned in it. */
  readonly phase: 'look' | 'learn';
  readonly foundCount: number;
  /** Of readCount, what an earlier run had done. */
  readonly resumedCount: number;
}

/** What became of one message. `index` counts from 0 in a file that holds several. */
export interface HistoryOutcome {
  readonly file: string;
  readonly index?: number;
  readonly result:
    | { readonly messageId: string; readonly mailboxes: readonly string[]; readonly isNew: boolean }
    | { readonly skipped: SkipReason };
}

export interface HistoryWatcher {
  readonly progress?: (progress: HistoryProgress) => void;
  readonly outcome?: (outcome: HistoryOutcome) => void;
  /** Aborted: what was begun is finished and the call resolves. */
  readonly signal?: AbortSignal;
}

/** `exports` are paths, or '-' for standard input. Throws IntakeError and ExportError. */
export type LearnExports = (
  exports: readonly string[],
  request: HistoryRequest,
  watcher?: HistoryWatcher,
) => Promise<HistoryProgress>;

export interface MboxReceipt extends HistoryCounts {
  /** The first 100. */
  readonly skipped: readonly { readonly index: number; readonly reason: SkipReason }[];
}

/** Learns an mbox as it comes, in its own order; resolves when that is durable. Throws IntakeError and ExportError. */
export type LearnMbox = (request: HistoryRequest, body: AsyncIterable<Buffer>) => Promise<MboxReceipt>;

/** A path that is no export, or cannot be read; the message says which and why. */
export type ExportErrorCode = 'unreadable-export' | 'empty-export' | 'not-an-export';

export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly code: ExportErrorCode;
  constructor(code: ExportErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
