/** Many mailboxes, a process each: the rows are those of one process, whoever is killed on the way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportOf } from './exportOf.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAILBOXES = ['ana', 'bob', 'eve'];
const MESSAGES = 400;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-mailboxes-'));
afterAll(() => rmSync(dir, { recursive: true }));

function start(out: string, processCount: number) {
  const exports = MAILBOXES.map((name) => `${name}@acme.example=${join(dir, name)}`);
  return spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'src/main.ts',
      'rescore',
      '-p',
      String(processCount),
      '--out',
      out,
      ...exports,
    ],
    { cwd: ROOT, env: { ...process.env, OWN_DOMAINS: 'acme.example' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

async function ended(child: ReturnType<typeof start>) {
  const [exit, out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { exit, out, err };
}

const resultsOf = (out: string) =>
  ['results.jsonl', 'results.csv'].map((name) => readFileSync(join(out, name), 'utf8'));
const alone = join(dir, 'alone');

beforeAll(async () => {
  for (const name of MAILBOXES) writeFileSync(join(dir, name), exportOf(name, MESSAGES));
  const { exit, out } = await ended(start(alone, 1));
  expect(exit).toEqual([0, null]);
  expect(out).toContain('1,200 messages found');
}, 120_000);

test('two processes write what one writes: a row a message, one mailbox after the other', async () => {
  const out = join(dir, 'two');
  expect((await ended(start(out, 2))).exit).toEqual([0, null]);
  const [rows = '', csv = ''] = resultsOf(out);
  expect([rows, csv]).toEqual(resultsOf(alone));
  const lines = rows
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ mailboxes }) => mailboxes[0])).toEqual(
    MAILBOXES.flatMap((name) => Array.from({ length: MESSAGES }, () => `${name}@acme.example`)),
  );
  expect(csv.match(/^file,/gm)).toHaveLength(1);
  expect(existsSync(join(out, 'report.html'))).toBe(true);
  expect(existsSync(join(out, '.work'))).toBe(false);
}, 120_000);

const isUnderWay = (out: string): boolean => {
  const path = join(out, '.work/mailboxes/0/results.jsonl');
  return existsSync(path) && statSync(path).size > 0;
};

/** Linux says which processes a process has started. */
const childrenOf = (pid: number | undefined): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

describe('killed on the way', () => {
  test('the starting process: the others end by themselves, and the same command goes on', async () => {
    const out = join(dir, 'killed');
    const child = start(out, 2);
    const end = ended(child);
    while (!isUnderWay(out)) await delay(10);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const second = await ended(start(out, 2));
    await end;
    expect(second.exit).toEqual([0, null]);
    expect(resultsOf(out)).toEqual(resultsOf(alone));
  }, 120_000);

  (existsSync('/proc/self/task') ? test : test.skip)(
    'one of the others: its mailbox is taken over',
    async () => {
      const out = join(dir, 'taken-over');
      const child = start(out, 2);
      const end = ended(child);
      while (!isUnderWay(out)) await delay(10);
      const [worker] = childrenOf(child.pid);
      if (worker === undefined) throw new Error('there is no process to kill');
      process.kill(worker, 'SIGKILL');
      expect((await end).exit).toEqual([0, null]);
      expect(resultsOf(out)).toEqual(resultsOf(alone));
    },
    120_000,
  );

  test('SIGINT: interrupted, and goes on', async () => {
    const out = join(dir, 'interrupted');
    const child = start(out, 2);
    const end = ended(child);
    while (!isUnderWay(out)) await delay(10);
    child.kill('SIGINT');
    expect((await end).exit).toEqual([130, null]);
    expect((await ended(start(out, 1))).exit).toEqual([0, null]);
    expect(resultsOf(out)).toEqual(resultsOf(alone));
  }, 120_000);
});

test('an export that is none fails the run, and names it', async () => {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'src/main.ts',
      'rescore',
      '--out',
      join(dir, 'bad'),
      `ana@acme.example=${join(dir, 'nowhere')}`,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const { exit, err } = await ended(child);
  expect(exit).toEqual([64, null]);
  expect(err).toContain('nowhere');
}, 60_000);
