/** Contents of files in a zip, one at a time and within the message's budget; and whether the zip is made to burst who unpacks it. */
import type { ZipEntry, ZipFacts } from '../zipFile.ts';
import { type Budget, MAX_ONE } from './budget.ts';
import type { Inner } from './messageInside.ts';
import { peek, unpack } from './unpack.ts';

const LOCAL_HEADER = 30; // bytes before the name (APPNOTE 4.3.7)
const LOCAL_MARK = 0x0403_4b50;
const STORED = 0;
const DEFLATED = 8;

/** At most `limit` bytes; undefined for what is locked, damaged, packed in another way, or over the budget. Never throws. */
export function readZipEntry(
  content: Buffer,
  { at, method, packedBytes, unpackedBytes, isEncrypted }: ZipEntry,
  budget: Budget,
  limit: number = MAX_ONE,
): Buffer | undefined {
  const packed = isEncrypted ? undefined : packedAt(content, at, packedBytes);
  if (packed === undefined) return undefined;
  if (method === STORED) return packed.subarray(0, limit);
  return method === DEFLATED ? unpack(packed, 'raw', budget, limit, unpackedBytes) : undefined;
}

/** Its first bytes, a few hundred or more; empty when they do not come at once. */
export function peekZipEntry(
  content: Buffer,
  { at, method, packedBytes, isEncrypted }: ZipEntry,
  budget: Budget,
): Buffer {
  const packed = isEncrypted ? undefined : packedAt(content, at, packedBytes);
  if (packed === undefined) return Buffer.alloc(0);
  return method === DEFLATED ? peek(packed, 'raw', budget) : packed.subarray(0, MAX_STORED_PEEK);
}

const MAX_STORED_PEEK = 2_048;

export const innerOfZip = (content: Buffer, entry: ZipEntry, budget: Budget): Inner => ({
  name: entry.name,
  sizeBytes: entry.unpackedBytes,
  read: () => readZipEntry(content, entry, budget),
});

function packedAt(content: Buffer, at: number, packedBytes: number): Buffer | undefined {
  if (at + LOCAL_HEADER > content.length || content.readUInt32LE(at) !== LOCAL_MARK) return undefined;
  const start = at + LOCAL_HEADER + content.readUInt16LE(at + 26) + content.readUInt16LE(at + 28);
  return content.subarray(start, start + packedBytes);
}

const BOMB_BYTES = 1024 * 1024 * 1024; // no mail of 50 MB holds as much honestly
const BOMB_RATIO = 250; // deflate gives 1,032 at best; the emptiest spreadsheets and logs some 100
const BOMB_RATIO_BYTES = 50 * 1024 * 1024;
const BOMB_ENTRIES = 50_000;

/** What is wrong, in words; undefined when nothing is. Overlapping files: Fifield 2019, "A better zip bomb". */
export function zipBomb({ entries, entryCount }: ZipFacts, sizeBytes: number): string | undefined {
  const unpacked = entries.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  const packed = entries.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  if (isBomb(unpacked, sizeBytes)) return `${megabytes(unpacked)} MB in ${sizeBytes} bytes`;
  if (packed > sizeBytes * 2 && unpacked > BOMB_RATIO_BYTES)
    return `files that overlap: ${packed} bytes in ${sizeBytes}`;
  return entryCount > BOMB_ENTRIES ? `${entryCount} files` : undefined;
}

export const isBomb = (unpackedBytes: number, sizeBytes: number): boolean =>
  unpackedBytes > BOMB_BYTES ||
  (unpackedBytes > BOMB_RATIO_BYTES && unpackedBytes / Math.max(1, sizeBytes) > BOMB_RATIO);

export const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);
