/**
 * What a CMS message carries in the open (RFC 5652 §5 SignedData, RFC 3274 CompressedData): S/MIME in one piece, and files signed one by one
 * (.p7m). Read in DER and in BER, where lengths may be left open and an octet string may come in pieces. Signatures are not verified. Linear;
 * what breaks off is what there is of it.
 */
import { inflateSync } from 'node:zlib';

export type SignedData =
  /** `isPacked`: it was compressed, so that it may be larger than what it came in. */
  | { readonly kind: 'content'; readonly content: Buffer; readonly isPacked: boolean }
  /** Encrypted, or nothing but certificates. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'unreadable' };

const UNREADABLE: SignedData = { kind: 'unreadable' };
const CLOSED: SignedData = { kind: 'closed' };

const SMIME = /^application\/(?:(?:x-)?pkcs7-mime|cms)$/; // RFC 8551 §3.2, RFC 7193
const SIGNED_NAME = /\.p7[mz]$/i;
const MAX_ENDING = 10; // characters of a file name

/** By what it says of itself. */
export const isSmime = (declaredType: string, fileName: string): boolean =>
  SMIME.test(declaredType) || SIGNED_NAME.test(fileName.slice(-MAX_ENDING));

const PKCS7 = '2a864886f70d0107'; // 1.2.840.113549.1.7
const SIGNED_DATA = `${PKCS7}02`;
const COMPRESSED_DATA = '2a864886f70d0109100109'; // 1.2.840.113549.1.9.16.1.9
/** EnvelopedData, signed and enveloped, EncryptedData; AuthEnvelopedData (RFC 5083). */
const ENCRYPTED: ReadonlySet<string> = new Set([`${PKCS7}03`, `${PKCS7}04`, `${PKCS7}06`, '2a864886f70d0109100117']);

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OID = 0x06;
const OCTETS = 0x04;
const OCTETS_IN_PIECES = 0x24;
const EXPLICIT = 0xa0;

/** `room`: bytes that may be unpacked. Never throws. */
export function readSignedData(bytes: Buffer, room: number): SignedData {
  const outer = childrenOf(unarmoured(bytes), SEQUENCE, 2);
  const type = oidIn(outer[0]);
  if (ENCRYPTED.has(type)) return CLOSED;
  const inner = childrenOf(outer[1]?.content, SEQUENCE, 3);
  if (outer[1]?.tag !== EXPLICIT || inner[0]?.tag !== INTEGER) return UNREADABLE;
  // Both say next by which algorithms: SignedData a set of them, CompressedData one.
  if (type === SIGNED_DATA && inner[1]?.tag === SET) return carried(inner[2]);
  if (type !== COMPRESSED_DATA || inner[1]?.tag !== SEQUENCE) return UNREADABLE;
  const packed = carried(inner[2]);
  return packed.kind === 'content' ? unpacked(packed.content, room) : packed;
}

/** EncapsulatedContentInfo: what the content is, and the content; without it the signature belongs to something else, or to nothing. */
function carried(info: Element | undefined): SignedData {
  if (info?.tag !== SEQUENCE) return UNREADABLE;
  const [type, explicit] = elementsIn(info.content, 2);
  if (type?.tag !== OID) return UNREADABLE;
  if (explicit === undefined) return CLOSED;
  const [octets] = explicit.tag === EXPLICIT ? elementsIn(explicit.content, 1) : [];
  if (octets?.tag !== OCTETS && octets?.tag !== OCTETS_IN_PIECES) return UNREADABLE;
  return { kind: 'content', content: octetsOf(octets), isPacked: false };
}

function unpacked(packed: Buffer, room: number): SignedData {
  try {
    return { kind: 'content', content: inflateSync(packed, { maxOutputLength: Math.max(1, room) }), isPacked: true };
  } catch {
    return UNREADABLE;
  }
}

/** Base64 in place of bytes, with or without lines around it: some programs read it all the same. */
function unarmoured(bytes: Buffer): Buffer {
  if (bytes[0] === SEQUENCE && !isBase64(bytes)) return bytes;
  const text = bytes.toString('latin1').replace(/-----[A-Z0-9 ]{1,40}-----/g, '');
  return Buffer.from(text, 'base64');
}

const LOOKED_AT = 64; // bytes
/** '0' is a letter of base64 as well. */
const isBase64 = (bytes: Buffer): boolean => /^[A-Za-z0-9+/=\s]+$/.test(bytes.toString('latin1', 0, LOOKED_AT));

interface Element {
  readonly tag: number;
  /** Where its length was left open, with all that stands behind it. */
  readonly content: Buffer;
  readonly isOpen: boolean;
}

function childrenOf(bytes: Buffer | undefined, tag: number, count: number): readonly Element[] {
  const [element] = bytes === undefined ? [] : elementsIn(bytes, 1);
  return element?.tag === tag ? elementsIn(element.content, count) : [];
}

/** The first few: nothing is looked for behind them, so that where the last one ends need not be known. */
function elementsIn(bytes: Buffer, count: number): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; found.length < count; at = endOf(bytes, at)) {
    const head = headAt(bytes, at);
    if (head === undefined || isEnd(head)) break;
    const { tag, start, length } = head;
    const content = bytes.subarray(start, length === undefined ? bytes.length : Math.min(start + length, bytes.length));
    found.push({ tag, content, isOpen: length === undefined });
  }
  return found;
}

interface Head {
  readonly tag: number;
  /** Where the content begins. */
  readonly start: number;
  /** undefined: left open. */
  readonly length: number | undefined;
}

/** undefined: nothing is left, or nothing that makes sense. */
function headAt(bytes: Buffer, at: number): Head | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined; // long tags are none of these
  if (first === 0x80) return (tag & 0x20) === 0 ? undefined : { tag, start: at + 2, length: undefined };
  const start = at + 2 + (first > 0x80 ? first & 0x7f : 0);
  if (start > bytes.length) return undefined;
  return { tag, start, length: first > 0x80 ? lengthIn(bytes.subarray(at + 2, start)) : first };
}

/** It may begin with zeros (X.690 §8.1.3.5). */
const lengthIn = (bytes: Buffer): number =>
  bytes.reduce((length, byte) => Math.min(length * 256 + byte, Number.MAX_SAFE_INTEGER / 512), 0);

/** Two zero bytes end what has no length (X.690 §8.1.5). */
const isEnd = ({ tag, length }: Head): boolean => tag === 0 && length === 0;

/** Of an element that was left open, behind the bytes that end it; all that is open in it is walked through. */
function endOf(bytes: Buffer, from: number): number {
  let openCount = 0;
  for (let at = from; ; ) {
    const head = headAt(bytes, at);
    if (head === undefined) return bytes.length;
    if (head.length === undefined) openCount++;
    else if (isEnd(head)) openCount--;
    at = head.start + (head.length ?? 0);
    if (openCount <= 0) return at;
  }
}

function oidIn(element: Element | undefined): string {
  return element?.tag === OID ? element.content.toString('hex', 0, LOOKED_AT) : '';
}

/** The pieces in their order, which may be in pieces themselves: one after the other, as deep as they are. */
function octetsOf({ tag, content, isOpen }: Element): Buffer {
  if (tag === OCTETS) return content;
  const out = Buffer.alloc(content.length);
  let size = 0;
  let openCount = isOpen ? 1 : 0;
  for (let at = 0; ; ) {
    const head = headAt(content, at);
    if (head === undefined) break;
    const { start, length } = head;
    if (isEnd(head) && --openCount <= 0) break;
    if (head.tag === OCTETS_IN_PIECES) {
      if (length === undefined) openCount++;
      at = start; // and on with what is in it
    } else {
      if (head.tag !== OCTETS && !isEnd(head)) break;
      at = start + (length ?? 0);
      if (head.tag === OCTETS) size += content.copy(out, size, start, Math.min(at, content.length));
    }
  }
  return out.subarray(0, size);
}
