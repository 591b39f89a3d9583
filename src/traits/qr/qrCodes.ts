/** Texts of the QR codes in one message's pictures, as many as its budget allows. */
import { type Bitmap, decodeQrCodes } from '../../qrcode/decoder.ts';
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

export const newPictureBudget = (): PictureBudget => ({ pixels: MAX_PIXELS, pictures: MAX_PICTURES });

/** For a reading in haste, some 10 ms: a code that a phone can read fits into it. */
export const hastyPictureBudget = (): PictureBudget => ({ pixels: 250_000, pictures: 4 });

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
  return decodeQrCodes(content);
}

/** The same of what was drawn by other means than a picture. */
export async function readDrawnCodes(bitmap: Bitmap, budget: PictureBudget): Promise<readonly string[]> {
  const pixels = bitmap.width * bitmap.height;
  if (pixels > budget.pixels || budget.pictures <= 0) return [];
  budget.pictures--;
  budget.pixels -= pixels;
  return decodeQrCodes(bitmap);
}
