/**
 * Workbooks of the binary kind locked with the password that Excel tries by itself, as officeLock.ts: records are encrypted with RC4 behind
 * their heads, anew every 1,024 bytes (MS-XLS §2.2.10; MS-OFFCRYPTO §2.3.5 and §2.3.6), or as Excel 95 did, by the bits of the password
 * (§2.3.7). Macros in VBA lie in other streams, which stay plain; those of Excel 4.0 do not.
 */
import { hash } from 'node:crypto';
import { utf16Of } from '../../text/utf16.ts';
import { type Budget, LEFT_LOCKED, leaveUnread } from './budget.ts';
import { DEFAULT_PASSWORD } from './officeLock.ts';
import { rc4 } from './rc4.ts';

const FILE_PASS = 0x2f;
const BOUND_SHEET = 0x85;
/** Never encrypted: MS-XLS §2.2.10. */
const PLAIN: ReadonlySet<number> = new Set([0x809, FILE_PASS, 0xe1, 0x194, 0x195, 0x196, 0x138]);
const BOUND_SHEET_PLACE = 4; // bytes at its beginning that stay plain
const HEAD = 4;
const BLOCK = 1024;
const RC4_TYPE = 1;
const LOOK_FOR_LOCK = 20; // records: it stands behind the first

/** The stream without its lock; undefined when there is none, or another password. */
export function openWorkbook(stream: Buffer, budget: Budget): Buffer | undefined {
  const lock = [...recordsOf(stream, LOOK_FOR_LOCK)].find(({ type }) => type === FILE_PASS);
  if (lock === undefined) return undefined;
  if (isOfBits(lock.data)) return lock.data.subarray(-BITS.length).equals(BITS) ? unmasked(stream) : undefined;
  if (lock.data.length < 54 || lock.data.readUInt16LE(0) !== RC4_TYPE) {
    leaveUnread(budget, 'a lock of an unknown kind');
    return undefined;
  }
  if (budget.locks <= 0) {
    leaveUnread(budget, LEFT_LOCKED);
    return undefined;
  }
  budget.locks--;
  const keyOf = keysOf(lock.data.subarray(2));
  return keyOf === undefined ? undefined : unlocked(stream, keyOf);
}

interface BiffRecord {
  readonly type: number;
  readonly at: number;
  readonly data: Buffer;
}

function* recordsOf(stream: Buffer, limit: number): Generator<BiffRecord> {
  let at = 0;
  for (let count = 0; count < limit && at + HEAD <= stream.length; count++) {
    const end = at + HEAD + stream.readUInt16LE(at + 2);
    yield { type: stream.readUInt16LE(at), at: at + HEAD, data: stream.subarray(at + HEAD, end) };
    at = end;
  }
}

/** By number of the block. */
type KeyOf = (block: number) => Buffer;

/** `info`: EncryptionVersionInfo and what follows it. undefined when the password is another. */
function keysOf(info: Buffer): KeyOf | undefined {
  const isOld = info.readUInt32LE(0) === 0x0001_0001;
  const verifier = isOld ? info.subarray(4) : info.subarray(12 + info.readUInt32LE(8) + 4);
  const hashBytes = isOld ? 16 : 20;
  const at = isOld ? 32 : 36; // the newer form says how long the hash is
  if (verifier.length < at + hashBytes) return undefined;
  const salt = verifier.subarray(0, 16);
  const keyOf = isOld ? oldKeys(salt) : keysOfCryptoApi(salt, info.readUInt32LE(12 + 16) / 8 || 5);
  const plain = rc4(keyOf(0), Buffer.concat([verifier.subarray(16, 32), verifier.subarray(at, at + hashBytes)]));
  const seen = hash(isOld ? 'md5' : 'sha1', plain.subarray(0, 16), 'buffer');
  return seen.equals(plain.subarray(16)) ? keyOf : undefined;
}

const PASSWORD = utf16Of(DEFAULT_PASSWORD);

/** MS-OFFCRYPTO §2.3.6.2. */
function oldKeys(salt: Buffer): KeyOf {
  const beginning = hash('md5', PASSWORD, 'buffer').subarray(0, 5);
  const spun = hash('md5', Buffer.concat(Array(16).fill(Buffer.concat([beginning, salt]))), 'buffer').subarray(0, 5);
  return (block) => hash('md5', Buffer.concat([spun, littleEndian(block)]), 'buffer');
}

const SHORT_KEY = 5; // bytes; filled up with zeros: §2.3.5.2

function keysOfCryptoApi(salt: Buffer, keyBytes: number): KeyOf {
  const salted = hash('sha1', Buffer.concat([salt, PASSWORD]), 'buffer');
  return (block) => {
    const key = hash('sha1', Buffer.concat([salted, littleEndian(block)]), 'buffer').subarray(0, keyBytes);
    return keyBytes === SHORT_KEY ? Buffer.concat([key], 16) : key;
  };
}

function littleEndian(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** What the password comes to: a key and what tells whether it is right, two bytes each (MS-OFFCRYPTO §2.3.7.1 and §2.3.7.2). */
const BITS = Buffer.from('59b30a9a', 'hex');
const isOfBits = (lock: Buffer): boolean => lock.length === 4 || (lock.length === 6 && lock.readUInt16LE(0) === 0);

const rotatedRight = (byte: number, bits: number): number => ((byte >> bits) | (byte << (8 - bits))) & 255;
/** One byte more than the password, by turns under both bytes of the key. */
const MASK = Buffer.from(`${DEFAULT_PASSWORD}\xbb`, 'latin1').map((byte, i) =>
  rotatedRight(byte ^ (BITS[i % 2] ?? 0), 1),
);

/** The mask goes on from record to record by their places and lengths (§2.3.7.3). */
function unmasked(stream: Buffer): Buffer {
  const plain = Buffer.from(stream);
  for (const { type, at, data } of recordsOf(stream, Number.POSITIVE_INFINITY)) {
    if (PLAIN.has(type)) continue;
    for (let i = type === BOUND_SHEET ? BOUND_SHEET_PLACE : 0; i < data.length; i++)
      plain[at + i] = rotatedRight((data[i] ?? 0) ^ (MASK[(at + i + data.length) % MASK.length] ?? 0), 5);
  }
  return plain;
}

/** Heads of records, and records that stay plain, use up the key stream all the same. */
function unlocked(stream: Buffer, keyOf: KeyOf): Buffer {
  const blocks = Array.from({ length: Math.ceil(stream.length / BLOCK) }, (_, block) =>
    rc4(keyOf(block), stream.subarray(block * BLOCK, (block + 1) * BLOCK)),
  );
  const plain = Buffer.concat(blocks);
  for (const { type, at, data } of recordsOf(stream, Number.POSITIVE_INFINITY)) {
    stream.copy(plain, at - HEAD, at - HEAD, at);
    if (PLAIN.has(type)) data.copy(plain, at);
    else if (type === BOUND_SHEET) data.copy(plain, at, 0, BOUND_SHEET_PLACE);
  }
  return plain;
}
