/**
 * A PDF without what it does. Names of actions, links and embedded files are written over, letter by letter, wherever objects can stand; so every
 * byte keeps its place and the tables of offsets stay right. Objects that are packed are packed anew into the room they had (ISO 32000-1 §7.5.7).
 */
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { newBudget } from '../files/budget.ts';
import { MAX_STREAM, named, ownPlaces, packedObjects } from '../files/pdfStreams.ts';

/** Keys and kinds of action (§12.6), of annotations that play or run (§12.5.6), of files kept inside (§7.11). Page content has none of them. */
const ACTIVE: ReadonlySet<string> = new Set(
  (
    'JavaScript JS Launch OpenAction AA GoToR GoToE URI URLS SubmitForm ImportData XFA RichMedia RichMediaContent RichMediaExecute ' +
    'RichMediaSettings Rendition Movie Sound 3D EF EmbeddedFile EmbeddedFiles FileAttachment'
  ).split(' '),
);
const NAME = /\/([^\s\0()<>[\]{}/%]{1,127})/g; // §7.3.5
const MAX_UNPACKED = 8 * 1024 * 1024; // of all packed objects together
const FIRST = /\/First\b/;
const OBJECT_STREAM = /\/ObjStm\b/;

/** In words why not, or the bytes: as many as there were. Throws nothing but what a bug throws. */
export function harmlessPdf(content: Buffer): Buffer | string {
  if (!content.subarray(0, 5).equals(Buffer.from('%PDF-'))) return 'it does not begin as a PDF does';
  const text = content.toString('latin1');
  if (/\/Encrypt\b/.test(named(text))) return 'it is encrypted';
  const bytes = Buffer.from(content);
  const budget = newBudget();
  let unpacked = 0;
  for (const { data, packed } of packedObjects(bytes, text, budget)) {
    if (packed.filters.length === 0) {
      writeOver(data, 0, data.length);
      continue;
    }
    if (packed.filters.length > 1 || !/^Fl(?:ateDecode)?$/.test(packed.filters[0] ?? '') || packed.predictor > 1)
      return 'its objects are packed in a way that cannot be repeated';
    const plain = inflated(data);
    if (plain === undefined) return 'its objects cannot be unpacked';
    unpacked += plain.length;
    if (unpacked > MAX_UNPACKED) return 'its objects unpack to more than there is room for';
    if (!writeOver(plain, 0, plain.length)) continue;
    if (!repacked(plain, data)) return 'its objects do not fit where they were';
  }
  if (budget.notes.size > 0) return 'it has more packed objects than are looked at';
  if (hasUnmarkedObjects(text)) return 'it may hide packed objects';
  for (const { start, end } of ownPlaces(text)) writeOver(bytes, start, end);
  return bytes;
}

/** Something was there. The letters that come instead are of no name that a reader knows. */
function writeOver(bytes: Buffer, start: number, end: number): boolean {
  let isChanged = false;
  for (const { 1: written = '', index } of bytes.toString('latin1', start, end).matchAll(NAME)) {
    if (!ACTIVE.has(named(written))) continue;
    bytes.fill('x', start + index + 1, start + index + 1 + written.length);
    isChanged = true;
  }
  return isChanged;
}

/** Whole or not at all: half of the objects would be none. */
function inflated(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_STREAM });
  } catch {
    return undefined;
  }
}

/** What is left of the room are zeros, which stand behind the end that the packing itself knows (RFC 1950). */
function repacked(plain: Buffer, into: Buffer): boolean {
  const packed = deflateSync(plain, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  if (packed.length > into.length) return false;
  packed.copy(into);
  into.fill(0, packed.length);
  return true;
}

const MAX_DICTIONARY = 8 * 1024; // characters before 'stream', as the reader looks

/** Some readers unpack objects by the table's word alone, from a stream that does not say that it holds any. */
function hasUnmarkedObjects(text: string): boolean {
  for (let at = text.indexOf('stream'); at >= 0; at = text.indexOf('stream', at + 6)) {
    if (text.startsWith('end', at - 3)) continue;
    const before = text.slice(Math.max(0, at - MAX_DICTIONARY), at);
    const dictionary = named(before.slice(Math.max(0, before.lastIndexOf('obj'))));
    if (FIRST.test(dictionary) && !OBJECT_STREAM.test(dictionary)) return true;
  }
  return false;
}
