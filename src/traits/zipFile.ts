/** Names, locks, sizes and the real type of zip archives, by yauzl from the central directory; nothing is inflated here. */
import { type Entry, fromBuffer } from 'yauzl';

export interface ArchiveFacts {
  /** At most 1,000. */
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
  /** As the directory says; entries beyond 1,000 are counted and not looked at. */
  readonly entryCount: number;
}

export const MAX_NAMES = 1_000; // of one archive; a message keeps 100
const MAX_ENTRIES = 1_000; // looked at: types and locks show early; a directory of 65,000 takes 100 ms
const MAX_NAME_LENGTH = 255;

/** undefined when there is no readable directory: cut short, or no zip. What was read before an error counts. */
export function readZip(content: Buffer): Promise<ZipFacts | undefined> {
  return new Promise((resolve) => {
    // Names are decoded here: yauzl would stop at one with '..' or a backslash, which is what attackers write.
    fromBuffer(content, { lazyEntries: true, decodeStrings: false, validateEntrySizes: false }, (error, zip) => {
      if (error || zip === undefined) {
        resolve(undefined);
        return;
      }
      const entries: ZipEntry[] = [];
      let readCount = 0;
      const finish = () =>
        resolve({
          names: entries.map(({ name }) => name),
          isEncrypted: entries.some((entry) => entry.isEncrypted),
          entries,
          entryCount: zip.entryCount,
        });
      zip.on('entry', (entry: Entry) => {
        const file = toFile(entry);
        if (!file.name.endsWith('/')) entries.push(file);
        if (++readCount < MAX_ENTRIES) zip.readEntry();
        else finish();
      });
      zip.on('end', finish);
      zip.on('error', finish);
      zip.readEntry();
    });
  });
}

const toFile = (entry: Entry): ZipEntry => ({
  name: nameOf(entry),
  method: entry.compressionMethod,
  packedBytes: entry.compressedSize,
  unpackedBytes: entry.uncompressedSize,
  at: entry.relativeOffsetOfLocalHeader,
  isEncrypted: (entry.generalPurposeBitFlag & 1) === 1,
});

/** UTF-8 where it is valid; old archivers write CP437, whose letters do not matter here. */
function nameOf({ fileNameRaw }: Entry): string {
  return fileNameRaw.subarray(0, MAX_NAME_LENGTH).toString('utf8').replaceAll('\\', '/');
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
