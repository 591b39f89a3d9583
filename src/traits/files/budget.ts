/** What looking inside the files of one message may cost. Every unpacking asks here first, so that no file can cost more than it was given. */
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

export interface Budget {
  /** Bytes that may still be unpacked. */
  bytes: number;
  /** Files inside files that may still be looked into. */
  files: number;
  /** Bytes of scripts, streams and texts that may still be searched. */
  scanned: number;
  /** Bytes of pages in archives that may still be read: dearer than a search. */
  pages: number;
}

const MAX_BYTES = 12 * 1024 * 1024; // of one message; some 50 ms of inflating
const MAX_FILES = 50;
const MAX_SCANNED = 8 * 1024 * 1024;
const MAX_PAGES = 1024 * 1024;
/** One packed thing: an Office part, a stream, a file in an archive. What is larger is looked at as far as this. */
export const MAX_ONE = 4 * 1024 * 1024;
/** An archive in an archive in an archive: deeper nobody packs by hand. */
export const MAX_DEPTH = 3;

export const newBudget = (): Budget => ({ bytes: MAX_BYTES, files: MAX_FILES, scanned: MAX_SCANNED, pages: MAX_PAGES });

export type Packing = 'raw' | 'zlib' | 'gzip';

const UNPACK = { raw: inflateRawSync, zlib: inflateSync, gzip: gunzipSync } as const;

/**
 * At most `limit` bytes of what `packed` holds; what was read before an error or the limit counts. undefined when nothing can be read or
 * nothing is left to spend. Never throws.
 */
export function unpack(packed: Buffer, packing: Packing, budget: Budget, limit: number = MAX_ONE): Buffer | undefined {
  const room = Math.min(limit, budget.bytes);
  if (room <= 0 || packed.length === 0) return undefined;
  // Deflate packs 1,032 to 1 at best: so much input cannot give more than asked, however it is made, and what it is cut to needs no limit.
  const whole = tryUnpack(packed, packing, room);
  const bytes = whole ?? tryUnpack(packed.subarray(0, Math.max(16, Math.floor(room / 1_032))), packing, room);
  if (bytes === undefined) {
    budget.bytes -= Math.min(room, packed.length);
    return undefined;
  }
  budget.bytes -= bytes.length;
  return bytes;
}

function tryUnpack(packed: Buffer, packing: Packing, maxOutputLength: number): Buffer | undefined {
  try {
    return UNPACK[packing](packed, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** The beginning of `bytes` that may still be searched; takes it off the budget. */
export function searchable(bytes: Buffer, budget: Budget): Buffer {
  const part = bytes.subarray(0, Math.max(0, budget.scanned));
  budget.scanned -= part.length;
  return part;
}
