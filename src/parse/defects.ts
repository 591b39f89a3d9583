/** Odd mail is data: what is wrong with the bytes, found with native scans rather than per-byte loops. */
import type { Defect, DefectCode } from '../domain/mail.ts';

const MAX_DETAIL_LENGTH = 120; // characters; a person reads it beside the verdict
const MAX_LINE_BYTES = 998; // RFC 5322 §2.1.1, without the line ending
const SCANNED_LINE_BYTES = 4 * 1024 * 1024; // about 4,000 steps: beyond lie attachments
const SCANNED_CR_BYTES = 64 * 1024; // one step per line, so it is kept to what a reader sees first
const LF = 10;
const CR = 13;

/** First detail by code: a detector needs to know that it happened, not how often. */
export type DefectLog = Map<DefectCode, string>;

export function note(log: DefectLog, code: DefectCode, detail: string): void {
  if (!log.has(code)) log.set(code, detail.slice(0, MAX_DETAIL_LENGTH));
}

export const toDefects = (log: DefectLog): readonly Defect[] => [...log].map(([code, detail]) => ({ code, detail }));

/** What can be told from the bytes alone. */
export function noteByteDefects(raw: Buffer, log: DefectLog): void {
  const nulAt = raw.indexOf(0);
  if (nulAt >= 0) note(log, 'nul-byte', `at byte ${nulAt}`);
  const longAt = longLineAt(raw.subarray(0, SCANNED_LINE_BYTES));
  if (longAt !== undefined) note(log, 'long-line', `over ${MAX_LINE_BYTES} bytes from byte ${longAt}`);
  const crAt = bareCrAt(raw.subarray(0, SCANNED_CR_BYTES));
  if (crAt !== undefined) note(log, 'bare-cr', `at byte ${crAt}`);
}

/** Looks back from where a long line would have to end: one step per 1,000 bytes instead of one per line. */
function longLineAt(raw: Buffer): number | undefined {
  let start = 0;
  while (start + MAX_LINE_BYTES < raw.length) {
    const limit = start + MAX_LINE_BYTES;
    const end = raw.lastIndexOf(LF, limit);
    if (end >= start) start = end + 1;
    else if (raw[limit] === CR && raw[limit + 1] === LF) start = limit + 2;
    else return start;
  }
  return undefined;
}

function bareCrAt(raw: Buffer): number | undefined {
  let at = raw.indexOf(CR);
  if (at < 0) return undefined;
  const text = raw.toString('latin1');
  for (; at >= 0; at = text.indexOf('\r', at + 2)) {
    if (at + 1 < text.length && text.charCodeAt(at + 1) !== LF) return at;
  }
  return undefined;
}
