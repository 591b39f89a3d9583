import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Submission } from '../src/domain/mail.ts';
import { hasLeftLocks, readMessage, writtenTimes } from '../src/read.ts';
import { isOrdinary, openReader, type Reader } from '../src/readApart.ts';

const LIMITS = { timeoutMs: 5_000, workerHeapMb: 128, inlineBytes: 1_000 };
const ORGANISATION = { ownDomains: ['acme.example'], authservIds: [] };

const submission = (raw: string): Submission => ({
  tenant: 'acme',
  raw: Buffer.from(raw),
  envelope: { rcptTo: ['ana@acme.example'] },
  direction: 'inbound',
  receivedAt: 0,
  mailboxes: ['ana@acme.example'],
});
const large = `From: bea@partner.example\r\nSubject: Large\r\n\r\n${'See https://a.example/x \r\n'.repeat(100)}`;

let reader: Reader | undefined;
afterEach(() => reader?.close());

test('a large message is read in a worker as it would be here', async () => {
  reader = openReader(ORGANISATION, LIMITS);
  const here = openReader(ORGANISATION, { ...LIMITS, inlineBytes: 1e6 });
  const [apart, inline] = await Promise.all([reader.read(submission(large)), here.read(submission(large))]);
  expect(apart.message).toEqual(inline.message);
  expect(apart.message.links?.all).toMatchObject([{ host: 'a.example' }]);
});

test('a locked document is tried in a worker, however its message is written', async () => {
  const locked = readFileSync(
    join(import.meta.dirname, 'fixtures', 'oletools', 'dde-test-encrypt-standardpassword.xlsx'),
  ).toString('base64');
  const folded = locked.replace(/^.{4}/, '$&\r\n'); // so that no sign of it is seen in the message
  const raw = `From: bea@partner.example\r\nContent-Type: application/vnd.ms-excel; name=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\n${folded}`;
  expect(isOrdinary(Buffer.from(raw))).toBe(true);
  reader = openReader(ORGANISATION);
  const { message } = await reader.read(submission(raw));
  expect(message.attachments?.[0]?.hazards.map(({ kind }) => kind)).toEqual(['default-password', 'command-field']);
  expect(message.defects.map(({ code }) => code)).not.toContain('unread-files');
  const hurried = await readMessage(submission(raw), ORGANISATION, { forLocks: false });
  expect(hasLeftLocks(hurried)).toBe(true);
});

test('a message over its time is known by its headers, and says so', async () => {
  reader = openReader(ORGANISATION, { ...LIMITS, timeoutMs: 1 });
  const { message } = await reader.read(submission(large));
  expect(message).toMatchObject({
    subject: 'Large',
    sender: { address: 'bea@partner.example' },
    sizeBytes: large.length,
  });
  expect(message.defects).toContainEqual({ code: 'time-limit', detail: 'reading was stopped: over 1 ms' });
  expect(message).not.toHaveProperty('links');
  expect(message).not.toHaveProperty('content');
});

test('a burst of large mail with pictures is read without them rather than late', async () => {
  const code = readFileSync(join(import.meta.dirname, 'fixtures', 'qr', 'sign-in.png')).toString('base64');
  const pictured = [
    'From: bea@partner.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: image/png; name=code.png',
    'Content-Transfer-Encoding: base64',
    '',
    code,
    '--b--',
  ].join('\r\n');
  reader = openReader(ORGANISATION, LIMITS);
  const { read } = reader;
  const count = { unread: 0, found: 0 };
  // On a busy machine the decoder may not have started when the first burst is over.
  for (let bursts = 0; count.found === 0 && bursts < 20; bursts++) {
    const readings = await Promise.all(Array.from({ length: 20 }, () => read(submission(pictured))));
    const unread = readings.filter(({ message }) =>
      message.defects.some((defect) => defect.code === 'unread-pictures'),
    );
    const found = readings.filter(({ message }) => message.links?.all[0]?.host === 'login.evil-portal.example');
    expect(unread.length + found.length).toBe(20);
    count.unread += unread.length;
    count.found += found.length;
  }
  expect(count.unread).toBeGreaterThan(0);
  expect(count.found).toBeGreaterThan(0);
});

test('in a burst each message takes its own time, not that of all', async () => {
  reader = openReader(ORGANISATION, { ...LIMITS, inlineBytes: 1e6 });
  const { read } = reader;
  const startedAt = performance.now();
  const readings = await Promise.all(Array.from({ length: 500 }, () => read(submission(large))));
  const total = performance.now() - startedAt;
  // Of half of them: one may meet a pause of the machine. Counted from the beginning of the burst, half would take more than half of it.
  const median = readings.map(({ parseMs }) => parseMs).sort((a, b) => a - b)[250];
  expect(median).toBeLessThan(total / 3);
});

/** How long a message takes the first time, with the start of its thread, and the second. */
async function timesOf(one: Submission): Promise<{ readonly coldMs: number; readonly warmMs: number }> {
  const other = openReader(ORGANISATION, { ...LIMITS, timeoutMs: 30_000 });
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    const startedAt = performance.now();
    await other.read(one);
    times.push(performance.now() - startedAt);
  }
  await other.close();
  const [coldMs = 0, warmMs = 0] = times;
  return { coldMs, warmMs };
}

test('in a burst of large mail the wait for a thread is no message’s time', async () => {
  const heavy = submission(`From: bea@partner.example\r\n\r\n${'See https://a.example/x \r\n'.repeat(6_000)}`);
  const { warmMs } = await timesOf(heavy);
  const timeoutMs = Math.max(1_000, Math.ceil(10 * warmMs));
  reader = openReader(ORGANISATION, { ...LIMITS, timeoutMs });
  const { read } = reader;
  await read(heavy);
  const { parseMs, traitsMs } = await read(heavy);
  const count = Math.ceil((2.5 * timeoutMs) / (parseMs + traitsMs));
  const readings = await Promise.all(Array.from({ length: count }, () => read(heavy)));
  const defects = readings.flatMap(({ message }) => message.defects.map(({ code }) => code));
  expect([...new Set(defects)]).not.toContain('time-limit');
}, 120_000);

test('nor is the start of a thread', async () => {
  const { coldMs } = await timesOf(submission(large));
  reader = openReader(ORGANISATION, { ...LIMITS, timeoutMs: Math.ceil(coldMs * 0.6) }); // a thread starts in 700 ms, and reads this in 20
  const { message } = await reader.read(submission(large));
  expect(message.defects.map(({ code }) => code)).not.toContain('time-limit');
});

test('one that was stopped harms no other', async () => {
  reader = openReader(ORGANISATION, { ...LIMITS, timeoutMs: 1 });
  await reader.read(submission(large));
  const { message } = await reader.read(submission('From: bea@partner.example\r\n\r\nhello'));
  expect(message.defects.map(({ code }) => code)).not.toContain('time-limit');
});

describe('ordinary', () => {
  const head = 'From: bea@partner.example\r\n';
  test.each<[string, string, boolean]>([
    ['a short mail', `${head}\r\nhello`, true],
    ['a mail over the size', `${head}\r\n${'x'.repeat(200 * 1024)}`, false],
    ['a header over 64 KiB', `${head}X-A: ${'b'.repeat(70_000)}\r\n\r\nhello`, false],
    ['the same text as a body', `${head}\r\n${'b'.repeat(70_000)}`, true],
    ['lines like borders of 61 parts', `${head}\r\n${'\n--b'.repeat(61)}`, false],
    ['60 of them', `${head}\r\n${'\n--b'.repeat(60)}`, true],
    ['a zip', `${head}\r\nUEsDBBQAAAAIAA==`, false],
    ['a compound file', `${head}\r\n0M8R4KGxGuEAAAAA`, false],
    ['a PDF', `${head}\r\nJVBERi0xLjQK`, false],
    ['8,001 tags', `${head}\r\n${'<b>'.repeat(8_001)}`, false],
  ])('%s: %s', (_name, raw, expected) => {
    expect(isOrdinary(Buffer.from(raw))).toBe(expected);
  });
});

describe('the time of arrival', () => {
  const RECEIVED = 'Received: from a.example by mx.acme.example; Tue, 24 Nov 2026 12:00:00 +0100\r\n';
  const DATE = 'Date: Mon, 23 Nov 2026 12:00:00 +0100\r\n';
  test.each<[string, string, number | undefined]>([
    [
      'newest Received',
      `${RECEIVED}Received: from b by c; Sun, 1 Nov 2026 00:00:00 +0000\r\n${DATE}\r\nx`,
      Date.UTC(2026, 10, 24, 11),
    ],
    ['Date without it', `${DATE}\r\nx`, Date.UTC(2026, 10, 23, 11)],
    ['neither', 'Subject: x\r\n\r\nx', undefined],
    ['none in the body', `Subject: x\r\n\r\n${RECEIVED}`, undefined],
  ])('%s', async (_name, raw, expected) => {
    const { receivedAt, dateAt } = writtenTimes(Buffer.from(raw));
    expect(receivedAt ?? dateAt).toBe(expected);
  });
});
