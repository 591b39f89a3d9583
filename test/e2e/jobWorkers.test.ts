/** Jobs over PostgreSQL: a service that queues, workers that take, and the same rows whoever does them and whoever dies. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPrivateServer, type TestServer } from '../store/postgresServer.ts';
import { exportOf, jobsAt } from './exportOf.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAILBOXES = 100;
const MESSAGES = 3;
const LONG = 2000; // some seconds of work
const dir = mkdtempSync(join(tmpdir(), 'tidemark-workers-'));
const names = Array.from({ length: MAILBOXES }, (_, at) => `box${at}`);
const all = { exports: names.map((name) => ({ mailbox: `${name}@acme.example`, path: `${name}.mbox` })) };
let database: TestServer;
let env: Record<string, string>;
let tidemark: RunningTidemark;
let workers: ChildProcess[] = [];

beforeAll(async () => {
  const exports = join(dir, 'exports/default');
  mkdirSync(exports, { recursive: true });
  for (const name of names) writeFileSync(join(exports, `${name}.mbox`), exportOf(name, MESSAGES));
  for (const name of ['ana', 'bob']) writeFileSync(join(exports, `${name}.mbox`), exportOf(name, LONG));
  database = await openPrivateServer();
  env = {
    DATA_DIR: join(dir, 'data'),
    JOBS_DIR: join(dir, 'jobs'),
    JOBS_ROOT: join(dir, 'exports'),
    DATABASE_URL: await database.createDatabase(),
    OWN_DOMAINS: 'acme.example',
    LOG_LEVEL: 'fatal',
  };
  tidemark = await startTidemark(env);
}, 60_000);
afterAll(async () => {
  await stopped();
  await tidemark.kill('SIGTERM');
  await database.close();
  rmSync(dir, { recursive: true });
}, 60_000);

function started(count: number): void {
  const words = ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'worker'];
  const start = () => spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit' });
  workers = Array.from({ length: count }, start);
}

async function stopped(): Promise<void> {
  const running = workers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  workers = [];
  const exits = await Promise.all(
    running.map((worker) => {
      worker.kill('SIGTERM');
      return once(worker, 'exit');
    }),
  );
  expect(exits).toEqual(running.map(() => [0, null]));
}

/** The first rows of two jobs that are not the same. */
async function differing(id: string, other: string): Promise<readonly (readonly [string, string])[]> {
  const [rows, others] = await Promise.all(
    [id, other].map(async (one) => (await jobsAt(tidemark.url).results(one)).split('\n')),
  );
  const pairs = Array.from(
    { length: Math.max(rows?.length ?? 0, others?.length ?? 0) },
    (_, at) => [rows?.[at] ?? '', others?.[at] ?? ''] as const,
  );
  return pairs.filter(([a, b]) => a !== b).slice(0, 3);
}

test('without a worker a job waits', async () => {
  const jobs = jobsAt(tidemark.url);
  const { id } = await jobs.upload('mailbox=ana@acme.example', exportOf('ana', 3));
  await delay(1500);
  expect((await jobs.get(id)).state).toBe('queued');
  await jobs.asked(`/${id}`, { method: 'DELETE' });
}, 30_000);

test('100 exports of 100 mailboxes: three workers write the rows of one', async () => {
  const jobs = jobsAt(tidemark.url);
  started(1);
  const first = await jobs.start(all);
  expect(await jobs.ended(first.id)).toMatchObject({ state: 'done', mailboxesDone: MAILBOXES });
  await stopped();
  started(3);
  const second = await jobs.start(all);
  expect((await jobs.ended(second.id)).state).toBe('done');
  const rows = await jobs.results(second.id);
  expect(rows).toBe(await jobs.results(first.id));
  const mailboxes = rows
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row).mailboxes[0]);
  expect(mailboxes).toEqual(names.flatMap((name) => Array.from({ length: MESSAGES }, () => `${name}@acme.example`)));
  expect(await jobs.results(second.id, 'csv')).toBe(await jobs.results(first.id, 'csv'));
  await stopped();
}, 200_000);

test('a worker that is killed midway is taken over, one that is stopped gives back; the rows are the same', async () => {
  const jobs = jobsAt(tidemark.url);
  const exports = ['ana', 'bob'].map((name) => ({ mailbox: `${name}@acme.example`, path: `${name}.mbox` }));
  started(2);
  const undisturbed = await jobs.start({ exports });
  expect((await jobs.ended(undisturbed.id)).state).toBe('done');

  const { id } = await jobs.start({ exports });
  const isMidway = (at: number, folder = join(dir, 'jobs/default', id)): boolean =>
    readdirSync(join(folder, 'parts')).includes(`${at}.json`);
  await jobs.until(id, ({ progress }) => progress.judged > LONG / 3 && isMidway(0) && isMidway(1));
  const [killed, other] = workers;
  killed?.kill('SIGKILL');
  await delay(500);
  workers = other === undefined ? [] : [other];
  await stopped();
  expect((await jobs.get(id)).state).toBe('running');
  started(1);
  expect(await jobs.ended(id)).toMatchObject({ state: 'done', mailboxesDone: 2 });
  expect(await differing(id, undisturbed.id)).toEqual([]);
  await stopped();
}, 200_000);

test('a worker needs a database', async () => {
  const words = ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'worker'];
  const child = spawn(process.execPath, words, { cwd: ROOT, env: { ...process.env, DATA_DIR: dir }, stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([78, null]);
}, 30_000);
