/** The command as a process: a report, and nothing on disk. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANA = 'ana@acme.example';
const dir = mkdtempSync(join(tmpdir(), 'tidemark-eval-'));
afterAll(() => rmSync(dir, { recursive: true }));

const mail = (serial: number): string =>
  [
    'From a@b.example Tue Nov 24 12:00:00 2026',
    `From: Writer ${serial % 4} <writer@partner${serial % 4}.example>`,
    `To: ${ANA}`,
    `Date: ${new Date(Date.UTC(2025, 0, 1) + serial * 3_600_000).toUTCString()}`,
    `Message-ID: <m${serial}@partner.example>`,
    '',
    `Hello, this is number ${serial}.\n\n`,
  ].join('\n');

async function evaluate(...words: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'eval', ...words], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: join(dir, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[status], out, err] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  return { status, out, err };
}

test('reports on an export and stores nothing', async () => {
  const path = join(dir, 'a.mbox');
  writeFileSync(path, Array.from({ length: 60 }, (_, serial) => mail(serial)).join(''));
  const { status, out } = await evaluate('-m', ANA, '--json', path);
  const report = JSON.parse(out);
  expect(status).toBe(0);
  expect(report).toMatchObject({
    foundCount: 60,
    mailboxes: [{ mailbox: ANA, receivedCount: 60 }],
    held: { count: 30 },
  });
  expect(report.classes.map(({ kind }: { kind: string }) => kind)).toContain('look-alike');
  expect(existsSync(join(dir, 'data'))).toBe(false);
});

test('for nobody’s mailbox there is nothing to try', async () => {
  const { status, out } = await evaluate(join(dir, 'a.mbox'));
  expect(status).toBe(65);
  expect(out).toContain('no mailbox: give it by --mailbox');
});
