/** The real program, whose standard output breaks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { openOutput } from '../../src/cli/output.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-output-'));
afterAll(() => rmSync(dir, { recursive: true }));
const mail = (at: number): string =>
  `From x@y.example Tue Nov 24 12:00:00 2026\nFrom: a${at}@b.example\nTo: ana@acme.example\nSubject: ${at}\n\nx\n\n`;
const inbox = join(dir, 'Inbox');
writeFileSync(inbox, Array.from({ length: 3000 }, (_, at) => mail(at)).join(''));
const temporary = join(dir, 'tmp');
mkdirSync(temporary);

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const start = (words: readonly string[], stdout: 'pipe' | number) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, TMPDIR: temporary, DATA_DIR: join(dir, 'data') },
  });

test.each([
  ['rescore', ['rescore', '-m', 'ana@acme.example', inbox]],
  ['hunt', ['hunt', '-i', 'subject~000', '-i', 'b.example', inbox]],
])(
  '%s whose reader has had enough stops, says nothing and leaves nothing behind',
  async (_name, words) => {
    const child = start(words, 'pipe');
    const said = text(child.stderr ?? new PassThrough());
    child.stdout?.once('data', () => child.stdout?.destroy());
    const [status] = await once(child, 'exit');
    expect([status, await said]).toEqual([141, '']);
    expect(readdirSync(temporary)).toEqual([]);
  },
  60_000,
);

test('a full disk is one line and status 74', async () => {
  const child = start(['rescore', '-m', 'ana@acme.example', inbox], openSync('/dev/full', 'w'));
  const said = text(child.stderr ?? new PassThrough());
  const [status] = await once(child, 'exit');
  expect(await said).toBe('tidemark: cannot write to standard output: ENOSPC: no space left on device, write\n');
  expect(status).toBe(74);
  expect(readdirSync(temporary)).toEqual([]);
}, 60_000);

test('what comes behind is not written', () => {
  const stream = new PassThrough();
  const failures: string[] = [];
  const output = openOutput(stream, 74, (words) => failures.push(words));
  output.write('a');
  expect([output.status(), output.broken.aborted]).toEqual([undefined, false]);
  stream.emit('error', Object.assign(new Error('broken pipe'), { code: 'EPIPE' }));
  stream.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
  output.write('b');
  expect([output.status(), output.broken.aborted, failures]).toEqual([141, true, []]);
  expect(stream.read()?.toString()).toBe('a');
});
