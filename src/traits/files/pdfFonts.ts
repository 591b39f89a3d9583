/**
 * Which letters the bytes of a PDF's strings stand for: by the table that a font carries for copying and searching (ISO 32000-1 §9.10.3), by its names of
 * glyphs (§9.6.6), else as Latin-1. What has no such table readers cannot search either, nor make links of.
 */
import { utf16BeAt } from '../../text/utf16.ts';

/** A font as far as it matters here. */
export interface PdfFont {
  read(bytes: string): string;
}

const MAX_CODES = 70_000; // of a table
const SHORT_RANGE = 256; // codes
const MAX_RANGES = 50; // of longer ones, which are gone through for each code

interface Table {
  readonly codes: Map<number, string>;
  readonly ranges: (readonly [low: number, high: number, letters: string])[];
  /** Bytes of a code. */
  width: number;
}

/** `cmap`: its text; `isWide`: of a composite font, whose codes have as many bytes as the table says, else one. */
export function fontOfTable(cmap: string, isWide: boolean): PdfFont {
  const table: Table = { codes: new Map(), ranges: [], width: isWide ? 2 : 1 };
  for (const { section, row } of rowsOf(cmap)) addRow(table, section, row, isWide);
  return { read: (bytes) => spelled(bytes, table) };
}

type Row = readonly (string | readonly string[])[];
const TOKEN = /\b(?:begin|end)(?:bfchar|bfrange|codespacerange)\b|<([0-9a-fA-F\s]{0,400})>|[[\]]/g;
const ROW: Readonly<Record<string, number>> = { beginbfchar: 2, beginbfrange: 3, begincodespacerange: 2 };

/** Hex digits, or lists of them, as many as a row of its section has. */
function* rowsOf(cmap: string): Generator<{ readonly section: string; readonly row: Row }> {
  let section = '';
  let row: (string | readonly string[])[] = [];
  let list: string[] | undefined;
  for (const [word, digits] of cmap.matchAll(TOKEN)) {
    if (word === '[') list = [];
    else if (digits !== undefined) (list ?? row).push(digits.replace(/\s/g, ''));
    else if (word !== ']') {
      section = word;
      row = [];
      list = undefined;
    }
    if (word === ']' && list !== undefined) {
      row.push(list);
      list = undefined;
    }
    if (list !== undefined || row.length < (ROW[section] ?? Number.POSITIVE_INFINITY)) continue;
    yield { section, row };
    row = [];
  }
}

function addRow(table: Table, section: string, [first = '', second = '', third = '']: Row, isWide: boolean): void {
  if (typeof first !== 'string' || typeof second !== 'string' || table.codes.size >= MAX_CODES) return;
  const low = Number.parseInt(first, 16);
  const high = Number.parseInt(second, 16);
  if (section === 'begincodespacerange') {
    if (isWide) table.width = Math.min(4, Math.max(1, first.length >> 1));
  } else if (section === 'beginbfchar') table.codes.set(low, lettersOf(second));
  else if (typeof third !== 'string')
    third.slice(0, SHORT_RANGE).forEach((one, index) => {
      table.codes.set(low + index, lettersOf(one));
    });
  else if (high - low < SHORT_RANGE)
    for (let code = low; code <= high; code++) table.codes.set(code, counted(lettersOf(third), code - low));
  else if (table.ranges.length < MAX_RANGES) table.ranges.push([low, high, lettersOf(third)]);
}

function spelled(bytes: string, { codes, ranges, width }: Table): string {
  let text = '';
  for (let at = 0; at + width <= bytes.length; at += width) {
    let code = 0;
    for (let i = 0; i < width; i++) code = code * 256 + bytes.charCodeAt(at + i);
    let letters = codes.get(code);
    if (letters === undefined) {
      const range = ranges.find(([low, high]) => code >= low && code <= high);
      letters = range === undefined ? '' : counted(range[2], code - range[0]);
      codes.set(code, letters);
    }
    text += letters;
  }
  return text;
}

const lettersOf = (hex: string): string => utf16BeAt(Buffer.from(hex.replace(/\s/g, ''), 'hex'));

/** Of a range the last letter counts up. */
function counted(letters: string, by: number): string {
  const code = (letters.codePointAt(Math.max(0, letters.length - 1)) ?? 0) + by;
  return letters.slice(0, -1) + (code <= 0xffff ? String.fromCharCode(code) : '');
}

/** Letters of two bytes, as they are where no table says otherwise. */
export const WIDE: PdfFont = { read: (bytes) => utf16BeAt(Buffer.from(bytes, 'latin1')) };

export const NARROW: PdfFont = { read: (bytes) => bytes };

/** `differences`: the inside of that array, numbers and names of glyphs. */
export function fontOfNames(differences: string): PdfFont {
  const letters = new Map<string, string>();
  let code = 0;
  for (const [, number, name] of differences.matchAll(/(\d{1,3})|\/([^\s/[\]<>()]{1,40})/g)) {
    if (number !== undefined) code = Number(number);
    else letters.set(String.fromCharCode(code++), glyphLetter(name ?? ''));
  }
  return { read: (bytes) => Array.from(bytes, (byte) => letters.get(byte) ?? byte).join('') };
}

/** By the Adobe Glyph List: letters are called like themselves, and what else an address is made of. */
function glyphLetter(name: string): string {
  const [base = ''] = name.split('.', 1);
  if (base.length === 1) return base;
  const hex = /^u(?:ni)?([0-9A-F]{4})$/.exec(base)?.[1];
  return hex === undefined ? (GLYPHS.get(base) ?? '\ufffd') : String.fromCharCode(Number.parseInt(hex, 16));
}

/** A letter behind each name. */
const GLYPHS: ReadonlyMap<string, string> = new Map(
  (
    'colon: slash/ period. hyphen- minus- underscore_ question? ampersand& equal= percent% numbersign# at@ plus+ comma, semicolon; exclam! ' +
    'asciitilde~ dollar$ quotesingle\' parenleft( parenright) asterisk* bracketleft[ bracketright] less< greater> quotedbl" bar| ' +
    'zero0 one1 two2 three3 four4 five5 six6 seven7 eight8 nine9'
  )
    .split(' ')
    .map((one): [string, string] => [one.slice(0, -1), one.slice(-1)])
    .concat([
      ['space', ' '],
      ['ff', 'ff'],
      ['fi', 'fi'],
      ['fl', 'fl'],
    ]),
);
