/** Jobs of a service with the embedded store: real uploads, real paths, and a service that is killed on the way. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportOf, jobsAt, ORDINARY } from './exportOf.ts';
import { type RunningTidemark, startTidemark } from './tidemark.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MESSAGES = 2000; // some seconds of work, also for a quick machine
const dir = mkdtempSync(join(tmpdir(), 'tidemark-jobs-'));
const exportsDir = join(dir, 'exports');
const env = { DATA_DIR: join(dir, 'data'), JOBS_ROOT: exportsDir, OWN_DOMAINS: 'acme.example' };
const alone = join(dir, 'alone');
let tidemark: RunningTidemark;

beforeAll(async () => {
  mkdirSync(join(exportsDir, 'default/bob'), { recursive: true });
  writeFileSync(join(exportsDir, 'secret.mbox'), exportOf('eve', 1));
  writeFileSync(join(exportsDir, 'default/ana.mbox'), exportOf('ana', MESSAGES));
  writeFileSync(join(exportsDir, 'default/bob/1.mbox'), exportOf('bob', 30));
  symlinkSync('../secret.mbox', join(exportsDir, 'default/link.mbox'));
  const { status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'src/main.ts',
      ...['rescore', '--mailbox', 'ana@acme.example', '--out', alone, '--quiet'],
      join(exportsDir, 'default/ana.mbox'),
    ],
    { cwd: ROOT, env: { ...process.env, ...env } },
  );
  expect(status).toBe(0);
  tidemark = await startTidemark(env);
}, 120_000);
afterAll(async () => {
  await tidemark.kill('SIGTERM');
  rmSync(dir, { recursive: true });
});

/** What the command wrote, with the path as a job shows it. */
const rowsAlone = (name: string, format = 'jsonl'): string =>
  readFileSync(join(alone, `results.${format}`), 'utf8').replaceAll(join(exportsDir, 'default/ana.mbox'), name);

test('an upload gives the rows, the table and the report that the command writes', async () => {
  const jobs = jobsAt(tidemark.url);
  const { id, state } = await jobs.upload('mailbox=Ana@acme.example&name=mail.mbox', exportOf('ana', MESSAGES));
  expect(state).toBe('queued');
  await jobs.until(id, ({ progress }) => progress.judged > 0);
  const early = await jobs.asked(`/${id}/results`);
  expect([early.status, JSON.parse(early.body).code]).toEqual([409, 'job-not-done']);
  expect(await jobs.ended(id)).toMatchObject({
    state: 'done',
    mailboxes: ['ana@acme.example'],
    mailboxesDone: 1,
    progress: { phase: 'score', found: MESSAGES, judged: MESSAGES },
  });
  expect(await jobs.results(id)).toBe(rowsAlone('mail.mbox'));
  expect(await jobs.results(id, 'csv')).toBe(rowsAlone('mail.mbox', 'csv'));
  expect(await jobs.results(id, 'html')).toContain('What is in these exports');
  expect(existsSync(join(env.DATA_DIR, 'jobs/default', id, 'upload'))).toBe(false);
}, 120_000);

test('paths: a mailbox each, one after the other', async () => {
  const jobs = jobsAt(tidemark.url);
  const exports = [
    { mailbox: 'bob@acme.example', path: 'bob' },
    { mailbox: 'ana@acme.example', path: 'ana.mbox' },
  ];
  const { id } = await jobs.start({ exports });
  expect(await jobs.ended(id)).toMatchObject({ state: 'done', mailboxCount: 2, mailboxesDone: 2 });
  const rows = await jobs.results(id);
  expect(rows.endsWith(rowsAlone('ana.mbox'))).toBe(true);
  const files = rows
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row).file);
  expect(files.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 'bob/1.mbox'));
  expect(files).toHaveLength(30 + MESSAGES);
}, 120_000);

test.each(['../secret.mbox', 'link.mbox', '/etc/passwd', 'nowhere.mbox', 'bob/../../secret.mbox', 'a\0b'])(
  'a path that leads out or nowhere is refused, and says no more than that: %j',
  async (path) => {
    const reply = await jobsAt(tidemark.url).asked('', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ exports: [{ mailbox: 'ana@acme.example', path }] }),
    });
    expect(reply.status).toBe(422);
    expect(JSON.parse(reply.body)).toMatchObject({
      code: 'unusable-path',
      field: 'exports',
      detail: `'${path}' is not in the folder of exports`,
    });
  },
);

test('a link in a folder that leads out fails the job', async () => {
  const jobs = jobsAt(tidemark.url);
  mkdirSync(join(exportsDir, 'default/carl'));
  writeFileSync(join(exportsDir, 'default/carl/1.mbox'), exportOf('carl', 1));
  symlinkSync('../../secret.mbox', join(exportsDir, 'default/carl/2.mbox'));
  const { id } = await jobs.start({ exports: [{ mailbox: 'carl@acme.example', path: 'carl' }] });
  expect(await jobs.ended(id)).toMatchObject({
    state: 'failed',
    failure: { code: 'unusable-path', message: "'carl/2.mbox' is not in the folder of exports" },
  });
}, 60_000);

test('what is no export fails the job, and names it without the place', async () => {
  const jobs = jobsAt(tidemark.url);
  const { id } = await jobs.upload('mailbox=ana@acme.example', '\x7fELF and no mail');
  const { state, failure } = await jobs.ended(id);
  expect([state, failure?.code]).toEqual(['failed', 'not-an-export']);
  expect(failure?.message).toMatch(/^export /);
}, 60_000);

describe('on the way', () => {
  test('kill -9 of the service: the next one goes on, no row is lost or doubled', async () => {
    const { id } = await jobsAt(tidemark.url).upload(
      'mailbox=ana@acme.example&name=mail.mbox',
      exportOf('ana', MESSAGES),
    );
    await jobsAt(tidemark.url).until(id, ({ progress }) => progress.judged > MESSAGES / 2);
    await tidemark.kill('SIGKILL');
    tidemark = await startTidemark(env);
    const jobs = jobsAt(tidemark.url);
    expect((await jobs.ended(id)).state).toBe('done');
    expect(await jobs.results(id)).toBe(rowsAlone('mail.mbox'));
  }, 120_000);

  test('a restart: the job stops at a checkpoint and goes on', async () => {
    const { id } = await jobsAt(tidemark.url).upload(
      'mailbox=ana@acme.example&name=mail.mbox',
      exportOf('ana', MESSAGES),
    );
    await jobsAt(tidemark.url).until(id, ({ progress }) => progress.judged > 100);
    await tidemark.kill('SIGTERM');
    tidemark = await startTidemark(env);
    const jobs = jobsAt(tidemark.url);
    expect((await jobs.ended(id)).state).toBe('done');
    const part = JSON.parse(readFileSync(join(env.DATA_DIR, 'jobs/default', id, 'parts/0.json'), 'utf8'));
    expect(part.progress.resumedCount).toBeGreaterThan(100);
    expect(await jobs.results(id)).toBe(rowsAlone('mail.mbox'));
  }, 120_000);

  test('cancelled: it stops, its upload and rows go, and the next one is done', async () => {
    const jobs = jobsAt(tidemark.url);
    const first = await jobs.upload('mailbox=ana@acme.example', exportOf('ana', 5 * MESSAGES));
    const next = await jobs.upload('mailbox=bob@acme.example', exportOf('bob', 3));
    await jobs.until(first.id, ({ progress }) => progress.judged > 0);
    expect((await jobs.get(next.id)).state).toBe('queued');
    const reply = await jobs.asked(`/${first.id}/cancel`, { method: 'POST' });
    expect(JSON.parse(reply.body)).toMatchObject({ state: 'cancelled' });
    expect((await jobs.ended(next.id)).state).toBe('done');
    expect(await jobs.get(first.id)).toMatchObject({ state: 'cancelled' });
    const left = readdirSync(join(env.DATA_DIR, 'jobs/default', first.id));
    expect(left.sort()).toEqual(['end.json', 'job.json', 'parts']);
  }, 120_000);

  test('removed while it runs: nothing of it stays', async () => {
    const jobs = jobsAt(tidemark.url);
    const { id } = await jobs.upload('mailbox=ana@acme.example', exportOf('ana', 5 * MESSAGES));
    const next = await jobs.upload('mailbox=bob@acme.example', exportOf('bob', 3));
    await jobs.until(id, ({ progress }) => progress.judged > 0);
    expect((await jobs.asked(`/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await jobs.asked(`/${id}`)).status).toBe(404);
    expect((await jobs.ended(next.id)).state).toBe('done');
    expect(readdirSync(join(env.DATA_DIR, 'jobs/default')).filter((name) => name.startsWith(id))).toEqual([]);
  }, 120_000);
});

test('what is learned is known to the service afterwards', async () => {
  const jobs = jobsAt(tidemark.url);
  const { id } = await jobs.upload('mailbox=dora@acme.example&mode=learn', exportOf('dora', 20, ORDINARY));
  expect((await jobs.ended(id)).state).toBe('done');
  const reply = await fetch(`${tidemark.url}/v1/mailboxes/dora@acme.example/baseline`);
  expect(((await reply.json()) as { maturity: { messageCount: number } }).maturity.messageCount).toBeGreaterThan(0);
}, 60_000);

test('erased while a job learns it, a mailbox stays erased, and so does a correspondent', async () => {
  const jobs = jobsAt(tidemark.url);
  for (const path of ['baseline', 'correspondents/nobody@else.example']) {
    const { id } = await jobs.upload('mailbox=gil@acme.example&mode=learn', exportOf('gil', 5 * MESSAGES));
    await jobs.until(id, ({ progress }) => progress.judged > 100);
    const erased = await fetch(`${tidemark.url}/v1/mailboxes/gil@acme.example/${path}`, { method: 'DELETE' });
    expect(erased.status).toBe(200);
    const known = async () => {
      const reply = await fetch(`${tidemark.url}/v1/mailboxes/gil@acme.example/baseline`);
      const { received } = (await reply.json()) as { received?: { messageCount: number } };
      return [reply.status, received?.messageCount];
    };
    const before = await known();
    await new Promise((resolve) => setTimeout(resolve, 3000)); // in which the job would have gone on
    expect(await known()).toEqual(before);
    expect(before[0]).toBe(path === 'baseline' ? 404 : 200);
    expect(await jobs.get(id)).toMatchObject({ state: 'cancelled', failure: { code: 'mailbox-erased' } });
  }
}, 90_000);

test('erased while a job learns, the organisation stays erased', async () => {
  const jobs = jobsAt(tidemark.url);
  const { id } = await jobs.upload('mailbox=fay@acme.example&mode=learn', exportOf('fay', 5 * MESSAGES));
  await jobs.until(id, ({ progress }) => progress.judged > 100);
  expect((await fetch(`${tidemark.url}/v1/tenant`, { method: 'DELETE' })).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 3000)); // in which the job would have gone on
  expect((await fetch(`${tidemark.url}/v1/mailboxes/fay@acme.example/baseline`)).status).toBe(404);
  expect((await jobs.asked(`/${id}`)).status).toBe(404);
}, 60_000);
