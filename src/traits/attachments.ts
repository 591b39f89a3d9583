/** What each file of a message really is: type by content, what its name claims, locks, names inside, script that runs on opening. */
import { hash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import type { ParsedMail, ParsedPart } from '../domain/mail.ts';
import type { Attachment, AttachmentKind, Link } from '../domain/message.ts';
import { activeContent } from './activeContent.ts';
import { isTextBorne, kindOf, kindOfExtension } from './fileKind.ts';
import { isLocked7z, isLockedPdf } from './fileLock.ts';
import { magicType } from './fileMagic.ts';
import { readFileName } from './fileName.ts';
import { type HtmlFacts, PAGE_HTML, readHtml } from './html.ts';
import { linksOfHtml } from './links.ts';
import { readOle } from './oleFile.ts';
import { readRar } from './rarFile.ts';
import { beginningOf, hasMarkup, textType } from './textType.ts';
import { readZip, zipType } from './zipFile.ts';

export interface AttachmentsRead {
  readonly attachments: readonly Attachment[];
  /** Links of attached pages, at most 50 of each. */
  readonly links: readonly Link[];
}

const MAX_PAGE_BYTES = 2 * 1024 * 1024; // of all attached pages together; each is read up to 1 MiB
const MAX_PAGE_LINKS = 50;
const FILE_TYPE_BYTES = 64 * 1024; // given to file-type: it follows offsets inside what it gets

/** Never throws: a file that cannot be read has no true type. */
export async function readAttachments({ parts }: Pick<ParsedMail, 'parts'>): Promise<AttachmentsRead> {
  const attachments: Attachment[] = [];
  const links: Link[] = [];
  let pageBytes = MAX_PAGE_BYTES;
  for (const part of parts) {
    const file = await readFile(part);
    const page = isPage(file.kind) && pageBytes > 0 ? readPage(part.content, pageBytes) : undefined;
    if (page !== undefined) pageBytes -= Math.min(part.content.length, PAGE_HTML.htmlChars);
    attachments.push(page === undefined ? file : { ...file, activeContent: activeContent(page) });
    if (page !== undefined) links.push(...linksOfHtml(page, 'attachment').slice(0, MAX_PAGE_LINKS));
  }
  return { attachments, links };
}

export const attachments = async (mail: Pick<ParsedMail, 'parts'>): Promise<readonly Attachment[]> =>
  (await readAttachments(mail)).attachments;

const isPage = (kind: AttachmentKind | undefined): boolean => kind === 'html' || kind === 'svg';

function readPage(content: Buffer, bytes: number): HtmlFacts {
  const limit = Math.min(bytes, PAGE_HTML.htmlChars);
  return readHtml(beginningOf(content, limit) ?? content.toString('utf8', 0, limit), PAGE_HTML);
}

async function readFile({ fileName, declaredType, content, sizeBytes, isInline }: ParsedPart): Promise<Attachment> {
  const name = readFileName(fileName);
  const inside = await lookInside(content, name.extension, declaredType);
  return {
    ...(fileName === undefined ? {} : { fileName }),
    ...name,
    declaredType,
    ...(inside.trueType === undefined ? {} : { trueType: inside.trueType }),
    kind: kindOf(inside.trueType, name.extension, declaredType),
    sizeBytes,
    sha256: hash('sha256', content),
    isInline,
    isEncrypted: inside.isEncrypted ?? false,
    activeContent: [],
    entryNames: inside.entryNames ?? [],
  };
}

interface Inside {
  readonly trueType?: string;
  readonly isEncrypted?: boolean;
  readonly entryNames?: readonly string[];
}

async function lookInside(content: Buffer, extension: string, declaredType: string): Promise<Inside> {
  if (content.length === 0) return {};
  if (isTextBorne(extension)) {
    // Text under such a name is what the name says, even if it begins like a picture or a PDF.
    const beginning = beginningOf(content);
    if (beginning !== undefined) return { trueType: textType(beginning, extension, declaredType) };
    if (isPage(kindOfExtension(extension)) && hasMarkup(content)) return { trueType: extension };
  }
  const type = magicType(content);
  if (type !== undefined) return lookInsideType(content, type);
  const beginning = beginningOf(content);
  if (beginning !== undefined) return { trueType: textType(beginning, extension, declaredType) };
  const other = await otherType(content);
  return other === undefined ? {} : { trueType: other };
}

async function lookInsideType(content: Buffer, type: string): Promise<Inside> {
  switch (type) {
    case 'zip': {
      const zip = await readZip(content);
      if (zip === undefined) return { trueType: type };
      return { trueType: zipType(content, zip), isEncrypted: zip.isEncrypted, entryNames: zip.names };
    }
    case 'rar': {
      const { names, isEncrypted } = readRar(content);
      return { trueType: type, isEncrypted, entryNames: names };
    }
    case 'cfb': {
      const { type: trueType, isEncrypted } = readOle(content);
      return { trueType, isEncrypted };
    }
    case '7z':
      return { trueType: type, isEncrypted: isLocked7z(content) };
    case 'pdf':
      return { trueType: type, isEncrypted: isLockedPdf(content) };
    default:
      return { trueType: type };
  }
}

/** The many formats that mail seldom carries. The library throws on some that are cut short: such a file has no known type. */
async function otherType(content: Buffer): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(content.subarray(0, FILE_TYPE_BYTES)))?.ext;
  } catch {
    return undefined;
  }
}
