/** The wire of /v1/jobs: what is refused and why, and that tenants see nothing of each other. Jobs at work are in test/e2e. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Jobs } from '../../src/domain/jobs.ts';
import { openJobsFolder } from '../../src/jobs/folder.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { fakeKeys, fakeService, keyFor, problem, type Reply, type Running, run } from './service.ts';

const DAY_MS = 86_400_000;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-http-jobs-'));
const root = join(dir, 'exports');
const queued: string[] = [];
let now = Date.now();
let jobs: Jobs;
let http: Running;

beforeAll(async () => {
  mkdirSync(join(root, 'default'), { recursive: true });
  mkdirSync(join(root, 'other'));
  writeFileSync(join(root, 'default/ana.mbox'), 'x');
  jobs = createJobs({
    folder: openJobsFolder(join(dir, 'jobs')),
    queue: { add: async ({ id }) => void queued.push(id) },
    root,
    quotaBytes: 10_000,
    retentionDays: 14,
    now: () => now,
  });
  http = await run(fakeService(), { jobs, keys: fakeKeys(['default', 'other', 'paged']) });
});
afterAll(async () => {
  await http.drain();
  rmSync(dir, { recursive: true });
});

const UPLOAD = { 'Content-Type': 'application/octet-stream' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const as = (tenant: string) => ({ Authorization: `Bearer ${keyFor('admin', tenant)}` });
const upload = (query = '', body = 'some mail', headers: Record<string, string> = {}): Promise<Reply> =>
  http.ask({ method: 'POST', path: `/v1/jobs${query}`, headers: { ...UPLOAD, ...headers }, body });
const start = (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
  http.ask({ method: 'POST', path: '/v1/jobs', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
const idOf = ({ json }: Reply): string => (json as { id: string }).id;
const ofAna = (path: string) => ({ exports: [{ mailbox: 'ana@acme.example', path }] });

test('an upload is a job: written down, queued, told', async () => {
  const reply = await upload('?mailbox=Ana@acme.example&mailbox=bob@acme.example&mode=live&name=Gesendet');
  const id = idOf(reply);
  expect(reply.headers.location).toBe(`/v1/jobs/${id}`);
  expect(reply.json).toEqual({
    id,
    state: 'queued',
    mode: 'live',
    createdAt: new Date(now).toISOString(),
    mailboxCount: 2,
    mailboxes: ['ana@acme.example', 'bob@acme.example'],
    mailboxesDone: 0,
    progress: {
      ...{ phase: 'look', found: 0, judged: 0, sent: 0, repeated: 0, datesDisagree: 0, skipped: {} },
      actions: { deliver: 0, strip: 0, hold: 0 },
    },
  });
  expect(queued).toContain(id);
  expect(readdirSync(join(dir, 'jobs/default', id, 'upload'))).toEqual(['Gesendet']);
  expect((await http.ask({ path: `/v1/jobs/${id}` })).json).toEqual(reply.json);
});

describe('refused', () => {
  test.each<[string, string, string, ReturnType<typeof problem>]>([
    [
      'an unknown mode',
      '?mode=now',
      'x',
      problem(400, 'invalid-field', 'mode must be one of then, live, learn', 'mode'),
    ],
    [
      'an unknown field',
      '?folder=x',
      'x',
      problem(400, 'unknown-field', "there is no query parameter 'folder'", 'folder'),
    ],
    ['no address', '?mailbox=ana', 'x', problem(422, 'invalid-address', "'ana' is not an e-mail address", 'mailbox')],
    ['an empty body', '', '', problem(400, 'empty-body', 'the upload is empty')],
    [
      'more than the quota',
      '',
      'x'.repeat(10_001),
      problem(507, 'over-quota', 'exports and results would take more than 10000 bytes: remove jobs that are done'),
    ],
  ])('%s', async (_what, query, body, expected) => {
    const before = readdirSync(join(dir, 'jobs/default'));
    expect(await upload(query, body, as('default'))).toMatchObject(expected);
    expect(readdirSync(join(dir, 'jobs/default'))).toEqual(before);
  });

  test.each(['name=..', 'name=a%2Fb', 'name=.hidden', 'name=a%00b', `name=${'x'.repeat(61)}`])('%s', async (query) => {
    expect((await upload(`?${query}`)).json).toMatchObject({ code: 'invalid-field', field: 'name' });
  });

  test.each([
    [{}, 'missing-field', 'exports'],
    [{ exports: [] }, 'invalid-field', 'exports'],
    [{ exports: [{ path: 'ana.mbox' }] }, 'missing-field', 'exports[0].mailbox'],
    [
      { exports: [...ofAna('ana.mbox').exports, { mailbox: 'b@acme.example', path: 1 }] },
      'invalid-field',
      'exports[1].path',
    ],
    [{ exports: [{ mailbox: 'b@acme.example', path: 'b', 'a/1': 1 }] }, 'unknown-field', 'exports[0].a/1'],
    [{ exports: [{ mailbox: 'ana', path: 'ana.mbox' }] }, 'invalid-address', 'mailbox'],
    [{ ...ofAna('ana.mbox'), mode: 1 }, 'invalid-field', 'mode'],
    [ofAna('bob.mbox'), 'unusable-path', 'exports'],
    [ofAna('../default/../../jobs'), 'unusable-path', 'exports'],
  ])('%j', async (body, code, field) => {
    expect((await start(body)).json).toMatchObject({ code, field });
  });

  test('fields of an upload beside paths; another type', async () => {
    const reply = await http.ask({ method: 'POST', path: '/v1/jobs?mode=live', headers: JSON_TYPE, body: '{}' });
    expect(reply.json).toMatchObject({ code: 'misplaced-field', field: 'mode' });
    expect(await http.ask({ method: 'POST', path: '/v1/jobs', body: 'x' })).toMatchObject({ status: 415 });
  });

  test('paths, where none are configured', async () => {
    const bare = await run();
    const reply = await bare.ask({
      method: 'POST',
      path: '/v1/jobs',
      headers: JSON_TYPE,
      body: JSON.stringify(ofAna('ana.mbox')),
    });
    expect(reply.json).toMatchObject({ status: 404, code: 'not-configured', field: 'exports' });
    await bare.drain();
  });

  test.each(['/v1/jobs/job_1', '/v1/jobs/job_1/results'])('a job that is not there: %s', async (path) => {
    expect(await http.ask({ path })).toMatchObject(problem(404, 'unknown-job', 'there is no job job_1', 'id'));
  });
});

test('a body without a length is cut off at the quota, and nothing of it stays', async () => {
  const before = readdirSync(join(dir, 'jobs/default'));
  const socket = connect(http.port, '127.0.0.1');
  socket.write(
    'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  for (let sent = 0; sent < 3; sent += 1) socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`);
  const [answer] = await Promise.all([new Promise((resolve) => socket.once('data', (data) => resolve(String(data))))]);
  socket.destroy();
  expect(answer).toContain('over-quota');
  expect(readdirSync(join(dir, 'jobs/default'))).toEqual(before);
});

test('a client that goes away in the middle leaves nothing', async () => {
  const before = readdirSync(join(dir, 'jobs/default'));
  const socket = connect(http.port, '127.0.0.1');
  socket.write(
    'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 99\r\n\r\nabc',
  );
  while (readdirSync(join(dir, 'jobs/default')).length === before.length) await new Promise(setImmediate);
  const meanwhile = await upload();
  expect(meanwhile.json).toMatchObject({ status: 503, code: 'overloaded' });
  socket.destroy();
  while (readdirSync(join(dir, 'jobs/default')).length > before.length) await new Promise(setImmediate);
  expect(readdirSync(join(dir, 'jobs/default'))).toEqual(before);
});

describe('tenants', () => {
  test('see nothing of each other', async () => {
    const id = idOf(await upload('', 'x', as('other')));
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/results'],
      ['POST', '/cancel'],
      ['DELETE', ''],
    ] as const) {
      const reply = await http.ask({ method, path: `/v1/jobs/${id}${path}`, headers: as('default') });
      expect(reply.json).toMatchObject({ status: 404, code: 'unknown-job' });
    }
    const ids = async (tenant: string) =>
      ((await http.ask({ path: '/v1/jobs', headers: as(tenant) })).json as { jobs: { id: string }[] }).jobs.map(
        (job) => job.id,
      );
    expect(await ids('other')).toEqual([id]);
    expect(await ids('default')).not.toContain(id);
  });

  test('name exports of their own only', async () => {
    expect((await start(ofAna('ana.mbox'), as('default'))).status).toBe(200);
    expect((await start(ofAna('../default/ana.mbox'), as('other'))).json).toMatchObject({ code: 'unusable-path' });
    expect((await start(ofAna('ana.mbox'), as('other'))).json).toMatchObject({ code: 'unusable-path' });
  });

  test('erased, their jobs go', async () => {
    expect((await http.ask({ method: 'DELETE', path: '/v1/tenant', headers: as('other') })).status).toBe(200);
    expect(readdirSync(join(dir, 'jobs/other'))).toEqual([]);
  });
});

test('are listed in pages, the newest first, which go on where a job was removed', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    now += 1;
    ids.unshift(idOf(await upload('', 'x', as('paged'))));
  }
  mkdirSync(join(dir, 'jobs/paged/job_zzz/upload'), { recursive: true }); // an upload under way is none yet
  const page = async (path: string) => {
    const { json, headers } = await http.ask({ path, headers: as('paged') });
    const { jobs: listed, next = '' } = json as { jobs: { id: string }[]; next?: string };
    expect(headers.link).toBe(next === '' ? undefined : `<${next}>; rel="next"`);
    return { ids: listed.map(({ id }) => id), next };
  };
  const first = await page('/v1/jobs?limit=2');
  expect(first).toEqual({ ids: ids.slice(0, 2), next: `/v1/jobs?limit=2&cursor=${ids[1]}` });
  await http.ask({ method: 'DELETE', path: `/v1/jobs/${ids[1]}`, headers: as('paged') });
  const second = await page(first.next);
  expect(second.ids).toEqual(ids.slice(2, 4));
  expect(await page(second.next)).toEqual({ ids: ids.slice(4), next: '' });
  expect((await page('/v1/jobs')).ids).toEqual(ids.filter((_, at) => at !== 1));
  expect((await http.ask({ path: '/v1/jobs?limit=201', headers: as('paged') })).json).toMatchObject({
    ...{ code: 'invalid-field', field: 'limit' },
  });
});

test('what has ended goes after its time, and uploads that broke off', async () => {
  const kept = idOf(await upload());
  const cancelled = idOf(await upload());
  expect((await http.ask({ method: 'POST', path: `/v1/jobs/${cancelled}/cancel` })).json).toMatchObject({
    state: 'cancelled',
    endedAt: new Date(now).toISOString(),
  });
  const [broken, underWay] = ['job_broken', 'job_underway'].map((id) => join(dir, 'jobs/default', id));
  for (const path of [broken, underWay]) mkdirSync(join(path ?? '', 'upload'), { recursive: true });
  utimesSync(broken ?? '', 0, 0);
  utimesSync(join(broken ?? '', 'upload'), 0, 0);
  now += 13 * DAY_MS;
  await jobs.prune();
  expect(existsSync(join(dir, 'jobs/default', cancelled))).toBe(true);
  now += 2 * DAY_MS;
  await jobs.prune();
  const left = readdirSync(join(dir, 'jobs/default'));
  expect(left).toContain(kept);
  expect(left).not.toContain(cancelled);
  expect(left).not.toContain('job_broken');
});

test('a tenant has 50 jobs queued or at work, no more', async () => {
  const ofMany = (): Promise<Reply> => upload('', 'x', as('other'));
  const first = idOf(await ofMany());
  for (let count = 1; count < 50; count += 1) expect((await ofMany()).status).toBe(200);
  expect((await ofMany()).json).toMatchObject({
    ...{ status: 507, code: 'over-quota' },
    detail: '50 jobs are queued or at work: wait for one, or cancel some',
  });
  await http.ask({ method: 'POST', path: `/v1/jobs/${first}/cancel`, headers: as('other') });
  expect((await ofMany()).status).toBe(200);
});
