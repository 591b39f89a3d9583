/** All jobs of a tenant end, and go, before what is known of it is erased: what is at work in one that learns would teach it again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { JobOrder } from '../domain/jobs.ts';
import { isAtWork } from '../rescore/folder.ts';
import type { JobFolder, JobsFolder } from './folder.ts';

const NOTICE_MS = 2000; // an end is looked for once a second; what was just being started has its lock by then
const PATIENCE_MS = 10_000; // then it hangs
const LOOK_AGAIN_MS = 200;

/** Ends all first, so that they stop together. */
export async function eraseJobs(folder: JobsFolder, tenant: string, now: () => number): Promise<void> {
  const all = (await folder.ids(tenant)).map((id) => folder.job(tenant, id));
  const learning: (() => boolean)[] = [];
  for (const own of all) {
    const order = await own.order();
    if (order === undefined || own.isOver()) continue;
    await own.writeEnd({ state: 'cancelled', endedAt: now() });
    if (order.mode === 'learn') learning.push(() => isAnyPartAtWork(own, order));
  }
  if (learning.length > 0) await endOf(learning);
  for (const own of all) await own.remove();
}

async function endOf(learning: readonly (() => boolean)[]): Promise<void> {
  await delay(NOTICE_MS);
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt && learning.some((isAtWork) => isAtWork())) await delay(LOOK_AGAIN_MS);
}

const isAnyPartAtWork = (own: JobFolder, order: JobOrder): boolean =>
  order.parts.some((_, at) => isAtWork(own.partDir(order, at)));
