/** Goes through all mail of exports, as it stands there. */
import type { HistoryProgress, SkipReason } from '../domain/history.ts';
import type { HuntExports } from '../domain/hunt.ts';
import { fetched, type Item, lookThrough, type Met, placeOf } from '../exportOrder.ts';
import { openFetcher } from '../exports/fetch.ts';
import type { FoundMessage } from '../exports/found.ts';
import { openUnpacking } from '../exports/unpacking.ts';
import type { MessageReader } from '../learnReader.ts';
import { aboutOf } from '../learnWorker.ts';
import { readAhead } from '../readAhead.ts';
import { matchesInMessage } from './match.ts';

export interface HuntParts {
  readonly reader: MessageReader;
  readonly stdin: AsyncIterable<Buffer>;
  /** What is unpacked is kept there, without a name. */
  readonly spoolDir: string;
  readonly now: () => number;
}

const BATCH_MESSAGES = 32;

export const createHuntExports =
  ({ reader, stdin, spoolDir, now }: HuntParts): HuntExports =>
  async (exports, indicators, heard, { signal, progress } = {}) => {
    const skippedCounts: Partial<Record<SkipReason, number>> = {};
    let readCount = 0;
    const count = (reason?: SkipReason): void => {
      readCount += 1;
      if (reason !== undefined) skippedCounts[reason] = (skippedCounts[reason] ?? 0) + 1;
      progress?.(progressOf(readCount, skippedCounts));
    };
    progress?.(progressOf(0, {})); // before an archive is unpacked, which may take minutes
    const unpacking = openUnpacking(spoolDir);
    const fetcher = openFetcher();
    try {
      const about = aboutOf({ tenant: 'hunt', mailboxes: [] }, now());
      const found = messagesOf(lookThrough(exports, { stdin, ...unpacking }, undefined, now()), count);
      const items: AsyncIterable<Item<FoundMessage & { readonly at: number }>> = fetched(found, fetcher, signal);
      for await (const { items: batch, answers } of readAhead(reader, items, about, BATCH_MESSAGES)) {
        for (const [at, { mark, mail }] of batch.entries()) {
          const message = answers[at];
          if (typeof mail === 'string' || message === undefined || 'skipped' in message) {
            count(typeof mail === 'string' ? mail : 'unreadable');
            continue;
          }
          count();
          const { id, sender, subject } = message;
          const from = sender === undefined ? {} : { from: sender.address };
          for (const match of matchesInMessage(message, indicators))
            heard({ ...match, ...placeOf(mark), at: mark.at, messageId: id, ...from, subject });
        }
      }
      return { readCount, skippedCounts };
    } finally {
      await fetcher.close();
      await unpacking.close();
    }
  };

async function* messagesOf(all: AsyncIterable<Met>, skip: (reason: SkipReason) => void) {
  for await (const met of all) {
    if ('skipped' in met) skip(met.skipped);
    else yield met;
  }
}

/** Nobody knows beforehand how many there are. */
const progressOf = (readCount: number, skippedCounts: HistoryProgress['skippedCounts']): HistoryProgress => ({
  ...{ phase: 'look', foundCount: readCount, readCount, learnedCount: 0, knownCount: 0, resumedCount: 0 },
  skippedCounts,
});
