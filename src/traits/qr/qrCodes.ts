/** Texts of the QR codes in a picture, by zxing-cpp in WebAssembly: it decodes the picture and finds codes of any size, angle and colour. */
import { readFileSync } from 'node:fs';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import { type PictureType, pixelsOf } from './pictures.ts';

/** What reading the pictures of one message may cost. */
export interface PictureBudget {
  /** Pixels that may still be decoded: some 20 ms a million. */
  pixels: number;
  pictures: number;
}

const MAX_PIXELS = 4_000_000;
const MAX_PICTURES = 16;
const MAX_BYTES = 2 * 1024 * 1024; // of one picture
const MAX_CODES = 4; // in one picture
const MAX_TEXT = 2_048;

export const newPictureBudget = (): PictureBudget => ({ pixels: MAX_PIXELS, pictures: MAX_PICTURES });

const OPTIONS: ReaderOptions = {
  formats: ['QRCode', 'MicroQRCode', 'RMQRCode'],
  maxNumberOfSymbols: MAX_CODES,
  tryHarder: true,
  tryDenoise: true, // finds modules of dots; half as much again in time
};
/** For codes over a picture, whose surroundings mislead a threshold that follows them. */
const FIXED: ReaderOptions = { ...OPTIONS, tryDenoise: false, binarizer: 'FixedThreshold' };

export interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** RGBA, four bytes a pixel. */
  readonly data: Uint8ClampedArray;
}

/** Distinct texts, at most four. Empty for what is no picture, has no code, or costs more than there is. Never throws. */
export async function readQrCodes(
  content: Buffer,
  type: PictureType,
  budget: PictureBudget,
): Promise<readonly string[]> {
  if (content.length > MAX_BYTES || budget.pictures <= 0) return [];
  const pixels = pixelsOf(content, type, budget.pixels);
  if (pixels === undefined) return [];
  budget.pictures--;
  budget.pixels -= pixels;
  return decode(content);
}

/** The same of what was drawn by other means than a picture. */
export async function readDrawnCodes(bitmap: Bitmap, budget: PictureBudget): Promise<readonly string[]> {
  const pixels = bitmap.width * bitmap.height;
  if (pixels > budget.pixels || budget.pictures <= 0) return [];
  budget.pictures--;
  budget.pixels -= pixels;
  return decode(bitmap as Picture);
}

/** The library takes the browser's ImageData for pixels and reads these three of it. */
type Picture = Parameters<typeof readBarcodes>[0];

async function decode(picture: Picture): Promise<readonly string[]> {
  try {
    await load();
    const texts = await read(picture, OPTIONS);
    return texts.length > 0 ? texts : await read(picture, FIXED);
  } catch {
    loading = undefined; // a module that trapped is not used again
    return [];
  }
}

async function read(picture: Picture, options: ReaderOptions): Promise<readonly string[]> {
  const codes = await readBarcodes(picture, options);
  return [...new Set(codes.filter(({ isValid }) => isValid).map(({ text }) => text.slice(0, MAX_TEXT)))];
}

let loading: Promise<unknown> | undefined;

/** From the package on disk: left alone, the library would fetch it from the network. Some 10 ms, once a thread. */
const load = (): Promise<unknown> => {
  loading ??= prepareZXingModule({
    overrides: { wasmBinary: wasmOnDisk() },
    equalityFn: () => false,
    fireImmediately: true,
  });
  return loading;
};

function wasmOnDisk(): ArrayBuffer {
  const bytes = readFileSync(new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
