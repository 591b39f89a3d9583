/** Streams of a compound file (OLE, MS-CFB): directory with paths, contents by the allocation tables, all within bounds and within the message's budget. */
import { utf16At } from '../../text/utf16.ts';
import { type Budget, leaveUnread, searchable } from './budget.ts';

export interface CompoundStream {
  /** Lower-case, with its storages: 'macros/vba/dir'. */
  readonly path: string;
  /** Of the stream's storage: '' at the root. */
  readonly folder: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** At most `limit` bytes of it, and no more than there is left to spend. */
  read(limit: number): Buffer;
}

const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const MAX_SECTORS = 4_096; // of any chain: 2 MB, 16 MB with large sectors
const MAX_ENTRIES = 8_192; // a megabyte of directory
const MAX_TREE_DEPTH = 8; // storages in storages
const END_OF_CHAIN = 0xffff_fffa; // and all above: MS-CFB §2.1
const FAT_SECTORS_IN_HEADER = 109;
const MAX_FAT_SECTORS = 1_024; // 64 MB and more
const NONE = 0xffff_ffff;
const MINI_SECTOR = 64;
const MINI_LIMIT = 4_096; // bytes; smaller streams are kept in the mini stream
const STORAGE = 1;
const STREAM = 2;

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly sizeBytes: number;
}

/** `content` starts with the mark of a compound file. Empty when it makes no sense. Never throws. */
export function readCompound(content: Buffer, budget: Budget): readonly CompoundStream[] {
  if (content.length < HEADER_BYTES * 2) return [];
  const sectorBytes = content.readUInt16LE(30) === 12 ? 4_096 : 512;
  const fat = fatOf(content, sectorBytes);
  const chain = (start: number, limit: number): Buffer =>
    searchable(
      readChain(content, fat, start, sectorBytes, Math.min(limit, Math.max(0, budget.scanned) + 1), sectorBytes),
      budget,
    );
  const directory = chain(content.readUInt32LE(48), MAX_ENTRIES * ENTRY_BYTES);
  if (directory.length === MAX_ENTRIES * ENTRY_BYTES) leaveUnread(budget, 'a directory of too many streams');
  const root = entryAt(directory, 0);
  if (root === undefined) return [];
  let mini: { readonly stream: Buffer; readonly fat: (sector: number) => number } | undefined;
  const openMini = () => {
    if (mini !== undefined) return mini;
    const table = chain(content.readUInt32LE(60), MAX_SECTORS * sectorBytes);
    mini = {
      stream: chain(root.start, Math.min(root.sizeBytes, MAX_SECTORS * sectorBytes)),
      fat: (sector) => (sector * 4 + 4 <= table.length ? table.readUInt32LE(sector * 4) : END_OF_CHAIN),
    };
    return mini;
  };
  const read = ({ start, sizeBytes }: Entry, limit: number): Buffer => {
    const bytes = Math.min(sizeBytes, limit);
    if (sizeBytes >= MINI_LIMIT) return chain(start, bytes);
    const { stream, fat: miniFat } = openMini();
    return searchable(readChain(stream, miniFat, start, MINI_SECTOR, bytes, 0), budget);
  };
  return streamsUnder(directory, root.child, '', 0, new Set()).map(({ entry, folder }) => ({
    path: `${folder === '' ? '' : `${folder}/`}${entry.name.toLowerCase()}`,
    folder,
    name: entry.name,
    sizeBytes: entry.sizeBytes,
    read: (limit) => read(entry, limit),
  }));
}

/** Sectors of the table: the first 109 stand in the header, the others in a chain of their own (MS-CFB §2.5). */
function fatOf(content: Buffer, sectorBytes: number): (sector: number) => number {
  const tables: number[] = [];
  const add = (sector: number): void => {
    if (sector < END_OF_CHAIN && tables.length < MAX_FAT_SECTORS) tables.push(sector);
  };
  for (let i = 0; i < FAT_SECTORS_IN_HEADER; i++) add(content.readUInt32LE(76 + i * 4));
  let next = content.readUInt32LE(68);
  for (let count = 0; next < END_OF_CHAIN && count < 16; count++) {
    const at = (next + 1) * sectorBytes;
    if (at + sectorBytes > content.length) break;
    for (let i = 0; i < sectorBytes / 4 - 1; i++) add(content.readUInt32LE(at + i * 4));
    next = content.readUInt32LE(at + sectorBytes - 4);
  }
  const perTable = sectorBytes / 4;
  return (sector) => {
    const table = tables[Math.floor(sector / perTable)];
    if (table === undefined) return END_OF_CHAIN;
    const at = (table + 1) * sectorBytes + (sector % perTable) * 4;
    return at + 4 <= content.length ? content.readUInt32LE(at) : END_OF_CHAIN;
  };
}

/** `offset`: where sector 0 begins. Stops at `limit` bytes, the end of the file, or more sectors than there are: a chain in a circle. */
function readChain(
  bytes: Buffer,
  fat: (sector: number) => number,
  start: number,
  sectorBytes: number,
  limit: number,
  offset: number,
): Buffer {
  const pieces: Buffer[] = [];
  let room = limit;
  const sectors = Math.ceil(bytes.length / sectorBytes);
  for (let sector = start; sector < END_OF_CHAIN && room > 0 && pieces.length < sectors; sector = fat(sector)) {
    const at = offset + sector * sectorBytes;
    if (at >= bytes.length) break;
    const piece = bytes.subarray(at, Math.min(at + Math.min(sectorBytes, room), bytes.length));
    pieces.push(piece);
    room -= piece.length;
  }
  return Buffer.concat(pieces);
}

/** Name 64 (UTF-16), its length 2 at 64, type 1, colour 1, left, right, child 4 each at 68 …, start 4 at 116, size 4 at 120 (MS-CFB §2.6.1). */
function entryAt(directory: Buffer, index: number): Entry | undefined {
  const at = index * ENTRY_BYTES;
  if (at + ENTRY_BYTES > directory.length) return undefined;
  const nameBytes = Math.min(directory.readUInt16LE(at + 64), 64);
  return {
    name: utf16At(directory, at, at + Math.max(0, nameBytes - 2)),
    type: directory[at + 66] ?? 0,
    left: directory.readUInt32LE(at + 68),
    right: directory.readUInt32LE(at + 72),
    child: directory.readUInt32LE(at + 76),
    start: directory.readUInt32LE(at + 116),
    sizeBytes: directory.readUInt32LE(at + 120),
  };
}

interface Found {
  readonly entry: Entry;
  readonly folder: string;
}

/** Siblings are a tree; `seen` ends circles. Iterative: a tree of one branch may be as deep as there are entries. */
function streamsUnder(
  directory: Buffer,
  first: number,
  folder: string,
  depth: number,
  seen: Set<number>,
): readonly Found[] {
  const found: Found[] = [];
  const open = [first];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const entry = index === NONE || seen.has(index) ? undefined : entryAt(directory, index);
    if (entry === undefined) continue;
    seen.add(index);
    open.push(entry.right, entry.left);
    if (entry.type === STREAM) found.push({ entry, folder });
    else if (entry.type === STORAGE && depth < MAX_TREE_DEPTH) {
      const inner = `${folder === '' ? '' : `${folder}/`}${entry.name.toLowerCase()}`;
      found.push(...streamsUnder(directory, entry.child, inner, depth + 1, seen));
    }
  }
  return found;
}
