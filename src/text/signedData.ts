/**
 * What a CMS message carries in the open (RFC 5652 §5 SignedData, RFC 3274 CompressedData): S/MIME in one piece, and files signed one by one
 * (.p7m). Read in DER and in BER, where lengths may be left open and an octet string may come in pieces. Signatures are not verified. Linear;
 * what breaks off is what there is of it.
 */
import { inflateSync } from 'node:zlib';
import {
  childrenOf,
  type Element,
  EXPLICIT,
  elementsIn,
  INTEGER,
  OCTETS,
  OCTETS_IN_PIECES,
  OID,
  octetsOf,
  oidIn,
  SEQUENCE,
  SET,
} from './ber.ts';

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
export const SIGNED_DATA = `${PKCS7}02`;
const COMPRESSED_DATA = '2a864886f70d0109100109'; // 1.2.840.113549.1.9.16.1.9
/** EnvelopedData, signed and enveloped, EncryptedData; AuthEnvelopedData (RFC 5083). */
const ENCRYPTED: ReadonlySet<string> = new Set([`${PKCS7}03`, `${PKCS7}04`, `${PKCS7}06`, '2a864886f70d0109100117']);

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
export function unarmoured(bytes: Buffer): Buffer {
  if (bytes[0] === SEQUENCE && !isBase64(bytes)) return bytes;
  const text = bytes.toString('latin1').replace(/-----[A-Z0-9 ]{1,40}-----/g, '');
  return Buffer.from(text, 'base64');
}

const LOOKED_AT = 64; // bytes
/** '0' is a letter of base64 as well. */
const isBase64 = (bytes: Buffer): boolean => /^[A-Za-z0-9+/=\s]+$/.test(bytes.toString('latin1', 0, LOOKED_AT));
