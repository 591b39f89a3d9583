/**
 * Names and locks of archives of other kinds, from the headers of their files: cab (MS-CAB §2), lzh (header levels 0–3, LHa for UNIX
 * header.doc), arj (technote.txt), ace (acefile, unace's technote). Nothing of them is unpacked.
 */
import { type Budget, leaveUnread } from './budget.ts';

export interface ListedNames {
  readonly names: readonly string[];
  readonly isEncrypted: boolean;
}

const MAX_NAME = 255; // characters, from the end
const MAX_NAME_BYTES = 1_024;

type Reading = (content: Buffer, list: Listing) => void;

/** What a reader has found so far; `next` takes one header off the budget. */
interface Listing {
  isEncrypted: boolean;
  next(): boolean;
  add(name: Buffer): void;
}

const READERS: ReadonlyMap<string, Reading> = new Map([
  ['cab', readCab],
  ['lzh', readLzh],
  ['arj', readArj],
  ['ace', readAce],
]);

/** `type` by its bytes; undefined for others. Stops at the first header that makes no sense. Never throws. */
export function readOldArchive(content: Buffer, type: string, budget: Budget): ListedNames | undefined {
  const read = READERS.get(type);
  if (read === undefined) return undefined;
  const names: string[] = [];
  const list: Listing = {
    isEncrypted: false,
    next: () => --budget.entries >= 0,
    add(bytes) {
      const name = bytes.subarray(-MAX_NAME_BYTES).toString('utf8').slice(-MAX_NAME).replaceAll('\\', '/');
      if (name !== '' && !name.endsWith('/')) names.push(name);
    },
  };
  read(content, list);
  if (budget.entries < 0) leaveUnread(budget, 'names in archives beyond the first 20,000');
  return { names, isEncrypted: list.isEncrypted };
}

/** Up to a zero byte, from `at`. */
function zeroEnded(content: Buffer, at: number): Buffer {
  const end = content.indexOf(0, at);
  return content.subarray(at, Math.min(end < 0 ? content.length : end, at + MAX_NAME_BYTES));
}

const CAB_FILE = 16; // bytes before the name

/** Where the files are 4 at 16, how many 2 at 28; of each: size 4, place 4, folder 2, date 2, time 2, attributes 2, name. */
function readCab(content: Buffer, list: Listing): void {
  if (content.length < 36) return;
  const count = content.readUInt16LE(28);
  let at = content.readUInt32LE(16);
  for (let i = 0; i < count && at + CAB_FILE < content.length && list.next(); i++) {
    const name = zeroEnded(content, at + CAB_FILE);
    list.add(name);
    at += CAB_FILE + name.length + 1;
  }
}

const LZH_FIXED = 21; // bytes up to the level
const LZH_NAME = 1;
const LZH_FOLDER = 2;

/** Size 1 (level 0 and 1) or 2 (level 2), method 5 at 2, packed size 4 at 7, level 1 at 20; a name here or in an extension, a folder in one. */
function readLzh(content: Buffer, list: Listing): void {
  for (let at = 0; at + LZH_FIXED + 5 < content.length && content[at] !== 0 && list.next(); ) {
    const level = content[at + 20] ?? 0;
    const packedBytes = content.readUInt32LE(at + 7);
    const parts: LzhParts = { name: Buffer.alloc(0), folder: Buffer.alloc(0) };
    if (level >= 2) {
      const sizeBytes = level === 2 ? 2 : 4;
      const first = level === 2 ? at + 24 : at + 28;
      addExtensions(content, first, sizeBytes, parts);
      const size = level === 2 ? content.readUInt16LE(at) : (uint(content, at + 24, 4) ?? 0);
      if (size < LZH_FIXED) return;
      at += size + packedBytes;
    } else {
      const nameBytes = content[at + LZH_FIXED] ?? 0;
      const nameAt = at + LZH_FIXED + 1;
      parts.name = content.subarray(nameAt, nameAt + nameBytes);
      const size = (content[at] ?? 0) + 2;
      // The packed size counts the extensions too.
      if (level === 1) addExtensions(content, at + size - 2, 2, parts);
      at += size + packedBytes;
    }
    const folder = Buffer.from(parts.folder.map((byte) => (byte === 0xff ? SLASH : byte)));
    list.add(Buffer.concat([folder, parts.name.length === 0 ? Buffer.from('/') : parts.name]));
  }
}

const SLASH = 0x2f;
const MAX_EXTENSIONS = 32;

interface LzhParts {
  name: Buffer;
  folder: Buffer;
}

/** Size (itself included) of the next, then its type 1 and data; a size of zero ends them. */
function addExtensions(content: Buffer, start: number, sizeBytes: 2 | 4, parts: LzhParts): void {
  let at = start;
  for (let count = 0; count < MAX_EXTENSIONS; count++) {
    const size = uint(content, at, sizeBytes) ?? 0;
    if (size < sizeBytes + 1) return;
    const data = content.subarray(at + sizeBytes + 1, at + size);
    const type = content[at + sizeBytes];
    if (type === LZH_NAME) parts.name = data;
    if (type === LZH_FOLDER) parts.folder = data;
    at += size;
  }
}

const uint = (content: Buffer, at: number, bytes: 2 | 4): number | undefined => {
  if (at + bytes > content.length) return undefined;
  return bytes === 2 ? content.readUInt16LE(at) : content.readUInt32LE(at);
};

const ARJ_MARK = 0xea60;
const ARJ_LOCKED = 1;
const ARJ_MAIN = 2; // type of the header that is about the archive

/** Mark 2, size 2 (0: the end), then: size of the fixed part 1, …, flags 1 at 4, type 1 at 6, packed size 4 at 12; name. Behind: checksum 4, extensions. */
function readArj(content: Buffer, list: Listing): void {
  for (let at = 0; uint(content, at, 2) === ARJ_MARK && list.next(); ) {
    const size = uint(content, at + 2, 2) ?? 0;
    const header = content.subarray(at + 4, at + 4 + size);
    if (header.length < 30) return;
    let next = at + 4 + size + 4;
    for (let extension = uint(content, next, 2) ?? 0; extension > 0; extension = uint(content, next, 2) ?? 0)
      next += 2 + extension + 4;
    at = next + 2;
    if (header[6] === ARJ_MAIN) continue;
    list.isEncrypted ||= ((header[4] ?? 0) & ARJ_LOCKED) !== 0;
    list.add(zeroEnded(header, header[0] ?? 0));
    at += header.readUInt32LE(12);
  }
}

const ACE_FILE = 1;
const ACE_HAS_DATA = 1;
const ACE_LOCKED = 0x4000;
const ACE_IS_LARGE = 4; // sizes of 64 bits
const ACE_NAME = 33; // bytes of a file's header before the length of its name

/** Checksum 2, size 2, then type 1, flags 2, size of data 4 where there are any; of files more, and the name at last. */
function readAce(content: Buffer, list: Listing): void {
  for (let at = 0; at + 7 <= content.length && list.next(); ) {
    const size = content.readUInt16LE(at + 2);
    const flags = content.readUInt16LE(at + 5);
    if (size < 3) return;
    if (content[at + 4] === ACE_FILE) {
      list.isEncrypted ||= (flags & ACE_LOCKED) !== 0;
      const nameAt = at + ACE_NAME + ((flags & ACE_IS_LARGE) === 0 ? 0 : 8);
      list.add(content.subarray(nameAt + 2, nameAt + 2 + (uint(content, nameAt, 2) ?? 0)));
    }
    at += 4 + size + ((flags & ACE_HAS_DATA) === 0 ? 0 : (uint(content, at + 7, 4) ?? content.length));
  }
}
