/**
 * Deflate within the budget (RFC 1950–1952). Node's zlib unpacks a thing whole or not at all; the beginning of one that is damaged or larger
 * than there is room for comes from fflate, step by step. What was unpacked in vain is charged too.
 */
import { constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { Gunzip, Inflate, Unzlib } from 'fflate';
import { type Budget, leaveUnread, MAX_ONE } from './budget.ts';

export type Packing = 'raw' | 'zlib' | 'gzip';

const WHOLE = { raw: inflateRawSync, zlib: inflateSync, gzip: gunzipSync } as const;
const STREAM = { raw: Inflate, zlib: Unzlib, gzip: Gunzip } as const;
const MAX_RATIO = 1_032; // deflate packs no better
const FIRST_STEP = 64; // bytes of input; whatever is no deflate shows in these
const START_WORK = 4 * 1024; // bytes: what a stream costs that gives nothing
const MAX_STEP = 1_024; // up to a megabyte of output at once

/**
 * At most `limit` bytes of what `packed` holds; what was read before an error or the limit counts. undefined when nothing can be read or
 * nothing is left to spend. `declaredBytes`: what it is said to unpack to, anybody's word. Never throws.
 */
export function unpack(
  packed: Buffer,
  packing: Packing,
  budget: Budget,
  limit: number = MAX_ONE,
  declaredBytes = 0,
): Buffer | undefined {
  if (packed.length === 0) return undefined;
  const room = Math.min(limit, budget.bytes);
  if (room <= 0) {
    leaveUnread(budget, 'more to unpack than there was room for');
    return undefined;
  }
  const whole = declaredBytes > room ? 'unasked' : unpackWhole(packed, packing, room);
  if (typeof whole !== 'string') {
    budget.bytes -= Math.max(whole.length, packed.length);
    return whole;
  }
  const { bytes, work } = unpackBeginning(packed, packing, room);
  budget.bytes -= work + (whole === 'too-large' ? room : whole === 'damaged' ? work : 0);
  if (bytes.length >= room) leaveUnread(budget, 'the rest of a part that is larger than what is read of one');
  return bytes.length === 0 ? undefined : bytes;
}

const PEEKED = 512; // bytes of input: half a megabyte of output at most, a kilobyte or two as a rule

/** What so much input gives, to see what a thing is; empty when that is nothing yet. */
export function peek(packed: Buffer, packing: Packing, budget: Budget): Buffer {
  const bytes = budget.bytes > 0 ? unpackWhole(packed.subarray(0, PEEKED), packing, PEEKED * MAX_RATIO) : 'unasked';
  if (typeof bytes === 'string') return Buffer.alloc(0);
  budget.bytes -= Math.max(bytes.length, PEEKED);
  return bytes;
}

function unpackWhole(packed: Buffer, packing: Packing, maxOutputLength: number): Buffer | 'too-large' | 'damaged' {
  try {
    return WHOLE[packing](packed, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged';
  }
}

/** `work`: bytes that were unpacked or gone over for it, with what an error may have thrown away. */
function unpackBeginning(
  packed: Buffer,
  packing: Packing,
  room: number,
): { readonly bytes: Buffer; readonly work: number } {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new STREAM[packing]((piece) => {
    pieces.push(piece);
    size += piece.length;
  });
  let at = 0;
  let step = FIRST_STEP;
  let lost = 0;
  try {
    while (at < packed.length && size < room) {
      stream.push(packed.subarray(at, at + step));
      at += step;
      step = Math.min(step * 2, MAX_STEP, Math.max(FIRST_STEP, room >> 3));
    }
  } catch {
    lost = step * MAX_RATIO;
  }
  return { bytes: Buffer.concat(pieces).subarray(0, room), work: START_WORK + Math.max(size, at) + lost };
}
