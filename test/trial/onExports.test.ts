/** Trials on real files in every form that `learn` reads, with the real reader, store and model. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type HistoryMessage, loadSamples } from '../../bench/samples.ts';
import { ExportError } from '../../src/domain/history.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import type { TrialReport, TrialRequest } from '../../src/domain/trial.ts';
import { openReader } from '../../src/readApart.ts';
import { shippedModel } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { createTryExports, type TryParts } from '../../src/trial/onExports.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';

const ANA = 'ana@acme.example';
const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const NOW = Date.UTC(2026, 11, 1);
const MAILS = 90; // some 70 received: 40 judged, and an attack of each class with each of them

const dir = mkdtempSync(join(tmpdir(), 'tidemark-trial-'));
const spoolDir = join(dir, 'spool');
afterAll(() => rmSync(dir, { recursive: true }));

const sample = loadSamples(join(import.meta.dirname, '..', '..', 'samples')).find(
  ({ family, name }) => family === 'vendor-compromise' && name === 'bank-change-lookalike',
);
if (sample === undefined) throw new Error('samples/vendor-compromise/bank-change-lookalike is gone');
const mails = sample.history.filter(({ mailbox }) => mailbox === ANA).slice(-MAILS);
const attack = { ...sample.context, raw: sample.raw };

const text = ({ raw }: Pick<HistoryMessage, 'raw'>): string => raw.toString('latin1').replaceAll('\r\n', '\n');
const mboxOf = (all: readonly Pick<HistoryMessage, 'raw'>[]): string =>
  all.map((one) => `From x@y.example Tue Nov 24 12:00:00 2026\n${text(one).replace(/^(>*From )/gm, '>$1')}\n`).join('');

function file(path: string, content: string): string {
  const full = join(dir, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, content, 'latin1');
  return full;
}

/** As an IMAP server keeps it, what was sent in its own folder. */
function maildir(): string {
  for (const [index, mail] of mails.entries()) {
    const folder = mail.direction === 'outbound' ? 'maildir/.Sent/cur' : 'maildir/cur';
    file(`${folder}/${1000 + index}.M1.host:2,S`, text(mail));
  }
  return join(dir, 'maildir');
}

function folder(): string {
  for (const [index, mail] of mails.entries()) file(`folder/${index}.eml`, text(mail));
  return join(dir, 'folder');
}

const reader = openReader(ACME);
const parts: TryParts = {
  openStore: () => openSqliteStore({ path: ':memory:' }),
  read: reader.read,
  organisation: ACME,
  model: shippedModel(),
  policy: DEFAULT_POLICY,
  learnDelayMs: 0,
  stdin: Readable.from([]),
  spoolDir,
  now: () => NOW,
};
afterAll(() => reader.close());

const REQUEST: TrialRequest = { mailboxes: [ANA], seed: 1 };
const tryAll = (exports: readonly string[], more: Partial<TryParts> = {}, request = REQUEST) =>
  createTryExports({ ...parts, ...more })(exports, request);

let mbox: string;
let report: TrialReport;
beforeAll(async () => {
  mbox = file('ana.mbox', mboxOf(mails));
  report = await tryAll([mbox]);
});
const received = mails.filter(({ direction }) => direction !== 'outbound').length;

describe('a trial on an mbox', () => {
  test('judges all that was received once the mailbox knew thirty, and stops little of it', () => {
    expect(report).toMatchObject({
      foundCount: MAILS,
      repeatedCount: 0,
      skippedCounts: {},
      mailboxes: [{ mailbox: ANA, receivedCount: received }],
      seed: 1,
    });
    expect(report.held.count).toBe(received - 30);
    expect(report.held.value).toBe(0);
    expect(report.stopped.length).toBeLessThan(3);
  });

  test('every class was tried that can be; more is caught with a link than without; the surgery alone is not caught', () => {
    const caught = (kind: string) => report.classes.find((one) => one.kind === kind)?.caught;
    for (const kind of ['blind-spoof', 'known-sender-spoof', 'spoof-reply-to', 'look-alike', 'account-takeover'])
      expect(caught(kind)?.count).toBeGreaterThan(5);
    expect(caught('look-alike+payload')?.value).toBeGreaterThan(0.8);
    expect(caught('blind-spoof+payload')?.value).toBeGreaterThan(caught('account-takeover')?.value ?? 1);
    expect(report.control.caught.count).toBeGreaterThan(10);
    expect(report.control.caught.value).toBeLessThan(0.1);
  });

  test('time to learn begins with the third mail of a sender', () => {
    expect(report.learning[0]).toMatchObject({ fromCount: 3, toCount: 3 });
    const counts = report.learning.map(({ caught }) => caught.count);
    const spoofs = report.classes.filter(({ kind }) => kind.includes('spoof'));
    expect(counts.reduce((sum, n) => sum + n)).toBe(spoofs.reduce((sum, { caught }) => sum + caught.count, 0));
  });

  test('another seed draws other attacks on the same mail', async () => {
    const other = await tryAll([mbox], {}, { ...REQUEST, seed: 2 });
    expect(other.held).toEqual(report.held);
    expect(other.classes).not.toEqual(report.classes);
  });
});

describe('the same mail in another form gives the same report', () => {
  test.each([
    ['a Maildir with a folder of sent mail', maildir],
    ['a folder of .eml files', folder],
  ])('%s', async (_what, make) => {
    expect(await tryAll([make()])).toEqual(report);
  });

  test('standard input, and nothing is left behind', async () => {
    const stdin = Readable.from([Buffer.from(mboxOf(mails), 'latin1')]);
    expect(await tryAll(['-'], { stdin })).toEqual(report);
    expect(readdirSync(spoolDir)).toEqual([]);
  });

  test('an export twice counts once', async () => {
    const twice = await tryAll([mbox, folder()]);
    expect(twice).toMatchObject({ foundCount: 2 * MAILS, repeatedCount: MAILS, held: report.held });
  });
});

test('an attack that lies in the mailbox is listed first, with what gave it away', async () => {
  const { stopped, held } = await tryAll([file('attacked.mbox', mboxOf([...mails, attack]))]);
  expect(held.value * held.count).toBeCloseTo(1);
  expect(stopped[0]).toMatchObject({
    action: 'hold',
    mailbox: ANA,
    from: 'bea.berg@hartrnann-papier.example',
    at: attack.receivedAt,
    reason: expect.stringContaining('hartmann-papier.example'),
  });
  expect(stopped[0]?.probability).toBeGreaterThan(0.9);
});

test('without AUTHSERV_ID nothing is believed, and whose word it could be is shown', async () => {
  const organisation = { ...ACME, authservIds: [] };
  const own = openReader(organisation);
  const { authenticatedCount, borders, held } = await tryAll([mbox], { organisation, read: own.read });
  await own.close();
  expect(authenticatedCount).toBe(0);
  expect(held.count).toBe(report.held.count);
  expect(report.authenticatedCount).toBeGreaterThan(0);
  expect(borders).toEqual(report.borders);
  expect(borders).toEqual([{ authservId: 'mx.acme.example', messageCount: expect.any(Number) }]);
});

test('mailboxes are found in To and Cc inside the own domains', async () => {
  expect((await tryAll([mbox], {}, { ...REQUEST, mailboxes: [] })).mailboxes.map(({ mailbox }) => mailbox)).toContain(
    ANA,
  );
});

test('aborted before it begins: nothing was tried', async () => {
  const stopped = await createTryExports(parts)([mbox], REQUEST, { signal: AbortSignal.abort() });
  expect(stopped).toMatchObject({ mailboxes: [], classes: [], held: { count: 0 } });
});

test('what is no export is refused', async () => {
  await expect(tryAll([join(dir, 'nowhere')])).rejects.toThrow(ExportError);
  await expect(tryAll([file('a.zip', 'PK\u0003\u0004')])).rejects.toThrow('a ZIP archive');
});
