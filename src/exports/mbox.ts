/**
 * mbox (RFC 4155 and its dialects) → messages, as a stream: memory is bounded by what is kept of one message, whatever the file, its
 * lines or its number of messages.
 */

const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const TIME = '\\d{1,2}:\\d{1,2}(?::\\d{1,2})?';
const ZONES = '(?:\\s+(?:[+-]\\d{4}|\\(?[A-Z]{1,5}\\)?)){0,2}';
/** asctime as RFC 4155 wants it, with the zones that Elm, Gmail and others add, or the date of RFC 5322. */
const ENVELOPE_LINE = new RegExp(
  `^From (?:.*\\s)?${WEEKDAY},?\\s+(?:${MONTH}\\s+\\d{1,2}\\s+${TIME}${ZONES}\\s+\\d{4}|\\d{1,2}\\s+${MONTH}\\s+\\d{4}\\s+${TIME})` +
    `${ZONES}(?:\\s+remote from \\S+)?\\s*$`,
);
/** A sender and some other form of date: ISO 8601, two digits for the year, a weekday in another language, … Believed only above a header. */
const OTHER_ENVELOPE_LINE = /^From (?:-|MAILER-DAEMON|"[^"]*"|\S*[@!]\S*)\s.*(?:\d[:.]\d\d|\d{4})/;
/** Without a date: Thunderbird since 2023 writes `From ` or `From - `, some exports of Gmail an id. Believed only above a header, behind an empty line. */
const BARE_ENVELOPE_LINE = /^From (?:-|MAILER-DAEMON|\S+@\S+)?\s*$/;
const HEADER_LINE = /^[!-9;-~]+:(?!\/\/)/;
const MAX_HEADER_NAME = 100;
const MAX_ENVELOPE_LINE = 1000; // an address has 320 characters at most, a date under 60
const FROM = Buffer.from('\nFrom ');
const UNDECIDED = 8; // bytes at the end of a chunk in which '\n\r\nFrom ' may have begun
const LF = 10;
const CR = 13;

/** Whether a line opens a message: a body may say "From Monday on" at the start of a line, too. Some writers put no empty line before it. */
export function isEnvelopeLine(line: string, next = '', isBehindEmptyLine = true): boolean {
  if (!line.startsWith('From ')) return false;
  const isAboveHeader = HEADER_LINE.test(next);
  if (ENVELOPE_LINE.test(line)) return isBehindEmptyLine || isAboveHeader;
  return isAboveHeader && (OTHER_ENVELOPE_LINE.test(line) || (isBehindEmptyLine && BARE_ENVELOPE_LINE.test(line)));
}

/** Of a file that begins so. Blank lines and a byte order mark may come first. */
export function looksLikeMbox(head: Buffer): boolean {
  const text = head.toString('latin1', 0, MAX_ENVELOPE_LINE * 2).replace(/^(?:\u00ef\u00bb\u00bf)?[\r\n]*/, '');
  const [line = '', next] = text.split(endsLinesByCr(head) ? '\r' : '\n', 2);
  return isEnvelopeLine(line, next);
}

const endsLinesByCr = (head: Buffer): boolean => !head.includes(LF) && head.includes(CR);

/** Of a file that ends its lines by CR alone, as programs of old Macs did: the same with LF, byte for byte, so that places stay what they are. */
export async function* withLfForCr(chunks: AsyncIterable<Buffer>, head: Buffer): AsyncGenerator<Buffer> {
  const isCr = endsLinesByCr(head);
  for await (const chunk of chunks) {
    if (isCr && endsLinesByCr(chunk)) yield chunk.map((byte) => (byte === CR ? LF : byte)) as Buffer;
    else yield chunk;
  }
}

export interface MboxMessage {
  /** Where it begins in the file, behind its envelope line. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Its first bytes as they stand there, at most `keepBytes`. */
  readonly kept: Buffer;
  /** false: bytes before the first envelope line, which are no message. */
  readonly hasEnvelopeLine: boolean;
}

/** The empty line before an envelope line, and one at the end of the file, belong to no message. */
export async function* splitMbox(chunks: AsyncIterable<Buffer>, keepBytes: number): AsyncGenerator<MboxMessage> {
  // The file begins as if an empty line came before it.
  let held = Buffer.from('\n\n');
  let heldAt = -held.length;
  let current = openMessage(0, keepBytes, false);
  let markBytes: number | undefined;
  for await (const chunk of withEnd(chunks)) {
    const isLast = chunk === undefined;
    const window = isLast
      ? held
      : Buffer.concat([held, chunk.subarray(markBytes === undefined ? byteOrderMark(chunk) : 0)]);
    if (!isLast && markBytes === undefined) {
      markBytes = byteOrderMark(chunk);
      heldAt += markBytes;
    }
    let undecidedAt = isLast ? window.length : Math.max(0, window.length - UNDECIDED);
    for (let at = window.indexOf(FROM); at >= 0; at = window.indexOf(FROM, at + 1)) {
      const emptyLineAt = emptyLineBefore(window, at);
      const lineEnd = window.indexOf(LF, at + 1);
      const neededBytes = lineEnd < 0 ? MAX_ENVELOPE_LINE : lineEnd + 1 - at + MAX_HEADER_NAME;
      if (!isLast && window.length - at <= neededBytes) {
        undecidedAt = Math.min(undecidedAt, Math.max(0, at - 2));
        break;
      }
      const nextAt = lineEnd < 0 ? window.length : lineEnd + 1;
      const line = window.toString('latin1', at + 1, nextAt);
      const next = window.toString('latin1', nextAt, nextAt + MAX_HEADER_NAME);
      if (nextAt - at > MAX_ENVELOPE_LINE || !isEnvelopeLine(line, next, emptyLineAt !== undefined)) continue;
      current.takeUpTo(window, heldAt, emptyLineAt ?? at + 1);
      // Among headers it is the sender's, or a second one.
      if (emptyLineAt === undefined && !current.hasBody()) continue;
      if (current.isMessage()) yield current.message();
      current = openMessage(heldAt + nextAt, keepBytes, true);
    }
    current.takeUpTo(
      window,
      heldAt,
      isLast ? (emptyLineBefore(window, window.length - 1) ?? window.length) : undecidedAt,
    );
    held = window.subarray(undecidedAt);
    heldAt += undecidedAt;
  }
  if (current.isMessage()) yield current.message();
}

/** undefined at the end. The first chunk has at least the three bytes of a byte order mark, if the file has. */
async function* withEnd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  let first: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (first !== undefined) first = Buffer.concat([first, chunk]);
    if (first !== undefined && first.length < 3) continue;
    yield first ?? chunk;
    first = undefined;
  }
  if (first !== undefined && first.length > 0) yield first;
  yield undefined;
}

const byteOrderMark = (chunk: Buffer): number => (chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0);

/** Where the empty line begins that the newline at `at` ends; undefined when its line is not empty. */
function emptyLineBefore(window: Buffer, at: number): number | undefined {
  if (window[at] !== LF) return undefined;
  if (window[at - 1] === LF) return at;
  return window[at - 1] === CR && window[at - 2] === LF ? at - 1 : undefined;
}

function openMessage(offset: number, keepBytes: number, hasEnvelopeLine: boolean) {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  let keptBytes = 0;
  return {
    /** Takes what it does not have yet of the window, which stands at `windowAt` in the file, up to `end` in it. */
    takeUpTo(window: Buffer, windowAt: number, end: number): void {
      const part = window.subarray(Math.max(0, offset + sizeBytes - windowAt), Math.max(0, end));
      sizeBytes += part.length;
      if (keptBytes >= keepBytes || part.length === 0) return;
      const kept = part.subarray(0, keepBytes - keptBytes);
      keptBytes += kept.length;
      parts.push(kept);
    },
    hasBody: () => keptBytes >= keepBytes || headersEnd(Buffer.concat(parts, keptBytes)) !== undefined,
    isMessage: () => hasEnvelopeLine || parts.some((part) => part.some((byte) => byte !== LF && byte !== CR)),
    message: (): MboxMessage => ({ offset, sizeBytes, kept: Buffer.concat(parts, keptBytes), hasEnvelopeLine }),
  };
}

const QUOTED = Buffer.from('>From ');

/** A body without the '>' that its writer put before "From " at the start of a line, once (mboxrd). */
export function unquoted(raw: Buffer): Buffer {
  if (!raw.includes(QUOTED)) return raw;
  const bodyAt = bodyStart(raw);
  const body = raw.toString('latin1', bodyAt).replaceAll(/(^|\n)>(>*From )/g, '$1$2');
  return Buffer.concat([raw.subarray(0, bodyAt), Buffer.from(body, 'latin1')]);
}

/** Headers are never quoted: a line '>From ' among them stands there for another reason. */
const bodyStart = (raw: Buffer): number => (headersEnd(raw) ?? raw.length - 1) + 1;

/** Where the empty line begins behind them, less one. */
function headersEnd(raw: Buffer): number | undefined {
  const ends = [raw.indexOf('\n\n'), raw.indexOf('\n\r\n')].filter((at) => at >= 0);
  return ends.length === 0 ? undefined : Math.min(...ends);
}
