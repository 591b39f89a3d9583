/** QR codes of pictures inside PDF and Office files, with what the message's own pictures have left of its budget. */
import type { Bitmap } from '../../qrcode/decoder.ts';
import { magicType } from '../fileMagic.ts';
import type { Budget } from '../files/budget.ts';
import { unlockedPdfs } from '../files/pdfUnlock.ts';
import type { TrueType } from '../files/trueType.ts';
import { peekZipEntry, readZipEntry } from '../files/zipEntries.ts';
import type { ZipFacts } from '../zipFile.ts';
import { imagesOfPdf } from './pdfImages.ts';
import { asPictureType, type PictureType } from './pictures.ts';
import { type PictureBudget, readDrawnCodes, readQrCodes } from './qrCodes.ts';

/** A picture that has not been unpacked yet. */
export interface PackedPicture {
  /** Pixels or bytes that it claims: the small ones come first, as codes are. */
  readonly size: number;
  /** undefined where it is packed in a way that is not known here, or in more than there is room for. */
  read(budget: Budget): Buffer | Bitmap | undefined;
}

const MAX_PICTURES = 200; // of one document that are considered
const OFFICE: ReadonlySet<string> = new Set('docx docm xlsx xlsm xlsb pptx pptm'.split(' '));

/** Distinct texts. Empty for what is no such document. */
export async function codesOfDocument(
  content: Buffer,
  { trueType = '', zip, isEncrypted = false }: TrueType,
  pictures: PictureBudget,
): Promise<readonly string[]> {
  const found =
    trueType === 'pdf'
      ? imagesOfPdf(isEncrypted ? unlocked(content) : content)
      : OFFICE.has(trueType) && zip !== undefined
        ? picturesOfZip(content, zip, pictures.unpacking)
        : [];
  const texts = new Set<string>();
  for (const picture of Iterator.from(found)
    .take(MAX_PICTURES)
    .toArray()
    .sort((a, b) => a.size - b.size)) {
    const read = pictures.hasTime && pictures.pictures > 0 ? picture.read(pictures.unpacking) : undefined;
    if (read === undefined) pictures.unreadCount++;
    else for (const text of await codesOf(read, pictures)) texts.add(text);
  }
  return [...texts];
}

/** Names stand in plain sight: a file without pictures need not be unlocked for them. */
const unlocked = (content: Buffer): Buffer =>
  (content.includes('/Image') ? unlockedPdfs(content)?.[0] : undefined) ?? Buffer.alloc(0);

function codesOf(picture: Buffer | Bitmap, budget: PictureBudget): Promise<readonly string[]> {
  if (!Buffer.isBuffer(picture)) return readDrawnCodes(picture, budget);
  const type = pictureType(picture);
  return type === undefined ? Promise.resolve([]) : readQrCodes(picture, type, budget);
}

const pictureType = (beginning: Buffer): PictureType | undefined => asPictureType(magicType(beginning));

const WORDS = /\.(?:xml|rels|vml)$/i;

/** By their bytes: a part's name is anybody's choice. */
function* picturesOfZip(content: Buffer, { entries }: ZipFacts, budget: Budget): Generator<PackedPicture> {
  for (const entry of entries) {
    if (WORDS.test(entry.name) || pictureType(peekZipEntry(content, entry, budget)) === undefined) continue;
    yield { size: entry.unpackedBytes, read: (room) => readZipEntry(content, entry, room) };
  }
}
