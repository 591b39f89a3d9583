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
const MIN_CELLS = 200; // of a table, or characters: fewer draw no code, runs of one colour in one cell counted; most mail ends here
const MIN_COLOURED = 100; // of these: newsletters have many cells, few of them with a colour
const MAX_CELLS = 2 * MAX_COLUMNS * MAX_ROWS; // of all tables of a page together

/** Dark is true. */
type Row = boolean[];

const BLOCKS = /[▀▄█⬛]/g;

/** Bitmaps of what block characters draw in `text`. */
export function* bitmapsOfText(text: string): Generator<Bitmap> {
  if (!hasMany(text, BLOCKS, MIN_COLOURED)) return;
  let count = 0;
  let rows: Row[] = [];
  for (const line of [...text.split('\n'), '']) {
    const drawn = line.trimEnd();
    if (isDrawing(drawn) && rows.length < MAX_ROWS) {
      rows.push(...(/[⬛⬜]/.test(drawn) ? [squares(drawn)] : halves(drawn)));
      continue;
    }
    if (rows.length >= MIN_MODULES) yield bitmapOf(rows);
    if (rows.length >= MIN_MODULES && ++count >= MAX_BITMAPS) return;
    rows = [];
  }
}

function hasMany(text: string, pattern: RegExp, least: number): boolean {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count >= least) return true;
  return false;
}

/** Nothing but blocks and blanks, some of them blocks. */
const isDrawing = (line: string): boolean =>
  line.length <= MAX_COLUMNS && /[▀▄█⬛⬜]/.test(line) && /^(?:[\s▀▄█░⬛⬜]|\ufe0e|\ufe0f)+$/.test(line); // marks that ask for a letter or a picture

/** U+2B1B and U+2B1C are as high as wide: a module each. */
const squares = (line: string): Row =>
  [...line].filter((letter) => '⬛⬜'.includes(letter)).map((letter) => letter === '⬛');

/** A character is twice as high as wide: two rows each. */
function halves(line: string): readonly [Row, Row] {
  const letters = [...line];
  return [letters.map((letter) => '▀█'.includes(letter)), letters.map((letter) => '▄█'.includes(letter))];
}

/** Bitmaps of what the cells of tables and block characters draw in `html`. */
export function* bitmapsOfHtml(html: string): Generator<Bitmap> {
  const hasCells = hasMany(html, COLOURS, MIN_COLOURED) && hasMany(html, /<t[dh]\b/gi, MIN_CELLS);
  if (!hasCells && !hasMany(html, WRITTEN_BLOCKS, MIN_COLOURED)) return;
  const { tables, text } = readDrawing(html);
  for (const rows of tables) yield bitmapOf(rows);
  yield* bitmapsOfText(text);
}

const COLOURS = /bgcolor|background/gi;
const WRITTEN_BLOCKS = /[▀▄█⬛]|&#(?:96(?:00|04|08)|x258[048]|11035|x2b1b);|&(?:uhblk|lhblk|block);/gi;

/** Whether it is dark behind the cells. */
interface Ground {
  readonly table: boolean;
  row: boolean;
}

interface Drawing {
  readonly tables: readonly Row[][];
  readonly text: string;
}

const BREAKS: ReadonlySet<string> = new Set(['br', 'p', 'div', 'tr', 'pre', 'li', 'table']);

function readDrawing(html: string): Drawing {
  const open: Row[][] = []; // tables within tables
  const grounds: Ground[] = [];
  const tables: Row[][] = [];
  const pieces: string[] = [];
  let cellsLeft = MAX_CELLS;
  walkHtml(html, {
    open(name, attributes) {
      if (BREAKS.has(name)) pieces.push('\n');
      const rows = open.at(-1);
      const ground = grounds.at(-1);
      if (name === 'table') {
        open.push([]);
        grounds.push({ table: isDark(attributes, false), row: false });
      } else if (name === 'tr' && rows !== undefined && rows.length < MAX_ROWS) {
        rows.push([]);
        if (ground !== undefined) ground.row = isDark(attributes, ground.table);
      } else if (name === 'td' || name === 'th')
        cellsLeft -= addCells(rows?.at(-1), attributes, ground?.row === true, cellsLeft);
    },
    close(name) {
      if (BREAKS.has(name) && name !== 'br') pieces.push('\n');
      if (name !== 'table') return;
      grounds.pop();
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

/** How many it added. */
function addCells(row: Row | undefined, attributes: Attributes, isGroundDark: boolean, cellsLeft: number): number {
  if (row === undefined) return 0;
  const span = Math.max(1, Number.parseInt(attributes.get('colspan') ?? '1', 10) || 1);
  const count = Math.min(span, MAX_COLUMNS - row.length, cellsLeft);
  row.push(...new Array<boolean>(count).fill(isDark(attributes, isGroundDark)));
  return count;
}

/** What has no colour of its own shows what is behind it; a page is light, as most are. */
function isDark(attributes: Attributes, ground: boolean): boolean {
  const style = /(?:^|;)\s*background(-color)?\s*:\s*([^;]{1,60})/i.exec(attributes.get('style') ?? '');
  if (style?.[2] !== undefined) {
    const value = style[2].trim().toLowerCase();
    return isDarkColour(style[1] === undefined ? shorthandColour(value) : colourOf(value));
  }
  const value = (attributes.get('bgcolor') ?? '').trim().toLowerCase();
  return value === '' ? ground : isDarkColour(colourOf(value));
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
