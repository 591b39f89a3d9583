/** Exports of mail → their messages in the order of arrival: first where each stands and when it came, later its bytes. */
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryOutcome, HistoryWatcher, SkipReason } from './domain/history.ts';
import type { Fetcher } from './exports/fetch.ts';
import { type ExportFile, type FoundMessage, findInHandle, findMessages } from './exports/find.ts';
import { MAX_MESSAGE_BYTES } from './intake.ts';
import { digestOf } from './learnCheckpoint.ts';
import type { RawMail } from './learnReader.ts';
import { arrivalOf } from './read.ts';

const READ_AHEAD_MESSAGES = 16;
const READ_AHEAD_BYTES = 4 * 1024 * 1024; // one message may be larger

/** A message with `mark`, by which its outcome is told; the batch ends where `mail` is a reason. */
export interface Item<M> {
  readonly mark: M;
  readonly mail: RawMail | SkipReason;
}

/** Hears of each message that is found, and why one is left out. */
export interface OrderTally {
  found(): void;
  skip(reason: SkipReason, place: Omit<HistoryOutcome, 'result'>): void;
}

/** A stream has no order of arrival until it has ended. Nothing is left behind, whatever becomes of the process. */
export async function spooled(dataDir: string, stdin: AsyncIterable<Buffer>): Promise<FileHandle> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }); // a store elsewhere needs none
  const path = join(dataDir, `stdin-${process.pid}`);
  const handle = await open(path, 'wx+', 0o600);
  await unlink(path);
  for await (const chunk of stdin) await handle.appendFile(chunk);
  return handle;
}

export interface Placed extends Omit<FoundMessage, 'head'> {
  readonly at: number;
  /** By which learnCheckpoint.ts knows it. */
  readonly digest: number;
}

/** Where each message stands, in the order of arrival. Throws ExportError. */
export async function inOrderOfArrival(
  exports: readonly string[],
  spool: FileHandle | undefined,
  receivedAt: number | undefined,
  now: number,
  tally: OrderTally,
  { signal }: HistoryWatcher,
): Promise<readonly Placed[]> {
  const placed: (Placed & { readonly order: number })[] = [];
  for (const path of exports) {
    const timeOf = receivedAt === undefined ? arrivals(now) : () => receivedAt;
    for await (const found of path === '-' && spool !== undefined ? findInHandle(spool) : findMessages(path)) {
      if (signal?.aborted) return [];
      if ('skipped' in found) tally.skip(found.skipped, placeOf(found));
      else if (found.sizeBytes > MAX_MESSAGE_BYTES) tally.skip('too-large', placeOf(found));
      else {
        const { head, ...rest } = found;
        const digest = digestOf(head, found.sizeBytes, found.isSent);
        placed.push({ ...rest, at: timeOf(arrivalOf(head)), digest, order: placed.length });
      }
      tally.found();
    }
  }
  return placed.sort((a, b) => a.at - b.at || a.order - b.order);
}

/** A message that does not tell, or tells a time to come, arrived with the one before it in its file; the first ones, now. */
export function arrivals(now: number): (at: number | undefined) => number {
  let latest: number | undefined;
  return (at) => {
    if (at !== undefined && at <= now) latest = at;
    return latest ?? now;
  };
}

export const placeOf = ({ file, index }: { readonly file: ExportFile; readonly index?: number }) => ({
  file: file.path,
  ...(index === undefined ? {} : { index }),
});

/** Reads ahead of the learning, a few files at a time. */
export async function* fetched(
  found: readonly Placed[],
  from: number,
  fetcher: Fetcher,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item<Placed>> {
  for (let at = from; at < found.length && !signal?.aborted; ) {
    const group: Placed[] = [];
    for (let bytes = 0; at < found.length && group.length < READ_AHEAD_MESSAGES && bytes < READ_AHEAD_BYTES; at += 1) {
      const next = found[at];
      if (next === undefined) break;
      group.push(next);
      bytes += next.sizeBytes;
    }
    yield* await Promise.all(
      group.map(async (mark): Promise<Item<Placed>> => {
        try {
          return { mark, mail: { raw: await fetcher.fetch(mark), receivedAt: mark.at, isSent: mark.isSent } };
        } catch {
          return { mark, mail: 'unreadable' };
        }
      }),
    );
  }
}
