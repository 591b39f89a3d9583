/**
 * The folder of all jobs: JOBS_DIR/<tenant>/<id>/. What a job is and how far it is stands in files, each written whole, so that a service, its
 * restart and workers elsewhere all see the same. docs/adr/0016.
 *
 *   job.json       the order; a folder without it is an upload under way
 *   upload/<name>  gone when the job has ended
 *   parts/<n>.json how far part n is, written by whoever is at it
 *   out/           as `tidemark rescore --out` writes it; of several parts, each at out/.work/mailboxes/<n> until all are put together
 *   end.json       written once; whoever is at work finds it there and stops
 *
 * JOBS_DIR/.mark tells one such folder from another.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, JobFailure, JobOrder, JobState } from '../domain/jobs.ts';
import type { RescoreEnd, RescoreProgress } from '../domain/rescore.ts';

export interface PartState {
  readonly progress: RescoreProgress;
  /** Absent before the first message was judged. */
  readonly perSecond?: number;
  /** How often it was begun since it last got further than this many messages. */
  readonly tries: { readonly readCount: number; readonly count: number };
}

export interface JobEnd {
  readonly state: Extract<JobState, 'done' | 'failed' | 'cancelled'>;
  readonly endedAt: number;
  readonly end?: RescoreEnd;
  readonly failure?: JobFailure;
  /** How far it came without reaching its end, so that a list need not read all parts. */
  readonly reached?: Reached;
}

export type Reached = Pick<Job, 'partsDoneCount' | 'progress'>;

export interface JobFolder {
  readonly dir: string;
  readonly uploadDir: string;
  readonly outDir: string;
  /** Where part `at` is written. */
  partDir(order: JobOrder, at: number): string;
  order(): Promise<JobOrder | undefined>;
  end(): Promise<JobEnd | undefined>;
  part(at: number): Promise<PartState | undefined>;
  /** Synchronous, for whoever is in the middle of work. */
  writePart(at: number, state: PartState): void;
  /** Nobody waits for it any more. Throws when that cannot be told. */
  isOver(): boolean;
  prepare(): Promise<void>;
  /** When an upload last got a byte. */
  touchedAt(): Promise<number>;
  /** From now on it is a job. */
  writeOrder(order: JobOrder): Promise<void>;
  /** The first end counts. */
  writeEnd(end: JobEnd): Promise<void>;
  /** Removes what an ended job needs no more: the upload, and what there is of results unless they are whole. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

export interface JobsFolder {
  job(tenant: string, id: string): JobFolder;
  /** Ids of folders, also of uploads under way, oldest first. */
  ids(tenant: string): Promise<readonly string[]>;
  tenants(): Promise<readonly string[]>;
  /** The same for all who share this folder, and for nobody else. */
  mark(): Promise<string>;
  /** Of removals that broke off. */
  removeLeftovers(tenant: string): Promise<void>;
  /** Bytes that all of a tenant's jobs take. */
  bytesOf(tenant: string): Promise<number>;
}

const TENANT = /^[a-z0-9][a-z0-9._-]{0,62}$/; // as `tidemark keys` takes them; both become names of folders
const ID = /^job_[a-z0-9]{1,40}$/;
const REMOVED = '.removed';
const PRIVATE_DIR = { recursive: true, mode: 0o700 } as const;

/** In the order of time as text. */
export const newJobId = (now: number): string =>
  `job_${now.toString(36).padStart(9, '0')}${randomBytes(8).toString('hex')}`;

export function openJobsFolder(root: string): JobsFolder {
  const tenantDir = (tenant: string): string => {
    if (!TENANT.test(tenant)) throw new Error('a tenant whose name is no name of a folder');
    return join(root, tenant);
  };
  return {
    job(tenant, id) {
      if (!ID.test(id)) throw new Error('an id that is no name of a folder');
      return jobFolder(join(tenantDir(tenant), id));
    },
    ids: async (tenant) => (await namesIn(tenantDir(tenant))).filter((name) => ID.test(name)).sort(),
    tenants: async () => (await namesIn(root)).filter((name) => TENANT.test(name)),
    async mark() {
      await mkdir(root, PRIVATE_DIR);
      await writeOnce(join(root, '.mark'), JSON.stringify(randomBytes(16).toString('hex')));
      return (await readJson<string>(join(root, '.mark'))) ?? '';
    },
    async removeLeftovers(tenant) {
      for (const name of await namesIn(tenantDir(tenant)))
        if (name.endsWith(REMOVED)) await rm(join(tenantDir(tenant), name), { recursive: true, force: true });
    },
    bytesOf: (tenant) => bytesIn(tenantDir(tenant)),
  };
}

function jobFolder(dir: string): JobFolder {
  const outDir = join(dir, 'out');
  const paths = { order: join(dir, 'job.json'), end: join(dir, 'end.json') };
  const partFile = (at: number): string => join(dir, 'parts', `${at}.json`);
  return {
    dir,
    uploadDir: join(dir, 'upload'),
    outDir,
    partDir: ({ parts }, at) => (parts.length === 1 ? outDir : join(outDir, '.work', 'mailboxes', String(at))),
    order: () => readJson<JobOrder>(paths.order),
    end: () => readJson<JobEnd>(paths.end),
    part: (at) => readJson<PartState>(partFile(at)),
    writePart(at, state) {
      const own = ownName(partFile(at)); // one who is believed dead may be writing, too
      try {
        writeFileSync(own, JSON.stringify(state), { mode: 0o600 });
        renameSync(own, partFile(at));
      } catch (error) {
        rmSync(own, { force: true });
        throw error;
      }
    },
    isOver: () => isThere(paths.end) || !isThere(paths.order),
    async prepare() {
      for (const name of ['upload', 'parts', 'out']) await mkdir(join(dir, name), PRIVATE_DIR);
    },
    async touchedAt() {
      const uploads = await namesIn(join(dir, 'upload'));
      const all = await Promise.all(
        [dir, ...uploads.map((name) => join(dir, 'upload', name))].map((path) => stat(path).catch(nothingThere)),
      );
      return Math.max(...all.map((stats) => stats?.mtimeMs ?? 0)); // it may go meanwhile
    },
    async writeOrder(order) {
      await writeWhole(paths.order, order);
    },
    writeEnd: (end) => writeOnce(paths.end, JSON.stringify(end)),
    async clear() {
      const end = await this.end();
      const gone = end?.state === 'done' ? ['upload'] : ['upload', 'out'];
      // Whoever is at work in it, and has not noticed yet, may write into it meanwhile: it clears again.
      for (const name of gone) await rm(join(dir, name), { recursive: true, force: true }).catch(() => undefined);
    },
    async remove() {
      const trash = `${dir}${REMOVED}`; // out of sight at once; whoever is at work in it finds no order any more
      await rename(dir, trash).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
      await rm(trash, { recursive: true, force: true });
    },
  };
}

const ownName = (path: string): string => `${path}.${randomBytes(4).toString('hex')}`;

/** A disk that does not answer is not a file that is not there: throws. */
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** Whole; what is there already stays. */
async function writeOnce(path: string, text: string): Promise<void> {
  if (existsSync(path)) return;
  const own = ownName(path);
  try {
    await writeFile(own, text, { mode: 0o600, flush: true });
    await link(own, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true }); // also of a full disk, where it is tried again and again
  }
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function nothingThere(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What goes away meanwhile takes nothing. */
async function bytesIn(dir: string): Promise<number> {
  let sum = 0;
  for (const name of await namesIn(dir)) {
    const path = join(dir, name);
    const stats = await stat(path).catch(() => undefined);
    sum += stats === undefined ? 0 : stats.isDirectory() ? await bytesIn(path) : stats.size;
  }
  return sum;
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
