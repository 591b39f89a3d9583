/** Keeps the readers (learnReader.ts) busy with the next messages while the oldest are worked on, in their order and within a bound of bytes. */
import type { SkipReason } from './domain/history.ts';
import type { Item } from './exportOrder.ts';
import type { BatchReader, RawMail } from './learnReader.ts';
import type { StoredAbout } from './learnWorker.ts';

const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BYTES_UNDER_WAY = 8 * 1024 * 1024; // of all batches; one message may be larger

export interface ReadBatch<M, T> {
  readonly items: readonly Item<M>[];
  /** One answer an item. */
  readonly answers: readonly (T | { readonly skipped: SkipReason })[];
}

export async function* readAhead<M, T>(
  reader: BatchReader<T>,
  items: AsyncIterable<Item<M>>,
  about: StoredAbout,
  batchMessages: number,
): AsyncGenerator<ReadBatch<M, T>> {
  const underWay: { readonly bytes: number; readonly read: Promise<ReadBatch<M, T>> }[] = [];
  let bytesUnderWay = 0;
  const oldest = async function* (): AsyncGenerator<ReadBatch<M, T>> {
    const next = underWay.shift();
    if (next === undefined) return;
    const batch = await next.read;
    bytesUnderWay -= next.bytes;
    yield batch;
  };
  try {
    for await (const batch of batches(items, batchMessages)) {
      while (underWay.length >= reader.depth || (underWay.length > 0 && bytesUnderWay > MAX_BYTES_UNDER_WAY))
        yield* oldest();
      const bytes = batch.reduce((sum, { mail }) => sum + bytesOf(mail), 0);
      bytesUnderWay += bytes;
      underWay.push({ bytes, read: readBatch(reader, batch, about) });
    }
    while (underWay.length > 0) yield* oldest();
  } finally {
    await Promise.allSettled(underWay.map(({ read }) => read));
  }
}

const bytesOf = (mail: RawMail | SkipReason): number => (typeof mail === 'string' ? 0 : mail.raw.length);

async function* batches<M>(items: AsyncIterable<Item<M>>, maxMessages: number): AsyncGenerator<readonly Item<M>[]> {
  let batch: Item<M>[] = [];
  let bytes = 0;
  for await (const item of items) {
    batch.push(item);
    bytes += bytesOf(item.mail);
    if (batch.length < maxMessages && bytes < MAX_BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

async function readBatch<M, T>(
  reader: BatchReader<T>,
  items: readonly Item<M>[],
  about: StoredAbout,
): Promise<ReadBatch<M, T>> {
  const mails = items.flatMap(({ mail }) => (typeof mail === 'string' ? [] : mail));
  const read = (mails.length === 0 ? [] : await reader.read(mails, about)).values();
  const answers = items.map(({ mail }) =>
    typeof mail === 'string' ? { skipped: mail } : (read.next().value ?? { skipped: 'unreadable' as const }),
  );
  return { items, answers };
}
