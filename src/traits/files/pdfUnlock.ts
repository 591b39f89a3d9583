/**
 * A PDF as its reader sees it who was never asked for a password (ISO 32000-2 §7.6): strings and streams unlocked where they stand. Lengths and
 * offsets are no more right: for readers here, who go by neither.
 */
import { createDecipheriv, hash } from 'node:crypto';
import { keysUnasked, type PdfCipher, type PdfKey } from './pdfLock.ts';
import { type PdfStream, pdfStreams } from './pdfStreams.ts';
import { stringAt } from './pdfStrings.ts';
import { rc4 } from './rc4.ts';

const MAX_FILE = 8 * 1024 * 1024; // bytes
const MAX_STREAMS = 4_000;
const MAX_STRINGS = 20_000; // each costs some microseconds
const MAX_STRING = 64 * 1024; // characters as written
const MAX_KEYS = 2; // that differ: versions of a file

/** For each key that one could be read by, mostly one; undefined when it does not open unasked. `[]`: it does, and is too long. */
export function unlockedPdfs(content: Buffer): readonly Buffer[] | undefined {
  const keys = keysUnasked(content);
  if (keys === undefined || content.length > MAX_FILE) return keys === undefined ? undefined : [];
  const distinct = new Map(keys.map((key) => [`${key.key.toString('hex')} ${key.strings} ${key.streams}`, key]));
  return [...distinct.values()].slice(0, MAX_KEYS).map((key) => unlocked(content, key));
}

function unlocked(content: Buffer, key: PdfKey): Buffer {
  const text = content.toString('latin1');
  const pieces: Buffer[] = [];
  const words = newWords(key);
  let from = 0;
  for (const stream of pdfStreams(content, text, /(?:)/, { limit: MAX_STREAMS })) {
    const start = stream.data.byteOffset - content.byteOffset;
    if (start < from) continue;
    pieces.push(words(text.slice(from, start)), unlockedStream(stream, key));
    from = start + stream.data.length;
  }
  pieces.push(words(text.slice(from)));
  return Buffer.concat(pieces);
}

const UNLOCKED = /\/Type\s{0,20}\/XRef\b/; // §7.5.8.2: no table of offsets is locked

function unlockedStream({ number, generation, dictionary, data, packed }: PdfStream, key: PdfKey): Buffer {
  if (UNLOCKED.test(dictionary)) return data;
  // A stream may name a filter of its own, which may be none (§7.4.10).
  const own = packed.filters.includes('Crypt') ? (/\/Name\s{0,20}\/(\w{1,40})/.exec(dictionary)?.[1] ?? '') : undefined;
  const cipher = own === undefined ? key.streams : key.cipherOf(own);
  return opened(data, cipher, objectKey(key, cipher, number, generation));
}

const WORD = /(?<!\d)(\d{1,10})\s{1,20}(\d{1,5})\s{1,20}obj\b|<<|[(<]|%[^\r\n]*/g;

/** What stands between streams, in order: each string is of the object that began last. */
function newWords(key: PdfKey): (text: string) => Buffer {
  let strings = 0;
  let object: readonly [number: number, generation: number] = [0, 0];
  let own: Buffer | undefined;
  return (text) => {
    let plain = '';
    let from = 0;
    const word = new RegExp(WORD);
    for (let match = word.exec(text); match !== null && strings < MAX_STRINGS; match = word.exec(text)) {
      const { 0: whole, 1: number, 2: generation, index } = match;
      if (number !== undefined) {
        object = [Number(number), Number(generation)];
        own = undefined;
      }
      if (whole !== '(' && whole !== '<') continue;
      strings++;
      own ??= objectKey(key, key.strings, ...object);
      const { value, end } = stringAt(text, index, MAX_STRING);
      const open = opened(Buffer.from(value, 'latin1'), key.strings, own).toString('latin1');
      plain += `${text.slice(from, index)}(${open.replace(/[()\\]/g, '\\$&')})`;
      from = end;
      word.lastIndex = end;
    }
    return Buffer.from(plain + text.slice(from), 'latin1');
  };
}

/** Algorithm 1: of the file's key, the object's two numbers, and a word for AES. */
function objectKey({ key }: PdfKey, cipher: PdfCipher, number: number, generation: number): Buffer {
  if (cipher === 'AESV3' || cipher === 'None') return key;
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(number % 2 ** 32, 0);
  numbers.writeUInt32LE(generation % 2 ** 32, 4);
  const pieces = [key, numbers.subarray(0, 3), numbers.subarray(4, 6), Buffer.from(cipher === 'AESV2' ? 'sAlT' : '')];
  return hash('md5', Buffer.concat(pieces), 'buffer').subarray(0, Math.min(16, key.length + 5));
}

const BLOCK = 16;

/** Whole blocks only: behind them may stand what is no part of it. Of AES the first block is where it begins. */
function opened(bytes: Buffer, cipher: PdfCipher, key: Buffer): Buffer {
  if (cipher === 'None') return bytes;
  if (cipher === 'V2') return rc4(key, bytes);
  const end = bytes.length - (bytes.length % BLOCK);
  if (end < 2 * BLOCK || key.length !== (cipher === 'AESV2' ? 16 : 32)) return Buffer.alloc(0);
  const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, bytes.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = decipher.update(bytes.subarray(BLOCK, end));
  const padding = plain.at(-1) ?? 0;
  return padding >= 1 && padding <= BLOCK ? plain.subarray(0, plain.length - padding) : plain;
}
