/** CMS messages (RFC 5652) of nothing but what stands around the content: nobody verifies them here. */
import { deflateSync } from 'node:zlib';

/** Lengths as DER has them. */
export function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([
    content.length < 128 ? Buffer.from([tag, content.length]) : Buffer.concat([Buffer.from([tag, 0x84]), length]),
    content,
  ]);
}

/** Without a length, up to two zero bytes. */
export const open = (tag: number, ...contents: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...contents, Buffer.alloc(2)]);

type Write = typeof tlv;

const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const PKCS7 = '2a864886f70d0107';
const DATA = oid(`${PKCS7}01`);
const VERSION = tlv(0x02, Buffer.from([1]));
export const octets = (bytes: Buffer | string): Buffer => tlv(0x04, Buffer.from(bytes));

export const contentInfo = (type: string, content: Buffer, write: Write = tlv): Buffer =>
  write(0x30, oid(type), write(0xa0, content));
const carrying = (content: Buffer | undefined, write: Write): Buffer =>
  write(0x30, DATA, ...(content === undefined ? [] : [write(0xa0, content)]));

/** `content`: an octet string; undefined for certificates alone. */
export const signed = (content: Buffer | undefined, write: Write = tlv): Buffer =>
  contentInfo(`${PKCS7}02`, write(0x30, VERSION, write(0x31), carrying(content, write), write(0x31)), write);
export const enveloped = (): Buffer => contentInfo(`${PKCS7}03`, tlv(0x30, VERSION, tlv(0x31), tlv(0x30, DATA)));
export const compressed = (content: Buffer | string): Buffer =>
  contentInfo(
    '2a864886f70d0109100109',
    tlv(0x30, VERSION, tlv(0x30, DATA), carrying(octets(deflateSync(Buffer.from(content))), tlv)),
  );
