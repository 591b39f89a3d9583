/** Exports of mail → their messages in the order of arrival: first where each stands and when it came, later its bytes. */
import type { HistoryOutcome, HistoryWatcher, SkipReason } from './domain/history.ts';
import type { Fetcher } from './exports/fetch.ts';
import { findInSpool, findMessages } from './exports/find.ts';
import type { ExportFile, FoundMessage, SkippedFile, Unpacking } from './exports/found.ts';
import { MAX_MESSAGE_BYTES } from './intake.ts';
import { digestOf } from './learnCheckpoint.ts';
import type { RawMail } from './learnReader.ts';
import { type WrittenTimes, writtenTimes } from './read.ts';

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

/** What the exports are read with. A stream has no order of arrival until it has ended: it is spooled. */
export interface Sources extends Unpacking {
  readonly stdin: AsyncIterable<Buffer>;
}

export interface Placed extends Omit<FoundMessage, 'head'> {
  readonly at: number;
  /** By which learnCheckpoint.ts knows it. */
  readonly digest: number;
}

/** A message, or why there is none, with its time of arrival. */
export type Met = (FoundMessage | SkippedFile) & { readonly at: number };

/** All that the exports hold, as it stands there. Throws ExportError. */
export async function* lookThrough(
  exports: readonly string[],
  { stdin, ...unpacking }: Sources,
  receivedAt: number | undefined,
  now: number,
): AsyncGenerator<Met> {
  for (const path of exports) {
    const timeOf = receivedAt === undefined ? arrivals(now) : () => receivedAt;
    for await (const found of path === '-'
      ? findInSpool(await unpacking.spool.take(stdin), unpacking)
      : findMessages(path, unpacking)) {
      if ('skipped' in found) yield { ...found, at: timeOf({}) };
      else if (found.sizeBytes <= MAX_MESSAGE_BYTES) yield { ...found, at: timeOf(writtenTimes(found.head)) };
      else {
        const { file, offset, index } = found;
        const place = { file, offset, ...(index === undefined ? {} : { index }) };
        yield { ...place, skipped: 'too-large', at: timeOf({}) };
      }
    }
  }
}

/** Where each message stands that teaches, in the order of arrival. Throws ExportError. */
export async function inOrderOfArrival(
  exports: readonly string[],
  sources: Sources,
  receivedAt: number | undefined,
  now: number,
  tally: OrderTally,
  { signal }: HistoryWatcher,
): Promise<readonly Placed[]> {
  const placed: (Placed & { readonly order: number })[] = [];
  for await (const met of lookThrough(exports, sources, receivedAt, now)) {
    if (signal?.aborted) return [];
    if ('skipped' in met) tally.skip(met.skipped, placeOf(met));
    else if (met.keptAs !== undefined) tally.skip(met.keptAs, placeOf(met));
    else {
      const { head, ...rest } = met;
      placed.push({ ...rest, digest: digestOf(head, met.sizeBytes, met.isSent), order: placed.length });
    }
    tally.found();
  }
  return placed.sort((a, b) => a.at - b.at || a.order - b.order);
}

const EARLIEST = Date.UTC(1990, 0, 1); // below, a clock or a program was wrong; one such mail would make a baseline decades old

/**
 * Received, else Date. A time to come, or long before any export, is none; a message without one arrived with the one before it in its file,
 * the first ones now.
 */
export function arrivals(now: number): (times: WrittenTimes) => number {
  let latest: number | undefined;
  return ({ receivedAt, dateAt }) => {
    latest = [receivedAt, dateAt].find((at) => at !== undefined && at >= EARLIEST && at <= now) ?? latest;
    return latest ?? now;
  };
}

export const placeOf = ({ file, index }: { readonly file: ExportFile; readonly index?: number }) => ({
  file: file.path,
  ...(index === undefined ? {} : { index }),
});

export type Fetchable = Pick<FoundMessage, 'file' | 'offset' | 'sizeBytes' | 'isSent'> & { readonly at: number };

/** Reads ahead of the learning, a few files at a time. */
export async function* fetched<M extends Fetchable>(
  found: Iterable<M> | AsyncIterable<M>,
  fetcher: Fetcher,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item<M>> {
  for await (const group of groups(found)) {
    if (signal?.aborted) return;
    yield* await Promise.all(
      group.map(async (mark): Promise<Item<M>> => {
        try {
          return { mark, mail: { raw: await fetcher.fetch(mark), receivedAt: mark.at, isSent: mark.isSent } };
        } catch {
          return { mark, mail: 'unreadable' };
        }
      }),
    );
  }
}

async function* groups<M extends Fetchable>(found: Iterable<M> | AsyncIterable<M>): AsyncGenerator<readonly M[]> {
  let group: M[] = [];
  let bytes = 0;
  for await (const one of found) {
    group.push(one);
    bytes += one.sizeBytes;
    if (group.length < READ_AHEAD_MESSAGES && bytes < READ_AHEAD_BYTES) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}
