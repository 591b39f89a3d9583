/** Reads the messages that find.ts found, in any order. */
import type { FileHandle } from 'node:fs/promises';
import type { ExportFile, FoundMessage } from './found.ts';
import { withLineFeeds } from './lineEnds.ts';
import { unquoted } from './mbox.ts';
import { openFile } from './openBelow.ts';

const MAX_OPEN = 16; // mbox files between which messages alternate in the order of arrival

export interface Fetcher {
  /** The bytes of a message as they were mailed. Rejects when the disk refuses or the file has become shorter. */
  fetch(message: Pick<FoundMessage, 'file' | 'offset' | 'sizeBytes'>): Promise<Buffer>;
  close(): Promise<void>;
}

export function openFetcher(): Fetcher {
  const opened = new Map<string, Promise<FileHandle>>();

  async function handleOf({ path, root }: ExportFile): Promise<FileHandle> {
    const known = opened.get(path);
    opened.delete(path);
    const handle = known ?? openFile(path, root);
    opened.set(path, handle); // the last is the latest used
    return handle;
  }

  /** Between batches, so that nothing is closed that is being read. */
  async function closeOldest(limit: number): Promise<void> {
    for (const [path, handle] of [...opened].slice(0, Math.max(0, opened.size - limit))) {
      opened.delete(path);
      await handle.then(
        (file) => file.close(),
        () => undefined,
      );
    }
  }

  let readingCount = 0;
  return {
    async fetch({ file, offset, sizeBytes }) {
      const isWhole = !file.isMbox && file.handle === undefined && offset === 0;
      if (isWhole) return withLineFeeds(await wholeOf(file));
      readingCount += 1;
      try {
        const handle = file.handle ?? (await handleOf(file));
        const raw = Buffer.allocUnsafe(sizeBytes);
        const { bytesRead } = await handle.read(raw, 0, sizeBytes, offset);
        if (bytesRead < sizeBytes) throw new Error(`${file.path} ends before byte ${offset + sizeBytes}`);
        return file.isMbox ? unquoted(withLineFeeds(raw)) : withLineFeeds(raw);
      } finally {
        readingCount -= 1;
        if (readingCount === 0 && opened.size > MAX_OPEN) await closeOldest(MAX_OPEN);
      }
    },
    close: () => closeOldest(0),
  };
}

async function wholeOf({ path, root }: ExportFile): Promise<Buffer> {
  const handle = await openFile(path, root);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
