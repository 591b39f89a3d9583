/** The one file that a gz, xz, zst and the like packs: its name as far as it is told, its beginning as far as it can be unpacked here. */
import { constants, zstdDecompressSync } from 'node:zlib';
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';
import { unpackBzip2 } from './bzip2.ts';
import { unpackLzma } from './lzma.ts';
import { unpack } from './unpack.ts';

/** By their bytes; and by their names, of what has no mark or none that is known. */
const SINGLE: ReadonlySet<string> = new Set('gz xz zst bz2 lz lz4 Z'.split(' '));
const BY_NAME: ReadonlySet<string> = new Set('xz zst bz2 lzma lz lz4 z'.split(' '));
/** Short for a tar that is packed. */
const TARS: ReadonlySet<string> = new Set('tgz txz tbz tbz2'.split(' '));

export const isSinglePacked = (type: string, extension: string): boolean =>
  SINGLE.has(type) ? extension !== 'svgz' : type === '' && BY_NAME.has(extension);

export interface SingleFile {
  readonly name: string;
  readonly content?: Buffer;
}

/** `fileName` of the archive: unpackers take its last ending off, where no name stands inside. */
export function readSinglePacked(
  content: Buffer,
  type: string,
  { fileName, extension }: { readonly fileName: string; readonly extension: string },
  budget: Budget,
): SingleFile {
  const unpacked = unpackSingle(content, type, budget);
  const told = type === 'gz' ? gzipName(content) : undefined;
  const name = told ?? (TARS.has(extension) ? 'content.tar' : nameWithout(fileName));
  return { name, ...(unpacked === undefined ? {} : { content: unpacked }) };
}

function unpackSingle(content: Buffer, type: string, budget: Budget): Buffer | undefined {
  switch (type) {
    case 'gz':
      return unpack(content, 'gzip', budget);
    case 'zst':
      return unpackZstd(content, budget);
    case 'xz':
      return unpackXz(content, budget);
    case 'bz2':
      return unpackBlock(content, budget);
    default:
      leaveUnread(budget, `what a ${type === '' ? 'packed file' : type} holds`);
      return undefined;
  }
}

/** "invoice.exe.xz" is "invoice.exe"; of what has one ending nothing is known. */
function nameWithout(fileName: string): string {
  const name = fileName.slice(fileName.lastIndexOf('/') + 1).replace(/\.\w{1,5}$/, '');
  return /\.\w{1,20}$/.test(name) ? name : 'content';
}

const GZIP = { extra: 4, name: 8 } as const; // RFC 1952 §2.3: flags at 3
const MAX_GZIP_NAME = 255; // characters, from the end

/** Behind ten bytes and the extra field. */
function gzipName(content: Buffer): string | undefined {
  const flags = content[3] ?? 0;
  if ((flags & GZIP.name) === 0 || content.length < 12) return undefined;
  const start = 10 + ((flags & GZIP.extra) === 0 ? 0 : 2 + content.readUInt16LE(10));
  const end = content.indexOf(0, start);
  return end > start ? content.toString('latin1', Math.max(start, end - MAX_GZIP_NAME), end) : undefined;
}

const MAX_WINDOW_LOG = 23; // 8 MB: what a reader must support (RFC 8878 §3.1.1.1.2)

/** Whole or not at all; what was unpacked in vain is charged. */
function unpackZstd(content: Buffer, budget: Budget): Buffer | undefined {
  const room = Math.min(MAX_ONE, budget.bytes);
  if (room <= 0) {
    leaveUnread(budget, 'more to unpack than there was room for');
    return undefined;
  }
  try {
    const unpacked = zstdDecompressSync(content, {
      maxOutputLength: room,
      params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
    });
    budget.bytes -= Math.max(unpacked.length, content.length);
    return unpacked;
  } catch {
    budget.bytes -= room;
    leaveUnread(budget, 'what a zst holds');
    return undefined;
  }
}

const MAX_BLOCK = 1024 * 1024; // bytes
const BZIP2_COST = 4; // a byte of what is packed takes so many times as long as what the budget counts

function unpackBlock(content: Buffer, budget: Budget): Buffer | undefined {
  const cost = Math.min(content.length, MAX_BLOCK) * BZIP2_COST;
  const block = budget.bytes < cost ? undefined : unpackBzip2(content, MAX_BLOCK);
  budget.bytes -= Math.min(budget.bytes, cost + (block?.content.length ?? 0));
  if (block === undefined) leaveUnread(budget, 'what a bz2 holds');
  else if (!block.isWhole) leaveUnread(budget, 'the rest of a bz2');
  return block?.content;
}

const LZMA_COST = 8; // times as slow as what the budget counts
const XZ_HEADER = 12; // mark 6, flags 2, checksum 4 (xz-file-format.txt §2.1.1)
const MAX_FIRST = 512 * 1024; // bytes; a piece has up to 2 MB

/** The beginning of the first piece (LZMA2) of the first block: enough to see what it is and what a tar begins with. */
function unpackXz(content: Buffer, budget: Budget): Buffer | undefined {
  const at = XZ_HEADER + ((content[XZ_HEADER] ?? 0) + 1) * 4;
  const control = content[at] ?? 0;
  if (at + 6 > content.length || control === 0) return undefined;
  if (control < 0x80) return content.subarray(at + 3, at + 3 + content.readUInt16BE(at + 1) + 1); // stored
  const pieceBytes = ((control & 0x1f) << 16) + content.readUInt16BE(at + 1) + 1;
  const size = Math.min(pieceBytes, MAX_FIRST, Math.floor(budget.bytes / LZMA_COST));
  const packedBytes = content.readUInt16BE(at + 3) + 1;
  if (size < pieceBytes || content[at + 6 + packedBytes] !== 0) leaveUnread(budget, 'the rest of an xz');
  if (size <= 0) return undefined;
  budget.bytes -= size * LZMA_COST;
  const packed = content.subarray(at + 6, at + 6 + packedBytes);
  return unpackLzma(packed, content.subarray(at + 5, at + 6), size);
}
