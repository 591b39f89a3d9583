/** How far a job is, from how far its parts are. */
import type { Job, JobOrder, JobProgress } from '../domain/jobs.ts';
import type { RescoreProgress } from '../domain/rescore.ts';
import { sumOf } from '../rescore/partitions.ts';
import type { JobEnd, JobFolder, PartState } from './folder.ts';

/** undefined: there is no such job, or not yet. */
export async function readJob(folder: JobFolder): Promise<Job | undefined> {
  const order = await folder.order();
  if (order === undefined) return undefined;
  const end = await folder.end();
  if (end?.end !== undefined)
    return { ...order, ...ended(end), partsDoneCount: order.parts.length, progress: shown(end.end) };
  if (end?.reached !== undefined) return { ...order, ...ended(end), ...end.reached };
  const parts = await Promise.all(order.parts.map((_, at) => folder.part(at)));
  const begun = parts.filter((part) => part !== undefined);
  const state = begun.length === 0 ? 'queued' : 'running';
  return {
    ...order,
    ...(end === undefined ? { state } : ended(end)),
    partsDoneCount: begun.filter(isDone).length,
    progress: progressOf(begun, order, end === undefined),
  };
}

/** For the end of a job that was not done. */
export async function reachedIn(folder: JobFolder): Promise<Pick<JobEnd, 'reached'>> {
  const job = await readJob(folder);
  if (job === undefined) return {};
  const { perSecond: _, secondsLeft: __, ...progress } = job.progress;
  return { reached: { partsDoneCount: job.partsDoneCount, progress } };
}

const ended = ({ state, endedAt, end, failure }: JobEnd) => ({
  state,
  endedAt,
  ...(end === undefined ? {} : { modelVersion: end.modelVersion }),
  ...(failure === undefined ? {} : { failure }),
});

const isDone = ({ progress: { phase, readCount, foundCount } }: PartState): boolean =>
  phase === 'score' && readCount === foundCount;

function progressOf(parts: readonly PartState[], order: JobOrder, isUnderWay: boolean): JobProgress {
  const sum = sumOf(
    parts.map(({ progress }) => progress),
    order.parts.length,
  );
  const perSecond = parts.reduce((all, part) => all + (isDone(part) ? 0 : (part.perSecond ?? 0)), 0);
  if (!isUnderWay || perSecond === 0) return shown(sum);
  const secondsLeft = Math.ceil((sum.foundCount - sum.readCount) / perSecond);
  const areAllKnown = parts.length === order.parts.length && parts.every(({ progress }) => progress.phase === 'score');
  return { ...shown(sum), perSecond: Math.round(perSecond), ...(areAllKnown ? { secondsLeft } : {}) };
}

const shown = ({
  phase,
  foundCount,
  readCount,
  actions,
  sentCount,
  repeatCount,
  datesDisagreeCount,
  skippedCounts,
}: RescoreProgress): JobProgress => ({
  ...{ phase, foundCount, readCount, actions, sentCount, repeatCount, datesDisagreeCount, skippedCounts },
});
