/** QR codes by zxing-cpp in WebAssembly: it decodes the picture and finds codes of any size, angle and colour. What may be handed to it is the caller's to bound. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';

const MAX_CODES = 4; // in one picture
const MAX_TEXT = 2_048;

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

/** The library takes the browser's ImageData for pixels and reads these three of it. */
type Picture = Parameters<typeof readBarcodes>[0];

/** Distinct texts of the codes in a PNG, JPEG or GIF, or in pixels; at most four. Empty for what cannot be decoded. Never throws. */
export async function decodeQrCodes(content: Buffer | Bitmap): Promise<readonly string[]> {
  const key = content instanceof Buffer ? hash('sha256', content, 'base64') : undefined;
  const known = key === undefined ? undefined : seen.get(key);
  if (known !== undefined) return known;
  const texts = await decode(content);
  if (key !== undefined) remember(key, texts);
  return texts;
}

const MAX_SEEN = 2_000; // pictures; texts are few and short

/** The logo under each mail of a company is the same each time. */
const seen = new Map<string, readonly string[]>();

function remember(key: string, texts: readonly string[]): void {
  if (seen.size >= MAX_SEEN) seen.delete(seen.keys().next().value ?? '');
  seen.set(key, texts);
}

async function decode(content: Buffer | Bitmap): Promise<readonly string[]> {
  try {
    await load();
    const picture = content as Picture;
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
