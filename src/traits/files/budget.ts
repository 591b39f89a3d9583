/** What looking inside the files of one message may cost. Every unpacking and search asks here first, so that no file can cost more than it was given. */
import type { DefectCode } from '../../domain/mail.ts';

export interface Budget {
  /** Bytes that may still be unpacked. */
  bytes: number;
  /** Files inside files that may still be looked into. */
  files: number;
  /** Likewise of what documents keep inside: a presentation keeps a table for each of its charts. */
  kept: number;
  /** Bytes of scripts, streams and texts that may still be read and searched. */
  scanned: number;
  /** Bytes of pages in archives that may still be read: dearer than a search. */
  pages: number;
  /** Bytes that documents show, and texts hold, that may still be unpacked and read for addresses. What is beyond is no defect: nothing in it runs. */
  texts: number;
  /** Locked documents whose lock may still be tried: each costs 100 ms. */
  locks: number;
  /** Names in archives that may still be listed. */
  entries: number;
  /** What was left unread, and why, and what is odd: distinct, at most eight. Not looked at is never clean. */
  readonly notes: Map<string, FileDefect>;
}

export type FileDefect = Extract<DefectCode, 'unread-files' | 'odd-archive'>;

const MAX_BYTES = 12 * 1024 * 1024; // of one message; some 50 ms of inflating
const MAX_FILES = 100;
const MAX_KEPT = 60; // some 5 ms each
const MAX_SCANNED = 8 * 1024 * 1024;
const MAX_PAGES = 3 * 1024 * 1024; // a manual of a hundred pages; some 100 ms
const MAX_TEXTS = 4 * 1024 * 1024; // some 200 ms
const MAX_ENTRIES = 20_000; // a directory of 65,000 takes 100 ms
const MAX_LOCKS = 2;
/** Said of locked documents that were not tried: too many, or there was no time for any. */
export const LEFT_LOCKED = 'locked documents beyond what is opened';
const MAX_NOTES = 8;
/** One packed thing: an Office part, a stream, a file in an archive. What is larger is looked at as far as this. */
export const MAX_ONE = 4 * 1024 * 1024;
/** An archive in an archive in an archive: deeper nobody packs by hand. */
export const MAX_DEPTH = 3;

/** `mayOpenLocks`: there is time for them. */
export const newBudget = (mayOpenLocks = true): Budget => ({
  bytes: MAX_BYTES,
  files: MAX_FILES,
  kept: MAX_KEPT,
  scanned: MAX_SCANNED,
  pages: MAX_PAGES,
  texts: MAX_TEXTS,
  locks: mayOpenLocks ? MAX_LOCKS : 0,
  entries: MAX_ENTRIES,
  notes: new Map(),
});

export function noteDefect({ notes }: Budget, code: FileDefect, what: string): void {
  if (notes.size < MAX_NOTES && !notes.has(what)) notes.set(what, code);
}

export const leaveUnread = (budget: Budget, what: string): void => noteDefect(budget, 'unread-files', what);

/** The beginning of `bytes` that may still be searched; takes it off the budget. */
export function searchable(bytes: Buffer, budget: Budget): Buffer {
  const part = bytes.subarray(0, Math.max(0, budget.scanned));
  budget.scanned -= part.length;
  if (part.length < bytes.length) leaveUnread(budget, `more than ${MAX_SCANNED / 1_048_576} MB to search`);
  return part;
}

const SHARED = ['bytes', 'files', 'kept', 'scanned', 'pages', 'texts', 'entries'] as const;

/**
 * What one of `partyCount` may spend of what is left; what it leaves goes back. So that a file that is made to cost much, and stands first, does
 * not hide its neighbours.
 */
export async function withShare<T>(
  budget: Budget,
  partyCount: number,
  use: (share: Budget) => T | Promise<T>,
): Promise<T> {
  const share: Budget = { ...budget };
  for (const key of SHARED) share[key] = Math.ceil(Math.max(0, budget[key]) / Math.max(1, partyCount));
  const given = { ...share };
  try {
    return await use(share);
  } finally {
    for (const key of SHARED) budget[key] -= given[key] - share[key];
    budget.locks = share.locks;
  }
}
