/**
 * The header block as it stands: order, written names, unfolded values (RFC 5322 §2.2). mailparser reads MIME from it; everything that
 * depends on how a header was written is read here, once, so that no two readings of the same mail can differ.
 */
import { isUtf8 } from 'node:buffer';
import type { RawHeader } from '../domain/mail.ts';
import { withQuotedBytes } from '../text/headerWords.ts';
import { type DefectLog, note } from './defects.ts';

const MAX_HEADER_BYTES = 1024 * 1024; // mailparser's own bound for one block
const MAX_HEADERS = 5_000; // at most 156 in 58,127 development mails
const MAX_NAME_LENGTH = 200;
const MAX_VALUE_LENGTH = 64 * 1024; // characters; 99.9 % of the development mails have none over 20,463
const TOP_BYTES = 64 * 1024; // what is still read of a block over its bound, so that a person can recognise the mail
const LF = 10;

/** Values by lower-case name, from the top. */
export type HeaderIndex = ReadonlyMap<string, readonly string[]>;

export interface HeaderBlock {
  readonly headers: readonly RawHeader[];
  readonly index: HeaderIndex;
  /** Offset of the first byte after the blank line. */
  readonly bodyStart: number;
  /** Over its bounds: only the top was read and the body must not be. */
  readonly isOverLimit: boolean;
}

export function readHeaders(raw: Buffer, log: DefectLog): HeaderBlock {
  const end = headerEnd(raw);
  const isTooLong = end > MAX_HEADER_BYTES;
  const head = raw.subarray(0, isTooLong ? TOP_BYTES : end);
  const headers = parseLines(head, log);
  if (isTooLong) note(log, 'unparseable', `header block over ${MAX_HEADER_BYTES} bytes`);
  if (headers.length === MAX_HEADERS) note(log, 'unparseable', `over ${MAX_HEADERS} headers`);
  const isOverLimit = isTooLong || headers.length === MAX_HEADERS;
  if (headers.length > 0) return { headers, index: indexByName(headers), bodyStart: end, isOverLimit };
  note(log, 'no-header', 'the first lines are no header');
  return { headers, index: new Map(), bodyStart: startsWithBlankLine(raw) ? end : 0, isOverLimit };
}

function indexByName(headers: readonly RawHeader[]): HeaderIndex {
  const index = new Map<string, string[]>();
  for (const { name, value } of headers) {
    const values = index.get(name);
    if (values === undefined) index.set(name, [value]);
    else values.push(value);
  }
  return index;
}

export const valuesOf = (index: HeaderIndex, name: string): readonly string[] => index.get(name) ?? [];

const startsWithBlankLine = (raw: Buffer): boolean => raw[0] === LF || (raw[0] === 13 && raw[1] === LF);

/** Offset after the first blank line; the length when there is none; over the bound as soon as none is found within it. */
function headerEnd(raw: Buffer): number {
  if (startsWithBlankLine(raw)) return raw[0] === LF ? 1 : 2;
  const searched = raw.subarray(0, MAX_HEADER_BYTES + 4);
  const bare = searched.indexOf('\n\n');
  // The other spelling matters only before the one already found.
  const withCr = searched.subarray(0, bare < 0 ? searched.length : bare).indexOf('\n\r\n');
  if (withCr >= 0) return withCr + 3;
  return bare >= 0 ? bare + 2 : raw.length;
}

/** UTF-8 where the block is valid (RFC 6532), else line by line UTF-8 or ISO 8859-1, which maps every byte. */
function parseLines(head: Buffer, log: DefectLog): readonly RawHeader[] {
  const isValid = isUtf8(head);
  if (!isValid) note(log, 'invalid-utf8', 'in the header block');
  const text = isValid ? head.toString() : head.toString('latin1');
  const headers: RawHeader[] = [];
  for (let at = 0; at < text.length && headers.length < MAX_HEADERS; ) {
    const end = logicalLineEnd(text, at);
    const line = text.slice(at, end);
    const header = toHeader(isValid ? line : decodeLine(line), at === 0, log);
    if (header !== undefined) headers.push(header);
    at = end + 1;
  }
  return headers;
}

/** Offset of the newline that no continuation follows. A bare CR ends no line. */
function logicalLineEnd(text: string, from: number): number {
  let end = text.indexOf('\n', from);
  while (end >= 0 && isFold(text.charCodeAt(end + 1))) end = text.indexOf('\n', end + 1);
  return end < 0 ? text.length : end;
}

const isFold = (code: number): boolean => code === 32 || code === 9;

function decodeLine(line: string): string {
  const bytes = Buffer.from(line, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : withQuotedBytes(line);
}

const FIELD_NAME = /^[!-9;-~]+$/; // RFC 5322 §2.2: printable US-ASCII without the colon

function toHeader(line: string, isFirst: boolean, log: DefectLog): RawHeader | undefined {
  const colon = line.indexOf(':');
  const writtenName = line.slice(0, Math.max(0, Math.min(colon, MAX_NAME_LENGTH)));
  if (FIELD_NAME.test(writtenName)) return makeHeader(writtenName, line.slice(colon + 1), log);
  if (isEnvelopeLine(line, isFirst)) return undefined;
  if (line.trim() !== '') note(log, 'malformed-header', line.trim());
  // "From :" and " From:" are a From to some readers and none to others: kept, as mailparser keeps it.
  const bareName = writtenName.trim();
  return FIELD_NAME.test(bareName) ? makeHeader(bareName, line.slice(colon + 1), log, writtenName) : undefined;
}

/** The separator of an mbox file, which a mail drop may have left in front; "From :" is none. */
const isEnvelopeLine = (line: string, isFirst: boolean): boolean => isFirst && /^>?From (?!\s*:)/.test(line);

function makeHeader(name: string, value: string, log: DefectLog, writtenName = name): RawHeader {
  if (value.length > MAX_VALUE_LENGTH) note(log, 'size-limit', `header ${name} over ${MAX_VALUE_LENGTH} characters`);
  const bounded = value.length > MAX_VALUE_LENGTH ? value.slice(0, MAX_VALUE_LENGTH) : value;
  const unfolded = bounded.includes('\n') ? bounded.replace(/\r?\n/g, '') : bounded;
  return { name: name.toLowerCase(), writtenName, value: unfolded.trim() };
}
