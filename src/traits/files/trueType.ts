/** What a file is by its bytes, and what its outermost layer tells: its lock, the files listed in it. */
import { fileTypeFromBuffer } from 'file-type';
import { isTextBorne, kindOfExtension } from '../fileKind.ts';
import { isLockedPdf } from '../fileLock.ts';
import { magicType } from '../fileMagic.ts';
import { readOle } from '../oleFile.ts';
import { readRar } from '../rarFile.ts';
import { beginningOf, hasMarkup, textType } from '../textType.ts';
import { readZip, type ZipFacts, zipType } from '../zipFile.ts';
import { type Budget, noteDefect } from './budget.ts';
import { readIso } from './isoFile.ts';
import { readOldArchive } from './oldArchives.ts';
import { readSevenZip } from './sevenZip.ts';
import { isTar } from './tarFile.ts';
import { hasZipEnd } from './zipHeaders.ts';

export interface TrueType {
  readonly trueType?: string;
  readonly isEncrypted?: boolean;
  readonly entryNames?: readonly string[];
  /** Bytes that the archive says it unpacks to. */
  readonly unpackedBytes?: number;
  /** Of files of the zip kind. */
  readonly zip?: ZipFacts;
}

const CONTAINERS: ReadonlySet<string> = new Set('zip rar 7z gz xz zst bz2 tar iso cab lzh arj ace uue'.split(' '));
export const isContainer = ({ trueType = '' }: TrueType): boolean => CONTAINERS.has(trueType);

/** Of the types that are compound files (MS-CFB). */
export const isCompound = (trueType: string): boolean => COMPOUND.has(trueType);
const COMPOUND: ReadonlySet<string> = new Set('doc xls ppt vsd cfb msg msi'.split(' '));

const FILE_TYPE_BYTES = 64 * 1024; // given to file-type: it follows offsets inside what it gets

/** `extension` lower-case without the dot. Never throws: a file that cannot be read has no true type. */
export async function readTrueType(
  content: Buffer,
  extension: string,
  declaredType: string,
  budget: Budget,
): Promise<TrueType> {
  if (content.length === 0) return {};
  if (isTextBorne(extension)) {
    // Text under such a name is what the name says, even if it begins like a picture or a PDF.
    const beginning = beginningOf(content);
    if (beginning !== undefined) return { trueType: textType(beginning, extension, declaredType) };
    if (isPageName(extension) && hasMarkup(content)) return { trueType: extension };
  }
  const magic = magicType(content);
  // Word's binary files keep a zip in them.
  const type = magic !== 'cfb' && opensAsZip(extension) && hasZipEnd(content) ? 'zip' : magic;
  const start = type === undefined ? laterStart(content, extension) : 0;
  if (start > 0) {
    noteDefect(budget, 'odd-archive', 'something before the beginning of an archive');
    return lookInside(content.subarray(start), extension, budget);
  }
  if (type !== undefined) return lookInside(content, type, budget);
  if (isTar(content)) return { trueType: 'tar' };
  const beginning = beginningOf(content);
  if (beginning !== undefined) return { trueType: textType(beginning, extension, declaredType) };
  const other = await otherType(content);
  return other === undefined ? {} : { trueType: other };
}

/** Programs that unpack look for the mark; they take what is before it for the one that unpacks by itself. */
function laterStart(content: Buffer, extension: string): number {
  const mark = extension === 'rar' ? RAR : extension === '7z' ? SEVEN_ZIP : undefined;
  return mark === undefined ? 0 : content.subarray(0, MAX_BEFORE).indexOf(mark);
}

const RAR = Buffer.from('Rar!\x1a\x07', 'latin1');
const SEVEN_ZIP = Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1');
const MAX_BEFORE = 1024 * 1024; // bytes

/** Whoever opens it looks for the end of a zip, whatever stands before. */
function opensAsZip(extension: string): boolean {
  const kind = kindOfExtension(extension);
  return kind === 'document' || kind === 'spreadsheet' || kind === 'presentation' || ZIP_NAMES.has(extension);
}

const ZIP_NAMES: ReadonlySet<string> = new Set('zip zipx jar apk war xpi appx msix kmz'.split(' '));

function isPageName(extension: string): boolean {
  const kind = kindOfExtension(extension);
  return kind === 'html' || kind === 'svg';
}

async function lookInside(content: Buffer, type: string, budget: Budget): Promise<TrueType> {
  switch (type) {
    case 'zip': {
      const zip = await readZip(content, budget);
      if (zip === undefined) return { trueType: type };
      if (zip.isOdd) noteDefect(budget, 'odd-archive', 'a list of files that does not fit its archive');
      return { trueType: zipType(content, zip), isEncrypted: zip.isEncrypted, entryNames: zip.names, zip };
    }
    case 'rar': {
      const { names, isEncrypted } = readRar(content, budget);
      return { trueType: type, isEncrypted, entryNames: names };
    }
    case '7z': {
      const { names, isEncrypted, unpackedBytes } = readSevenZip(content, budget);
      return { trueType: type, isEncrypted, entryNames: names, unpackedBytes };
    }
    case 'cfb': {
      const { type: trueType, isEncrypted } = readOle(content);
      return { trueType, isEncrypted };
    }
    case 'iso':
      return { trueType: type, entryNames: readIso(content, budget) };
    case 'pdf':
      return { trueType: type, isEncrypted: isLockedPdf(content) };
    default: {
      const listed = readOldArchive(content, type, budget);
      if (listed === undefined) return { trueType: type };
      return { trueType: type, isEncrypted: listed.isEncrypted, entryNames: listed.names };
    }
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
