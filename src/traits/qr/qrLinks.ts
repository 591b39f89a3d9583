/** Links in QR codes: of pictures, of pictures inside the HTML itself, of codes drawn with tables or letters. */
import type { ParsedMail } from '../../domain/mail.ts';
import type { Link } from '../../domain/message.ts';
import { magicType } from '../fileMagic.ts';
import { linksOfText } from '../links.ts';
import { bitmapsOfHtml, bitmapsOfText } from './drawnCodes.ts';
import { asPictureType, type PictureType } from './pictures.ts';
import { type PictureBudget, readDrawnCodes, readQrCodes } from './qrCodes.ts';

const MAX_LINKS = 10; // of one code

/** A code that holds more than an address holds text with links: contacts, event tickets. */
export const linksOfCodes = (texts: readonly string[]): readonly Link[] =>
  texts.flatMap((text) => linksOfText(text, 'qr-code').slice(0, MAX_LINKS));

/** Of what the body draws. Never throws. */
export async function drawnLinks(
  { text, html }: Pick<ParsedMail, 'text' | 'html'>,
  budget: PictureBudget,
): Promise<readonly Link[]> {
  const codes: string[] = [];
  for (const bitmap of bitmapsOfHtml(html)) codes.push(...(await readDrawnCodes(bitmap, budget)));
  for (const bitmap of bitmapsOfText(text)) codes.push(...(await readDrawnCodes(bitmap, budget)));
  for (const { type, content } of picturesIn(html)) codes.push(...(await readQrCodes(content, type, budget)));
  return linksOfCodes(codes);
}

/** Its type is anybody's word: browsers go by the bytes. */
const PICTURE = /data:image\/[\w.+-]{1,40}(?:;(?!base64)[^,;"'<>]{0,60}){0,6};base64,([A-Za-z0-9+/=\s]{100,})/gi;
const MAX_PICTURES = 16;

function* picturesIn(html: string): Generator<{ readonly type: PictureType; readonly content: Buffer }> {
  if (!html.includes('data:image/')) return;
  let count = 0;
  for (const [, digits = ''] of html.matchAll(PICTURE)) {
    if (++count > MAX_PICTURES) return;
    const content = Buffer.from(digits, 'base64');
    const type = asPictureType(magicType(content));
    if (type !== undefined) yield { type, content };
  }
}
