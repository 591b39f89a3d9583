/** Hunting in real exports with the real reader, and in a real log of verdicts. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { HuntHit, Indicator } from '../../src/domain/hunt.ts';
import type { Service } from '../../src/domain/service.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { indicatorOf } from '../../src/hunt/indicator.ts';
import { createHuntExports } from '../../src/hunt/inExports.ts';
import { huntVerdicts } from '../../src/hunt/inVerdicts.ts';
import { openReader } from '../../src/readApart.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { ACME, ANA, attack, mboxOf, openParts, put, textOf } from '../rescore/parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'tidemark-hunt-'));
const { parts, close } = openParts(dir);
afterAll(async () => {
  await close();
  rmSync(dir, { recursive: true });
});

describe('what a person types', () => {
  test.each<[string, Indicator | undefined]>([
    ['example.com', { kind: 'domain', domain: 'example.com' }],
    ['hxxps://evil[.]example[.]com:8443/login?x', { kind: 'domain', domain: 'evil.example.com' }],
    ['*.example.com', { kind: 'domain', domain: 'example.com' }],
    ['bücher.example', { kind: 'domain', domain: 'xn--bcher-kva.example' }],
    ['Bea[@]Example.COM', { kind: 'address', address: 'bea@example.com' }],
    ['AB'.repeat(32), { kind: 'sha256', sha256: 'ab'.repeat(32) }],
    ['subject~Invoice 4', { kind: 'subject', part: 'invoice 4' }],
    ['subject~in', undefined],
    ['nonsense', undefined],
    ['two words.example', undefined],
    ['', undefined],
  ])('%s', (typed, expected) => {
    expect(indicatorOf(typed)).toEqual(expected);
  });
});

const known = (typed: string): Indicator => {
  const indicator = indicatorOf(typed);
  if (indicator === undefined) throw new Error(typed);
  return indicator;
};

const FILE = 'the very file';
const withFile = [
  'From: Carl <carl@mail.evil.example>',
  'Reply-To: other@drop.example',
  `To: ${ANA}`,
  'Subject: Your INVOICE is here',
  'Date: Tue, 24 Nov 2026 10:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'See https://login.phish.example/x and https://notphish.example/',
  '--b',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename="a.bin"',
  '',
  FILE,
  '--b--',
  '',
].join('\n');

describe('in exports', () => {
  const path = put(dir, 'a.mbox.gz', gzipSync(Buffer.from(mboxOf([textOf(attack), withFile]), 'latin1')));
  const search = async (...typed: readonly string[]) => {
    const hits: HuntHit[] = [];
    const run = createHuntExports({ reader: parts.reader, stdin: parts.stdin, spoolDir: dir, now: parts.now });
    const end = await run([path], typed.map(known), (hit) => hits.push(hit));
    return { hits: hits.map(({ index, where, quote }) => `${index} ${where} ${quote}`), end };
  };

  test.each<[string, readonly string[]]>([
    ['evil.example', ['1 From carl@mail.evil.example']],
    ['drop.example', ['1 Reply-To other@drop.example']],
    ['phish.example', ['1 link https://login.phish.example/x']],
    ['carl@mail.evil.example', ['1 From carl@mail.evil.example']],
    ['carl@evil.example', []],
    ['subject~invoice is', ['1 Subject Your INVOICE is here']],
    [createHash('sha256').update(FILE).digest('hex'), ['1 attachment a.bin']],
    ['ab'.repeat(32), []],
    ['hartmann-papier.example', []],
  ])('%s', async (typed, expected) => {
    const { hits, end } = await search(typed);
    expect(hits).toEqual(expected);
    expect(end).toEqual({ readCount: 2, skippedCounts: {} });
  });

  test('several at once', async () => {
    expect((await search('phish.example', 'subject~bank details')).hits.sort()).toEqual([
      '0 Subject Updated bank details for invoice 2134',
      '1 link https://login.phish.example/x',
    ]);
  });
});

const intake = { tenant: 'acme', mailboxes: [ANA], learn: 'auto' as const };

async function withService(use: (service: Service) => Promise<void>): Promise<void> {
  const store = await openSqliteStore({ path: ':memory:' });
  const reader = openReader(ACME);
  try {
    await use(
      createService({
        store,
        read: reader.read,
        organisation: ACME,
        policy: DEFAULT_POLICY,
        learnDelayMs: 0,
        now: () => Date.UTC(2026, 11, 1),
      }),
    );
  } finally {
    await reader.close();
    await store.close();
  }
}

test.each<[string, readonly string[]]>([
  [createHash('sha256').update(FILE).digest('hex'), ['attachment']],
  ['ab'.repeat(32), []],
  ['phish.example', ['link']],
  ['notphish.example', ['link']],
  ['hish.example', []],
  ['drop.example', ['Reply-To']],
  ['bounce@mailer.example', ['other address']],
  ['carl@mail.evil.example', ['From']],
])('in the log of verdicts, whatever was thought of the mail then: %s', (typed, expected) =>
  withService(async (service) => {
    await service.score({
      ...intake,
      raw: Buffer.from(withFile),
      mailFrom: 'bounce@mailer.example',
      receivedAt: 1_000_000,
    });
    const hits: HuntHit[] = [];
    await huntVerdicts(service, { tenant: 'acme' }, [known(typed)], (hit) => hits.push(hit));
    expect([...new Set(hits.map(({ where }) => where))]).toEqual(expected);
  }),
);

test('in a verdict of an earlier version: what findings name', async () => {
  const sha256 = 'cd'.repeat(32);
  const older = {
    ...{ id: 'v1', messageId: 'm', subject: 's', receivedAt: 1, action: 'hold', mailboxes: [] },
    findings: [{ outcome: 'fired', evidence: [], targets: [`sha256:${sha256}`, 'evil.example'] }],
  } as unknown as Verdict;
  const places: string[] = [];
  for (const typed of [sha256, 'evil.example'])
    await huntVerdicts({ findVerdicts: async () => [older] }, { tenant: 'acme' }, [known(typed)], ({ where, quote }) =>
      places.push(`${where} ${quote}`),
    );
  expect(places).toEqual([`attachment ${sha256}`, 'link evil.example']);
});

test(
  'in the log of verdicts: sender, subject and evidence, over all pages',
  () =>
    withService(async (service) => {
      await service.score({ ...intake, raw: attack.raw, receivedAt: 1_000_000 });
      for (let serial = 0; serial < 230; serial++)
        await service.score({
          ...intake,
          raw: Buffer.from(`From: a${serial}@other.example\nTo: ${ANA}\nSubject: Number ${serial}\n\nx\n`),
          receivedAt: 2_000_000 + serial,
        });
      const search = async (typed: string, tenant = 'acme') => {
        const hits: HuntHit[] = [];
        const { readCount } = await huntVerdicts(service, { tenant }, [known(typed)], (hit) => hits.push(hit));
        return { hits, readCount };
      };
      const { hits, readCount } = await search('hartrnann-papier.example');
      expect(readCount).toBe(231);
      expect(hits[0]).toMatchObject({ where: 'From', at: 1_000_000, mailboxes: [ANA] });
      expect((await search('subject~number 22')).hits).toHaveLength(11);
      expect((await search('rnann-papier.example')).hits).toEqual([]);
      expect((await search('papier.example')).hits).toEqual([]);
      expect((await search('hartrnann-papier.example', 'other')).readCount).toBe(0);
    }),
  60_000,
);
