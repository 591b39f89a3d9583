/**
 * A PNG with an alpha channel on white and on black: where it is transparent the library sees whatever colour stands there, the reader the
 * page behind it. Eight bits a sample, not interlaced, as nearly all are (PNG §9.2, §13.16).
 */
import { constants, inflateSync } from 'node:zlib';
import type { Bitmap } from './decoderProcess.ts';
import { imageData } from './png.ts';

const CHANNELS: ReadonlyMap<number, number> = new Map([
  [4, 2], // grey and alpha
  [6, 4], // red, green, blue and alpha
]);
const GROUNDS = [255, 0];

/** One after the other: each takes as much memory as the picture. None for any other picture. The caller has checked that it unpacks to its size. */
export function* flattened(content: Buffer): Generator<Bitmap> {
  if (content.length < 30) return;
  const [width, height] = [content.readUInt32BE(16), content.readUInt32BE(20)];
  const channels = CHANNELS.get(content[25] ?? 0);
  if (channels === undefined || content[24] !== 8 || content[28] !== 0) return;
  const samples = unfiltered(
    inflateSync(imageData(content), { finishFlush: constants.Z_SYNC_FLUSH }),
    width * channels,
    height,
    channels,
  );
  for (const ground of GROUNDS) yield { width, height, data: onGround(samples, width * height, channels, ground) };
}

function onGround(samples: Buffer, pixels: number, channels: number, ground: number): Uint8ClampedArray {
  const data = new Uint8ClampedArray(pixels * 4);
  for (let i = 0; i < pixels; i++) {
    const at = i * channels;
    const alpha = (samples[at + channels - 1] ?? 0) / 255;
    for (let colour = 0; colour < 3; colour++) {
      const sample = samples[at + (channels === 4 ? colour : 0)] ?? 0;
      data[i * 4 + colour] = sample * alpha + ground * (1 - alpha);
    }
    data[i * 4 + 3] = 255;
  }
  return data;
}

/** Rows with a byte before each that says how they were filtered. */
function unfiltered(data: Buffer, rowBytes: number, height: number, pixelBytes: number): Buffer {
  const out = Buffer.alloc(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const filter = data[row * (rowBytes + 1)] ?? 0;
    for (let i = 0; i < rowBytes; i++) {
      const at = row * rowBytes + i;
      const left = i >= pixelBytes ? (out[at - pixelBytes] ?? 0) : 0;
      const up = row > 0 ? (out[at - rowBytes] ?? 0) : 0;
      const corner = row > 0 && i >= pixelBytes ? (out[at - rowBytes - pixelBytes] ?? 0) : 0;
      out[at] = (data[row * (rowBytes + 1) + 1 + i] ?? 0) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
