/**
 * Does parts of a job, one after the other, and puts the results together after the last: called by whoever takes it from a queue, again
 * after each interruption, and by several at a time for different parts of one job. Everything it needs to go on lies in the job's folder.
 */
import { mkdir, realpath } from 'node:fs/promises';
import { ExportError } from '../domain/history.ts';
import { JobError, type JobFailure, type JobOrder } from '../domain/jobs.ts';
import { type RescoreEnd, RescoreError, type RescoreProgress } from '../domain/rescore.ts';
import { IntakeError } from '../domain/service.ts';
import { endIn } from '../rescore/folder.ts';
import { again, createRescoreMailboxes, isInUse, NOTHING, type PartitionParts } from '../rescore/partitions.ts';
import { checkLinksIn, exportsOf, pathBelow } from './exportPaths.ts';
import { codeOf, type JobFolder, type JobsFolder, type PartState } from './folder.ts';
import { reachedIn } from './progress.ts';

export interface RunJobParts extends PartitionParts {
  readonly folder: JobsFolder;
  /** Of server-side exports. */
  readonly root?: string;
  readonly now: () => number;
}

/** Some parts of a job, as a queue holds them. */
export interface Task {
  readonly tenant: string;
  readonly id: string;
  readonly parts: readonly number[];
}

/** What may be done at a time: where something is learned, each part is judged by what the ones before it taught. */
export const tasksOf = ({ tenant, id, mode, parts }: JobOrder): readonly Task[] => {
  const all = parts.map((_, at) => at);
  return mode === 'learn' ? [{ tenant, id, parts: all }] : all.map((at) => ({ tenant, id, parts: [at] }));
};

const MAX_TRIES = 5; // to get further than a message
const TICK_MS = 1000; // how often progress is written, and an end looked for
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Resolves when the task is done or needs no doing; false: stopped before that. Throws for what may be better another time. */
export async function runTask(task: Task, parts: RunJobParts, signal: AbortSignal): Promise<boolean> {
  const folder = parts.folder.job(task.tenant, task.id);
  const order = await folder.order();
  if (order === undefined || folder.isOver()) return true;
  let base = '';
  try {
    base = order.source === 'upload' ? await realpath(folder.uploadDir) : await exportsOf(parts.root, order.tenant);
    for (const at of task.parts) {
      if (endIn(folder.outDir) !== undefined) break;
      if (await runPart(order, at, { folder, base, parts, signal })) continue;
      if (folder.isOver()) await folder.clear();
      return folder.isOver();
    }
    await finish(order, folder, parts);
  } catch (error) {
    // Cancelled or removed under our hands: then whatever went wrong is of no interest.
    if (!folder.isOver()) {
      if (!isLasting(error)) throw error;
      await folder.writeEnd({
        state: 'failed',
        endedAt: parts.now(),
        failure: failureOf(error, base),
        ...(await reachedIn(folder)),
      });
    }
    await folder.clear();
  }
  return true;
}

interface Run {
  readonly folder: JobFolder;
  /** Where the paths of exports begin. */
  readonly base: string;
  readonly parts: RunJobParts;
  readonly signal: AbortSignal;
}

async function runPart(order: JobOrder, at: number, { folder, base, parts, signal }: Run): Promise<boolean> {
  const part = order.parts[at];
  if (part === undefined) throw new Error('a task for a part that the job does not have');
  const outDir = folder.partDir(order, at);
  if (endIn(outDir) !== undefined) return true;
  const exports = await Promise.all(part.paths.map((path) => pathBelow(base, path)));
  for (const path of exports) await checkLinksIn(base, path);
  const { tenant, mode } = order;
  const work = await watched(folder, at, parts, signal);
  try {
    await mkdir(outDir, { recursive: true, mode: 0o700 });
    const request = { tenant, mailboxes: part.mailboxes, mode, outDir, root: base };
    const reached = await again(() => parts.start(exports, request, work.heard, work.signal), work.signal);
    work.leave(reached);
    return reached.isComplete;
  } catch (error) {
    if (isInUse(error)) work.giveBack();
    throw error;
  } finally {
    work.close();
  }
}

/** Writes down how far a part is, and stops it when the job is over. */
async function watched(folder: JobFolder, at: number, { now }: RunJobParts, outer: AbortSignal) {
  const before = await folder.part(at);
  const tries = triesAfter(before);
  const over = new AbortController();
  let progress: RescoreProgress = before?.progress ?? NOTHING;
  let scoringSince: number | undefined;
  const write = (count = tries.count): void => {
    const seconds = scoringSince === undefined ? 0 : (now() - scoringSince) / 1000;
    const perSecond = seconds > 0 ? (progress.readCount - progress.resumedCount) / seconds : undefined;
    const state = { progress, ...(perSecond === undefined ? {} : { perSecond }), tries: { ...tries, count } };
    if (folder.isOver()) over.abort();
    else folder.writePart(at, state);
  };
  /** How far it is can be told later: the truth is in the checkpoint. */
  const tell = (count?: number): void => {
    try {
      write(count);
    } catch {}
  };
  try {
    write();
  } catch (error) {
    throw FULL.has(codeOf(error)) ? new RescoreError('cannot-write', 'the disk is full') : error;
  }
  const timer = setInterval(tell, TICK_MS);
  return {
    signal: AbortSignal.any([outer, over.signal]),
    heard(told: RescoreProgress): void {
      progress = told;
      if (told.phase === 'score') scoringSince ??= now();
    },
    /** Being stopped is nobody's fault: it counts as no try. */
    leave({ damaged: _, isComplete, wasComplete: __, modelVersion: ___, ...counts }: RescoreEnd): void {
      if (isComplete) progress = counts;
      tell(isComplete ? tries.count : 0);
    },
    /** Nor is it a try to find another at work. */
    giveBack: () => tell(tries.count - 1),
    close: () => clearInterval(timer),
  };
}

/** Whatever kills a process each time at the same message must not do so for ever. Throws JobError. */
function triesAfter(before: PartState | undefined): PartState['tries'] {
  const readCount = before?.progress.readCount ?? 0;
  if (before === undefined || readCount > before.tries.readCount) return { readCount, count: 1 };
  if (before.tries.count >= MAX_TRIES)
    throw new JobError('gave-up', `begun ${MAX_TRIES} times, and never came further than message ${readCount}`);
  return { ...before.tries, count: before.tries.count + 1 };
}

/** Whoever does the last part puts all together. Of several that think so one finds the folder free; the others try again, and see it done. */
async function finish(order: JobOrder, folder: JobFolder, parts: RunJobParts): Promise<void> {
  const end = endIn(folder.outDir) ?? (await merged(order, folder, parts));
  if (end === undefined) return;
  await folder.writeEnd({ state: 'done', endedAt: parts.now(), end });
  await folder.clear();
}

/** undefined: some part is not done. */
async function merged(order: JobOrder, folder: JobFolder, parts: RunJobParts): Promise<RescoreEnd | undefined> {
  const ends = new Map<string, RescoreEnd>();
  for (const at of order.parts.keys()) {
    const dir = folder.partDir(order, at);
    const end = endIn(dir);
    if (end === undefined) return undefined;
    ends.set(dir, end);
  }
  const merge = createRescoreMailboxes({
    ...parts,
    async start(_exports, { outDir = '' }) {
      const end = ends.get(outDir);
      if (end === undefined) throw new Error(`no part was written to ${outDir}`);
      return end;
    },
  });
  const mailboxes = order.parts.map(({ mailboxes: [mailbox = ''], paths }) => ({ mailbox, exports: paths }));
  const { tenant, mode } = order;
  return merge(mailboxes, { tenant, mode, outDir: folder.outDir });
}

type Lasting = ExportError | IntakeError | JobError | RescoreError;

/** No other try makes it better. */
const isLasting = (error: unknown): error is Lasting =>
  error instanceof ExportError ||
  error instanceof IntakeError ||
  error instanceof JobError ||
  (error instanceof RescoreError && !isInUse(error));

/** In words for who asked: where things lie on this machine is nobody's business, and there is no command to repeat. */
function failureOf({ code, message }: Lasting, base: string): JobFailure {
  if (code === 'folder-taken')
    return { code: 'settings-changed', message: 'model or settings are not those that it began with: start it again' };
  if (code === 'cannot-write') return { code, message: 'the folder of jobs cannot be written to: is the disk full?' };
  if (code === 'exports-changed') return { code, message: 'the exports have changed since it began: start it again' };
  if (code === 'no-results') return { code, message: 'its rows cannot be read back: start it again' };
  return { code, message: base === '' ? message : message.replaceAll(`${base}/`, '').replaceAll(base, '.') };
}
