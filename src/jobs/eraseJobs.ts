/** Jobs that would teach again what is about to be erased end before it is: what is at work in one that learns is waited for. */
import { setTimeout as delay } from 'node:timers/promises';
import type { JobOrder } from '../domain/jobs.ts';
import { isAtWork } from '../rescore/folder.ts';
import type { JobEnd, JobFolder, JobsFolder } from './folder.ts';
import { reachedIn } from './progress.ts';

const NOTICE_MS = 2000; // an end is looked for once a second; what was just being started has its lock by then
const PATIENCE_MS = 10_000; // then it hangs
const LOOK_AGAIN_MS = 200;

/** All of a tenant end, and go. */
export async function eraseJobs(folder: JobsFolder, tenant: string, now: () => number): Promise<void> {
  await end(folder, tenant, () => true, { state: 'cancelled', endedAt: now() });
  for (const id of await folder.ids(tenant)) await folder.job(tenant, id).remove();
}

/** Those that learn a mailbox end; an upload without mailboxes may hold mail of any. Who started one is told why it ended. */
export async function stopLearning(
  folder: JobsFolder,
  tenant: string,
  mailbox: string,
  now: () => number,
): Promise<void> {
  const teaches = ({ mode, parts }: JobOrder): boolean =>
    mode === 'learn' && parts.some(({ mailboxes }) => mailboxes.length === 0 || mailboxes.includes(mailbox));
  const failure = {
    code: 'mailbox-erased',
    message: 'what it learned of a mailbox was erased: start it again without',
  };
  const ended = await end(folder, tenant, teaches, { state: 'cancelled', endedAt: now(), failure });
  for (const own of ended) await own.clear();
}

/** Ends all first, so that they stop together. */
async function end(
  folder: JobsFolder,
  tenant: string,
  isMeant: (order: JobOrder) => boolean,
  words: JobEnd,
): Promise<readonly JobFolder[]> {
  const ended: JobFolder[] = [];
  const learning: (() => boolean)[] = [];
  for (const id of await folder.ids(tenant)) {
    const own = folder.job(tenant, id);
    const order = own.isOver() ? undefined : await own.order();
    if (order === undefined || !isMeant(order)) continue;
    await own.writeEnd({ ...words, ...(await reachedIn(own)) });
    ended.push(own);
    if (order.mode === 'learn') learning.push(() => isAnyPartAtWork(own, order));
  }
  if (learning.length > 0) await stopped(learning);
  return ended;
}

async function stopped(learning: readonly (() => boolean)[]): Promise<void> {
  await delay(NOTICE_MS);
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt && learning.some((isAtWork) => isAtWork())) await delay(LOOK_AGAIN_MS);
}

const isAnyPartAtWork = (own: JobFolder, order: JobOrder): boolean =>
  order.parts.some((_, at) => isAtWork(own.partDir(order, at)));
