/** What interfaces are handed: orders are checked, written down and queued; what is in the folder is answered. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, JobError, type JobOrder, type Jobs, type ResultFormat, type UploadRequest } from '../domain/jobs.ts';
import { checkedAddress, toSubmission } from '../intake.ts';
import { RESULTS } from '../rescore/folder.ts';
import { eraseJobs, stopLearning } from './eraseJobs.ts';
import { exportsOf, pathBelow } from './exportPaths.ts';
import { codeOf, type JobFolder, type JobsFolder, newJobId } from './folder.ts';
import type { JobQueue } from './ownQueue.ts';
import { reachedIn, readJob } from './progress.ts';

export interface JobsParts {
  readonly folder: JobsFolder;
  readonly queue: Pick<JobQueue, 'add'>;
  /** Of server-side exports, a folder for each tenant. Absent: none are taken. */
  readonly root?: string;
  /** Of one tenant, exports and results together. */
  readonly quotaBytes: number;
  readonly retentionDays: number;
  readonly now: () => number;
}

const DAY_MS = 86_400_000;
const MAX_JOBS = 1000; // of a tenant, ended ones included
const MAX_UNFINISHED = 50; // of a tenant
const MAX_UPLOADS = 4; // at a time
const BROKEN_OFF_MS = 3_600_000; // an upload that got no byte for so long, or a service that died in the middle of one

export function createJobs({ folder, queue, root, quotaBytes, retentionDays, now }: JobsParts): Jobs {
  const uploading = new Set<string>(); // tenants

  async function begin(order: JobOrder): Promise<Job> {
    const own = folder.job(order.tenant, order.id);
    await own.writeOrder(order);
    await queue.add(order);
    return written(own);
  }

  /** Answers how many bytes more the tenant may have. */
  async function roomOf(tenant: string): Promise<number> {
    const ids = await folder.ids(tenant);
    if (ids.length >= MAX_JOBS) throw new JobError('over-quota', `there are ${MAX_JOBS} jobs: remove some`);
    const unfinishedCount = ids.filter((id) => !folder.job(tenant, id).isOver()).length;
    if (unfinishedCount >= MAX_UNFINISHED)
      throw new JobError('over-quota', `${MAX_UNFINISHED} jobs are queued or at work: wait for one, or cancel some`);
    const leftBytes = quotaBytes - (await folder.bytesOf(tenant));
    if (leftBytes <= 0) throw overQuota(quotaBytes);
    return leftBytes;
  }

  async function take(request: UploadRequest, mailboxes: readonly string[]): Promise<Job> {
    const { tenant, mode, name, body, sizeBytes } = request;
    const leftBytes = await roomOf(tenant);
    if ((sizeBytes ?? 0) > leftBytes) throw overQuota(quotaBytes);
    const order: JobOrder = {
      ...{ id: newJobId(now()), tenant, mode, createdAt: now(), source: 'upload' },
      parts: [{ mailboxes, paths: [name] }],
    };
    const own = folder.job(tenant, order.id);
    try {
      await own.prepare();
      await write(join(own.uploadDir, name), body, leftBytes, quotaBytes);
      return await begin(order);
    } catch (error) {
      await own.remove();
      throw codeOf(error) === 'ENOSPC' ? new JobError('no-space', 'the disk is full') : error;
    }
  }

  const jobs: Jobs = {
    async upload(request) {
      const { tenant } = request;
      const mailboxes = checkedMailboxes(tenant, request.mailboxes, now());
      if (uploading.size >= MAX_UPLOADS || uploading.has(tenant))
        throw new JobError('busy', 'another export is being taken; try again later');
      uploading.add(tenant);
      try {
        return await take(request, mailboxes);
      } finally {
        uploading.delete(tenant);
      }
    },

    async start({ tenant, mode, exports }) {
      const byMailbox = new Map<string, string[]>();
      const base = await exportsOf(root, tenant);
      for (const { mailbox, path } of exports) {
        const [address = ''] = checkedMailboxes(tenant, [mailbox], now());
        await pathBelow(base, path);
        byMailbox.set(address, [...(byMailbox.get(address) ?? []), path]);
      }
      await roomOf(tenant);
      const order: JobOrder = {
        ...{ id: newJobId(now()), tenant, mode, createdAt: now(), source: 'folder' },
        parts: [...byMailbox].map(([mailbox, paths]) => ({ mailboxes: [mailbox], paths })),
      };
      const own = folder.job(tenant, order.id);
      try {
        await own.prepare();
        return await begin(order);
      } catch (error) {
        await own.remove();
        throw error;
      }
    },

    get: (tenant, id) => readJob(folder.job(tenant, id)),

    async list(tenant, { limit, after }) {
      const found: Job[] = [];
      for (const id of (await folder.ids(tenant)).toReversed()) {
        if (found.length >= limit) break;
        const job = after === undefined || id < after ? await readJob(folder.job(tenant, id)) : undefined;
        if (job !== undefined) found.push(job);
      }
      return found;
    },

    async cancel(tenant, id) {
      const own = folder.job(tenant, id);
      if ((await own.order()) === undefined) return undefined;
      if (!own.isOver()) {
        await own.writeEnd({ state: 'cancelled', endedAt: now(), ...(await reachedIn(own)) });
        await own.clear();
      }
      return readJob(own);
    },

    async remove(tenant, id) {
      const own = folder.job(tenant, id);
      if ((await own.order()) === undefined) return false;
      await own.remove();
      return true;
    },

    async results(tenant, id, format) {
      const own = folder.job(tenant, id);
      const job = await readJob(own);
      if (job === undefined) return undefined;
      if (job.state !== 'done') throw new JobError('not-done', `the job is ${job.state}: there are no results`);
      const path = join(own.outDir, FILES[format]);
      return { sizeBytes: (await stat(path)).size, stream: () => createReadStream(path) };
    },

    eraseTenant: (tenant) => eraseJobs(folder, tenant, now),
    async stopLearning(tenant, mailbox, correspondent) {
      const address = checkedAddress(mailbox, 'address');
      if (correspondent !== undefined) checkedAddress(correspondent, 'correspondent'); // before anything is cancelled for it
      await stopLearning(folder, tenant, address, now);
    },

    async prune() {
      for (const tenant of await folder.tenants()) {
        await folder.removeLeftovers(tenant);
        for (const id of await folder.ids(tenant)) {
          const own = folder.job(tenant, id);
          if (await isPast(own)) await own.remove();
        }
      }
    },
  };
  return jobs;

  async function isPast(own: JobFolder): Promise<boolean> {
    const end = await own.end();
    if (end !== undefined) return end.endedAt < now() - retentionDays * DAY_MS;
    return (await own.order()) === undefined && (await own.touchedAt()) < now() - BROKEN_OFF_MS;
  }
}

const { report: html, ...FORMATS } = RESULTS;
const FILES: Readonly<Record<ResultFormat, string>> = { ...FORMATS, html };

async function written(own: JobFolder): Promise<Job> {
  const job = await readJob(own);
  if (job === undefined) throw new Error('a job that was written is not there');
  return job;
}

/** In any spelling, as they are kept. Throws IntakeError. */
const checkedMailboxes = (tenant: string, mailboxes: readonly string[], now: number): readonly string[] =>
  toSubmission({ tenant, mailboxes, raw: Buffer.alloc(0), learn: 'never' }, now).mailboxes;

const overQuota = (quotaBytes: number): JobError =>
  new JobError('over-quota', `exports and results would take more than ${quotaBytes} bytes: remove jobs that are done`);

async function write(path: string, body: AsyncIterable<Buffer>, maxBytes: number, quotaBytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw overQuota(quotaBytes);
      await file.writeFile(chunk);
    }
    if (sizeBytes === 0) throw new JobError('empty-upload', 'the upload is empty');
    await file.sync();
  } finally {
    await file.close();
  }
}
