/** Entries of a ZIP archive, one after the other, by yauzl. */
import { type Entry, fromBuffer, open, type ZipFile } from 'yauzl';
import { MAX_ENTRIES, UnpackError } from './limits.ts';

export interface ZipEntry {
  readonly name: string;
  readonly isEncrypted: boolean;
  /** Its bytes; throws UnpackError for what cannot be unpacked. */
  readonly content: () => AsyncIterable<Buffer>;
}

// Names are decoded here: yauzl would stop at one with '..' or a backslash. They lead nowhere, nothing is written under them.
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true } as const;

/** Throws UnpackError for what is no archive, or breaks off. */
export async function* zipEntries(source: string | Buffer): AsyncGenerator<ZipEntry> {
  const zip = await opened(source);
  try {
    let entryCount = 0;
    for await (const entry of readable(zip.eachEntry())) {
      if (++entryCount > MAX_ENTRIES) throw new UnpackError('unpacks-too-far');
      const name = entry.fileNameRaw.toString('utf8').replaceAll('\\', '/');
      if (name.endsWith('/')) continue;
      const isEncrypted = (entry.generalPurposeBitFlag & 1) === 1;
      yield { name, isEncrypted, content: () => contentOf(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

function opened(source: string | Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, zip?: ZipFile): void =>
      zip === undefined || error ? reject(new UnpackError('corrupt')) : resolve(zip);
    if (typeof source === 'string') open(source, OPTIONS, done);
    else fromBuffer(source, OPTIONS, done);
  });
}

/** A directory of entries, or content, that cannot be read further is corrupt. */
async function* readable<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch {
    throw new UnpackError('corrupt');
  }
}

const contentOf = (zip: ZipFile, entry: Entry): AsyncIterable<Buffer> =>
  readable(
    (async function* () {
      yield* await zip.openReadStreamPromise(entry);
    })(),
  );
