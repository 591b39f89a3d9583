/** Texts of the QR codes in one message's pictures, as many as its budget allows. */
import { type Bitmap, decodeQrCodes } from '../../qrcode/decoder.ts';
import { type Budget, newBudget } from '../files/budget.ts';
import { MIN_SIDE, type PictureType, pixelsOf } from './pictures.ts';

/** What reading the pictures of one message may cost. */
export interface PictureBudget {
  /** Pixels that may still be decoded: some 20 ms a million. */
  pixels: number;
  pictures: number;
  /** None is tried without. */
  hasTime: boolean;
  /** Pictures that the decoder had to be stopped at. */
  stoppedCount: number;
  /** Pictures that were not looked at to the end: no time, or too large. */
  unreadCount: number;
  /** For pictures inside documents: apart from what looking for hazards may cost. */
  readonly unpacking: Budget;
}

const MAX_PIXELS = 8_000_000; // a photograph; whatever takes the decoder too long is stopped there
const MAX_PICTURES = 16;
const MAX_STOPPED = 2; // more are meant so, and each costs the decoder's whole patience
const MAX_BYTES = 4 * 1024 * 1024; // of one picture

export const newPictureBudget = (hasTime = true): PictureBudget => ({
  pixels: MAX_PIXELS,
  pictures: MAX_PICTURES,
  hasTime,
  stoppedCount: 0,
  unreadCount: 0,
  unpacking: newBudget(),
});

/** Distinct texts, at most four. Empty for what is no picture, has no code, or costs more than there is. Never throws. */
export async function readQrCodes(
  content: Buffer,
  type: PictureType,
  budget: PictureBudget,
): Promise<readonly string[]> {
  const pixels = pixelsOf(content, type, budget.pixels);
  if (pixels === undefined) return [];
  if (pixels === 'too-costly' || content.length > MAX_BYTES || budget.pictures <= 0) return leave(budget);
  return decode(content, pixels, budget);
}

/** The same of what was drawn by other means than a picture. */
export async function readDrawnCodes(bitmap: Bitmap, budget: PictureBudget): Promise<readonly string[]> {
  const pixels = bitmap.width * bitmap.height;
  if (Math.min(bitmap.width, bitmap.height) < MIN_SIDE) return [];
  if (pixels > budget.pixels || budget.pictures <= 0) return leave(budget);
  return decode(bitmap, pixels, budget);
}

/** Not looked at is told, never taken for empty. */
function leave(budget: PictureBudget): readonly string[] {
  budget.unreadCount++;
  return [];
}

async function decode(picture: Buffer | Bitmap, pixels: number, budget: PictureBudget): Promise<readonly string[]> {
  budget.pictures--;
  budget.pixels -= pixels;
  const decoded = budget.hasTime ? await decodeQrCodes(picture) : 'busy';
  if (typeof decoded !== 'string') return decoded;
  budget.unreadCount++;
  if (decoded === 'stopped') budget.stoppedCount++;
  if (decoded === 'busy' || budget.stoppedCount >= MAX_STOPPED) budget.hasTime = false;
  return [];
}
