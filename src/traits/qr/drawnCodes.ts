/**
 * QR codes drawn without a picture, past whoever looks at pictures only: cells of an HTML table, or block characters (U+2580–2588) in lines
 * of text. Each becomes a bitmap that the reader of pictures gets.
 */

import type { Bitmap } from '../../qrcode/decoder.ts';
import { type Attributes, walkHtml } from '../htmlWalk.ts';
import { type Colour, colourOf, shorthandColour } from '../inlineColour.ts';

const MIN_MODULES = 21; // a side of the smallest code (ISO/IEC 18004 §6.3.1)
const MAX_COLUMNS = 400; // 177 modules of two characters each, and a border
const MAX_ROWS = 400;
const MAX_BITMAPS = 4;
const SCALE = 3; // pixels a cell: the reader looks for patterns of several
const BORDER = 4; // light modules around, which every code needs (§6.3.8)
const MIN_CELLS = 300; // fewer cells or characters draw no code: most mail ends here

/** Dark is true. */
type Row = boolean[];

const BLOCKS = /[▀▄█]/g;

/** Bitmaps of what block characters draw in `text`. */
export function bitmapsOfText(text: string): readonly Bitmap[] {
  if (!hasMany(text, BLOCKS)) return [];
  const found: Bitmap[] = [];
  let rows: Row[] = [];
  const end = (): void => {
    if (rows.length >= MIN_MODULES && found.length < MAX_BITMAPS) found.push(bitmapOf(rows));
    rows = [];
  };
  for (const line of text.split('\n')) {
    const drawn = line.trimEnd();
    if (!isDrawing(drawn) || rows.length >= 2 * MAX_ROWS) end();
    else rows.push(...halves(drawn));
  }
  end();
  return found;
}

const hasMany = (text: string, pattern: RegExp): boolean => (text.match(pattern)?.length ?? 0) >= MIN_CELLS / 2;

/** Nothing but blocks and blanks, some of them blocks. */
const isDrawing = (line: string): boolean =>
  line.length <= MAX_COLUMNS && /[▀▄█]/.test(line) && /^[\s▀▄█░]+$/.test(line);

/** A character is twice as high as wide: two rows each. */
function halves(line: string): readonly [Row, Row] {
  const letters = [...line];
  return [letters.map((letter) => '▀█'.includes(letter)), letters.map((letter) => '▄█'.includes(letter))];
}

/** Bitmaps of what the cells of tables and block characters draw in `html`. */
export function bitmapsOfHtml(html: string): readonly Bitmap[] {
  const hasCells = hasMany(html, /<t[dh]\b/gi);
  const hasBlocks = hasMany(html, BLOCKS) || hasMany(html, /&#(?:96(?:00|04|08)|x258[048]);|&blk/gi);
  if (!hasCells && !hasBlocks) return [];
  const drawing = readDrawing(html);
  return [...drawing.tables.map((rows) => bitmapOf(rows)), ...bitmapsOfText(drawing.text)].slice(0, MAX_BITMAPS);
}

interface Drawing {
  readonly tables: readonly Row[][];
  readonly text: string;
}

const BREAKS: ReadonlySet<string> = new Set(['br', 'p', 'div', 'tr', 'pre', 'li', 'table']);

function readDrawing(html: string): Drawing {
  const open: Row[][] = []; // tables within tables
  const tables: Row[][] = [];
  const pieces: string[] = [];
  walkHtml(html, {
    open(name, attributes) {
      if (BREAKS.has(name)) pieces.push('\n');
      const rows = open.at(-1);
      if (name === 'table') open.push([]);
      else if (name === 'tr' && rows !== undefined && rows.length < MAX_ROWS) rows.push([]);
      else if (name === 'td' || name === 'th') addCells(rows?.at(-1), attributes);
    },
    close(name) {
      if (BREAKS.has(name) && name !== 'br') pieces.push('\n');
      if (name !== 'table') return;
      const rows = open.pop()?.filter(({ length }) => length > 0) ?? [];
      if (rows.length >= MIN_MODULES && tables.length < MAX_BITMAPS && widthOf(rows) >= MIN_MODULES) tables.push(rows);
    },
    text(piece) {
      pieces.push(piece);
    },
  });
  return { tables, text: withoutBlankLines(pieces.join('')) };
}

/** A line in an element of its own begins and ends with a break. */
const withoutBlankLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');

function addCells(row: Row | undefined, attributes: Attributes): void {
  if (row === undefined) return;
  const span = Math.min(Math.max(1, Number.parseInt(attributes.get('colspan') ?? '1', 10) || 1), MAX_COLUMNS);
  const dark = isDark(attributes);
  for (let at = 0; at < span && row.length < MAX_COLUMNS; at++) row.push(dark);
}

/** A cell without a colour of its own is taken for light, as most pages are. */
function isDark(attributes: Attributes): boolean {
  const style = /(?:^|;)\s*background(-color)?\s*:\s*([^;]{1,60})/i.exec(attributes.get('style') ?? '');
  if (style?.[2] !== undefined) {
    const value = style[2].trim().toLowerCase();
    return isDarkColour(style[1] === undefined ? shorthandColour(value) : colourOf(value));
  }
  return isDarkColour(colourOf((attributes.get('bgcolor') ?? '').trim().toLowerCase()));
}

const isDarkColour = (colour: Colour): boolean =>
  typeof colour === 'number' && (colour >> 16) * 0.3 + ((colour >> 8) & 255) * 0.59 + (colour & 255) * 0.11 < 128;

const widthOf = (rows: readonly Row[]): number => rows.reduce((widest, { length }) => Math.max(widest, length), 0);

function bitmapOf(rows: readonly Row[]): Bitmap {
  const width = (widthOf(rows) + 2 * BORDER) * SCALE;
  const height = (rows.length + 2 * BORDER) * SCALE;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  rows.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) paint(data, width, (x + BORDER) * SCALE, (y + BORDER) * SCALE);
    });
  });
  return { width, height, data };
}

function paint(data: Uint8ClampedArray, width: number, left: number, top: number): void {
  for (let y = top; y < top + SCALE; y++) {
    for (let x = left; x < left + SCALE; x++) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  }
}
