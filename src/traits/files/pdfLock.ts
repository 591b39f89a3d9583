/**
 * Whether a PDF's lock opens with the empty password, which readers try by themselves (ISO 32000-2 §7.6.4, the standard security handler):
 * then it only forbids to print or to copy. A lock of another handler, or a damaged one, counts as closed. What it opens is pdfUnlock.ts's.
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import { stringAt } from './pdfStrings.ts';
import { rc4 } from './rc4.ts';

const MAX_FILE = 8 * 1024 * 1024; // bytes searched; of a longer one the beginning and the end
const MAX_LOCKS = 4; // entries, versions of a dictionary and file ids that are tried; honest files have one, saved again two
const MAX_IDS = 100; // the same again in each version
const DICTIONARY = 4 * 1024; // characters

/** How strings and streams are locked: with RC4, AES by a key of each object, AES by the file's own key, or not at all. */
export type PdfCipher = 'V2' | 'AESV2' | 'AESV3' | 'None';

export interface PdfKey {
  readonly key: Buffer;
  readonly strings: PdfCipher;
  readonly streams: PdfCipher;
  /** Of a filter that a stream may name as its own. */
  cipherOf(filter: string): PdfCipher;
}

/**
 * The keys that the empty password opens, of each lock one. Undefined unless all locks that any version of the file names open: which of them a
 * reader takes is said by a table that is not read here.
 */
export function keysUnasked(content: Buffer): readonly PdfKey[] | undefined {
  const ends =
    content.length <= MAX_FILE
      ? content
      : Buffer.concat([content.subarray(0, MAX_FILE / 2), content.subarray(-MAX_FILE / 2)]);
  const text = ends.toString('latin1');
  const locks = locksOf(text);
  const ids = idsOf(text);
  if (locks.length === 0 || locks.length > MAX_LOCKS) return undefined;
  const keys = locks.flatMap((lock) => keyOf(lock, ids) ?? []);
  return keys.length === locks.length ? keys : undefined;
}

interface Lock {
  readonly entries: ReadonlyMap<string, Buffer | string>;
  /** Of its crypt filters (§7.6.6), by their names. */
  readonly methods: ReadonlyMap<string, string>;
}

/** The name may have letters as #xx. */
const ENTRY = new RegExp(
  `/${[...'Encrypt'].map((letter) => `(?:${letter}|#${letter.charCodeAt(0).toString(16)})`).join('')}(?![\\w#.-])\\s{0,20}(?:(\\d{1,7})\\s{1,20}(\\d{1,5})\\s{1,20}R)?`,
  'gi',
);

/** One more than are tried when there are too many. */
function locksOf(text: string): readonly Lock[] {
  const places = new Set<number>();
  const references = new Set<string>();
  for (const { 0: whole, 1: number, 2: generation, index } of text.matchAll(ENTRY)) {
    if (places.size + references.size > MAX_LOCKS) break;
    if (number === undefined) places.add(index + whole.length);
    else references.add(`0{0,9}${Number(number)}\\s{1,20}0{0,9}${Number(generation)}`);
  }
  const objects = [...references].flatMap((one) => objectsOf(text, one));
  return [...places, ...objects].map((place) => ({
    entries: dictionaryAt(text, place),
    methods: methodsIn(text.slice(place, place + DICTIONARY)),
  }));
}

const FILTER = /\/(\w{1,40})\s{0,20}<<[^<>]{0,400}?\/CFM\s{0,20}\/(\w{1,20})/g;

const methodsIn = (dictionary: string): ReadonlyMap<string, string> =>
  new Map(dictionary.matchAll(FILTER).map(([, name = '', method = '']) => [name, method]));

/** Where those of this number begin; the end of the text, where no dictionary is, for none. */
function objectsOf(text: string, written: string): readonly number[] {
  const places: number[] = [];
  for (const { 0: whole, index } of text.matchAll(new RegExp(`(?<!\\d)${written}\\s{1,20}obj`, 'g'))) {
    places.push(index + whole.length);
    if (places.length > MAX_LOCKS) break;
  }
  return places.length > 0 ? places : [text.length];
}

/** First halves of the files' ids; in a file without one it is empty (§7.6.4.4). */
function idsOf(text: string): readonly Buffer[] {
  const ids = new Map<string, Buffer>();
  let count = 0;
  for (const { 0: whole, index } of text.matchAll(/\/ID\s{0,20}\[\s{0,20}(?=[<(])/g)) {
    if (++count > MAX_IDS || ids.size >= MAX_LOCKS) break;
    const { value } = stringAt(text, index + whole.length, MAX_STRING);
    ids.set(value, Buffer.from(value, 'latin1'));
  }
  return ids.size === 0 ? [Buffer.alloc(0)] : [...ids.values()];
}

/** Its own entries: strings as bytes, all else as written; empty when there is none. */
function dictionaryAt(text: string, place: number): Lock['entries'] {
  const entries = new Map<string, Buffer | string>();
  const part = text.slice(place, place + DICTIONARY);
  const token = /\s{1,200}|%[^\r\n]{0,200}|\/([^\s/<>()[\]%]{0,60})|<<|>>|[<(]|[^\s/<>()%]{1,60}/y;
  let depth = 0;
  let key: string | undefined;
  for (let match = token.exec(part); match !== null; match = token.exec(part)) {
    const { 0: word, 1: name } = match;
    if (word.trim() === '' || word.startsWith('%')) continue;
    if (depth === 0 && word !== '<<') break;
    if (word === '<<') depth++;
    else if (word === '>>') depth--;
    if (depth === 0) return entries;
    let value: Buffer | string = name ?? word;
    if (word === '<' || word === '(') {
      const read = stringAt(part, match.index, MAX_STRING);
      token.lastIndex = read.end;
      value = Buffer.from(read.value, 'latin1');
    }
    if (depth > 1 || word === '<<' || word === '>>') key = undefined;
    else if (key === undefined) key = name;
    else {
      if (!entries.has(key)) entries.set(key, value);
      key = undefined;
    }
  }
  return new Map();
}

const MAX_STRING = 400; // characters as written; keys and ids have up to 127 bytes

function keyOf({ entries, methods }: Lock, ids: readonly Buffer[]): PdfKey | undefined {
  const key = fileKey(entries, ids);
  if (key === undefined) return undefined;
  const isByFilter = Number(entries.get('V')) >= 4;
  const cipherOf = (filter: string): PdfCipher => {
    const method = methods.get(filter);
    return method === 'V2' || method === 'AESV2' || method === 'AESV3' ? method : 'None';
  };
  const cipherFor = (entry: string): PdfCipher => (isByFilter ? cipherOf(String(entries.get(entry) ?? '')) : 'V2');
  return { key, strings: cipherFor('StrF'), streams: cipherFor('StmF'), cipherOf };
}

/** undefined: it does not open. */
function fileKey(lock: Lock['entries'], ids: readonly Buffer[]): Buffer | undefined {
  const revision = Number(lock.get('R'));
  const [owner, user] = [lock.get('O'), lock.get('U')];
  if (lock.get('Filter') !== 'Standard' || !Buffer.isBuffer(owner) || !Buffer.isBuffer(user)) return undefined;
  if (revision === 5 || revision === 6) return newKey(user, lock.get('UE'), revision);
  if (!(revision >= 2 && revision <= 4) || owner.length < 32 || user.length < 32) return undefined;
  for (const id of ids) {
    const key = oldKey(lock, { revision, owner: owner.subarray(0, 32), user, id });
    if (key !== undefined) return key;
  }
  return undefined;
}

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const MORE_HASHES = 50;
const MORE_CIPHERS = 19;
const md5 = (...pieces: readonly Buffer[]): Buffer => hash('md5', Buffer.concat(pieces), 'buffer');

interface Old {
  readonly revision: number;
  readonly owner: Buffer;
  readonly user: Buffer;
  readonly id: Buffer;
}

/** Algorithms 2, 4 and 5 with an empty password, of which the padding is left. */
function oldKey(lock: Lock['entries'], { revision, owner, user, id }: Old): Buffer | undefined {
  const permissions = Buffer.alloc(4);
  permissions.writeUInt32LE(Number(lock.get('P')) >>> 0); // written with a sign, or without
  const isWithoutMetadata = revision === 4 && lock.get('EncryptMetadata') === 'false';
  let key = md5(PADDING, owner, permissions, id, Buffer.alloc(isWithoutMetadata ? 4 : 0, 255));
  const keyBytes = keyBytesOf(lock, revision);
  if (revision === 2) {
    key = key.subarray(0, keyBytes);
    return rc4(key, PADDING).equals(user.subarray(0, 32)) ? key : undefined;
  }
  for (let i = 0; i < MORE_HASHES; i++) key = md5(key.subarray(0, keyBytes));
  key = key.subarray(0, keyBytes);
  let expected = md5(PADDING, id);
  for (let i = 0; i <= MORE_CIPHERS; i++) expected = rc4(Buffer.from(key.map((byte) => byte ^ i)), expected);
  return expected.equals(user.subarray(0, 16)) ? key : undefined;
}

/** /Length is in bits, and absent for the usual; with crypt filters keys have 16 bytes. */
function keyBytesOf(lock: Lock['entries'], revision: number): number {
  if (revision === 2 || lock.get('V') === '1') return 5;
  if (revision === 4) return 16;
  const bits = Number(lock.get('Length') ?? 40);
  return bits >= 40 && bits <= 128 ? bits >> 3 : 16;
}

/** §7.6.4.4.10: 32 bytes of hash, 8 of salt for it, 8 for what the key is locked with. A file whose key is not there opens, and shows nothing. */
function newKey(user: Buffer, locked: Buffer | string | undefined, revision: number): Buffer | undefined {
  const hashed = (from: number): Buffer => {
    const salted = hash('sha256', user.subarray(from, from + 8), 'buffer');
    return revision === 5 ? salted : hardened(salted);
  };
  if (user.length < 48 || !hashed(32).equals(user.subarray(0, 32))) return undefined;
  if (!Buffer.isBuffer(locked) || locked.length < 32) return Buffer.alloc(32);
  const decipher = createDecipheriv('aes-256-cbc', hashed(40), Buffer.alloc(16)).setAutoPadding(false);
  return decipher.update(locked.subarray(0, 32));
}

const ROUNDS = 64;
const MAX_ROUNDS = 320; // the last byte of each round ends it at 287 at the latest
const REPEATS = 64;
const HASHES = ['sha256', 'sha384', 'sha512'] as const;

/** Algorithm 2.B with an empty password. */
function hardened(beginning: Buffer): Buffer {
  let key = beginning;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false);
    const sealed = cipher.update(Buffer.concat(Array<Buffer>(REPEATS).fill(key)));
    const remainder = sealed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % HASHES.length;
    key = hash(HASHES[remainder] ?? 'sha256', sealed, 'buffer');
    if (round >= ROUNDS && (sealed.at(-1) ?? 0) <= round - 32) break;
  }
  return key.subarray(0, 32);
}
