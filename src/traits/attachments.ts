/** What each file of a message really is: type by content, what its name claims, locks, names inside, script that runs on opening. */
import { hash } from 'node:crypto';
import type { ParsedMail, ParsedPart } from '../domain/mail.ts';
import type { Attachment, AttachmentKind, Link } from '../domain/message.ts';
import { activeContent } from './activeContent.ts';
import { kindOf } from './fileKind.ts';
import { readFileName } from './fileName.ts';
import { type Budget, newBudget } from './files/budget.ts';
import { newHazardList } from './files/hazards.ts';
import { inspectFile } from './files/inspect.ts';
import { addSmuggling } from './files/smuggling.ts';
import { readTrueType } from './files/trueType.ts';
import { type HtmlFacts, PAGE_HTML, readHtml } from './html.ts';
import { linksOfAddresses, linksOfHtml } from './links.ts';
import { newPictureBudget, type PictureBudget, readQrCodes } from './qr/qrCodes.ts';
import { linksOfCodes } from './qr/qrLinks.ts';
import { beginningOf } from './textType.ts';

export interface AttachmentsRead {
  readonly attachments: readonly Attachment[];
  /** Links of attached pages and documents, at most 50 of each, and of QR codes in pictures. */
  readonly links: readonly Link[];
}

const MAX_PAGE_BYTES = 2 * 1024 * 1024; // of all attached pages together; each is read up to 1 MiB
const MAX_PAGE_LINKS = 50;

/** Never throws: a file that cannot be read has no true type. */
export async function readAttachments(
  { parts }: Pick<ParsedMail, 'parts'>,
  pictures: PictureBudget = newPictureBudget(),
): Promise<AttachmentsRead> {
  const attachments: Attachment[] = [];
  const links: Link[] = [];
  const budget = newBudget();
  let pageBytes = MAX_PAGE_BYTES;
  for (const part of parts) {
    const { file, addresses } = await readFile(part, budget);
    const page = isPage(file.kind) && pageBytes > 0 ? readPage(part.content, pageBytes) : undefined;
    if (page !== undefined) pageBytes -= Math.min(part.content.length, PAGE_HTML.htmlChars);
    attachments.push(page === undefined ? file : withPage(file, page));
    const inside = [
      ...(page === undefined ? [] : linksOfHtml(page, 'attachment').slice(0, MAX_PAGE_LINKS)),
      ...linksOfAddresses(addresses, 'attachment').slice(0, MAX_PAGE_LINKS),
      ...linksOfCodes(await codesOf(part, file, pictures)),
    ];
    for (const link of inside) links.push({ ...link, inFile: file.sha256 });
  }
  return { attachments, links };
}

export const attachments = async (mail: Pick<ParsedMail, 'parts'>): Promise<readonly Attachment[]> =>
  (await readAttachments(mail)).attachments;

async function codesOf(part: ParsedPart, file: Attachment, pictures: PictureBudget): Promise<readonly string[]> {
  const type = file.trueType;
  return type === 'png' || type === 'jpg' || type === 'gif' ? readQrCodes(part.content, type, pictures) : [];
}

const isPage = (kind: AttachmentKind | undefined): boolean => kind === 'html' || kind === 'svg';

function readPage(content: Buffer, bytes: number): HtmlFacts {
  const limit = Math.min(bytes, PAGE_HTML.htmlChars);
  return readHtml(beginningOf(content, limit) ?? content.toString('utf8', 0, limit), PAGE_HTML);
}

function withPage(file: Attachment, page: HtmlFacts): Attachment {
  const list = newHazardList();
  addSmuggling(page, list);
  return { ...file, activeContent: activeContent(page), hazards: [...file.hazards, ...list.found] };
}

async function readFile(
  { fileName, declaredType, content, sizeBytes, isInline }: ParsedPart,
  budget: Budget,
): Promise<{ readonly file: Attachment; readonly addresses: readonly string[] }> {
  const name = readFileName(fileName);
  const inside = await readTrueType(content, name.extension, declaredType, budget);
  const { isEncrypted, entryNames, hazards, addresses } = await inspectFile(content, inside, name.extension, budget);
  const file: Attachment = {
    ...(fileName === undefined ? {} : { fileName }),
    ...name,
    declaredType,
    ...(inside.trueType === undefined ? {} : { trueType: inside.trueType }),
    kind: kindOf(inside.trueType, name.extension, declaredType),
    sizeBytes,
    sha256: hash('sha256', content),
    isInline,
    isEncrypted,
    activeContent: [],
    entryNames,
    hazards,
  };
  return { file, addresses };
}
