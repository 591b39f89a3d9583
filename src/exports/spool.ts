/** What has no place of its own in a file (standard input, what was unpacked, what was put together): one file, appended to, read anywhere. */
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export interface Region {
  readonly handle: FileHandle;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface Spool {
  /** Resolves with where it stands. One at a time. Rejects when the disk is full, or whatever `chunks` throws. */
  take(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Region>;
  /** The file, opened for reading. */
  handle(): Promise<FileHandle>;
  /** Forgets all. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/**
 * `name`: kept under it in `dir`, for a run that goes on later; absent: without a name, so that nothing is left behind, whatever becomes of
 * the process. The file is made by the first use.
 */
export function openSpool(dir: string, name?: string): Spool {
  let opening: Promise<FileHandle> | undefined;
  let size = 0;

  async function opened(): Promise<FileHandle> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, name ?? `spool-${process.pid}`);
    const handle = await open(path, name === undefined ? 'wx+' : 'a+', 0o600);
    if (name === undefined) await unlink(path);
    else size = (await handle.stat()).size;
    return handle;
  }
  const handle = (): Promise<FileHandle> => {
    opening ??= opened();
    return opening;
  };

  return {
    async take(chunks) {
      const file = await handle();
      const offset = size;
      for await (const chunk of chunks) {
        await file.appendFile(chunk);
        size += chunk.length;
      }
      return { handle: file, offset, sizeBytes: size - offset };
    },
    handle,
    async clear() {
      await (await handle()).truncate(0);
      size = 0;
    },
    async close() {
      await (await opening)?.close();
    },
  };
}
