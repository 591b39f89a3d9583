/** What the readers of exports share: content that may hold mail, and messages found in it. */
import type { FileHandle } from 'node:fs/promises';
import { ExportError, type SkipReason } from '../domain/history.ts';
import type { Budget } from './archives/limits.ts';
import type { FolderRole } from './folders.ts';
import { openFile } from './openBelow.ts';
import type { OutlookReader } from './outlook/reading.ts';
import type { Spool } from './spool.ts';

export interface ExportFile {
  readonly path: string;
  /** Holds several messages, one after the other. */
  readonly isMbox: boolean;
  /** Of the spool: what has no file of its own. */
  readonly handle?: FileHandle;
  /** Only what really lies below it is read: openBelow.ts. */
  readonly root?: string;
}

export interface FoundMessage {
  readonly file: ExportFile;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Position in an mbox, from 0. */
  readonly index?: number;
  readonly isSent: boolean;
  /** Where the owner or a program has put it, when that is out of the way. */
  readonly keptAs?: Exclude<FolderRole, 'sent'>;
  /** Put together from fields: its export keeps no bytes. */
  readonly isRebuilt?: true;
  readonly head: Buffer;
}

export interface SkippedFile {
  readonly file: ExportFile;
  readonly index?: number;
  readonly offset?: number;
  readonly skipped: SkipReason;
}

export type Found = FoundMessage | SkippedFile;

export const HEAD_BYTES = 64 * 1024; // headers of an honest mail are below; the times stand at their top
const READ_BYTES = 256 * 1024;

/** What finding needs beside the disk. */
export interface Unpacking {
  /** Gets what is unpacked, and what is put together. */
  readonly spool: Spool;
  readonly outlook: OutlookReader;
  /** Of files: openBelow.ts. */
  readonly root?: string;
}

export interface Content {
  /** As it is shown: 'mail.zip!/Inbox/1.eml'. */
  readonly path: string;
  /** Of the spool; absent: the file at `path`. */
  readonly handle?: FileHandle;
  readonly root?: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly head: Buffer;
  readonly role?: FolderRole | undefined;
  /** A person named it, so it has to be mail. */
  readonly isNamed?: boolean;
  /** Of what it was unpacked from. */
  readonly depth?: number;
  readonly budget?: Budget;
}

export function* skippedOr(
  { path, isNamed, handle }: Content,
  reason: SkipReason,
  words: string,
  code: ExportError['code'] = 'not-an-export',
): Generator<Found> {
  if (isNamed) throw new ExportError(code, `${path} ${words}`);
  yield { file: { path, isMbox: false, ...(handle === undefined ? {} : { handle }) }, skipped: reason };
}

export const fileOf = ({ path, handle, root }: Content, isMbox = false): ExportFile => ({
  path,
  isMbox,
  ...(handle === undefined ? {} : { handle }),
  ...(root === undefined ? {} : { root }),
});

/** The message, or why there is none. */
export function messageOr(
  file: ExportFile,
  head: Buffer,
  sizeBytes: number,
  role: FolderRole | undefined,
  offset: number,
  index?: number,
): Found {
  const place = { file, offset, ...(index === undefined ? {} : { index }) };
  if (sizeBytes === 0) return { ...place, skipped: 'empty' };
  const keptAs = role === undefined || role === 'sent' ? {} : { keptAs: role };
  return { ...place, sizeBytes, isSent: role === 'sent', ...keptAs, head };
}

export async function* streamOf({ path, handle, root, offset, sizeBytes }: Content): AsyncGenerator<Buffer> {
  const range = { highWaterMark: READ_BYTES, start: offset, end: Math.max(offset, offset + sizeBytes - 1) };
  const opened = handle ?? (await openFile(path, root));
  yield* opened.createReadStream({ ...range, autoClose: handle === undefined });
}

/** Reads what stands at an offset of the content. */
export async function readingOf({ path, handle: spooled, root, offset, sizeBytes }: Content) {
  const handle = spooled ?? (await openFile(path, root));
  return {
    async read(at: number, bytes: number): Promise<Buffer> {
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, sizeBytes - at)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset + at);
      return buffer.subarray(0, bytesRead);
    },
    async close(): Promise<void> {
      if (spooled === undefined) await handle.close();
    },
  };
}

export async function spooledMail(
  raw: Buffer,
  path: string,
  role: FolderRole | undefined,
  spool: Spool,
  index?: number,
) {
  const { handle, offset } = await spool.take([raw]);
  return messageOr({ path, isMbox: false, handle }, raw.subarray(0, HEAD_BYTES), raw.length, role, offset, index);
}
