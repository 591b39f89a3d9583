/** Bodies of parts: transfer encodings and charsets, there and back. Decoding is mailparser's own, so that both read the same. */

import { isAscii, isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import iconv from 'iconv-lite';
import libmime from 'libmime';
import { encode, wrap } from 'libqp';
import { decodeUtf7, isUtf7 } from '../../text/utf7.ts';
import { utf16At, utf16Of } from '../../text/utf16.ts';
import { isUuencoded } from '../../text/uuencode.ts';
import type { Entity } from './entities.ts';

/** What the reader gets: transfer encoding undone. */
export async function decodedBody(raw: Buffer, { node, bodyStart, bodyEnd }: Entity): Promise<Buffer> {
  const body = raw.subarray(bodyStart, bodyEnd);
  if (node.multipart !== false) return body;
  const isEncoded = node.encoding === 'base64' || node.encoding === 'quoted-printable' || isUuencoded(node.encoding);
  return isEncoded ? through(node.getDecoder(), body) : body;
}

function through(stream: Transform, bytes: Buffer): Promise<Buffer> {
  const result = buffer(stream);
  stream.end(bytes);
  return result;
}

const UTF8 = /^(?:|us-?ascii|ascii|utf-?8)$/i; // what mailparser reads as UTF-8

export async function decodedText(bytes: Buffer, charset: string): Promise<string> {
  if (isUtf7(charset)) return decodeUtf7(bytes);
  if (!UTF8.test(charset)) return (await through(libmime.createDecodeStream(charset), bytes)).toString();
  return isUtf8(bytes) ? bytes.toString() : withEscapes(bytes);
}

export interface EncodedText {
  readonly bytes: Buffer;
  /** Another one than before, when that cannot hold the text. */
  readonly charset?: 'utf-8';
}

/** In the charset it was in, if that holds both the old text, byte for byte, and the new. */
export async function encodedText(
  text: string,
  charset: string,
  before: Buffer,
  beforeText: string,
): Promise<EncodedText> {
  if (UTF8.test(charset)) {
    const bytes = withoutEscapes(text);
    const isUndeclared = !/8$/.test(charset) && isAscii(before) && !isAscii(bytes);
    return isUndeclared ? { bytes, charset: 'utf-8' } : { bytes };
  }
  const name = libmime.normalizeCharset(charset);
  if (iconv.encodingExists(name) && iconv.encode(beforeText, name).equals(before)) {
    const bytes = iconv.encode(text, name);
    if ((await decodedText(bytes, charset)) === text) return { bytes };
  }
  return { bytes: Buffer.from(text), charset: 'utf-8' };
}

const ESCAPED = /[\udc80-\udcff]+/gu; // with the flag only those that belong to no pair
const MAX_SEQUENCE = 4; // bytes of a character in UTF-8

/** Bytes that are no UTF-8 become single surrogates, which no text has, so that they can be written again as they were. */
function withEscapes(bytes: Buffer): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    let end = at + 1;
    while (end < bytes.length && sequenceAt(bytes, end) === 0) end++;
    pieces.push(bytes.toString('utf8', from, at), escapesOf(bytes.subarray(at, end)));
    from = end;
    at = end;
  }
  pieces.push(bytes.toString('utf8', from));
  return pieces.join('');
}

/** As UTF-16: 0xdc00 and the byte. */
function escapesOf(bytes: Buffer): string {
  const units = Buffer.alloc(bytes.length * 2, 0xdc);
  for (const [at, byte] of bytes.entries()) units[at * 2] = byte;
  return utf16At(units);
}

/** Bytes of the character that begins here; 0 when none does. */
function sequenceAt(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? MAX_SEQUENCE : lead >= 0xe0 ? 3 : 2;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

function withoutEscapes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { 0: escaped, index } of text.matchAll(ESCAPED)) {
    // Of each unit in UTF-16 the low byte is what it stands for.
    const units = utf16Of(escaped);
    pieces.push(Buffer.from(text.slice(from, index)), Buffer.from(units.filter((_, at) => at % 2 === 0)));
    from = index + escaped.length;
  }
  pieces.push(Buffer.from(text.slice(from)));
  return Buffer.concat(pieces);
}

export interface EncodedBody {
  readonly body: Buffer;
  /** Another one than before, when lines or bytes would not pass. */
  readonly encoding?: 'quoted-printable';
}

const LINE_LENGTH = 76; // RFC 2045 §6.7, §6.8
const MAX_LINE = 998; // RFC 5322 §2.1.1

/** In the transfer encoding that the part had. `before` is the body as it was. */
export function encodedBody(bytes: Buffer, encoding: string, before: Buffer, eol: string): EncodedBody {
  if (encoding === 'base64') return { body: base64(bytes, before, eol) };
  if (encoding === 'quoted-printable') return { body: quotedPrintable(bytes, eol) };
  if (isUuencoded(encoding)) return { body: quotedPrintable(bytes, eol), encoding: 'quoted-printable' };
  const isNew = (test: (one: Buffer) => boolean): boolean => test(bytes) && !test(before);
  const needsEncoding =
    isNew(hasLongLine) || (encoding !== '8bit' && encoding !== 'binary' && isNew((one) => !isAscii(one)));
  return needsEncoding ? { body: quotedPrintable(bytes, eol), encoding: 'quoted-printable' } : { body: bytes };
}

function base64(bytes: Buffer, before: Buffer, eol: string): Buffer {
  const lines = bytes.toString('base64').match(/.{1,76}/g) ?? [];
  return Buffer.from(lines.join(eol) + (before.at(-1) === 10 ? eol : ''), 'latin1');
}

/** Line breaks of the text stay what they are; soft ones are the message's. A CR by itself is none (RFC 2045 §6.7): at the end it would be taken for half of one. */
export const quotedPrintable = (bytes: Buffer, eol: string): Buffer =>
  Buffer.from(wrap(encode(bytes).replace(/\r(?!\n)/g, '=0D'), LINE_LENGTH).replaceAll('=\r\n', `=${eol}`), 'latin1');

function hasLongLine(bytes: Buffer): boolean {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    if (end - start > MAX_LINE + 1) return true;
    start = end + 1;
  }
  return bytes.length - start > MAX_LINE + 1;
}
