/** A run over exports: the order of arrival → read ahead → judged and learned, one after the other → rows, with a checkpoint every few seconds. */
import { hash } from 'node:crypto';
import { resolve } from 'node:path';
import { ExportError } from '../domain/history.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { Lesson, Store } from '../domain/ports.ts';
import {
  type RescoreEnd,
  RescoreError,
  type RescoreExports,
  type RescoreRequest,
  type RescoreRow,
  type RescoreWatcher,
} from '../domain/rescore.ts';
import type { Policy } from '../domain/verdict.ts';
import { fetched, type Item, lookThrough, type Met, type Sources } from '../exportOrder.ts';
import { openFetcher } from '../exports/fetch.ts';
import type { ExportFile } from '../exports/found.ts';
import type { Spool } from '../exports/spool.ts';
import { openUnpacking } from '../exports/unpacking.ts';
import type { MessageReader } from '../learnReader.ts';
import { aboutOf, type StoredAbout } from '../learnWorker.ts';
import { readAhead } from '../readAhead.ts';
import type { Model } from '../score/model.ts';
import type { ArrivalIndex, Checkpoint, Indexed } from './arrivalIndex.ts';
import { explained } from './explained.ts';
import { claimFolder, type RunFolder, type RunIdentity, stamps, temporaryFolder } from './folder.ts';
import { type JudgeStored, openJudge } from './judge.ts';
import { type Output, type OutputState, openOutput } from './output.ts';
import { skippedRow } from './row.ts';
import { newTally, type TallyState } from './tally.ts';

export interface RescoreParts {
  /** What a run judges by, and where its verdicts go. `workDir` is its own. */
  readonly openStore: (mode: RescoreRequest['mode'], workDir: string) => Promise<Store>;
  readonly reader: MessageReader;
  readonly organisation: Organisation;
  readonly model: Model;
  readonly policy: Policy;
  readonly stdin: AsyncIterable<Buffer>;
  readonly tmpDir: string;
  readonly now: () => number;
  /** Called when all rows are written. */
  readonly report: (dir: string, end: RescoreEnd, mode: RescoreRequest['mode']) => Promise<void>;
}

const CHECKPOINT_MS = 2000;
const BATCH_MESSAGES = 32; // read together
const TELL_EVERY = 500; // messages looked through

export const createRescoreExports =
  (parts: RescoreParts): RescoreExports =>
  async (exports, request, watcher = {}) => {
    const about = aboutOf(request, parts.now());
    try {
      const folder = folderFor(exports, request, about, parts);
      try {
        if (folder.end !== undefined) return { ...folder.end, wasComplete: true };
        return await runIn(folder, exports, request, about, parts, watcher);
      } catch (error) {
        // Nothing was judged, and the same words will not do: another path may be meant for the same folder.
        if (error instanceof ExportError && !folder.index.isComplete()) folder.abandon();
        throw error;
      } finally {
        folder.close();
      }
    } catch (error) {
      throw explained(error, request.outDir);
    }
  };

function folderFor(
  exports: readonly string[],
  { outDir, tenant, mode }: RescoreRequest,
  { mailboxes }: StoredAbout,
  { tmpDir, model, policy, organisation }: RescoreParts,
): RunFolder {
  if (outDir === undefined) return temporaryFolder(tmpDir);
  const run: RunIdentity = {
    exports: exports.map((path) => (path === '-' ? path : resolve(path))),
    mailboxes,
    tenant,
    mode,
    modelVersion: model.version,
    settings: settingsOf(policy, organisation),
  };
  return claimFolder(outDir, run);
}

/** What else makes another run, as a hash. */
export const settingsOf = (policy: Policy, organisation: Organisation): string =>
  hash('sha256', JSON.stringify([policy, organisation])).slice(0, 16);

async function runIn(
  folder: RunFolder,
  exports: readonly string[],
  request: RescoreRequest,
  about: StoredAbout,
  parts: RescoreParts,
  watcher: RescoreWatcher,
): Promise<RescoreEnd> {
  const { index } = folder;
  const { model, policy, organisation } = parts;
  const unpacking = openUnpacking(folder.workDir, 'spool', request.root);
  const { spool } = unpacking;
  try {
    await lookAt(index, exports, { stdin: parts.stdin, ...unpacking }, parts, watcher);
    if (!index.isComplete()) return endOf(newTally(), 0, false, model);
    const store = await parts.openStore(request.mode, folder.workDir);
    try {
      const judge = openJudge({ store, mode: request.mode, about, model, policy, organisation });
      const end = await scoreAll({ index, spool, store, judge, about, request, parts, watcher });
      if (end.isComplete && request.outDir !== undefined) {
        await parts.report(request.outDir, end, request.mode);
        folder.finish(end);
      }
      return end;
    } finally {
      await store.close();
    }
  } finally {
    await unpacking.close();
  }
}

/** Goes through the exports once; an index that is complete is taken as it is, if they are as they were. */
async function lookAt(
  index: ArrivalIndex,
  exports: readonly string[],
  sources: Sources,
  { now }: RescoreParts,
  { signal, progress }: RescoreWatcher,
): Promise<void> {
  if (index.isComplete()) return checkUnchanged(index);
  await sources.spool.clear();
  const tally = newTally();
  let foundCount = 0;
  const told = async function* (): AsyncGenerator<Met> {
    for await (const met of lookThrough(exports, sources, undefined, now())) {
      signal?.throwIfAborted();
      foundCount += 1;
      if (foundCount % TELL_EVERY === 0) progress?.(tally.progress('look', foundCount));
      yield met;
    }
  };
  progress?.(tally.progress('look', foundCount)); // before an archive is unpacked, which may take minutes
  try {
    await index.build(told(), exports);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function checkUnchanged(index: ArrivalIndex): void {
  const refused = (path: string, what: string): RescoreError =>
    new RescoreError('exports-changed', `${path} ${what} since this run began: start again with another --out`);
  for (const file of index.files()) {
    const { sizeBytes, changedAt } = stamps.of(file);
    if (sizeBytes !== file.sizeBytes || changedAt !== file.changedAt)
      throw refused(file.path, sizeBytes < 0 ? 'has gone' : 'has changed');
  }
  for (const { path, entryCount } of index.folders())
    if (stamps.countIn(path) !== entryCount) throw refused(path, 'has got or lost files');
}

interface Scoring {
  readonly index: ArrivalIndex;
  readonly spool: Spool;
  readonly store: Store;
  readonly judge: JudgeStored;
  readonly about: StoredAbout;
  readonly request: RescoreRequest;
  readonly parts: RescoreParts;
  readonly watcher: RescoreWatcher;
}

interface Kept {
  readonly output?: OutputState;
  readonly tally: TallyState;
}

async function scoreAll({ index, spool, store, judge, about, request, parts, watcher }: Scoring): Promise<RescoreEnd> {
  const { signal, progress, row: heard } = watcher;
  const from = request.outDir === undefined ? undefined : index.checkpoint();
  const kept = from?.state as Kept | undefined;
  const tally = newTally(kept?.tally);
  const foundCount = index.count();
  const output = request.outDir === undefined ? undefined : await openOutput(request.outDir, kept?.output);
  const fetcher = openFetcher();
  const handle = await spool.handle();
  const { root } = request;
  const fileOf = ({ path, isMbox, isSpooled }: ExportFile & { readonly isSpooled?: boolean }): ExportFile => ({
    ...{ path, isMbox },
    ...(isSpooled ? { handle } : root === undefined ? {} : { root }),
  });
  let last: Indexed | undefined;
  let lastKeptAt = performance.now();
  const keep = async (): Promise<void> => {
    if (last === undefined) return;
    await advance({ index, store, output, tenant: about.tenant }, last, tally.state());
    lastKeptAt = performance.now();
  };
  try {
    progress?.(tally.progress('score', foundCount));
    const items = itemsOf(index.inOrder(from, fileOf), fetcher, signal);
    for await (const { mark, mail, answer } of readInOrder(parts.reader, items, about)) {
      if (signal?.aborted) break;
      const judged =
        typeof mail === 'string' || 'skipped' in answer
          ? skippedRow(mark, typeof mail === 'string' ? mail : 'unreadable')
          : marked(await judge(mark, mail, answer), mark, index);
      const row = shownBelow(root, judged);
      await output?.write(row);
      heard?.(row);
      tally.add(row);
      if (typeof mail !== 'string') giveBack(mail.raw);
      last = mark;
      if (performance.now() - lastKeptAt >= CHECKPOINT_MS) await keep();
      progress?.(tally.progress('score', foundCount));
    }
    await keep();
    return endOf(tally, foundCount, tally.state().readCount === foundCount, parts.model);
  } finally {
    await output?.close();
    await fetcher.close();
  }
}

/** Now: the collector does not see how much it is, and comes late. Not of small ones, which share their memory. */
function giveBack({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}

/** What is skipped is known before it is read. */
async function* itemsOf(
  indexed: Iterable<Indexed>,
  fetcher: ReturnType<typeof openFetcher>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item<Indexed>> {
  for await (const item of fetched(indexed, fetcher, signal)) {
    const { skipped, keptAs } = item.mark;
    yield skipped !== undefined ? { ...item, mail: skipped } : keptAs === 'draft' ? { ...item, mail: keptAs } : item;
  }
}

async function* readInOrder(reader: MessageReader, items: AsyncIterable<Item<Indexed>>, about: StoredAbout) {
  for await (const { items: batch, answers } of readAhead(reader, items, about, BATCH_MESSAGES)) {
    for (const [at, { mark, mail }] of batch.entries()) {
      const answer = answers[at] ?? { skipped: 'unreadable' as const };
      yield { mark, mail, answer };
    }
  }
}

/** A verdict found again is that of an earlier copy, unless it is this run's own from before it was interrupted. */
function marked(row: RescoreRow, { place }: Indexed, index: ArrivalIndex): RescoreRow {
  if (row.verdictId === undefined || index.firstPlace(row.verdictId, place) === place) return row;
  return { ...row, isRepeat: true };
}

const shownBelow = (root: string | undefined, row: RescoreRow): RescoreRow =>
  root !== undefined && row.file.startsWith(`${root}/`) ? { ...row, file: row.file.slice(root.length + 1) } : row;

/** Rows, then what was learned, then the word that both are so: each is on the disk before the next. */
async function advance(
  { index, store, output, tenant }: { index: ArrivalIndex; store: Store; output: Output | undefined; tenant: string },
  { at, place }: Indexed,
  tally: TallyState,
): Promise<void> {
  const written = await output?.sync();
  await flushed(store, tenant);
  const state: Kept = { tally, ...(written === undefined ? {} : { output: written }) };
  const checkpoint: Checkpoint = { count: tally.readCount, at, place, state };
  index.advance(checkpoint);
}

const MARK: Lesson = { id: 'rescore-checkpoint', mailbox: '', keys: [], fold: () => new Map() };

/** A durable write takes all earlier ones with it. The same lesson is learned and taken back in turn, so that one stays at most. */
async function flushed(store: Store, tenant: string): Promise<void> {
  const [isNew] = await store.learn(tenant, [MARK], 'durable');
  if (!isNew) await store.learn(tenant, [{ ...MARK, undoes: true }], 'durable');
}

function endOf(tally: ReturnType<typeof newTally>, foundCount: number, isComplete: boolean, model: Model): RescoreEnd {
  const { damaged } = tally.state();
  const progress = tally.progress('score', foundCount);
  return { ...progress, damaged, isComplete, wasComplete: false, modelVersion: model.version };
}
