/**
 * Office files locked with the password that Excel tries by itself: they open without a question, and hide what is in them from whoever
 * only sees a lock. MS-OFFCRYPTO §2.3.4: standard and agile encryption of packages; binary workbooks are excelLock.ts's.
 */
import { createDecipheriv, hash } from 'node:crypto';
import { utf16Of } from '../../text/utf16.ts';
import { type Budget, LEFT_LOCKED, leaveUnread } from './budget.ts';
import { type CompoundStream, readCompound } from './compoundFile.ts';

export const DEFAULT_PASSWORD = 'VelvetSweatshop';

const MAX_PACKAGE = 8 * 1024 * 1024;
const MAX_SPINS = 100_000; // what Office writes; some 100 ms
const AGILE = 0x0004_0004;
const STANDARD_MINOR = 2;

/** The package (a zip) in `content`, a compound file; undefined when it is not locked so. Of a message so many as its budget allows. */
export function openDefaultLock(content: Buffer, budget: Budget): Buffer | undefined {
  const streams = readCompound(content, budget);
  const info = streamOf(streams, 'encryptioninfo')?.read(MAX_INFO);
  const locked = streamOf(streams, 'encryptedpackage');
  if (info === undefined || info.length < MIN_INFO || locked === undefined) return undefined;
  if (budget.locks <= 0 || locked.sizeBytes > MAX_PACKAGE) {
    leaveUnread(budget, LEFT_LOCKED);
    return undefined;
  }
  budget.locks--;
  try {
    const open = info.readUInt32LE(0) === AGILE ? agileKey(info) : standardKey(info);
    if (open === 'untried') leaveUnread(budget, 'a lock of an unknown kind');
    if (open === undefined || open === 'untried') return undefined;
    const stream = locked.read(MAX_PACKAGE);
    return open(stream.subarray(8)).subarray(0, stream.readUInt32LE(0)); // its size stands before it
  } catch {
    return undefined; // no lock of the kinds that Office makes, or a damaged one
  }
}

const MAX_INFO = 16 * 1024;
const MIN_INFO = 16;

const streamOf = (streams: readonly CompoundStream[], path: string): CompoundStream | undefined =>
  streams.find((stream) => stream.path === path);

type Open = (locked: Buffer) => Buffer;

const BLOCK = 16; // of AES
const KEY_BYTES: ReadonlySet<number> = new Set([16, 24, 32]);

/** §2.3.4.5–9: AES-128 in ECB, SHA-1. undefined: another password; 'untried': another cipher. Throws on a damaged header. */
function standardKey(info: Buffer): Open | 'untried' | undefined {
  if (info.readUInt16LE(2) !== STANDARD_MINOR) return 'untried';
  const headerBytes = info.readUInt32LE(8);
  const keyBytes = info.readUInt32LE(12 + 16) / 8;
  if (!KEY_BYTES.has(keyBytes)) return 'untried';
  const verifier = info.subarray(12 + headerBytes);
  const [salt, input, value] = [verifier.subarray(4, 20), verifier.subarray(20, 36), verifier.subarray(40, 72)];
  const spun = hashed('sha1', spin('sha1', salt, STANDARD_SPINS), Buffer.alloc(4));
  const stretched = [0x36, 0x5c].map((pad) =>
    hashed(
      'sha1',
      Buffer.alloc(64, pad).map((byte, i) => byte ^ (spun[i] ?? 0)),
    ),
  );
  const key = Buffer.concat(stretched).subarray(0, keyBytes);
  const open = (locked: Buffer): Buffer => decrypted(`aes-${keyBytes * 8}-ecb`, key, null, locked);
  return open(value)
    .subarray(0, spun.length)
    .equals(hashed('sha1', open(input)))
    ? open
    : undefined;
}

const STANDARD_SPINS = 50_000;

/** Purposes of a derived key: §2.3.4.13. */
const PURPOSE = { input: 'fea7d2763b4b9e79', value: 'd7aa0f6d3061344e', key: '146e0be7abacd0d6' } as const;
const HASHES: ReadonlySet<string> = new Set(['SHA1', 'SHA256', 'SHA384', 'SHA512']);
const SEGMENT = 4096;

/** §2.3.4.10–15: AES in CBC, in segments with their own beginnings. undefined as above. */
function agileKey(info: Buffer): Open | 'untried' | undefined {
  const xml = info.toString('latin1', 8);
  const [forData, forKey] = [attributesOf(xml, 'keyData'), attributesOf(xml, 'encryptedKey')];
  const spins = Number(forKey.get('spinCount'));
  const [keyHash, dataHash] = [hashOf(forKey), hashOf(forData)];
  const isKnown = [forKey, forData].every((one) => KEY_BYTES.has(keyBytesOf(one)));
  if (keyHash === undefined || dataHash === undefined || !isKnown || !(spins >= 0 && spins <= MAX_SPINS))
    return 'untried';
  const salt = bytesOf(forKey, 'saltValue');
  const spun = spin(keyHash, salt, spins);
  const unlocked = (purpose: string, attribute: string): Buffer => {
    const key = fitted(hashed(keyHash, spun, Buffer.from(purpose, 'hex')), keyBytesOf(forKey));
    return decrypted(cipherOf(key), key, fitted(salt, BLOCK), bytesOf(forKey, attribute));
  };
  const input = unlocked(PURPOSE.input, 'encryptedVerifierHashInput').subarray(0, salt.length);
  const expected = hashed(keyHash, input);
  const value = unlocked(PURPOSE.value, 'encryptedVerifierHashValue');
  if (!value.subarray(0, expected.length).equals(expected)) return undefined;
  const key = unlocked(PURPOSE.key, 'encryptedKeyValue').subarray(0, keyBytesOf(forData));
  const dataSalt = bytesOf(forData, 'saltValue');
  return (locked) => {
    const count = Math.ceil(locked.length / SEGMENT);
    const segments = Array.from({ length: count }, (_, index) => {
      const beginning = fitted(hashed(dataHash, dataSalt, littleEndian(index)), BLOCK);
      return decrypted(cipherOf(key), key, beginning, locked.subarray(index * SEGMENT, (index + 1) * SEGMENT));
    });
    return Buffer.concat(segments);
  };
}

/** Of the first element of this name, whatever its prefix. */
function attributesOf(xml: string, element: string): ReadonlyMap<string, string> {
  const [, written = ''] = new RegExp(`<(?:\\w{1,20}:)?${element}\\s([^>]{1,4000})>`).exec(xml) ?? [];
  return new Map(
    [...written.matchAll(/(\w{1,60})="([^"]{0,2000})"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

const bytesOf = (attributes: ReadonlyMap<string, string>, name: string): Buffer =>
  Buffer.from(attributes.get(name) ?? '', 'base64');
const keyBytesOf = (attributes: ReadonlyMap<string, string>): number => Number(attributes.get('keyBits')) / 8;
const cipherOf = (key: Buffer): string => `aes-${key.length * 8}-cbc`;

function hashOf(attributes: ReadonlyMap<string, string>): string | undefined {
  const name = attributes.get('hashAlgorithm')?.replace('-', '') ?? '';
  return HASHES.has(name) ? name.toLowerCase() : undefined;
}

/** §2.3.4.11: the password, hashed again and again so that guessing takes long. */
function spin(algorithm: string, salt: Buffer, times: number): Buffer {
  let current = hashed(algorithm, salt, utf16Of(DEFAULT_PASSWORD));
  const numbered = Buffer.alloc(4 + current.length);
  for (let count = 0; count < times; count++) {
    numbered.writeUInt32LE(count, 0);
    current.copy(numbered, 4);
    current = hash(algorithm, numbered, 'buffer');
  }
  return current;
}

const hashed = (algorithm: string, ...parts: readonly Uint8Array[]): Buffer =>
  hash(algorithm, Buffer.concat(parts), 'buffer');
const littleEndian = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
};

/** Cut, or filled up with 0x36: §2.3.4.11. */
const fitted = (bytes: Buffer, length: number): Buffer =>
  bytes.length >= length ? bytes.subarray(0, length) : Buffer.concat([bytes], length).fill(0x36, bytes.length);

/** Whole blocks only: the last one may be cut. */
function decrypted(cipher: string, key: Buffer, beginning: Buffer | null, locked: Buffer): Buffer {
  const decipher = createDecipheriv(cipher, key, beginning).setAutoPadding(false);
  const whole = locked.subarray(0, locked.length - (locked.length % BLOCK));
  return Buffer.concat([decipher.update(whole), decipher.final()]);
}
