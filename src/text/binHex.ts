/**
 * BinHex 4.0, in which old Macs attach files (RFC 1741): letters of six bits, runs of one byte, then a head, the file and what only a Mac
 * keeps beside it. Mail programs show the file. Linear; what breaks off is what there is of it.
 */

const TYPES: ReadonlySet<string> = new Set([
  'application/mac-binhex40',
  'application/mac-binhex',
  'application/binhex',
]);
export const isBinHex = (contentType: string | false): boolean => contentType !== false && TYPES.has(contentType);

const MARK = '(This file must be converted with BinHex';
const LETTERS = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
const SIX_BITS = Int8Array.from({ length: 256 }, (_, code) => LETTERS.indexOf(String.fromCharCode(code)));
const BLANKS: ReadonlySet<number> = new Set([9, 10, 13, 32]);
const MAX_BEFORE = 64 * 1024; // bytes before the mark
const RUN = 0x90;
const MAX_HEAD = 85; // bytes: a name of at most 63, and what is said of the file
const BEHIND_NAME = 21; // version, type, creator, flags, two lengths, checksum
const LENGTH_PLACE = 11; // of the file's, among them
/** As many as a message may have: a few letters can stand for a run of 255 bytes. */
const MAX_FILE = 32 * 1024 * 1024;

/** The file; the bytes themselves where none begins. */
export function binHexDecoded(bytes: Buffer): Buffer {
  const markAt = bytes.subarray(0, MAX_BEFORE).indexOf(MARK);
  const start = markAt < 0 ? -1 : bytes.indexOf(':', markAt);
  if (start < 0) return bytes;
  const packed = sixBitBytes(bytes.subarray(start + 1));
  const head = withRuns(packed, MAX_HEAD);
  const nameEnd = 1 + (head[0] ?? 0);
  const from = nameEnd + BEHIND_NAME;
  if (head.length < from) return bytes;
  const size = Math.min(head.readUInt32BE(nameEnd + LENGTH_PLACE), MAX_FILE);
  return withRuns(packed, from + size).subarray(from);
}

/** Up to the colon at its end, or the first character that is none of its letters. */
function sixBitBytes(text: Buffer): Buffer {
  const out = Buffer.alloc(Math.ceil((text.length * 3) / 4));
  let size = 0;
  let word = 0;
  let bits = 0;
  for (const code of text) {
    const six = SIX_BITS[code] ?? -1;
    if (six < 0) {
      if (BLANKS.has(code)) continue;
      break;
    }
    word = ((word << 6) | six) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[size++] = word >> bits;
  }
  return out.subarray(0, size);
}

/** 0x90 and a count repeat the byte before it; 0x90 and 0 is the byte itself. */
function withRuns(packed: Buffer, limit: number): Buffer {
  const out = Buffer.alloc(Math.min(limit, packed.length * 255));
  let size = 0;
  for (let at = 0; at < packed.length && size < out.length; at++) {
    const byte = packed[at] ?? 0;
    if (byte !== RUN) {
      out[size++] = byte;
      continue;
    }
    const count = packed[++at] ?? 0;
    if (count === 0) out[size++] = RUN;
    else {
      const end = Math.min(out.length, size + count - 1);
      out.fill(out[size - 1] ?? 0, size, end);
      size = end;
    }
  }
  return out.subarray(0, size);
}
