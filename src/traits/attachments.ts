/** What each file of a message really is: type by content, what its name claims, locks, names inside, script that runs on opening. */
import { hash } from 'node:crypto';
import type { Defect, ParsedMail, ParsedPart } from '../domain/mail.ts';
import type { Attachment, AttachmentKind, Link } from '../domain/message.ts';
import { activeContent } from './activeContent.ts';
import { kindOf, kindOfExtension } from './fileKind.ts';
import { readFileName } from './fileName.ts';
import { type Budget, type FileDefect, leaveUnread, newBudget, withShare } from './files/budget.ts';
import { newHazardList } from './files/hazards.ts';
import { failureOf, inspectFile } from './files/inspect.ts';
import { addSmuggling } from './files/smuggling.ts';
import { readTrueType, type TrueType } from './files/trueType.ts';
import { type HtmlFacts, PAGE_HTML, readHtml } from './html.ts';
import { sampleOf } from './linkSample.ts';
import { linksOfAddresses, linksOfHtml } from './links.ts';
import { isInertPage } from './officePage.ts';
import { codesOfDocument } from './qr/documentCodes.ts';
import { asPictureType } from './qr/pictures.ts';
import { newPictureBudget, type PictureBudget, readQrCodes } from './qr/qrCodes.ts';
import { linksOfCodes } from './qr/qrLinks.ts';
import { beginningOf } from './textType.ts';

export interface AttachmentsRead {
  readonly attachments: readonly Attachment[];
  /** Links of attached pages and documents, at most 50 of each, and of QR codes in pictures. */
  readonly links: readonly Link[];
  /** What was left unread in them. */
  readonly defects: readonly Defect[];
}

const MAX_PAGE_BYTES = 2 * 1024 * 1024; // of all attached pages together; each is read up to 1 MiB
const MAX_PAGE_LINKS = 50;

/** Never throws: a file that cannot be read has no true type, and one that breaks its reader is a defect. */
export async function readAttachments(
  { parts }: Pick<ParsedMail, 'parts'>,
  pictures: PictureBudget = newPictureBudget(),
  mayOpenLocks = true,
): Promise<AttachmentsRead> {
  const budget = newBudget(mayOpenLocks);
  const pages = { bytes: MAX_PAGE_BYTES };
  const notes: { readonly code: FileDefect; readonly detail: string }[] = [];
  const read = new Map<ParsedPart, PartRead>();
  const order = leastFirst(parts);
  for (const [at, part] of order.entries()) {
    const known = budget.notes.size;
    const partyCount = Math.min(order.length - at, MAX_PARTIES);
    read.set(part, await withShare(budget, partyCount, (share) => readPart(part, share, pages, pictures)));
    for (const [what, code] of [...budget.notes].slice(known))
      notes.push({ code, detail: `${what} in ${nameOf(part)}` });
  }
  const inOrder = parts.flatMap((part) => read.get(part) ?? []);
  const attachments = inOrder.map(({ file }) => file);
  const links = inOrder.flatMap(({ file, links: found }) => found.map((link) => ({ ...link, inFile: file.sha256 })));
  // Last, as what they may cost is shared with the pictures that are shown.
  for (const part of parts) {
    const { file, told } = read.get(part) ?? {};
    if (file === undefined || told === undefined) continue;
    const codes = linksOfCodes(await codesInside(part, told, pictures));
    links.push(...codes.map((link) => ({ ...link, inFile: file.sha256 })));
  }
  const byCode = Map.groupBy(notes, ({ code }) => code);
  const defects = [...byCode].map(([code, some]) => ({ code, detail: detailOf(some) }));
  return { attachments, links, defects };
}

const detailOf = (notes: readonly Pick<Defect, 'detail'>[]): string =>
  notes
    .map(({ detail }) => detail)
    .join('; ')
    .slice(0, MAX_DETAIL);

const MAX_DETAIL = 300; // characters; a person reads it beside the verdict
const nameOf = ({ fileName = 'a file without a name' }: ParsedPart): string => fileName.slice(-40);

const MAX_PARTIES = 8; // that share what looking into files may cost: more of one mail are seldom large

/** Small files cost little: what they leave is there for the others. Pictures, which cost nothing here, stay in their order. */
function leastFirst(parts: readonly ParsedPart[]): readonly ParsedPart[] {
  const weightOf = ({ declaredType, content }: ParsedPart): number =>
    declaredType.startsWith('image/') ? 0 : content.length;
  return parts.toSorted((a, b) => weightOf(a) - weightOf(b));
}

/** Bytes of attached pages that may still be read. */
interface PageBudget {
  bytes: number;
}

interface PartRead {
  readonly file: Attachment;
  readonly links: readonly Link[];
  readonly told: TrueType;
}

async function readPart(
  part: ParsedPart,
  budget: Budget,
  pages: PageBudget,
  pictures: PictureBudget,
): Promise<PartRead> {
  try {
    const { file, links: ofFile, told } = await readFile(part, budget);
    const page = isPage(file.kind) && pages.bytes > 0 ? readPage(part.content, pages.bytes) : undefined;
    if (page !== undefined) pages.bytes -= Math.min(part.content.length, PAGE_HTML.htmlChars);
    else if (isPage(file.kind)) leaveUnread(budget, 'more than 2 MB of pages');
    const links = [
      ...(page === undefined ? [] : sampleOf(linksOfHtml(page, 'attachment'), MAX_PAGE_LINKS)),
      ...sampleOf(ofFile, MAX_PAGE_LINKS),
      ...linksOfCodes(await codesOf(part, file, pictures)),
    ];
    return { file: page === undefined ? file : withPage(file, page, part.content), links, told };
  } catch (error) {
    leaveUnread(budget, failureOf(error));
    return { file: withoutInsight(part), links: [], told: {} };
  }
}

export const attachments = async (mail: Pick<ParsedMail, 'parts'>): Promise<readonly Attachment[]> =>
  (await readAttachments(mail)).attachments;

async function codesOf(part: ParsedPart, file: Attachment, pictures: PictureBudget): Promise<readonly string[]> {
  const type = asPictureType(file.trueType);
  return type !== undefined ? readQrCodes(part.content, type, pictures) : [];
}

async function codesInside(part: ParsedPart, told: TrueType, pictures: PictureBudget): Promise<readonly string[]> {
  try {
    return await codesOfDocument(part.content, told, pictures);
  } catch {
    pictures.unreadCount++; // lateDefects tells it
    return [];
  }
}

const isPage = (kind: AttachmentKind | undefined): boolean => kind === 'html' || kind === 'svg';

function readPage(content: Buffer, bytes: number): HtmlFacts {
  const limit = Math.min(bytes, PAGE_HTML.htmlChars);
  return readHtml(beginningOf(content, limit) ?? content.toString('utf8', 0, limit), PAGE_HTML);
}

function withPage(file: Attachment, page: HtmlFacts, content: Buffer): Attachment {
  const list = newHazardList();
  addSmuggling(page, list);
  const read = { ...file, activeContent: activeContent(page), hazards: [...file.hazards, ...list.found] };
  return isInert(read, content) ? { ...read, isInertPage: true } : read;
}

const MAX_OFFICE_PAGE = 256 * 1024; // bytes; longer ones are not read a second time

function isInert({ trueType, extension, activeContent, hazards }: Attachment, content: Buffer): boolean {
  if (trueType !== 'html' || !isOfficeName(extension) || content.length > MAX_OFFICE_PAGE) return false;
  const html = beginningOf(content, content.length);
  return html !== undefined && activeContent.length === 0 && hazards.length === 0 && isInertPage(html);
}

const isOfficeName = (extension: string): boolean => {
  const kind = kindOfExtension(extension);
  return kind === 'document' || kind === 'spreadsheet';
};

async function readFile(part: ParsedPart, budget: Budget): Promise<PartRead> {
  const { declaredType, content } = part;
  const outside = withoutInsight(part);
  const told = await readTrueType(content, outside.extension, declaredType, budget);
  const { addresses, written, ...insight } = await inspectFile(content, told, outside.extension, budget, part.fileName);
  const file: Attachment = {
    ...outside,
    ...(told.trueType === undefined ? {} : { trueType: told.trueType }),
    kind: kindOf(told.trueType, outside.extension, declaredType),
    ...insight,
  };
  const linked = new Set(addresses);
  const inText = written.filter((address) => !linked.has(address));
  const links = [
    ...linksOfAddresses(addresses, 'attachment'),
    ...linksOfAddresses(inText, 'attachment').map((link) => ({ ...link, isWritten: true as const })),
  ];
  return { file, links, told };
}

/** What its name and its size tell. */
function withoutInsight({ fileName, declaredType, content, sizeBytes, isInline }: ParsedPart): Attachment {
  const name = readFileName(fileName);
  return {
    ...(fileName === undefined ? {} : { fileName }),
    ...name,
    declaredType,
    kind: kindOf(undefined, name.extension, declaredType),
    sizeBytes,
    sha256: hash('sha256', content),
    isInline,
    isEncrypted: false,
    activeContent: [],
    entryNames: [],
    hazards: [],
  };
}
