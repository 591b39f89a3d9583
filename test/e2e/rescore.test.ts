/** The command as a process, killed again and again: no row is lost, none is there twice, and none is another than without a kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANA = 'ana@acme.example';
const MESSAGES = 1500;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-rescore-e2e-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** Every tenth looks like somebody else's domain, every seventh was there before. */
const mail = (serial: number): string => {
  const number = serial % 7 === 6 ? serial - 3 : serial;
  const domain = number % 10 === 9 ? 'rnodern-paper.example' : 'modern-paper.example';
  return [
    'From a@b.example Tue Nov 24 12:00:00 2026',
    `From: Writer ${number % 40} <writer${number % 40}@${domain}>`,
    `To: ${ANA}`,
    `Date: ${new Date(Date.UTC(2025, 0, 1) + serial * 3_600_000).toUTCString()}`,
    `Subject: Please pay invoice ${number} to our new account`,
    `Message-ID: <m${number}@${domain}>`,
    '',
    `Hello, this is number ${number}. See https://pay.${domain}/${number}\n\n`,
  ].join('\n');
};

const words = (out: string) => ['src/main.ts', 'rescore', '-m', ANA, '--out', out, join(dir, 'a.mbox')];
const OPTIONS = {
  cwd: ROOT,
  env: { ...process.env, OWN_DOMAINS: 'acme.example', DATA_DIR: join(dir, 'data') },
  stdio: ['ignore', 'pipe', 'pipe'],
} satisfies Parameters<typeof spawn>[2];

const start = (out: string) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words(out)], OPTIONS);

async function ended(child: ReturnType<typeof start>) {
  const [exit, out, err] = await Promise.all([
    once(child, 'exit'),
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ]);
  return { exit, out, err };
}

const whole = join(dir, 'whole');
const resultsOf = (out: string) =>
  ['results.jsonl', 'results.csv'].map((name) => readFileSync(join(out, name), 'utf8'));

beforeAll(async () => {
  writeFileSync(join(dir, 'a.mbox'), Array.from({ length: MESSAGES }, (_, serial) => mail(serial)).join(''));
  const { exit, out } = await ended(start(whole));
  expect(exit).toEqual([0, null]);
  expect(out).toContain('1,500 messages found');
}, 120_000);

const isUnderWay = (out: string): boolean => {
  const path = join(out, 'results.jsonl');
  return existsSync(path) && statSync(path).size > 0;
};

test('SIGKILL, again and again', async () => {
  const out = join(dir, 'killed');
  let killCount = 0;
  for (const waitMs of [0, 100, 300, 900]) {
    const sizeBefore = isUnderWay(out) ? statSync(join(out, 'results.jsonl')).size : 0;
    const child = start(out);
    const end = ended(child);
    while (child.exitCode === null && (!isUnderWay(out) || statSync(join(out, 'results.jsonl')).size === sizeBefore))
      await delay(10);
    await delay(waitMs);
    if (child.kill('SIGKILL')) killCount += 1;
    await end;
  }
  expect(killCount).toBeGreaterThan(1); // a quick machine is done before the last
  const { exit } = await ended(start(out));
  expect(exit).toEqual([0, null]);
  expect(resultsOf(out)).toEqual(resultsOf(whole));
}, 240_000);

test('SIGINT says how to go on, and that goes on', async () => {
  const out = join(dir, 'interrupted');
  const child = start(out);
  const end = ended(child);
  while (!isUnderWay(out)) await delay(10);
  child.kill('SIGINT');
  const { exit, out: said } = await end;
  expect(exit).toEqual([130, null]);
  expect(said).toContain('the same command goes on from here');
  const second = await ended(start(out));
  expect(second.exit).toEqual([0, null]);
  expect(resultsOf(out)).toEqual(resultsOf(whole));
}, 120_000);

test('a second run on the folder is turned away, and does no harm', async () => {
  const out = join(dir, 'shared');
  const first = start(out);
  const end = ended(first);
  while (!isUnderWay(out)) await delay(10);
  const second = await ended(start(out));
  expect(second.exit).toEqual([75, null]);
  expect(second.err).toContain('folder-in-use');
  expect((await end).exit).toEqual([0, null]);
  expect(resultsOf(out)).toEqual(resultsOf(whole));
}, 120_000);

test('no room: it says so, and goes on when there is', async () => {
  const out = join(dir, 'full');
  // No file may become larger than 300 kB: as a full disk does, it fails in the middle.
  const limited = ['-c', 'ulimit -f 300; exec "$@"', 'bash', process.execPath, '--disable-warning=ExperimentalWarning'];
  const { exit, err } = await ended(spawn('bash', [...limited, ...words(out)], OPTIONS));
  expect(exit).toEqual([74, null]);
  expect(err).toContain('cannot write to');
  expect(err).toContain('the same command goes on');
  expect((await ended(start(out))).exit).toEqual([0, null]);
  expect(resultsOf(out)).toEqual(resultsOf(whole));
}, 120_000);
