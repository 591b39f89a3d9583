/** What becomes of a task that goes wrong. How tasks go right, and who takes them over, is in test/e2e. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../src/domain/jobs.ts';
import { RescoreError, type RescoreProgress } from '../../src/domain/rescore.ts';
import { type JobFolder, openJobsFolder } from '../../src/jobs/folder.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { unfinished } from '../../src/jobs/ownQueue.ts';
import { type RunJobParts, runTask, tasksOf } from '../../src/jobs/runParts.ts';
import { claimFolder } from '../../src/rescore/folder.ts';
import { NOTHING } from '../../src/rescore/partitions.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-run-parts-'));
afterAll(() => rmSync(dir, { recursive: true }));

const folder = openJobsFolder(dir);
const jobs = createJobs({
  folder,
  queue: { add: async () => undefined },
  quotaBytes: 1_000_000,
  retentionDays: 1,
  now: Date.now,
});
const uploaded = (): Promise<Job> =>
  jobs.upload({
    ...{ tenant: 'default', mode: 'then', mailboxes: ['ana@acme.example'], name: 'mail' },
    body: Readable.from([Buffer.from('some mail')]),
  });

const partsWith = (start: RunJobParts['start']): RunJobParts => ({
  ...{ folder, start, modelVersion: 'm', settings: 's', report: async () => undefined, now: Date.now },
});

async function run(job: Job, start: RunJobParts['start'], signal = new AbortController().signal): Promise<boolean> {
  const [task] = tasksOf(job);
  if (task === undefined) throw new Error('a job without a task');
  return runTask(task, partsWith(start), signal);
}

const reaching = (readCount: number): RescoreProgress => ({ ...NOTHING, phase: 'score', foundCount: 9, readCount });

test('what ends at the same message each time is given up after five tries that get no further', async () => {
  const job = await uploaded();
  const dying =
    (readCount: number): RunJobParts['start'] =>
    async (_exports, _request, progress) => {
      progress(reaching(readCount));
      await new Promise((resolve) => setTimeout(resolve, 1100)); // it is written down once a second
      throw new Error('out of memory');
    };
  await expect(run(job, dying(3))).rejects.toThrow('out of memory');
  for (let time = 0; time < 6; time += 1) await expect(run(job, dying(4))).rejects.toThrow('out of memory');
  expect(await jobs.get('default', job.id)).toMatchObject({ state: 'running', progress: { readCount: 4 } });
  expect(await run(job, dying(4))).toBe(true);
  expect(await jobs.get('default', job.id)).toMatchObject({
    state: 'failed',
    failure: { code: 'gave-up', message: 'begun 5 times, and never came further than message 4' },
  });
  expect(existsSync(folder.job('default', job.id).uploadDir)).toBe(false);
}, 30_000);

test('being stopped counts as no try', async () => {
  const job = await uploaded();
  for (let time = 0; time < 8; time += 1) {
    const stopped = new AbortController();
    const end = { ...reaching(0), damaged: [], isComplete: false, wasComplete: false, modelVersion: 'm' };
    expect(await run(job, async () => end, stopped.signal)).toBe(false);
  }
  expect((await jobs.get('default', job.id))?.state).toBe('running');
});

test.each([
  ['folder-taken', 'settings-changed'],
  ['cannot-write', 'cannot-write'],
  ['exports-changed', 'exports-changed'],
  ['no-results', 'no-results'],
] as const)('%s fails the job at once, without a word about places', async (code, told) => {
  const job = await uploaded();
  const failing: RunJobParts['start'] = async (_exports, { outDir = '' }) => {
    throw new RescoreError(code, `${outDir} is not what it was: name another --out`);
  };
  expect(await run(job, failing)).toBe(true);
  const { state, failure } = (await jobs.get('default', job.id)) ?? {};
  expect([state, failure?.code]).toEqual(['failed', told]);
  expect(failure?.message).not.toMatch(/--out|\//);
});

test('a folder that another claims at this moment is in use, not taken', async () => {
  const out = join(dir, 'claimed');
  mkdirSync(out);
  writeFileSync(join(out, 'run.json.new'), '{'); // what stands there while the other writes
  const identity = { exports: [], mailboxes: [], tenant: 'default', mode: 'then', modelVersion: 'm', settings: 's' };
  const claimed = claimFolder(out, identity);
  expect(() => claimFolder(out, identity)).toThrow('another run is at work');
  claimed.close();
  writeFileSync(join(dir, 'claimed/other.txt'), '');
  rmSync(join(out, 'run.json'));
  expect(() => claimFolder(out, identity)).toThrow('holds no run');
});

test('a folder is known again, and no other is taken for it', async () => {
  const mark = await folder.mark();
  expect(await openJobsFolder(dir).mark()).toBe(mark);
  expect(await openJobsFolder(join(dir, 'other')).mark()).not.toBe(mark);
});

const ofJob = (job: Job): JobFolder => folder.job('default', job.id);
const complete = { ...reaching(9), damaged: [], isComplete: true, wasComplete: false, modelVersion: 'm' };

test('progress that cannot be written harms nobody', async () => {
  const job = await uploaded();
  const partsDir = join(ofJob(job).dir, 'parts');
  const start: RunJobParts['start'] = async () => {
    rmSync(partsDir, { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 1100)); // it is written once a second
    return complete;
  };
  expect(await run(job, start)).toBe(true);
  expect(existsSync(partsDir)).toBe(false);
});

test('two that write the progress of a part do not meet', async () => {
  const own = ofJob(await uploaded());
  mkdirSync(join(own.dir, 'parts/0.json.new')); // what the other one writes to
  own.writePart(0, { progress: reaching(3), tries: { readCount: 0, count: 1 } });
  expect((await own.part(0))?.progress.readCount).toBe(3);
});

test('a full disk fails the job, before anything is begun', async () => {
  const job = await uploaded();
  const full: JobFolder = {
    ...ofJob(job),
    writePart() {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    },
  };
  const parts = { ...partsWith(async () => complete), folder: { ...folder, job: () => full } };
  expect(await runTask({ ...job, parts: [0] }, parts, new AbortController().signal)).toBe(true);
  expect(await jobs.get('default', job.id)).toMatchObject({ state: 'failed', failure: { code: 'cannot-write' } });
});

test('a disk that does not answer is not a job that was removed, and holds up no other', async () => {
  const [odd, other] = [await uploaded(), await uploaded()];
  const path = join(ofJob(odd).dir, 'job.json');
  rmSync(path);
  symlinkSync('job.json', path); // ELOOP, as good as EIO
  expect(() => ofJob(odd).isOver()).toThrow('ELOOP');
  const errors: unknown[] = [];
  const ids = (await unfinished(folder, (error) => errors.push(error))).map(({ id }) => id);
  expect(ids).toContain(other.id);
  expect(ids).not.toContain(odd.id);
  expect(errors).toHaveLength(1);
  await ofJob(odd).remove();
});

test('to find another at work is no try', async () => {
  const job = await uploaded();
  const before = { progress: reaching(4), tries: { readCount: 4, count: 4 } };
  ofJob(job).writePart(0, before);
  const busy: RunJobParts['start'] = async () => {
    throw new RescoreError('folder-in-use', 'another run is at work');
  };
  await expect(run(job, busy)).rejects.toThrow('another run is at work'); // after it was waited for
  expect(await ofJob(job).part(0)).toEqual(before);
}, 40_000);

test('erased, a tenant’s job that learns is waited for', async () => {
  const job = await jobs.upload({
    ...{ tenant: 'erased', mode: 'learn', mailboxes: ['ana@acme.example'], name: 'mail' },
    body: Readable.from([Buffer.from('some mail')]),
  });
  const own = folder.job('erased', job.id);
  const identity = { exports: [], mailboxes: [], tenant: 'erased', mode: 'learn', modelVersion: 'm', settings: 's' };
  const atWork = claimFolder(own.outDir, identity);
  let isErased = false;
  const erasing = jobs.eraseTenant('erased').then(() => {
    isErased = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect([isErased, (await own.end())?.state]).toEqual([false, 'cancelled']);
  atWork.close();
  await erasing;
  expect(await folder.ids('erased')).toEqual([]);
}, 20_000);

describe('a mailbox is erased', () => {
  const learning = (mailboxes: readonly string[], mode: Job['mode'] = 'learn'): Promise<Job> =>
    jobs.upload({
      ...{ tenant: 'learning', mode, mailboxes, name: 'mail' },
      body: Readable.from([Buffer.from('some mail')]),
    });
  const stateOf = async ({ id }: Job) => (await jobs.get('learning', id))?.state;

  test('jobs that teach it end, and are waited for; others go on', async () => {
    const [own, any, other, reading] = [
      await learning(['bob@acme.example', 'ana@acme.example']),
      await learning([]), // whom each message was for
      await learning(['bob@acme.example']),
      await learning(['ana@acme.example'], 'then'),
    ];
    const { outDir } = folder.job('learning', own.id);
    const identity = {
      exports: [],
      mailboxes: [],
      tenant: 'learning',
      mode: 'learn',
      modelVersion: 'm',
      settings: 's',
    };
    const atWork = claimFolder(outDir, identity);
    let isErased = false;
    const erasing = jobs.stopLearning('learning', 'Ana@acme.example').then(() => {
      isErased = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect([isErased, await stateOf(own)]).toEqual([false, 'cancelled']);
    atWork.close();
    await erasing;
    expect(await Promise.all([own, any, other, reading].map(stateOf))).toEqual([
      ...['cancelled', 'cancelled', 'queued', 'queued'],
    ]);
    expect((await jobs.get('learning', own.id))?.failure?.code).toBe('mailbox-erased');
    expect(existsSync(folder.job('learning', own.id).uploadDir)).toBe(false);
  }, 20_000);

  test('nothing is cancelled for what is no address', async () => {
    const job = await learning(['cleo@acme.example']);
    await expect(jobs.stopLearning('learning', 'cleo')).rejects.toMatchObject({ field: 'address' });
    await expect(jobs.stopLearning('learning', 'cleo@acme.example', 'bea')).rejects.toMatchObject({
      field: 'correspondent',
    });
    expect(await stateOf(job)).toBe('queued');
  });
});

test('what a cancelled job reached is told without its parts', async () => {
  const job = await uploaded();
  ofJob(job).writePart(0, { progress: reaching(4), tries: { readCount: 0, count: 1 } });
  await jobs.cancel('default', job.id);
  rmSync(join(ofJob(job).dir, 'parts'), { recursive: true });
  const [told] = (await jobs.list('default', { limit: 100 })).filter(({ id }) => id === job.id);
  expect(told).toMatchObject({ state: 'cancelled', partsDoneCount: 0, progress: { readCount: 4 } });
});

test('an upload that goes while it is looked at was touched long ago', async () => {
  expect(await folder.job('default', 'job_gone').touchedAt()).toBe(0);
  const own = ofJob(await uploaded());
  symlinkSync('nowhere', join(own.uploadDir, 'gone'));
  expect(await own.touchedAt()).toBeGreaterThan(0);
});
