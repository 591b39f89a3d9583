/** Names, locks, sizes and the real type of zip archives, from the central directory; nothing is inflated here. */
import { type Entry, fromBuffer } from 'yauzl';
import { type Budget, leaveUnread } from './files/budget.ts';
import { isEntryAt, localNameAt, namesOf, scanZipHeaders } from './files/zipHeaders.ts';

export interface ArchiveFacts {
  readonly names: readonly string[];
  /** An entry, or the list of entries itself, needs a password. */
  readonly isEncrypted: boolean;
}

/** A file in a zip as its directory declares it; sizes are bytes, and lie where that serves the writer. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Of its local header. */
  readonly at: number;
  readonly isEncrypted: boolean;
}

export interface ZipFacts extends ArchiveFacts {
  readonly entries: readonly ZipEntry[];
  /** As the directory says; what is beyond the budget is counted and not looked at. */
  readonly entryCount: number;
  /** Programs differ in which files they see in it. */
  readonly isOdd: boolean;
}

/** undefined when there is no header in it: no zip. What the directory hides, or a strict reader refuses, is found by its headers. */
export async function readZip(content: Buffer, budget: Budget): Promise<ZipFacts | undefined> {
  const listed = await readDirectory(content, budget);
  const facts = listed?.isWhole ? listed : withScanned(content, listed, budget);
  if (budget.entries <= 0) leaveUnread(budget, 'names in archives beyond the first 20,000');
  return facts === undefined ? undefined : { ...facts, names: facts.entries.map(({ name }) => name) };
}

interface Directory extends Omit<ZipFacts, 'names'> {
  /** It was read to its end, and its end is where it says. */
  readonly isWhole: boolean;
}

function withScanned(content: Buffer, listed: Directory | undefined, budget: Budget): Directory | undefined {
  const known = new Set(listed?.entries.map(({ name }) => name));
  const found = scanZipHeaders(content, budget).filter(({ name }) => !known.has(name) && !name.endsWith('/'));
  const entries = [...(listed?.entries ?? []), ...found];
  if (entries.length === 0) return listed;
  const isEncrypted = entries.some((entry) => entry.isEncrypted);
  return {
    entries,
    isEncrypted,
    entryCount: Math.max(entries.length, listed?.entryCount ?? 0),
    isOdd: true,
    isWhole: false,
  };
}

/** By yauzl, strictly; undefined when it finds no directory. */
function readDirectory(content: Buffer, budget: Budget): Promise<Directory | undefined> {
  return new Promise((resolve) => {
    // Names are decoded here: yauzl would stop at one with '..' or a backslash, which is what attackers write.
    fromBuffer(content, { lazyEntries: true, decodeStrings: false, validateEntrySizes: false }, (error, zip) => {
      if (error || zip === undefined) {
        resolve(undefined);
        return;
      }
      const entries: ZipEntry[] = [];
      const known = new Set<string>();
      let directoryBytes = 0;
      let isOdd = false;
      const finish = (isWhole: boolean): void =>
        resolve({
          isEncrypted: entries.some((entry) => entry.isEncrypted),
          entries,
          entryCount: zip.entryCount,
          isOdd,
          isWhole,
        });
      zip.on('entry', (entry: Entry) => {
        budget.entries--;
        directoryBytes += DIRECTORY_ENTRY + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
        const files = filesOf(content, entry);
        entries.push(...files.filter(({ name }, index) => index === 0 || !known.has(name)));
        for (const { name } of files) known.add(name);
        isOdd ||= new Set(files.map(({ name }) => endingOf(name))).size > 1; // old archivers spell umlauts in two ways
        if (budget.entries > 0) zip.readEntry();
        else finish(true);
      });
      zip.on('end', () => finish(!isEntryAt(content, directoryStart(content) + directoryBytes)));
      zip.on('error', () => finish(false));
      zip.readEntry();
    });
  });
}

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const PACKED_NOTHING = 2; // bytes
const DIRECTORY_ENTRY = 46; // bytes before the name (APPNOTE §4.3.12)
const END_MARK = Buffer.from('PK\x05\x06');

/** As the end of the directory says; of files with sizes of 64 bits elsewhere, where no entry is looked for. */
function directoryStart(content: Buffer): number {
  const end = content.lastIndexOf(END_MARK);
  return end >= 0 && end + 20 <= content.length ? content.readUInt32LE(end + 16) : content.length;
}

/** Under each name that some program gives it: in the list, in an extra field, before the data. None for a folder. */
function filesOf(content: Buffer, entry: Entry): readonly ZipEntry[] {
  const at = entry.relativeOffsetOfLocalHeader;
  const local = localNameAt(content, at);
  const isSame = local === undefined || local.equals(entry.fileNameRaw);
  const names = [
    ...namesOf(entry.fileNameRaw, entry.extraFieldRaw),
    ...(isSame ? [] : namesOf(local, Buffer.alloc(0))),
  ];
  const file = {
    method: entry.compressionMethod,
    packedBytes: entry.compressedSize,
    unpackedBytes: entry.uncompressedSize,
    at,
    isEncrypted: (entry.generalPurposeBitFlag & 1) === 1,
  };
  return [...new Set(names)]
    .filter((name) => !name.endsWith('/') || file.unpackedBytes > 0 || file.packedBytes > PACKED_NOTHING)
    .map((name) => ({ ...file, name: name.replace(/\/+$/, '') })); // a folder with bytes in it is a file
}

const MEDIA_TYPE_AT = 38; // of OpenDocument and EPUB: first entry, stored, called 'mimetype' (ODF 1.2 part 3 §3.3)
const MEDIA_TYPES: readonly (readonly [prefix: string, type: string])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/vnd.oasis.opendocument.graphics', 'odg'],
  ['application/epub+zip', 'epub'],
];
/** Office files by the folder of their parts: without macros, with macros. */
const OFFICE: readonly (readonly [folder: string, plain: string, macro: string])[] = [
  ['word/', 'docx', 'docm'],
  ['xl/', 'xlsx', 'xlsm'],
  ['ppt/', 'pptx', 'pptm'],
  ['visio/', 'vsdx', 'vsdm'],
];

/** By names alone: content types may be missing or lie, and Office opens the file all the same. */
export function zipType(content: Buffer, { names }: Pick<ArchiveFacts, 'names'>): string {
  const mediaType = content.toString('latin1', MEDIA_TYPE_AT, MEDIA_TYPE_AT + 60);
  const byMediaType = MEDIA_TYPES.find(([prefix]) => mediaType.startsWith(prefix))?.[1];
  if (byMediaType !== undefined) return byMediaType;
  const has = (name: string): boolean => names.includes(name);
  if (has('[Content_Types].xml'))
    return officeType(names) ?? (names.some((name) => name.endsWith('.fdseq')) ? 'xps' : 'zip');
  if (has('AndroidManifest.xml') || has('classes.dex')) return 'apk';
  if (has('AppxManifest.xml') || has('AppxMetadata/AppxBundleManifest.xml')) return 'appx';
  return has('META-INF/MANIFEST.MF') ? 'jar' : 'zip';
}

function officeType(names: readonly string[]): string | undefined {
  const [folder, plain, macro] = OFFICE.find(([prefix]) => names.some((name) => name.startsWith(prefix))) ?? [];
  if (folder === 'xl/' && names.includes('xl/workbook.bin')) return 'xlsb';
  return names.some((name) => name.endsWith('/vbaProject.bin')) ? macro : plain;
}
