/** Which pictures may be decoded: what they declare is read and bounded first, since a picture of 100 kB may claim gigabytes. */

export type PictureType = 'png' | 'jpg' | 'gif' | 'bmp';

/** undefined for what the decoder does not know. */
export const asPictureType = (type: string | undefined): PictureType | undefined =>
  type === 'png' || type === 'jpg' || type === 'gif' || type === 'bmp' ? type : undefined;

export const MIN_SIDE = 21; // modules of the smallest code, a pixel each (ISO/IEC 18004 §6.3.1)
const MAX_SIDE = 8_000;
const MAX_SCANS = 20; // of a JPEG: each goes over all its pixels; libjpeg's own script for progressive ones has ten
const MAX_SEGMENTS = 100_000;

/**
 * Pixels of a picture that can hold a code and may be decoded; undefined for one that holds none, 'too-costly' for one that may and costs more
 * than there is. Linear in its bytes.
 */
export function pixelsOf(content: Buffer, type: PictureType, maxPixels: number): number | 'too-costly' | undefined {
  const size = sizeOf(content, type);
  if (size === undefined) return undefined;
  const [width, height] = size;
  const pixels = width * height;
  if (Math.min(width, height) < MIN_SIDE) return undefined;
  if (Math.max(width, height) > MAX_SIDE || pixels > maxPixels) return 'too-costly';
  if (type === 'jpg' && countScans(content) > MAX_SCANS) return 'too-costly';
  return pixels;
}

function sizeOf(content: Buffer, type: PictureType): readonly [width: number, height: number] | undefined {
  if (content.length < 30) return undefined;
  switch (type) {
    case 'png':
      return content.toString('latin1', 12, 16) === 'IHDR'
        ? [content.readUInt32BE(16), content.readUInt32BE(20)]
        : undefined;
    case 'gif':
      return gifSize(content);
    case 'jpg':
      return jpegSize(content);
    case 'bmp':
      return bitmapSize(content);
  }
}

/**
 * The larger of the screen and the first frame (GIF89a §18, 20): a frame should lie within the screen and need not. It follows the table of
 * colours and extensions, blocks of their own.
 */
function gifSize(content: Buffer): readonly [number, number] {
  const screen = [content.readUInt16LE(6), content.readUInt16LE(8)] as const;
  const flags = content[10] ?? 0;
  let at = 13 + ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  for (let count = 0; content[at] === 0x21 && count < MAX_SEGMENTS; count++) {
    at += 2;
    for (let size = content[at] ?? 0; size > 0; size = content[at] ?? 0) at += size + 1;
    at++;
  }
  if (content[at] !== 0x2c || at + 9 > content.length) return screen;
  const frame = [content.readUInt16LE(at + 5), content.readUInt16LE(at + 7)] as const;
  return [Math.max(screen[0], frame[0]), Math.max(screen[1], frame[1])];
}

const OLD_HEADER = 12; // bytes; its sizes have two

/** BITMAPINFOHEADER behind 14 bytes of the file; with a height below zero rows begin at the top. */
function bitmapSize(content: Buffer): readonly [number, number] {
  if (content.readUInt32LE(14) === OLD_HEADER) return [content.readUInt16LE(18), content.readUInt16LE(20)];
  return [Math.abs(content.readInt32LE(18)), Math.abs(content.readInt32LE(22))];
}

/** Frame headers, SOF0–SOF15 without DHT, JPG and DAC (ITU-T T.81 table B.1). The largest counts: decoders differ in which they take. */
function jpegSize(content: Buffer): readonly [number, number] | undefined {
  let size: readonly [number, number] | undefined;
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && at + 9 <= content.length; count++) {
    if (content[at] !== 0xff) break;
    const marker = content[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xda) break;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const found = [content.readUInt16BE(at + 7), content.readUInt16BE(at + 5)] as const;
      if (size === undefined || found[0] * found[1] > size[0] * size[1]) size = found;
    }
    at += 2 + content.readUInt16BE(at + 2);
  }
  return size;
}

const SCAN = Buffer.from([0xff, 0xda]);

/** From the first on: comments before it may hold the same bytes. In the data of a scan ff is followed by 00. */
function countScans(content: Buffer): number {
  let count = 0;
  for (let at = content.indexOf(SCAN, firstScan(content)); at >= 0 && count <= MAX_SCANS; count++)
    at = content.indexOf(SCAN, at + 2);
  return count;
}

function firstScan(content: Buffer): number {
  let at = 2;
  for (let count = 0; count < MAX_SEGMENTS && at + 4 <= content.length && content[at] === 0xff; count++) {
    const marker = content[at + 1] ?? 0;
    if (marker === 0xda) return at;
    at += marker === 0xff ? 1 : 2 + content.readUInt16BE(at + 2);
  }
  return at;
}
