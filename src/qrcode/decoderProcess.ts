/** The process of decoder.ts: pictures in, texts of their QR codes out, by zxing-cpp in WebAssembly. Ends when its parent does, or is idle. */
import { readFileSync } from 'node:fs';
import { prepareZXingModule, purgeZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import { unpacksToItsSize } from './png.ts';
import { flattened } from './pngAlpha.ts';

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** RGBA, four bytes a pixel. */
  readonly data: Uint8ClampedArray;
}

export interface Question {
  readonly id: number;
  readonly picture: Uint8Array | Bitmap;
}

export interface Answer {
  readonly id: number;
  /** Absent: nobody knows. */
  readonly texts?: readonly string[] | undefined;
}

/** The first that is said: questions are answered from now on. */
export const READY = 'ready';

const MAX_CODES = 4; // in one picture
const MAX_TEXT = 2_048;
const IDLE_MS = 60_000;
const SWOLLEN_BYTES = 32 * 1024 * 1024; // small pictures add 10; another module costs 25 ms, a picture that adds as much ten times that
const GIVEN_BACK_BYTES = SWOLLEN_BYTES / 2;
const MAX_IN_VAIN = 3;
const PAUSE_MS = 50; // then it is nobody's time

const OPTIONS: ReaderOptions = {
  formats: ['QRCode', 'MicroQRCode', 'RMQRCode'],
  maxNumberOfSymbols: MAX_CODES,
  tryHarder: true,
  tryDenoise: true, // finds modules of dots; half as much again in time
};
/** For codes over a picture, whose surroundings mislead a threshold that follows them. */
const FIXED: ReaderOptions = { ...OPTIONS, tryDenoise: false, binarizer: 'FixedThreshold' };

/** The library takes the browser's ImageData for pixels and reads the three fields of Bitmap. */
type Picture = Parameters<typeof readBarcodes>[0];

async function read(picture: Picture, options: ReaderOptions): Promise<readonly string[]> {
  const codes = await readBarcodes(picture, options);
  return [...new Set(codes.filter(({ isValid }) => isValid).map(({ text }) => text.slice(0, MAX_TEXT)))];
}

async function textsIn(picture: Picture): Promise<readonly string[]> {
  const file =
    picture instanceof Uint8Array ? Buffer.from(picture.buffer, picture.byteOffset, picture.byteLength) : undefined;
  if (file !== undefined && !unpacksToItsSize(file)) return [];
  for (const options of [OPTIONS, FIXED]) {
    const texts = await read(picture, options);
    if (texts.length > 0) return texts;
  }
  for (const ground of file === undefined ? [] : flattened(file)) {
    const texts = await read(ground as Picture, OPTIONS);
    if (texts.length > 0) return texts;
  }
  return [];
}

/** From the package on disk: left alone, the library would fetch it from the network. */
const wasmBinary = readFileSync(new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
const overrides = { wasmBinary: new Uint8Array(wasmBinary).buffer };
prepareZXingModule({ overrides });

let slimBytes = process.memoryUsage.rss();
let vainCount = 0;
let slimming: NodeJS.Timeout | undefined;

/** Memory of WebAssembly grows with the largest picture and never shrinks, nor does the collector see it: another module begins small. */
function slim(): void {
  const swollenBytes = process.memoryUsage.rss();
  if (swollenBytes < slimBytes + SWOLLEN_BYTES) return;
  purgeZXingModule();
  globalThis.gc?.();
  const leftBytes = process.memoryUsage.rss();
  // What still compiles is kept: then a later pause gives it back. What three did not, none will.
  vainCount = leftBytes > swollenBytes - GIVEN_BACK_BYTES ? vainCount + 1 : 0;
  if (vainCount % MAX_IN_VAIN === 0) slimBytes = leftBytes;
  void prepareZXingModule({ overrides, fireImmediately: true });
}

const idle = setTimeout(() => process.disconnect(), IDLE_MS);
let last: Promise<unknown> = Promise.resolve();

process.on('message', ({ id, picture }: Question) => {
  idle.refresh();
  clearTimeout(slimming);
  last = last.then(async () => {
    // An error that is thrown ends the process: a module that trapped is not used again.
    process.send?.({ id, texts: await textsIn(picture as Picture) } satisfies Answer);
    slimming = setTimeout(slim, PAUSE_MS).unref();
  });
});
// Without parent and timer there is nothing left to wait for.
process.on('disconnect', () => clearTimeout(idle));
if (process.connected) process.send?.(READY);
else clearTimeout(idle);
