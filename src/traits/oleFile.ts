/** Which program a compound file (OLE, MS-CFB) belongs to and whether it is locked, from its directory. Streams are not put together. */
import { utf16At } from '../text/utf16.ts';

export interface OleFacts {
  /** 'cfb' when the directory tells nothing. */
  readonly type: string;
  readonly isEncrypted: boolean;
}

const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const MAX_DIRECTORY_SECTORS = 64; // 256 entries or more; what decides stands among the first
const END_OF_CHAIN = 0xffff_fffa; // and all above: MS-CFB §2.1
const FAT_SECTORS_IN_HEADER = 109;
const MIN_REGULAR_STREAM = 4_096; // bytes; smaller ones are kept in the mini stream

interface Entry {
  readonly name: string;
  /** Offset in the file; undefined in the mini stream. */
  readonly at: number | undefined;
}

/** `content` starts with the mark of a compound file. */
export function readOle(content: Buffer): OleFacts {
  const entries = readDirectory(content);
  const has = (name: string): boolean => entries.some((entry) => entry.name === name);
  const streamAt = (name: string): number | undefined => entries.find((entry) => entry.name === name)?.at;
  if (has('EncryptedPackage')) return { type: 'cfb', isEncrypted: true }; // MS-OFFCRYPTO §2.3.4
  if (has('WordDocument')) return { type: 'doc', isEncrypted: isLockedWord(content, streamAt('WordDocument')) };
  if (has('Workbook')) return { type: 'xls', isEncrypted: isLockedExcel(content, streamAt('Workbook')) };
  if (has('Book')) return { type: 'xls', isEncrypted: isLockedExcel(content, streamAt('Book')) };
  if (has('PowerPoint Document')) return { type: 'ppt', isEncrypted: has('EncryptedSummary') };
  if (has('__properties_version1.0')) return { type: 'msg', isEncrypted: false };
  if (has('VisioDocument')) return { type: 'vsd', isEncrypted: false };
  return { type: isInstaller(entries) ? 'msi' : 'cfb', isEncrypted: false };
}

function readDirectory(content: Buffer): readonly Entry[] {
  if (content.length < HEADER_BYTES) return [];
  const sectorBytes = content.readUInt16LE(30) === 12 ? 4_096 : 512;
  const offsetOf = (sector: number): number => (sector + 1) * sectorBytes;
  const entries: Entry[] = [];
  let sector = content.readUInt32LE(48);
  for (let count = 0; count < MAX_DIRECTORY_SECTORS && sector < END_OF_CHAIN; count++) {
    const start = offsetOf(sector);
    if (start + sectorBytes > content.length) break;
    for (let at = start; at < start + sectorBytes; at += ENTRY_BYTES) {
      const entry = readEntry(content, at, offsetOf);
      if (entry !== undefined) entries.push(entry);
    }
    sector = nextSector(content, sector, sectorBytes);
  }
  return entries;
}

/** Name 64 (UTF-16), its length in bytes 2 at 64 …, first sector 4 at 116, size 4 at 120. */
function readEntry(content: Buffer, at: number, offsetOf: (sector: number) => number): Entry | undefined {
  const nameBytes = content.readUInt16LE(at + 64);
  if (nameBytes < 4 || nameBytes > 64) return undefined;
  const isRegular = content.readUInt32LE(at + 120) >= MIN_REGULAR_STREAM;
  return {
    name: utf16At(content, at, at + nameBytes - 2),
    at: isRegular ? offsetOf(content.readUInt32LE(at + 116)) : undefined,
  };
}

/** By the allocation table, as far as the header lists its sectors: files up to 7 MB, and 450 MB with large sectors. */
function nextSector(content: Buffer, sector: number, sectorBytes: number): number {
  const perSector = sectorBytes / 4;
  const index = Math.floor(sector / perSector);
  if (index >= FAT_SECTORS_IN_HEADER) return END_OF_CHAIN;
  const table = (content.readUInt32LE(76 + index * 4) + 1) * sectorBytes;
  const at = table + (sector % perSector) * 4;
  return at + 4 <= content.length ? content.readUInt32LE(at) : END_OF_CHAIN;
}

const WORD_MARK = 0xa5ec; // MS-DOC §2.5.2 FibBase
const WORD_LOCKED = 0x0100;

function isLockedWord(content: Buffer, at: number | undefined): boolean {
  if (at === undefined || at + 12 > content.length || content.readUInt16LE(at) !== WORD_MARK) return false;
  return (content.readUInt16LE(at + 10) & WORD_LOCKED) !== 0;
}

const FILE_PASS = 0x2f; // MS-XLS §2.4.117; it follows the first record, or the one after it
const LOOKED_AT_RECORDS = 4;

function isLockedExcel(content: Buffer, start: number | undefined): boolean {
  let at = start ?? content.length;
  for (let count = 0; count < LOOKED_AT_RECORDS && at + 4 <= content.length; count++) {
    if (content.readUInt16LE(at) === FILE_PASS) return true;
    at += 4 + content.readUInt16LE(at + 2);
  }
  return false;
}

/** Installer packages pack two characters of a table's name into one of U+3800–U+483F; the mark of a table is U+4840. */
const isInstaller = (entries: readonly Entry[]): boolean => entries.some(({ name }) => name.startsWith('\u4840'));
