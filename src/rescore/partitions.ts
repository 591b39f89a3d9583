/**
 * Exports of many mailboxes: each mailbox is a run of its own, with a baseline of its own, in a process of its own, as many at a time as there
 * are cores. So the rows are the same however many processes there are. A process that dies is started again once, and goes on.
 */
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SkipReason } from '../domain/history.ts';
import {
  type MailboxExports,
  type RescoreCounts,
  type RescoreEnd,
  RescoreError,
  type RescoreMailboxes,
  type RescoreProgress,
  type RescoreRequest,
} from '../domain/rescore.ts';
import { explained } from './explained.ts';
import { claimFolder, RESULTS, type RunIdentity } from './folder.ts';

export interface PartitionParts {
  /** Runs one mailbox in a process. Rejects with DiedError when that dies. */
  readonly start: (
    exports: readonly string[],
    request: RescoreRequest,
    progress: (progress: RescoreProgress) => void,
    signal: AbortSignal | undefined,
  ) => Promise<RescoreEnd>;
  readonly modelVersion: string;
  /** Hash over policy and organisation. */
  readonly settings: string;
  readonly report: (dir: string, end: RescoreEnd, mode: RescoreRequest['mode']) => Promise<void>;
}

export class DiedError extends Error {
  override readonly name = 'DiedError';
}

const MAX_DAMAGED = 100;

export const createRescoreMailboxes =
  ({ start, modelVersion, settings, report }: PartitionParts): RescoreMailboxes =>
  async (mailboxes, { tenant, mode, outDir, processCount = 1 }, { signal, progress } = {}) => {
    const run: RunIdentity = {
      exports: mailboxes.map(({ mailbox, exports }) => `${mailbox}=${exports.join('=')}`),
      mailboxes: mailboxes.map(({ mailbox }) => mailbox),
      ...{ tenant, mode, modelVersion, settings },
    };
    const folder = claimFolder(outDir, run);
    try {
      if (folder.end !== undefined) return { ...folder.end, wasComplete: true };
      const dirs = mailboxes.map((_, at) => join(folder.workDir, 'mailboxes', String(at)));
      const seen = mailboxes.map((): RescoreProgress => NOTHING);
      const one = async ({ mailbox, exports }: MailboxExports, at: number): Promise<RescoreEnd> => {
        const request = { tenant, mailboxes: [mailbox], mode, outDir: dirs[at] ?? '' };
        const heard = (told: RescoreProgress): void => {
          seen[at] = told;
          progress?.(sumOf(seen, mailboxes.length));
        };
        await mkdir(request.outDir, { recursive: true, mode: 0o700 });
        return again(() => start(exports, request, heard, signal), signal);
      };
      const ends = await inParallel(mailboxes, processCount, one, signal);
      const done = ends.filter((end) => end !== undefined);
      const isComplete = done.length === mailboxes.length && done.every((end) => end.isComplete);
      const damaged = done.flatMap((end) => end.damaged).slice(0, MAX_DAMAGED);
      const end = { ...sumOf(done, done.length), damaged, isComplete, wasComplete: false, modelVersion };
      if (!isComplete) return end;
      await merge(dirs, outDir);
      await report(outDir, end, mode);
      folder.finish(end);
      return end;
    } catch (error) {
      throw explained(error, outDir);
    } finally {
      folder.close();
    }
  };

const ORPHAN_PATIENCE_MS = 15_000; // a process that nobody listens to any more ends at its next message
const ORPHAN_RETRY_MS = 300;

export const isInUse = (error: unknown): boolean => error instanceof RescoreError && error.code === 'folder-in-use';

/**
 * Once more when it died; not at all once it was stopped. The folder is ours alone: what is at work in a part of it was started by a run that
 * was killed, and is about to notice.
 */
export async function again(run: () => Promise<RescoreEnd>, signal: AbortSignal | undefined): Promise<RescoreEnd> {
  const giveUpAt = performance.now() + ORPHAN_PATIENCE_MS;
  for (let diedCount = 0; ; ) {
    if (signal?.aborted) return STOPPED;
    try {
      return await run();
    } catch (error) {
      if (isInUse(error) && performance.now() < giveUpAt) await delay(ORPHAN_RETRY_MS);
      else if (!(error instanceof DiedError) || ++diedCount > 1) throw error;
    }
  }
}

/** In their order, `count` at a time; undefined for what was not begun. The first failure stops what has not begun, and is thrown at the end. */
async function inParallel<T, R>(
  items: readonly T[],
  count: number,
  run: (item: T, at: number) => Promise<R>,
  signal: AbortSignal | undefined,
): Promise<readonly (R | undefined)[]> {
  const results: (R | undefined)[] = items.map(() => undefined);
  const failures: unknown[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (signal?.aborted || failures.length > 0) return;
      try {
        results[at] = await run(item, at);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}

/** One mailbox after the other. Begun anew when it was interrupted: the rows of all mailboxes are still there. */
async function merge(dirs: readonly string[], outDir: string): Promise<void> {
  for (const name of [RESULTS.jsonl, RESULTS.csv]) {
    const path = join(outDir, name);
    await rm(path, { force: true });
    for (const [at, dir] of dirs.entries()) {
      let isHead = name === RESULTS.csv && at > 0;
      for await (const chunk of createReadStream(join(dir, name)) as AsyncIterable<Buffer>) {
        await appendFile(path, isHead ? chunk.subarray(chunk.indexOf('\n') + 1) : chunk, { mode: 0o600 });
        isHead = false;
      }
    }
  }
}

export const NOTHING: RescoreProgress = {
  phase: 'look',
  foundCount: 0,
  readCount: 0,
  resumedCount: 0,
  actions: { deliver: 0, strip: 0, hold: 0 },
  sentCount: 0,
  repeatCount: 0,
  datesDisagreeCount: 0,
  skippedCounts: {},
};

/** Of a run that was stopped before it said anything. */
export const STOPPED: RescoreEnd = {
  ...NOTHING,
  damaged: [],
  isComplete: false,
  wasComplete: false,
  modelVersion: '',
};

export function sumOf(all: readonly RescoreProgress[], expectedCount: number): RescoreProgress {
  const total = (read: (one: RescoreProgress) => number): number => all.reduce((sum, one) => sum + read(one), 0);
  const skippedCounts: Partial<Record<SkipReason, number>> = {};
  for (const one of all)
    for (const [reason, count] of Object.entries(one.skippedCounts) as [SkipReason, number][])
      skippedCounts[reason] = (skippedCounts[reason] ?? 0) + count;
  const actions: RescoreCounts['actions'] = {
    deliver: total((one) => one.actions.deliver),
    strip: total((one) => one.actions.strip),
    hold: total((one) => one.actions.hold),
  };
  return {
    // How many messages there are is known when all mailboxes were looked through.
    phase: all.length === expectedCount && all.some(({ phase }) => phase === 'score') ? 'score' : 'look',
    foundCount: total((one) => one.foundCount),
    readCount: total((one) => one.readCount),
    resumedCount: total((one) => one.resumedCount),
    actions,
    sentCount: total((one) => one.sentCount),
    repeatCount: total((one) => one.repeatCount),
    datesDisagreeCount: total((one) => one.datesDisagreeCount),
    skippedCounts,
  };
}
