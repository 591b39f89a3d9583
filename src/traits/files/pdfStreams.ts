/**
 * Streams of a PDF (ISO 32000-1 §7.3.8): which bytes are the file's own words, and what its object streams (§7.5.7) hold. Readers find objects
 * by a table of offsets, which may lead anywhere; so nothing is left out that could hold one, and an object stream counts wherever it stands.
 */
import { type Budget, leaveUnread, searchable } from './budget.ts';
import { type Packed, undoFilters } from './pdfFilters.ts';

const OBJECT = /\d\s{1,20}\d{1,10}\s{1,20}obj\b/g;
const END_STREAM = 'endstream';

/** What stands between streams, and streams that hold objects in plain sight. */
export const ownWords = (text: string): string =>
  ownPlaces(text)
    .map(({ start, end }) => text.slice(start, end))
    .join(' ');

/** Where they stand, in order: `start` up to, without, `end`. Linear in the length of the text. */
export function ownPlaces(text: string): readonly { readonly start: number; readonly end: number }[] {
  const places: { start: number; end: number }[] = [];
  let from = 0;
  const object = new RegExp(OBJECT);
  let end = 0;
  const tries = { stringChars: MAX_STRING_TRIES };
  for (let match = object.exec(text); match !== null; match = object.exec(text)) {
    const { data, next } = streamAfter(text, object.lastIndex, tries);
    object.lastIndex = next;
    if (data === undefined) continue;
    if (end < data) end = text.indexOf(END_STREAM, data);
    if (end < 0) break; // no end: readers go on, so do we
    if (text.slice(data, end).search(OBJECT) >= 0) continue;
    places.push({ start: from, end: data });
    from = end;
    object.lastIndex = end;
  }
  places.push({ start: from, end: text.length });
  return places;
}

const MAX_STRING = 64 * 1024; // characters; longer ones are taken for none
const MAX_STRING_TRIES = 1024 * 1024; // characters searched in vain for the ends of all

/** `data`: where those of an object's stream begin, behind its dictionary, not in a comment or a string. `next`: where it was seen that it has none. */
function streamAfter(
  text: string,
  start: number,
  tries: { stringChars: number },
): { readonly data?: number; readonly next: number } {
  const token = /[%(]|<<|>>|\b(?:end)?obj\b|\bstream(?:\r\n|\n|\r)/g;
  token.lastIndex = start;
  let depth = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const { 0: mark, index } = match;
    if (mark === '%') token.lastIndex = lineEnd(text, index);
    else if (mark === '(') token.lastIndex = stringEnd(text, index + 1, tries) ?? index + 1;
    else if (mark === '<<') depth++;
    else if (mark === '>>') depth--;
    else if (mark.endsWith('obj')) return { next: Math.max(start, index - NUMBERS) };
    else return depth === 0 ? { data: token.lastIndex, next: token.lastIndex } : { next: token.lastIndex };
  }
  return { next: text.length };
}

const NUMBERS = 54; // characters that the two numbers of an object may take before its 'obj'

function lineEnd(text: string, at: number): number {
  const end = /[\r\n]/g;
  end.lastIndex = at;
  return end.exec(text)?.index ?? text.length;
}

/** Brackets in pairs, and whatever follows a backslash (§7.3.4.2). */
function stringEnd(text: string, start: number, tries: { stringChars: number }): number | undefined {
  const part = text.slice(start, start + Math.min(MAX_STRING, Math.max(0, tries.stringChars)));
  let depth = 1;
  for (const { 0: mark, index } of part.matchAll(/\\[\s\S]|[()]/g)) {
    if (mark === '(') depth++;
    else if (mark === ')' && --depth === 0) return start + index + 1;
  }
  tries.stringChars -= part.length;
  return undefined;
}

const MAX_STREAMS = 200;
const MAX_TRIES = 4_000; // dictionaries read in search of them
export const MAX_STREAM = 1024 * 1024;
const MAX_DICTIONARY = 8 * 1024; // bytes before 'stream' that are read of it

/** A stream with what its dictionary says. */
export interface PdfStream {
  /** Of its object; 0 where none stands before it. */
  readonly number: number;
  readonly generation: number;
  readonly dictionary: string;
  readonly data: Buffer;
  readonly packed: Packed;
  /** Of an image: one bit a pixel, where to paint (§8.9.6.2). */
  readonly isMask: boolean;
  /** Of an image: RGB of each value, where it stands in the dictionary or in a string of its own (§8.6.6.3). */
  readonly palette: Buffer | undefined;
  /** `key` as in a regular expression. */
  numberOf(key: string): number | undefined;
}

/**
 * Those whose dictionary matches, or whose object is one of `objects`, in the order of the file, at most `limit`. Returns whether all were
 * seen.
 */
export function* pdfStreams(
  bytes: Buffer,
  text: string,
  kind: RegExp,
  {
    limit = MAX_STREAMS,
    objects = NO_OBJECTS,
  }: { readonly limit?: number; readonly objects?: ReadonlySet<number> } = {},
): Generator<PdfStream, boolean> {
  let count = 0;
  let tries = 0;
  let places: ReadonlyMap<string, number> | undefined;
  let end = 0;
  /** Remembered: streams without an end of their own must not search the whole file each. */
  const endAfter = (start: number): number => {
    if (end < start) end = text.indexOf(END_STREAM, start);
    if (end < 0) end = text.length;
    return end;
  };
  const resolve: Resolve = (object) => {
    places ??= placesOf(text);
    const place = places.get(object);
    return place === undefined ? '' : named(text.slice(place, place + LOOK_AROUND));
  };
  for (let at = text.indexOf('stream'); at >= 0; at = text.indexOf('stream', at + 6)) {
    if (text.startsWith('end', at - 3)) continue;
    const before = text.slice(Math.max(0, at - MAX_DICTIONARY), at);
    const start = Math.max(0, before.lastIndexOf('obj'));
    const dictionary = named(before.slice(start));
    if (++tries > MAX_TRIES || count >= limit) return false;
    const [, number = 0, generation = 0] = NUMBERS_BEFORE.exec(before.slice(Math.max(0, start - NUMBERS), start)) ?? [];
    if (!kind.test(dictionary) && !objects.has(Number(number))) continue;
    count++;
    const data = dataAt(bytes, text, at + 6, dictionary, { resolve, endAfter });
    yield { number: Number(number), generation: Number(generation), ...streamOf(data, dictionary, resolve) };
  }
  return true;
}

const NO_OBJECTS: ReadonlySet<number> = new Set();
const NUMBERS_BEFORE = /(\d{1,10})\s{1,20}(\d{1,10})\s{1,20}$/;

const streamOf = (data: Buffer, dictionary: string, resolve: Resolve): Omit<PdfStream, 'number' | 'generation'> => ({
  dictionary,
  data,
  packed: packedBy(dictionary, resolve),
  isMask: entryOf(dictionary, resolve, '(?:ImageMask|IM)', /^true/) !== undefined,
  palette: paletteOf(entryOf(dictionary, resolve, '(?:ColorSpace|CS)', PALETTE)),
  numberOf(key) {
    const written = entryOf(dictionary, resolve, key, /^\d{1,9}/);
    return written === undefined ? undefined : Number(written);
  },
});

const PALETTE = /^\[\s{0,20}\/(?:Indexed|I)\b[^<[(]{0,100}<([0-9a-fA-F\s]{6,2400})>/;

const paletteOf = (written: string | undefined): Buffer | undefined =>
  written === undefined ? undefined : Buffer.from((PALETTE.exec(written)?.[1] ?? '').replace(/\s/g, ''), 'hex');

/** The first that there is room for, unpacked. `isEncrypted`: none can be read then, and that is known elsewhere. */
export function* objectStreams(bytes: Buffer, text: string, isEncrypted: boolean, budget: Budget): Generator<string> {
  for (const { data, packed } of packedObjects(bytes, text, budget)) {
    const whole = undoFilters(data, packed, budget, MAX_STREAM);
    if (whole !== undefined) yield searchable(whole, budget).toString('latin1');
    else if (!isEncrypted) leaveUnread(budget, 'packed objects of a PDF');
  }
}

/** Their `data` are views into `bytes`. */
export function* packedObjects(bytes: Buffer, text: string, budget: Budget): Generator<PdfStream> {
  if (!(yield* pdfStreams(bytes, text, /\/ObjStm\b/))) leaveUnread(budget, 'packed objects of a PDF');
}

/** As long as its dictionary says, if its end is there: the word may stand in the data too. */
function dataAt(
  bytes: Buffer,
  text: string,
  at: number,
  dictionary: string,
  { resolve, endAfter }: { readonly resolve: Resolve; readonly endAfter: (start: number) => number },
): Buffer {
  const start = at + (text[at] === '\r' ? 2 : 1);
  const length = Number(entryOf(dictionary, resolve, 'Length', /^\d{1,10}/) ?? Number.NaN);
  const isRight = text
    .slice(start + length, start + length + 20)
    .trimStart()
    .startsWith(END_STREAM);
  return bytes.subarray(start, isRight ? start + length : endAfter(start));
}

function packedBy(dictionary: string, resolve: Resolve): Packed {
  const filters = entryOf(dictionary, resolve, '(?:Filter|F)', /^\[[^\]]{0,300}\]|^\/\w{1,30}/) ?? '';
  const parameters =
    entryOf(dictionary, resolve, '(?:DecodeParms|DP)', /^[[\s]*<<[^>]{0,300}>>|^\[[^\]]{0,300}\]/) ?? '';
  const number = (name: string, usual: number): number =>
    Number(new RegExp(`/${name}\\s{0,20}(\\d{1,6})`).exec(parameters)?.[1] ?? usual);
  const bits = number('Colors', 1) * number('BitsPerComponent', 8);
  return {
    filters: [...filters.matchAll(/\/(\w{1,30})/g)].map(([, name = '']) => name),
    predictor: number('Predictor', 1),
    rowBytes: Math.ceil((bits * number('Columns', 1)) / 8),
    pixelBytes: Math.max(1, bits >> 3),
  };
}

const LOOK_AROUND = 600; // characters of an object that is a number or a name

/** What stands in an object, by its two numbers; '' when it is not known. */
type Resolve = (object: string) => string;

const MAX_OBJECTS = 100_000;

/** Where objects stand; of several under one number the last, as readers of updated files take it (§7.5.6). */
function placesOf(text: string): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const { 1: number = '', 2: generation = '', index, 0: whole } of text.matchAll(NUMBERED)) {
    if (places.size >= MAX_OBJECTS) break;
    places.set(`${number} ${generation}`, index + whole.length);
  }
  return places;
}

const NUMBERED = /(\d{1,10})\s{1,20}(\d{1,10})\s{1,20}obj\b\s{0,20}/g;

/** A value of a dictionary, in place or behind a reference. */
function entryOf(dictionary: string, resolve: Resolve, key: string, form: RegExp): string | undefined {
  const found = new RegExp(`/${key}(?![\\w.-])\\s{0,20}`).exec(dictionary);
  if (found === null) return undefined;
  const rest = dictionary.slice(found.index + found[0].length);
  const reference = /^(\d{1,7})\s{1,20}(\d{1,5})\s{1,20}R\b/.exec(rest);
  return form.exec(reference === null ? rest : resolve(`${reference[1]} ${reference[2]}`))?.[0];
}

/** /J#61vaScript is /JavaScript (§7.3.5). */
export const named = (text: string): string =>
  text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
