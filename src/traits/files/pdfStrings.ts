/** Strings of a PDF (ISO 32000-1 §7.3.4): in brackets with escapes, or in hex; as bytes in the letters of Latin-1. */

export interface PdfString {
  readonly value: string;
  /** Behind it. */
  readonly end: number;
}

/** The string whose bracket stands at `at`, at most `limit` characters as written; without an end of its own it is what was read of it. */
export const stringAt = (text: string, at: number, limit: number): PdfString =>
  text[at] === '<' ? hexAt(text, at, limit) : literalAt(text, at, limit);

function hexAt(text: string, at: number, limit: number): PdfString {
  const found = text.slice(at + 1, at + 1 + limit).indexOf('>');
  const end = found < 0 ? Math.min(text.length, at + 1 + limit) : at + 1 + found;
  const digits = text.slice(at + 1, end).replace(/[^0-9a-fA-F]+/g, '');
  const even = digits.length % 2 === 0 ? digits : `${digits}0`;
  return { value: Buffer.from(even, 'hex').toString('latin1'), end: end + 1 };
}

const MARKS = /[()\\]/g;

/** Brackets in pairs; \ddd in octal, a break after \ joins lines. */
function literalAt(text: string, at: number, limit: number): PdfString {
  const last = Math.min(text.length, at + limit);
  let value = '';
  let depth = 0;
  let from = at + 1;
  const marks = new RegExp(MARKS);
  marks.lastIndex = at;
  for (let match = marks.exec(text); match !== null && match.index < last; match = marks.exec(text)) {
    const { index } = match;
    if (match[0] === '(') depth++;
    else if (match[0] === ')') {
      if (--depth === 0) return { value: value + text.slice(from, index), end: index + 1 };
    } else {
      const [whole, code = ''] = ESCAPE.exec(text.slice(index, index + 4)) ?? ['\\'];
      value += text.slice(from, index) + unescaped(code);
      from = index + whole.length;
      marks.lastIndex = from;
    }
  }
  return { value: value + text.slice(from, Math.max(from, last)), end: last };
}

const ESCAPE = /^\\([0-7]{1,3}|\r\n?|\n|[\s\S])/;
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
  ['\n', ''],
  ['\r', ''],
  ['\r\n', ''],
]);

const unescaped = (code: string): string =>
  /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 255) : (LETTERS.get(code) ?? code);
