/**
 * Addresses in the text that a PDF shows: readers make links of them. The tree of pages is not walked, as readers differ in what they make of a
 * damaged one: content streams are known by being named as such, and what else may be one is read after them, small ones first.
 */
import { isAddress } from '../../text/textLinks.ts';
import { type Budget, newBudget } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { undoFilters } from './pdfFilters.ts';
import { fontOfNames, fontOfTable, NARROW, type PdfFont, WIDE } from './pdfFonts.ts';
import type { PdfObjects } from './pdfObjects.ts';
import { type Line, linesShown } from './pdfShown.ts';
import { MAX_STREAM, named, type PdfStream, pdfStreams } from './pdfStreams.ts';
import { writtenAddresses } from './writtenAddresses.ts';

const MAX_STREAMS = 1_500; // a book; each of them costs a little
const ANY = /(?:)/;
/** Their content is known to be something else, or nobody's. */
const NO_TEXT =
  /\/Subtype\s{0,20}\/(?:Image|Type1C|CIDFontType0C|OpenType|XML)\b|\/Type\s{0,20}\/(?:ObjStm|XRef|Metadata|EmbeddedFile)\b|\/Length1\b|\/FunctionType\b|\/ShadingType\b/;
const MAX_LINES = 2_000; // that may hold an address, of one stream and of all

export interface PdfWords {
  readonly bytes: Buffer;
  /** The same in letters of Latin-1. */
  readonly text: string;
  /** The file's own words, then its packed objects. */
  readonly texts: readonly string[];
  readonly objects: PdfObjects;
}

export function addTextAddresses({ bytes, text, texts, objects }: PdfWords, budget: Budget, list: HazardList): void {
  if (budget.texts <= 0) return;
  const own: Budget = { ...newBudget(false), bytes: budget.texts };
  const plain = texts.map((one) => (one.includes('#') ? named(one) : one));
  const streams = [...pdfStreams(bytes, text, ANY, { limit: MAX_STREAMS })];
  const fonts = fontsOf(plain, objects, streams);
  const lines: string[] = [];
  for (const stream of inOrder(streams, plain, objects)) {
    if (own.bytes <= 0 || lines.length >= MAX_LINES) break;
    const content = undoFilters(stream.data, stream.packed, own, MAX_STREAM)?.toString('latin1') ?? '';
    if (stream.packed.filters.length === 0) own.bytes -= content.length;
    if (SHOWS.test(content)) lines.push(...linesOf(content, fonts).slice(0, MAX_LINES));
  }
  budget.texts = own.bytes;
  for (const address of writtenAddresses(lines.join('\n'))) list.addWritten(address);
}

const SHOWS = /T[jJ]|['"]\s/;
const MAY_HOLD = /:\/\/|www\./i;

/** Those that may hold an address, by each font that a name may stand for: the next is tried while one has more. */
function linesOf(content: string, fonts: Fonts): readonly string[] {
  const lines: string[] = [];
  let hasMore = true;
  for (let round = 0; hasMore; round++) {
    hasMore = false;
    const read = (name: string, bytes: string): string => {
      const { font, isLast } = fonts(name, round);
      if (!isLast) hasMore = true;
      return font.read(bytes);
    };
    for (const line of linesShown(content, read)) {
      if (lines.length < MAX_LINES && MAY_HOLD.test(line.join(''))) lines.push(...readingsOf(line));
    }
  }
  return lines;
}

/**
 * Letters may be painted one by one, and words too, without the blank that a reader sees between them. So the line is read piece by piece and as
 * a whole; of an address that stands whole in its piece, what the next one would make of its host counts only if there may be such a host.
 */
function readingsOf(line: Line): readonly string[] {
  const whole = line.join('');
  if (line.length === 1) return [whole];
  const apart = writtenAddresses(line.join('\n')).filter(leadsSomewhere);
  if (apart.length === 0) return [whole];
  const isLonger = (address: string): boolean =>
    apart.some((piece) => address.startsWith(piece)) && !leadsSomewhere(address);
  return [...apart, ...writtenAddresses(whole).filter((address) => !isLonger(address))];
}

/** Its top level is one that there is: the rest of a host may stand in the next piece. */
const leadsSomewhere = (address: string): boolean => isAddress(/^(?:\w{3,5}:\/\/)?([^/?#:]+)/.exec(address)?.[1] ?? '');

/** Content of pages, then what may be drawn in them. */
function inOrder(streams: readonly PdfStream[], texts: readonly string[], objects: PdfObjects): readonly PdfStream[] {
  const contents = contentsIn(texts, objects);
  const rank = ({ number }: PdfStream): number => (contents.has(number) ? 0 : 1);
  return streams
    .filter((stream) => rank(stream) === 0 || !NO_TEXT.test(stream.dictionary))
    .sort((a, b) => rank(a) - rank(b) || a.data.length - b.data.length);
}

const CONTENTS = /\/Contents\s{0,20}(?:\[([^[\]]{0,20000})\]|(\d{1,7})\s{1,20}\d{1,5}\s{1,20}R)/g;
const REFERENCE = /(\d{1,7})\s{1,20}\d{1,5}\s{1,20}R\b/g;
const MAX_PAGES = 5_000;

/** Numbers of objects that pages name as what they show; a list of them may stand in an object of its own. */
function contentsIn(texts: readonly string[], objects: PdfObjects): ReadonlySet<number> {
  const numbers = new Set<number>();
  const addAll = (listed: string): void => {
    for (const [, number] of listed.matchAll(REFERENCE)) if (numbers.size < MAX_PAGES) numbers.add(Number(number));
  };
  for (const text of texts) {
    for (const [, listed, number] of text.matchAll(CONTENTS)) {
      if (numbers.size >= MAX_PAGES) return numbers;
      if (listed !== undefined) addAll(listed);
      else {
        numbers.add(Number(number));
        const object = objects(Number(number));
        if (/^\s{0,20}\[/.test(object)) addAll(object);
      }
    }
  }
  return numbers;
}

const FONTS = /\/Font\s{0,20}(?:<<([^<>]{1,8000})>>|(\d{1,7})\s{1,20}\d{1,5}\s{1,20}R)/g;
const NAMED = /\/([^\s/<>()[\]{}%]{1,100})\s{0,20}(\d{1,7})\s{1,20}\d{1,5}\s{1,20}R/g;
const MAX_FONTS = 200;
const MAX_READINGS = 4; // of one name: pages may mean different fonts by it
const MAX_TABLE = 256 * 1024; // bytes, of one
const MAX_TABLES = 2 * 1024 * 1024; // of all

/** The font of a name; where it stands for several, one more each round. */
type Fonts = (name: string, round: number) => { readonly font: PdfFont; readonly isLast: boolean };

function fontsOf(texts: readonly string[], objects: PdfObjects, streams: readonly PdfStream[]): Fonts {
  const budget: Budget = { ...newBudget(false), bytes: MAX_TABLES };
  const byNumber = new Map(streams.map((stream) => [stream.number, stream]));
  const tableOf = (number: number): string | undefined => {
    const stream = byNumber.get(number);
    const table = stream === undefined ? undefined : undoFilters(stream.data, stream.packed, budget, MAX_TABLE);
    return table?.toString('latin1', 0, MAX_TABLE);
  };
  const names = fontNames(texts, objects);
  const known = new Map<number, PdfFont>();
  return (name, round) => {
    const numbers = names.get(name) ?? [];
    const number = numbers[Math.min(round, numbers.length - 1)];
    const isLast = round >= numbers.length - 1;
    if (number === undefined) return { font: NARROW, isLast };
    const font =
      known.get(number) ?? (known.size < MAX_FONTS ? fontOfObject(objects(number), objects, tableOf) : NARROW);
    known.set(number, font);
    return { font, isLast };
  };
}

/** Numbers of the objects that each name stands for. */
function fontNames(texts: readonly string[], objects: PdfObjects): ReadonlyMap<string, readonly number[]> {
  const names = new Map<string, number[]>();
  let count = 0;
  for (const text of texts) {
    for (const [, inPlace, number] of text.matchAll(FONTS)) {
      if (++count > MAX_PAGES) return names;
      for (const [, name = '', font] of (inPlace ?? objects(Number(number))).matchAll(NAMED)) {
        const numbers = names.get(name) ?? [];
        if (numbers.length < MAX_READINGS && !numbers.includes(Number(font))) numbers.push(Number(font));
        names.set(name, numbers);
      }
    }
  }
  return names;
}

function fontOfObject(font: string, objects: PdfObjects, tableOf: (number: number) => string | undefined): PdfFont {
  const isWide = /\/Subtype\s{0,20}\/Type0\b/.test(font);
  const number = /\/ToUnicode\s{0,20}(\d{1,7})\s/.exec(font)?.[1];
  const table = number === undefined ? undefined : tableOf(Number(number));
  if (table !== undefined) return fontOfTable(table, isWide);
  if (isWide) return WIDE;
  const encoding = /\/Encoding\s{0,20}(\d{1,7})\s{1,20}\d{1,5}\s{1,20}R/.exec(font)?.[1];
  const differences = DIFFERENCES.exec(encoding === undefined ? font : objects(Number(encoding)))?.[1];
  return differences === undefined ? NARROW : fontOfNames(differences);
}

const DIFFERENCES = /\/Differences\s{0,20}\[([^\]]{0,8000})\]/;
