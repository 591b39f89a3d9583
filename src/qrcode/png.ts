/** Whether a PNG unpacks to the size it declares: a decoder unpacks all there is before it looks, and a megabyte of zeros would take a gigabyte. */
import { constants, inflateSync } from 'node:zlib';

const MARK = '\x89PNG';
const IDAT = Buffer.from('IDAT');
const BYTES_A_PIXEL = 8; // four channels of 16 bits
const PASSES = 7; // of an interlaced picture; each of its rows has a byte more (PNG §8.1)

/**
 * True for what is no PNG: its like is bounded by its header. A wrong checksum or a cut is no reason: decoders show what is there. The caller
 * bounds the declared size. Never throws.
 */
export function unpacksToItsSize(content: Buffer): boolean {
  if (content.length < 30 || content.toString('latin1', 0, MARK.length) !== MARK) return true;
  const width = content.readUInt32BE(16);
  const height = content.readUInt32BE(20);
  try {
    inflateSync(imageData(content), {
      maxOutputLength: width * height * BYTES_A_PIXEL + height * PASSES + 1_024,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE';
  }
}

/** What all its IDAT chunks hold, still packed. */
export function imageData(content: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 8; at + 12 <= content.length; ) {
    const length = content.readUInt32BE(at);
    if (content.subarray(at + 4, at + 8).equals(IDAT)) chunks.push(content.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return Buffer.concat(chunks);
}
