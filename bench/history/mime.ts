/** Writing MIME as mail programs write it: encoded-words, transfer encodings, folding, boundaries. RFC 2045–2047, 5322. */

export type Header = readonly [name: string, value: string];

/** A part of a message: its own headers and its body as it stands in the file (LF line ends). */
export interface Part {
  readonly headers: readonly Header[];
  readonly body: string;
}

const MAX_LINE = 78; // characters: RFC 5322 §2.1.1 "SHOULD be no more than"
const QP_LINE = 75; // 76 with the soft line break: RFC 2045 §6.7
const BASE64_LINE = 76;
const WORD_BYTES = 42; // 56 base64 characters: an encoded-word stays below 75 (RFC 2047 §2)

export const isAscii = (text: string): boolean => !/[^\t\n\x20-\x7e]/.test(text);

/** Display names and subjects: as they are, or as RFC 2047 encoded-words of whole characters. */
export function encodeWords(text: string): string {
  if (isAscii(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join(' ');
}

/** `text` is written in `charset` (utf-8 or latin1) before it is encoded. */
export function quotedPrintable(text: string, charset: 'utf-8' | 'latin1' = 'utf-8'): string {
  const encodeLine = (line: string): string => {
    const units = [...line].map((character) =>
      /[\t\x20-\x3c\x3e-\x7e]/.test(character)
        ? character
        : [...Buffer.from(character, charset)].map((byte) => `=${hex(byte, 2).toUpperCase()}`).join(''),
    );
    const last = units.at(-1);
    if (last === ' ') units[units.length - 1] = '=20';
    const lines: string[] = [];
    let current = '';
    for (const unit of units) {
      if (current.length + unit.length > QP_LINE) {
        lines.push(`${current}=`);
        current = '';
      }
      current += unit;
    }
    return [...lines, current].join('\n');
  };
  return text.split('\n').map(encodeLine).join('\n');
}

export const base64 = (content: Buffer | string): string =>
  (
    Buffer.from(content)
      .toString('base64')
      .match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? []
  ).join('\n');

/** Folds at blanks before the line grows too long. A value that has line breaks was folded by its writer. */
export function headerLine([name, value]: Header): string {
  if (value.includes('\n')) return `${name}: ${value}`;
  let folded = `${name}:`;
  let column = folded.length;
  for (const word of value.split(' ')) {
    if (column + 1 + word.length > MAX_LINE && column > name.length + 1) {
      folded += `\n ${word}`;
      column = 1 + word.length;
    } else {
      folded += ` ${word}`;
      column += 1 + word.length;
    }
  }
  return folded;
}

export const writePart = ({ headers, body }: Part): string => `${headers.map(headerLine).join('\n')}\n\n${body}`;

/** `subtype` with parameters after it, when it has some: 'related; type="text/html"'. */
export function multipart(subtype: string, boundary: string, parts: readonly Part[], preamble = ''): Part {
  const body = parts.map((part) => `--${boundary}\n${writePart(part)}\n`).join('');
  const headers: readonly Header[] = [['Content-Type', `multipart/${subtype};\n boundary="${boundary}"`]];
  return { headers, body: `${preamble}${body}--${boundary}--\n` };
}

export const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 §3.3 date of a moment (ms) as a clock in that zone (IANA name) shows it. */
export function mailDate(at: number, timeZone: string): string {
  const offset = offsetMinutes(at, timeZone);
  const local = new Date(at + offset * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  return `${DAYS[local.getUTCDay()]}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()} ${time} ${zone}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes east of UTC at that moment. */
export function offsetMinutes(at: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    formats.set(timeZone, format);
  }
  const shown = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours, minutes] = shown.match(/([+-])(\d\d):(\d\d)/) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
