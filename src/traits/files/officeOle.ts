/** Office files of the binary kind (OLE): macros, command fields, controls, programs kept inside; and web archives that carry such a file. */
import { type Budget, leaveUnread, MAX_DEPTH, searchable } from './budget.ts';
import { addBinaryFields } from './commandFields.ts';
import { readCompound } from './compoundFile.ts';
import { openWorkbook } from './excelLock.ts';
import { addBiffHazards } from './excelMacros.ts';
import type { HazardList } from './hazards.ts';
import { addBinaryAddresses } from './officeAddresses.ts';
import { DEFAULT_PASSWORD } from './officeLock.ts';
import { addObjectsOf } from './oleObjects.ts';
import { unpack } from './unpack.ts';
import { readVbaSource } from './vbaProject.ts';
import { addVbaHazards } from './vbaSigns.ts';

const MAX_STREAM = 4 * 1024 * 1024;
const CONTROL_STREAMS: ReadonlySet<string> = new Set(['\u0003ocxname', '\u0003ocxdata']); // MS-DOC §2.1.8

/** `content` starts with the mark of a compound file. */
export function addOfficeOleHazards(content: Buffer, budget: Budget, list: HazardList): void {
  addHazardsAt(content, budget, list, 1);
}

function addHazardsAt(content: Buffer, budget: Budget, list: HazardList, depth: number): void {
  const streams = readCompound(content, budget);
  const source = readVbaSource(streams, budget);
  if (source !== undefined) addVbaHazards(source, list);
  // The document's own stands at the root; those of objects in storages of theirs.
  const called = (...names: readonly string[]): readonly Buffer[] => {
    const found = streams.filter(({ name }) => names.includes(name.toLowerCase()));
    found.sort((a, b) => a.folder.length - b.folder.length);
    if (found.some(({ sizeBytes }) => sizeBytes > MAX_STREAM)) leaveUnread(budget, 'the rest of a long document');
    if (found.length > MAX_OBJECTS) leaveUnread(budget, `objects of a document beyond ${MAX_OBJECTS}`);
    return found.slice(0, MAX_OBJECTS).map((stream) => stream.read(MAX_STREAM));
  };
  for (const workbook of called('workbook', 'book')) {
    const opened = openWorkbook(workbook, budget);
    if (opened !== undefined) list.add('default-password', DEFAULT_PASSWORD);
    addBiffHazards(opened ?? workbook, list);
    addBinaryAddresses(opened ?? workbook, budget, list);
  }
  for (const text of called('worddocument')) {
    addBinaryFields(text, list);
    addBinaryAddresses(text, budget, list);
  }
  for (const presentation of called('powerpoint document')) {
    addPresentationHazards(presentation, budget, list, depth);
    addBinaryAddresses(presentation, budget, list);
  }
  for (const { path } of streams.filter(({ name }) => CONTROL_STREAMS.has(name.toLowerCase())).slice(0, 20))
    list.add('active-control', path);
  addObjectsOf(content, streams, budget, list);
}

const EXTERNAL_OBJECT = 0x1011; // MS-PPT §2.13.24 RT_ExternalOleObjectStg: size unpacked 4, then a packed compound file
const PACKED_INSTANCE = 1;
const MAX_OBJECTS = 20;

/** Macros and embedded files of a presentation are compound files of their own, packed inside its only stream. */
function addPresentationHazards(stream: Buffer, budget: Budget, list: HazardList, depth: number): void {
  let count = 0;
  for (let at = 0; at + 12 <= stream.length && count < MAX_OBJECTS; ) {
    const header = stream.readUInt16LE(at);
    const type = stream.readUInt16LE(at + 2);
    const size = stream.readUInt32LE(at + 4);
    if (type === EXTERNAL_OBJECT && depth >= MAX_DEPTH) list.add('bomb', `presentations ${MAX_DEPTH} deep`);
    else if (type === EXTERNAL_OBJECT) {
      count++;
      const isPacked = header >> 4 === PACKED_INSTANCE;
      const data = stream.subarray(at + 8, at + 8 + size);
      const inner = isPacked ? unpack(data.subarray(4), 'zlib', budget) : data;
      if (inner !== undefined) addHazardsAt(inner, budget, list, depth + 1);
    }
    at += 8 + ((header & 0x0f) === 0x0f ? 0 : size); // containers are walked into
  }
  if (count >= MAX_OBJECTS) leaveUnread(budget, `objects of a presentation beyond ${MAX_OBJECTS}`);
}

export const ACTIVE_MIME = Buffer.from('ActiveMime');
const ZLIB = 0x78;
const MAX_MARKS = 10;

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** As it begins in base64, whose lines may be of any length and indented; in bytes; in quoted-printable, which is not read further. */
const MARK = new RegExp(`${[...'QWN0aXZlTWltZ'].join('\\s*')}|ActiveMime(?:\0|=00)`, 'g');

/**
 * Word and Excel save macros in web archives as ActiveMime in a part. They open such an archive under any name of theirs, whatever stands
 * before it: a mail header, a line of text, a PDF.
 */
export function addWebArchiveHazards(content: Buffer, budget: Budget, list: HazardList): void {
  if (content.length > MAX_PAGE_BYTES) leaveUnread(budget, 'the rest of a long document');
  const bytes = searchable(content.subarray(0, MAX_PAGE_BYTES), budget);
  const text = bytes.toString('latin1');
  const starts = [...text.matchAll(MARK).take(MAX_MARKS)].map(({ index }) => index);
  starts.forEach((start, i) => {
    const next = starts[i + 1] ?? text.length;
    const isPlain = text.startsWith('ActiveMime', start);
    const mime = isPlain ? bytes.subarray(start, next) : decodedUpTo(text, start, next);
    const compound = unpackActiveMime(mime, budget);
    if (compound === undefined) leaveUnread(budget, 'macros of a web archive that cannot be unpacked');
    else addHazardsAt(compound, budget, list, 1);
  });
}

/** Decoders leave out what is none of the letters. The part ends at its boundary. */
function decodedUpTo(text: string, start: number, next: number): Buffer {
  const boundary = text.indexOf('\n--', start);
  const part = text.slice(start, boundary < 0 ? next : Math.min(boundary, next));
  return Buffer.from(part.replace(/[^A-Za-z0-9+/]+/g, ''), 'base64');
}

/** The packed data begin behind a header of 50 bytes or so, whose form differs by version. */
export function unpackActiveMime(bytes: Buffer, budget: Budget): Buffer | undefined {
  const at = bytes.indexOf(ZLIB, 0x2e);
  return at < 0 || at > 0x60 ? undefined : unpack(bytes.subarray(at), 'zlib', budget);
}
