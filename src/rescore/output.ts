/** The rows of a run as JSON lines and CSV, appended. What stands behind the last checkpoint is cut off when the run goes on. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { RescoreError, type RescoreRow } from '../domain/rescore.ts';
import { CSV_HEAD, csvLine } from './csv.ts';
import { RESULTS } from './folder.ts';

const BUFFER_CHARACTERS = 64 * 1024;

export interface OutputState {
  readonly jsonlBytes: number;
  readonly csvBytes: number;
}

export interface Output {
  write(row: RescoreRow): Promise<void>;
  /** Resolves when all rows are on the disk. */
  sync(): Promise<OutputState>;
  close(): Promise<void>;
}

/** Throws RescoreError when the files have become shorter than they were. */
export async function openOutput(dir: string, from: OutputState | undefined): Promise<Output> {
  const jsonl = await openAppending(join(dir, RESULTS.jsonl), from?.jsonlBytes);
  const csv = await openAppending(join(dir, RESULTS.csv), from?.csvBytes);
  if (from === undefined) await csv.append(CSV_HEAD);
  return {
    async write(row) {
      await jsonl.append(`${JSON.stringify(row)}\n`);
      await csv.append(csvLine(row));
    },
    async sync() {
      return { jsonlBytes: await jsonl.sync(), csvBytes: await csv.sync() };
    },
    async close() {
      await jsonl.close();
      await csv.close();
    },
  };
}

async function openAppending(path: string, fromBytes: number | undefined) {
  const file: FileHandle = await open(path, fromBytes === undefined ? 'w' : 'r+', 0o600);
  let at = fromBytes ?? 0;
  let waiting = '';
  if ((await file.stat()).size < at) {
    await file.close();
    throw new RescoreError(
      'folder-taken',
      `${path} is shorter than the run left it: name another --out and start again`,
    );
  }
  await file.truncate(at);
  const flush = async (): Promise<void> => {
    let bytes = Buffer.from(waiting);
    waiting = '';
    while (bytes.length > 0) {
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, at);
      at += bytesWritten;
      bytes = bytes.subarray(bytesWritten);
    }
  };
  return {
    async append(text: string): Promise<void> {
      waiting += text;
      if (waiting.length >= BUFFER_CHARACTERS) await flush();
    },
    async sync(): Promise<number> {
      await flush();
      await file.datasync();
      return at;
    },
    close: () => file.close(),
  };
}
