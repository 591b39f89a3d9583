/** The bytes of originals as files in one folder: written aside the event loop, and synced with their folder before anything says that they are there. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface Files {
  /** Durable; answers the name. Leaves nothing behind when it rejects. */
  write(bytes: Buffer): Promise<string>;
  read(name: string): AsyncIterable<Buffer>;
  /** What is gone already is no error. */
  remove(names: readonly string[]): Promise<void>;
  /** Names of files last written before then (ms). */
  olderThan(before: number): AsyncIterable<string>;
}

const CHUNK_BYTES = 1024 * 1024;
const OWN_FILE = /^[0-9a-f-]{36}\.eml$/;

/** The folder is made with the first file; it is readable by the service's user only. */
export function openFiles(folder: string): Files {
  const pathOf = (name: string) => join(folder, name);

  async function removeOne(name: string): Promise<void> {
    try {
      await unlink(pathOf(name));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  return {
    async write(bytes) {
      const isNew = (await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined;
      if (isNew) await syncFolder(dirname(folder));
      const name = `${randomUUID()}.eml`;
      try {
        const file = await open(pathOf(name), 'wx', 0o600);
        try {
          for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
            await file.writeFile(bytes.subarray(at, at + CHUNK_BYTES));
          }
          await file.sync();
        } finally {
          await file.close();
        }
        await syncFolder(folder);
        return name;
      } catch (error) {
        await removeOne(name).catch(() => undefined); // of a full disk; the first error says it, and what stays is swept
        throw error;
      }
    },
    read: (name) => createReadStream(pathOf(name), { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>,
    async remove(names) {
      for (const name of names) await removeOne(name);
    },
    async *olderThan(before) {
      const entries = await opendir(folder).catch((error: unknown) => {
        if (isAbsent(error)) return [];
        throw error;
      });
      for await (const { name } of entries) {
        if (!OWN_FILE.test(name)) continue;
        const found = await stat(pathOf(name)).catch(() => undefined); // removed meanwhile
        if (found !== undefined && found.mtimeMs < before) yield name;
      }
    },
  };
}

/** A file is there after a power cut only if its folder says so. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
