/** Names and locks of RAR archives, versions 4 and 5, from the headers: technote.txt of RAR 4, rarlab.com/technote.htm of RAR 5. */
import { type Budget, leaveUnread } from './files/budget.ts';
import type { ArchiveFacts } from './zipFile.ts';

const MAX_NAME_LENGTH = 255; // characters, from the end
const SIGNATURE_4 = 7; // bytes
const SIGNATURE_5 = 8;
const isVersion5 = (content: Buffer): boolean => content[6] === 1;

/** `content` starts with the mark of a RAR archive. Stops at the first header that makes no sense. */
export function readRar(content: Buffer, budget: Budget): ArchiveFacts {
  const facts = isVersion5(content) ? readVersion5(content, budget) : readVersion4(content, budget);
  if (budget.entries <= 0) leaveUnread(budget, 'names in archives beyond the first 20,000');
  return facts;
}

const MAIN_4 = 0x73;
const FILE_4 = 0x74;
const HEADERS_LOCKED_4 = 0x80;
const FILE_LOCKED_4 = 0x04;
const HAS_DATA_4 = 0x8000;
const HAS_HIGH_SIZE_4 = 0x100;
const FIXED_4 = 32; // bytes of a file header before the name
const HIGH_SIZE_4 = 8; // more when sizes have 64 bits

/** Header: CRC 2, type 1, flags 2, size 2, then of files: packed size 4 … name length 2 at 26. */
function readVersion4(content: Buffer, budget: Budget): ArchiveFacts {
  const names: string[] = [];
  let isEncrypted = false;
  for (let at = SIGNATURE_4; at + 7 <= content.length && budget.entries > 0; budget.entries--) {
    const type = content.readUInt8(at + 2);
    const flags = content.readUInt16LE(at + 3);
    const headerSize = content.readUInt16LE(at + 5);
    if (headerSize < 7) break;
    if (type === MAIN_4 && (flags & HEADERS_LOCKED_4) !== 0) return { names, isEncrypted: true };
    if (type === FILE_4 && at + FIXED_4 <= content.length) {
      isEncrypted ||= (flags & FILE_LOCKED_4) !== 0;
      const nameAt = at + FIXED_4 + ((flags & HAS_HIGH_SIZE_4) === 0 ? 0 : HIGH_SIZE_4);
      addName(names, content.subarray(nameAt, nameAt + content.readUInt16LE(at + 26)));
    }
    const hasData = type === FILE_4 || (flags & HAS_DATA_4) !== 0;
    at += headerSize + (hasData && at + 11 <= content.length ? content.readUInt32LE(at + 7) : 0);
  }
  return { names, isEncrypted };
}

/** Before version 5 a second form of the name may follow after a zero byte: which of them is shown depends on the program. */
function addName(names: string[], bytes: Buffer): void {
  const zero = bytes.indexOf(0);
  const plain = zero < 0 ? bytes : bytes.subarray(0, zero);
  const both = new Set([plain.toString('utf8'), ...(zero < 0 ? [] : [wideName(plain, bytes.subarray(zero + 1))])]);
  for (const name of both) if (name !== '') names.push(name.slice(-MAX_NAME_LENGTH).replaceAll('\\', '/'));
}

/**
 * A high byte, then two bits a step in bytes of their own: a byte; a byte under the high byte; two bytes; a run of letters of the plain name
 * (with the first bit set: each moved by the next byte, under the high byte). Source: unrar's encname.cpp.
 */
function wideName(plain: Buffer, coded: Buffer): string {
  const high = (coded[0] ?? 0) << 8;
  const letters: number[] = [];
  let flags = 0;
  for (let at = 1, bits = 0; at < coded.length && letters.length < MAX_WIDE_NAME; bits -= 2, flags <<= 2) {
    if (bits === 0) {
      flags = coded[at++] ?? 0;
      bits = 8;
    }
    const step = (flags >> 6) & 3;
    const first = coded[at++] ?? 0;
    if (step === 0) letters.push(first);
    else if (step === 1) letters.push(first | high);
    else if (step === 2) letters.push(first | ((coded[at++] ?? 0) << 8));
    else {
      const moved = (first & 0x80) === 0 ? undefined : (coded[at++] ?? 0);
      for (let count = (first & 0x7f) + 2; count > 0; count--) {
        const letter = plain[letters.length] ?? 0;
        letters.push(moved === undefined ? letter : ((letter + moved) & 0xff) | high);
      }
    }
  }
  return String.fromCharCode(...letters);
}

const MAX_WIDE_NAME = 2_048; // letters

const FILE_5 = 2;
const ENCRYPTION_5 = 4;
const HAS_EXTRA_5 = 1;
const HAS_DATA_5 = 2;
const LOCK_RECORD_5 = 1;

/** Header: CRC 4, then variable-length numbers: size (from the type on), type, flags, extra size, data size. */
function readVersion5(content: Buffer, budget: Budget): ArchiveFacts {
  const names: string[] = [];
  let isEncrypted = false;
  for (let at = SIGNATURE_5; at + 7 <= content.length && budget.entries > 0; budget.entries--) {
    const numbers = newReader(content, at + 4);
    const size = numbers.next();
    const end = numbers.at + size;
    const type = numbers.next();
    const flags = numbers.next();
    const extraSize = (flags & HAS_EXTRA_5) === 0 ? 0 : numbers.next();
    const dataSize = (flags & HAS_DATA_5) === 0 ? 0 : numbers.next();
    if (size === 0) break;
    if (type === ENCRYPTION_5) return { names, isEncrypted: true };
    if (type === FILE_5) {
      addName(names, nameInVersion5(numbers, content));
      isEncrypted ||= hasLock(content.subarray(Math.max(numbers.at, end - extraSize), end));
    }
    at = end + dataSize;
  }
  return { names, isEncrypted };
}

/** File flags, unpacked size, attributes, time 4 (flag 2), CRC 4 (flag 4), compression, host, name length, name. */
function nameInVersion5(numbers: NumberReader, content: Buffer): Buffer {
  const fileFlags = numbers.next();
  numbers.next();
  numbers.next();
  numbers.skip(((fileFlags & 2) === 0 ? 0 : 4) + ((fileFlags & 4) === 0 ? 0 : 4));
  numbers.next();
  numbers.next();
  const length = numbers.next();
  return content.subarray(numbers.at, numbers.at + length);
}

/** Records of the extra area: size, type, data. */
function hasLock(extra: Buffer): boolean {
  const numbers = newReader(extra, 0);
  for (let count = 0; numbers.at < extra.length && count < 20; count++) {
    const size = numbers.next();
    const end = numbers.at + size;
    if (numbers.next() === LOCK_RECORD_5) return true;
    if (size === 0) return false;
    numbers.skip(end - numbers.at);
  }
  return false;
}

interface NumberReader {
  readonly at: number;
  /** Seven bits a byte, lowest first; beyond the end all is zero. */
  next(): number;
  skip(bytes: number): void;
}

const MAX_NUMBER_BYTES = 6; // 42 bits: no mail holds more

function newReader(content: Buffer, start: number): NumberReader {
  let at = start;
  return {
    get at() {
      return at;
    },
    next() {
      let value = 0;
      for (let i = 0; i < MAX_NUMBER_BYTES; i++) {
        const byte = content[at++] ?? 0;
        value += (byte & 127) * 2 ** (7 * i);
        if (byte < 128) break;
      }
      return value;
    },
    skip(bytes) {
      at += Math.max(0, bytes);
    },
  };
}
