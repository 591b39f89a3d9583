/** Wires rescoring as configured: in this process, or a mailbox a process. */
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type Config, readConfig } from './config.ts';
import { openStoreOf, policyOf } from './configured.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Store } from './domain/ports.ts';
import type { RescoreEnd, RescoreExports, RescoreMailboxes, RescoreMode } from './domain/rescore.ts';
import { type MessageReader, openMessageReader } from './learnReader.ts';
import { openReader } from './readApart.ts';
import { againstLive, keepingLittle } from './rescore/judge.ts';
import { createRescoreMailboxes, type PartitionParts } from './rescore/partitions.ts';
import { writeReport } from './rescore/report/write.ts';
import { createRescoreExports, settingsOf } from './rescore/run.ts';
import { startRescore } from './rescoreProcess.ts';
import { shippedModel } from './service.ts';
import { openSqliteStore } from './store/sqlite.ts';

/** Left alone, a heap doubles before it is looked through: of a run over many messages that is mostly what they left behind. Costs a tenth of the CPU. */
const HEAP_GROWING_PERCENT = 25;

export async function withMessageReader<T>(
  organisation: Organisation,
  threads: number,
  run: (reader: MessageReader) => Promise<T>,
): Promise<T> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const { read, close } = openReader(organisation);
  const reader = openMessageReader({ organisation, read, threads });
  try {
    return await run(reader);
  } finally {
    await reader.close();
    await close();
  }
}

/** What is made of the rows when they are complete. */
async function finish(dir: string, end: RescoreEnd, mode: RescoreMode): Promise<void> {
  const { writeParquet } = await import('./rescore/parquet.ts'); // a service that starts does without
  await writeParquet(dir);
  await writeReport(dir, end, mode);
}

/** One thread judges, and that takes it as long as reading takes another: a third one finds nothing to do. */
export const readerCountFor = (coreCount: number): number => Math.min(2, Math.max(1, coreCount - 1));

/** As configured, but without DNS and scanner, and as if acting; on a store of its own unless that is to learn. */
export const rescoreBy = (config: Config, reader: MessageReader): RescoreExports =>
  createRescoreExports({
    openStore: (mode, workDir) => storeFor(config, mode, workDir),
    reader,
    organisation: config.organisation,
    model: shippedModel(),
    policy: policyOf(config),
    stdin: process.stdin,
    tmpDir: tmpdir(),
    now: Date.now,
    report: finish,
  });

export const rescoreWith =
  (threads: number): RescoreExports =>
  async (exports, request, watcher) => {
    const config = readConfig();
    return withMessageReader(config.organisation, threads, (reader) =>
      rescoreBy(config, reader)(exports, request, watcher),
    );
  };

/** A mailbox in a process of its own: `program` started with these words calls serveRescore. */
export const rescoreApart = (program: string, threads: number) =>
  startRescore(program, ['rescore-mailbox', String(threads)]);

/** What a run over several mailboxes is, beside how each is started. Throws ConfigError. */
export const partitioned = (config: Config): Omit<PartitionParts, 'start'> => ({
  modelVersion: shippedModel().version,
  settings: settingsOf(policyOf(config), config.organisation),
  report: finish,
});

export const rescoreMailboxesBy =
  (program: string): RescoreMailboxes =>
  async (mailboxes, request, watcher) => {
    const threads = readerCountFor(Math.floor(availableParallelism() / (request.processCount ?? 1)));
    const parts = { start: rescoreApart(program, threads), ...partitioned(readConfig()) };
    return createRescoreMailboxes(parts)(mailboxes, request, watcher);
  };

async function storeFor(config: Config, mode: RescoreMode, workDir: string): Promise<Store> {
  if (mode === 'learn') return openStoreOf(config);
  const scratch = keepingLittle(await openSqliteStore({ path: join(workDir, 'scratch.sqlite'), isScratch: true }));
  return mode === 'live' ? againstLive(await openStoreOf(config), scratch) : scratch;
}
