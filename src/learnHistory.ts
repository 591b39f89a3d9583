/**
 * Learning from history: exports → the order of arrival → what each message teaches (learnReader.ts, on worker threads) → the store, a batch
 * in one durable transaction. Or an mbox that comes over the wire, in its own order.
 */
import { join, resolve } from 'node:path';
import {
  ExportError,
  type HistoryOutcome,
  type HistoryProgress,
  type HistoryWatcher,
  type LearnExports,
  type LearnMbox,
  type SkipReason,
} from './domain/history.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Lesson, Store } from './domain/ports.ts';
import {
  arrivals,
  fetched,
  type Item,
  inOrderOfArrival,
  type OrderTally,
  type Placed,
  placeOf,
} from './exportOrder.ts';
import { openFetcher } from './exports/fetch.ts';
import { splitMbox, unquoted } from './exports/mbox.ts';
import { roleOfHeaders } from './exports/status.ts';
import { openUnpacking } from './exports/unpacking.ts';
import { MAX_MESSAGE_BYTES } from './intake.ts';
import { type Checkpoint, openCheckpoint } from './learnCheckpoint.ts';
import type { LearnReader } from './learnReader.ts';
import { aboutOf, type StoredAbout, type Taught } from './learnWorker.ts';
import { lessonsOfStored } from './lessons.ts';
import { writtenTimes } from './read.ts';
import { readAhead } from './readAhead.ts';

export interface HistoryParts {
  readonly store: Store;
  readonly organisation: Organisation;
  readonly reader: LearnReader;
  readonly now: () => number;
  /** Messages learned in one transaction: the event loop stands still for 0.3 ms each. */
  readonly batchMessages: number;
}

export interface ExportParts extends HistoryParts {
  /** Holds the checkpoints, and standard input while it is read. */
  readonly dataDir: string;
  readonly stdin: AsyncIterable<Buffer>;
}

const MAX_LISTED = 100;

export const createLearnExports =
  (parts: ExportParts): LearnExports =>
  async (exports, request, watcher = {}) => {
    const about = aboutOf(request, parts.now());
    const tally = newTally(watcher);
    const unpacking = openUnpacking(parts.dataDir);
    const sources = { stdin: parts.stdin, ...unpacking };
    const fetcher = openFetcher();
    try {
      tally.tell(); // before an archive is unpacked, which may take minutes
      const found = await inOrderOfArrival(exports, sources, request.receivedAt, parts.now(), tally, watcher);
      const checkpoint = openCheckpoint({
        dir: join(parts.dataDir, 'history'),
        store: parts.store,
        tenant: about.tenant,
        mailboxes: about.mailboxes,
        about: [about, request.receivedAt, exports.map((path) => (path === '-' ? path : resolve(path)))],
      });
      const doneCount = await checkpoint.resume(found.map(({ digest }) => digest));
      tally.resume(doneCount);
      await learnAll(
        parts,
        about,
        fetched(found.slice(doneCount), fetcher, watcher.signal),
        noteProgress(checkpoint, tally),
      );
      return tally.progress();
    } finally {
      await fetcher.close();
      await unpacking.close();
    }
  };

/** What could not be read is not behind us: the next run tries it again, and what came after it. */
function noteProgress(checkpoint: Checkpoint, tally: Tally) {
  let isBroken = false;
  return async (marks: readonly Placed[], results: readonly HistoryOutcome['result'][]): Promise<void> => {
    for (const [at, mark] of marks.entries()) {
      const result = results[at];
      if (result !== undefined) tally.note({ ...placeOf(mark), result });
    }
    isBroken ||= results.some((result) => 'skipped' in result && result.skipped === 'unreadable');
    if (!isBroken) await checkpoint.advance(marks.map(({ digest }) => digest));
    tally.tell();
  };
}

export const createLearnMbox =
  (parts: HistoryParts): LearnMbox =>
  async (request, body) => {
    const about = aboutOf(request, parts.now());
    const tally = newTally({});
    const skipped: { index: number; reason: SkipReason }[] = [];
    await learnAll(parts, about, inMbox(body, request.receivedAt, parts.now()), async (indices, results) => {
      for (const [at, index] of indices.entries()) {
        const result = results[at];
        if (result === undefined) continue;
        tally.note({ file: '', index, result });
        if ('skipped' in result && skipped.length < MAX_LISTED) skipped.push({ index, reason: result.skipped });
      }
    });
    const { readCount, learnedCount, knownCount, skippedCounts } = tally.progress();
    if (readCount === 0) throw new ExportError('empty-export', 'there is no message in it');
    return { readCount, learnedCount, knownCount, skippedCounts, skipped };
  };

async function* inMbox(
  body: AsyncIterable<Buffer>,
  receivedAt: number | undefined,
  now: number,
): AsyncGenerator<Item<number>> {
  const timeOf = receivedAt === undefined ? arrivals(now) : () => receivedAt;
  let index = 0;
  for await (const { kept, sizeBytes, hasEnvelopeLine } of splitMbox(body, MAX_MESSAGE_BYTES)) {
    if (!hasEnvelopeLine)
      throw new ExportError('not-an-export', 'the first line is not the envelope line of an mbox: From SENDER DATE');
    const reason = sizeBytes > MAX_MESSAGE_BYTES ? 'too-large' : sizeBytes === 0 ? 'empty' : roleOfHeaders(kept);
    const mail = { raw: unquoted(kept), receivedAt: timeOf(writtenTimes(kept)), isSent: false };
    yield { mark: index, mail: reason ?? mail };
    index += 1;
  }
}

/** Learns in order, a batch in one transaction; `done` hears of each when it is durable. */
async function learnAll<M>(
  parts: HistoryParts,
  about: StoredAbout,
  items: AsyncIterable<Item<M>>,
  done: (marks: readonly M[], results: readonly HistoryOutcome['result'][]) => Promise<void>,
): Promise<void> {
  const { reader, store, organisation, batchMessages } = parts;
  for await (const { items: read, answers: taught } of readAhead(reader, items, about, batchMessages)) {
    const lessons = taught.map((one) => ('skipped' in one ? [] : lessonsOfStored(one, organisation)));
    const news = await store.learn(about.tenant, lessons.flat(), 'durable');
    const marks = read.map(({ mark }) => mark);
    await done(marks, resultsOf(taught, lessons, news));
  }
}

function resultsOf(
  taught: readonly Taught[],
  lessons: readonly (readonly Lesson[])[],
  news: readonly boolean[],
): readonly HistoryOutcome['result'][] {
  let at = 0;
  return taught.map((one, index) => {
    const count = lessons[index]?.length ?? 0;
    const isNew = news.slice(at, at + count).some(Boolean);
    at += count;
    return 'skipped' in one ? one : { messageId: one.messageId, mailboxes: one.mailboxes, isNew };
  });
}

interface Tally extends OrderTally {
  resume(count: number): void;
  note(outcome: HistoryOutcome): void;
  tell(): void;
  progress(): HistoryProgress;
}

const TELL_EVERY = 500; // messages found

function newTally({ progress: heard, outcome: heardOutcome }: HistoryWatcher): Tally {
  const skippedCounts: Partial<Record<SkipReason, number>> = {};
  let state = {
    phase: 'look' as HistoryProgress['phase'],
    foundCount: 0,
    readCount: 0,
    learnedCount: 0,
    knownCount: 0,
  };
  let resumedCount = 0;
  const progress = (): HistoryProgress => ({ ...state, resumedCount, skippedCounts: { ...skippedCounts } });
  const tell = () => heard?.(progress());
  const note = (outcome: HistoryOutcome): void => {
    const { result } = outcome;
    state = { ...state, readCount: state.readCount + 1 };
    if ('skipped' in result) skippedCounts[result.skipped] = (skippedCounts[result.skipped] ?? 0) + 1;
    else if (result.isNew) state.learnedCount += 1;
    else state.knownCount += 1;
    heardOutcome?.(outcome);
  };
  return {
    found() {
      state.foundCount += 1;
      if (state.foundCount % TELL_EVERY === 0) tell();
    },
    skip: (reason, place) => note({ ...place, result: { skipped: reason } }),
    resume(count) {
      resumedCount = count;
      state = { ...state, phase: 'learn', readCount: state.readCount + count, knownCount: state.knownCount + count };
      tell();
    },
    note,
    tell,
    progress,
  };
}
