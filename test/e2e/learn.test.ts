/** The command as a process, killed in the middle: what it said was learned is there, nothing is there twice, and it goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import type { MailboxRecord } from '../../src/domain/observation.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ANA = 'ana@acme.example';
const MESSAGES = 3000;
const dir = mkdtempSync(join(tmpdir(), 'tidemark-learn-'));
afterAll(() => rmSync(dir, { recursive: true }));

const mail = (serial: number): string =>
  [
    'From a@b.example Tue Nov 24 12:00:00 2026',
    `From: writer${serial % 40}@partner.example`,
    `To: ${ANA}`,
    `Date: ${new Date(Date.UTC(2025, 0, 1) + serial * 3_600_000).toUTCString()}`,
    `Message-ID: <m${serial}@partner.example>`,
    '',
    'Hello.\n\n',
  ].join('\n');

const start = (dataDir: string, ...words: string[]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/main.ts', 'learn', '-m', ANA, ...words], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir, OWN_DOMAINS: 'acme.example' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function learnedIn(dataDir: string): Promise<number> {
  const store = await openSqliteStore({ path: join(dataDir, 'tidemark.sqlite') });
  const [record] = (await store.list('default', ANA, 'mailbox', 1)).values() as Iterable<MailboxRecord>;
  await store.close();
  return record?.in?.n ?? 0;
}

test.each(['SIGKILL', 'SIGINT'] as const)('%s in the middle', async (signal) => {
  const path = join(dir, 'a.mbox');
  const dataDir = join(dir, signal);
  writeFileSync(path, Array.from({ length: MESSAGES }, (_, serial) => mail(serial)).join(''));

  const first = start(dataDir, path, '--json');
  let said = '';
  let isSignalled = false;
  first.stdout.on('data', (chunk) => {
    said += String(chunk);
    // Once: a second SIGINT ends the process at once.
    if (isSignalled || said.split('\n').length <= 400) return;
    isSignalled = true;
    first.kill(signal);
  });
  const [exit] = await Promise.all([once(first, 'exit'), text(first.stderr)]);
  expect(exit).toEqual(signal === 'SIGINT' ? [130, null] : [null, 'SIGKILL']);
  const acknowledged = said.split('\n').slice(0, -1).length;
  const kept = await learnedIn(dataDir);
  expect(kept).toBeGreaterThanOrEqual(acknowledged);
  expect(kept).toBeLessThan(MESSAGES);

  const second = start(dataDir, path);
  expect(await text(second.stdout)).toMatch(
    new RegExp(
      `^read 3,000 messages: ${(MESSAGES - kept).toLocaleString('en')} learned, ${kept.toLocaleString('en')} known before, 0 skipped`,
    ),
  );
  expect(await learnedIn(dataDir)).toBe(MESSAGES);
});
