/**
 * The service as interfaces are handed it: real reader, real store, the shipped model.
 * Just over 400 lines: one set-up, started anew for each test, serves all of them.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Organisation } from '../src/domain/organisation.ts';
import type { Store } from '../src/domain/ports.ts';
import type { IntakeRequest, Service } from '../src/domain/service.ts';
import type { Mode, Verdict } from '../src/domain/verdict.ts';
import { openReader, type Reader } from '../src/readApart.ts';
import { createService } from '../src/service.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../src/verdict/policy.ts';

const ACME: Organisation = { ownDomains: ['acme.example'], authservIds: ['mx.acme.example'] };
const ANA = 'ana@acme.example';
const NOW = Date.UTC(2026, 10, 24, 12);
const DAY_MS = 86_400_000;

let store: Store;
let reader: Reader;
beforeEach(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  reader = openReader(ACME);
});
afterEach(async () => {
  await reader.close();
  await store.close();
});
const serviceIn = (mode: Mode = 'act', learnDelayMs = 0): Service =>
  createService({
    store,
    read: reader.read,
    organisation: ACME,
    policy: { ...DEFAULT_POLICY, mode },
    learnDelayMs,
    now: () => NOW,
  });

interface Mail {
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly results?: string;
  readonly headers?: readonly string[];
}

const raw = ({
  from = 'Bea Lind <bea@partner.example>',
  to = ANA,
  id = 'm1',
  subject = 'Meeting',
  body = 'Shall we meet on Tuesday?',
  results,
  headers = [],
}: Mail = {}): Buffer =>
  Buffer.from(
    [
      ...(results === undefined ? [] : [`Authentication-Results: mx.acme.example; ${results}`]),
      ...headers,
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${subject}`,
      'Date: Tue, 24 Nov 2026 12:00:00 +0100',
      `Message-ID: <${id}@partner.example>`,
      '',
      body,
    ].join('\r\n'),
  );

const request = (mail: Mail = {}, more: Partial<IntakeRequest> = {}): IntakeRequest => ({
  tenant: 'acme',
  raw: raw(mail),
  mailboxes: [ANA],
  receivedAt: NOW,
  learn: 'auto',
  ...more,
});

const SPOOF: Mail = {
  from: 'Carla Ebert <ceo@acme.example>',
  results: 'spf=fail smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from=acme.example',
  id: 'spoof',
  body: 'Please buy five gift cards and send me the codes.',
};

const receivedCount = async (service: Service, address = 'bea@partner.example', tenant = 'acme') =>
  (await service.describeBaseline(tenant, ANA, NOW))?.correspondents.find((one) => one.address === address)?.received
    ?.messageCount;

describe('a verdict', () => {
  test('is complete, and adds up', async () => {
    const verdict = await serviceIn().score(request());
    expect(verdict).toMatchObject({
      tenant: 'acme',
      messageId: 'm1@partner.example',
      from: 'bea@partner.example',
      action: 'deliver',
      proposed: 'deliver',
      enacted: 'deliver',
      isLearned: true,
      mailboxes: [{ mailbox: ANA, gate: 'stranger', maturity: { stage: 'blank' } }],
    });
    const sum = verdict.contributions.reduce((total, { logOdds }) => total + logOdds, 0);
    expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(verdict.score, 9);
    const { ranCount, skippedCount, failedCount } = verdict.coverage;
    expect(ranCount + skippedCount + failedCount).toBe(verdict.findings.length);
    expect(verdict.coverage.missing).toContain('no authentication');
  });

  test('on the same message is the first one: other trace headers, other order of mailboxes, after a restart of the service', async () => {
    const both = [ANA, 'clark@acme.example'];
    const first = await serviceIn().score(request({}, { mailboxes: both }));
    const again = await serviceIn().score(
      request(
        { headers: ['Received: from x.example by mx.acme.example; Tue, 24 Nov 2026 12:01:00 +0100'] },
        { mailboxes: [...both].reverse(), receivedAt: NOW + 60_000 },
      ),
    );
    expect(again).toEqual(first);
    expect(await receivedCount(serviceIn())).toBe(1);
  });

  test.each<[string, Mail, Partial<IntakeRequest>]>([
    ['another From', { from: 'eve@evil.example' }, {}],
    ['another body', { body: 'Shall we meet on Friday?' }, {}],
    [
      'another file name',
      { headers: ['Content-Type: application/octet-stream', 'Content-Disposition: attachment; filename="a.pdf.js"'] },
      {},
    ],
    ['another Reply-To', { headers: ['Reply-To: eve@evil.example'] }, {}],
    ['another Message-ID', { id: 'm2' }, {}],
    ['another mailbox', {}, { mailboxes: ['clark@acme.example'] }],
    ['another tenant', {}, { tenant: 'other' }],
  ])('on %s is another', async (_what, mail, more) => {
    const service = serviceIn();
    const { id } = await service.score(request());
    expect((await service.score(request(mail, more))).id).not.toBe(id);
  });

  test('of several mailboxes is the most severe one’s', async () => {
    const service = serviceIn();
    for (let n = 0; n < 40; n++)
      await service.observe(request({ id: `h${n}` }, { receivedAt: NOW - (50 - n) * DAY_MS }));
    const { mailboxes, score } = await service.score(
      request({ id: 'new' }, { mailboxes: [ANA, 'clark@acme.example'] }),
    );
    expect(mailboxes.map(({ mailbox, gate }) => [mailbox, gate])).toEqual([
      [ANA, 'known'],
      ['clark@acme.example', 'stranger'],
    ]);
    expect(score).toBe(Math.max(...mailboxes.map((one) => one.score)));
  });

  test('names the mailboxes that it found itself', async () => {
    const ofEnvelope = await serviceIn().score(request({}, { mailboxes: [], rcptTo: ['clark@acme.example'] }));
    expect(ofEnvelope.mailboxes.map(({ mailbox }) => mailbox)).toEqual(['clark@acme.example']);
    const ofHeaders = await serviceIn().score(
      request({ to: 'Ana <ana@acme.example>, x@else.example' }, { mailboxes: [] }),
    );
    expect(ofHeaders.mailboxes.map(({ mailbox }) => mailbox)).toEqual([ANA]);
    await expect(serviceIn().score(request({ to: 'x@else.example' }, { mailboxes: [] }))).rejects.toMatchObject({
      code: 'no-mailbox',
      field: 'mailbox',
    });
  });

  test('of mail going out it is the writer’s: by From, else by log-in, else by MAIL FROM', async () => {
    const sent = {
      mailboxes: [],
      direction: 'outbound',
      rcptTo: ['x@else.example'],
      mailFrom: 'cem@acme.example',
    } as const;
    const mailboxesOf = async (from: string, user: string) =>
      (await serviceIn().score(request({ from }, { ...sent, user }))).mailboxes.map(({ mailbox }) => mailbox);
    expect(await mailboxesOf('Ana <ana@acme.example>', 'bob@acme.example')).toEqual([ANA]);
    expect(await mailboxesOf('a printer', 'bob@acme.example')).toEqual(['bob@acme.example']);
    expect(await mailboxesOf('a printer', 'printer')).toEqual(['cem@acme.example']);
  });
});

describe('what teaches', () => {
  test('delivered mail does, once; learn=never does not', async () => {
    const service = serviceIn();
    await service.score(request({}, { learn: 'never' }));
    expect(await receivedCount(service)).toBeUndefined();
    expect(await service.score(request())).toMatchObject({ isLearned: true });
    await service.score(request());
    expect(await receivedCount(service)).toBe(1);
    await service.score(request({ id: 'm2' }));
    expect(await receivedCount(service)).toBe(2);
  });

  test('held mail does not, until it is released', async () => {
    const service = serviceIn();
    const held = await service.score(request(SPOOF));
    expect(held).toMatchObject({ action: 'hold', isLearned: false });
    expect(await receivedCount(service, 'ceo@acme.example')).toBeUndefined();
    const released = await service.giveFeedback('acme', held.id, 'safe');
    expect(released).toMatchObject({ feedback: 'safe', verdict: { isLearned: true } });
    expect(await receivedCount(service, 'ceo@acme.example')).toBe(1);
    await service.giveFeedback('acme', held.id, 'safe');
    expect(await receivedCount(service, 'ceo@acme.example')).toBe(1);
  });

  test('passive mode delivers, says so, and does not learn what it would have held', async () => {
    const verdict = await serviceIn('passive').score(request(SPOOF));
    expect(verdict).toMatchObject({
      action: 'deliver',
      proposed: 'hold',
      enacted: 'deliver',
      enactedBecause: 'passive mode: nothing is acted on',
      isLearned: false,
    });
  });

  test('a report marks the sender for the next mail', async () => {
    const service = serviceIn();
    const first = await service.score(request());
    await service.giveFeedback('acme', first.id, 'threat');
    const next = await service.score(request({ id: 'm2' }));
    expect(next.findings.find(({ detector }) => detector === 'reported-sender')).toMatchObject({ outcome: 'fired' });
    expect(next.score).toBeGreaterThan(first.score);
  });

  test('a report takes back what the message taught; a release after it teaches again', async () => {
    const service = serviceIn();
    const { id } = await service.score(request());
    expect(await receivedCount(service)).toBe(1);
    expect(await service.giveFeedback('acme', id, 'threat')).toMatchObject({ verdict: { isLearned: false } });
    expect(await receivedCount(service)).toBeUndefined();
    expect(await service.giveFeedback('acme', id, 'safe')).toMatchObject({ verdict: { isLearned: true } });
    expect(await receivedCount(service)).toBe(1);
  });

  test('feedback in another tenant, or on nothing, is none', async () => {
    const service = serviceIn();
    const { id } = await service.score(request());
    expect(await service.giveFeedback('other', id, 'threat')).toBeUndefined();
    expect(await service.giveFeedback('acme', 'v0', 'threat')).toBeUndefined();
  });

  test('sent mail makes a correspondent solicited; internal mail teaches both ends', async () => {
    const service = serviceIn();
    await service.observe(
      request({ from: `Ana <${ANA}>`, to: 'bea@partner.example' }, { direction: 'outbound', mailboxes: [] }),
    );
    const known = await service.describeBaseline('acme', ANA, NOW);
    expect(known?.correspondents).toMatchObject([{ address: 'bea@partner.example', sent: { messageCount: 1 } }]);
    await service.observe(request({ from: 'clark@acme.example', id: 'i1' }, { direction: 'internal' }));
    expect(await receivedCount(service, 'clark@acme.example')).toBe(1);
    expect((await service.describeBaseline('acme', 'clark@acme.example', NOW))?.sent?.messageCount).toBe(1);
  });

  test('an observation is learned once', async () => {
    const service = serviceIn();
    expect(await service.observe(request())).toEqual({
      messageId: 'm1@partner.example',
      mailboxes: [ANA],
      isNew: true,
    });
    expect(await service.observe(request())).toMatchObject({ isNew: false });
    await service.score(request());
    expect(await receivedCount(service)).toBe(1);
  });
});

describe('after the delay', () => {
  const DELAY = 24 * 3_600_000;
  const delayed = () => serviceIn('act', DELAY);
  const at = (id: string, receivedAt: number) => request({ id }, { receivedAt });

  test('delivered mail teaches, by the time of the messages', async () => {
    const service = delayed();
    expect(await service.score(at('m1', NOW))).toMatchObject({ isLearned: false, learnsAt: NOW + DELAY });
    await service.score(at('m2', NOW + DELAY - 1));
    expect(await receivedCount(service)).toBeUndefined();
    const { id, mailboxes } = await service.score(at('m3', NOW + DELAY));
    expect(mailboxes[0]?.maturity.messageCount).toBe(1);
    expect(await receivedCount(service)).toBe(1);
    expect((await service.verdict('acme', id))?.verdict.isLearned).toBe(false);
  });

  test('mail that waits is learned after a restart, and by the service itself', async () => {
    await delayed().score(at('m1', NOW - DELAY));
    const restarted = delayed();
    expect(await receivedCount(restarted)).toBeUndefined();
    await restarted.learnDue();
    expect(await receivedCount(restarted)).toBe(1);
    await restarted.learnDue();
    expect(await receivedCount(restarted)).toBe(1);
  });

  test('mail reported before is never learned; mail released learns at once', async () => {
    const service = delayed();
    const reported = await service.score(at('m1', NOW));
    const released = await service.score(at('m2', NOW));
    await service.giveFeedback('acme', reported.id, 'threat');
    await service.giveFeedback('acme', released.id, 'safe');
    expect(await receivedCount(service)).toBe(1);
    await service.score(at('m3', NOW + 2 * DELAY));
    expect(await receivedCount(service)).toBe(1);
  });

  const toBea = () =>
    request(
      { from: `Ana <${ANA}>`, to: 'bea@partner.example', id: 'asked' },
      { direction: 'outbound', user: ANA, learn: 'auto' },
    );
  const answer = (to: string, id: string) =>
    request({ id, subject: 'Re: Meeting', headers: [`In-Reply-To: <${to}@partner.example>`] }, { learn: 'never' });
  /** `clear` once the thread is known; a young mailbox skips the others. */
  const fakeReply = async (service: Service, mail: IntakeRequest) =>
    (await service.score(mail)).findings.find(({ detector }) => detector === 'fake-reply')?.outcome;
  const sentCount = async (service: Service) =>
    (await service.describeBaseline('acme', ANA, NOW))?.correspondents[0]?.sent?.messageCount;

  test('whom the owner wrote to, and in which conversation, does not wait', async () => {
    const service = delayed();
    expect(await fakeReply(service, answer('asked', 'a0'))).toBe('skipped');
    const asked = await service.score(toBea());
    expect(asked.learnsAt).toBe(NOW + DELAY);
    expect(await fakeReply(service, answer('asked', 'a1'))).toBe('clear');
    expect((await service.score(answer('asked', 'a1'))).mailboxes[0]?.gate).toBe('known');
    await service.score(at('later', NOW + DELAY));
    expect(await sentCount(service)).toBe(1); // once, when the rest is learned too
  });

  test('that there is a mail does not wait; that its writer is known does', async () => {
    const service = delayed();
    await service.score(request());
    expect(await fakeReply(service, answer('m1', 'a1'))).toBe('clear');
    expect(await receivedCount(service)).toBeUndefined();
  });

  test('what a machine answers in the owner’s name makes nobody known', async () => {
    const service = delayed();
    const mail = {
      from: `Ana <${ANA}>`,
      to: 'bea@partner.example',
      id: 'away',
      headers: ['Auto-Submitted: auto-replied'],
    };
    await service.score(request(mail, { direction: 'outbound' }));
    expect(await fakeReply(service, answer('away', 'a1'))).toBe('clear');
    expect((await service.score(answer('away', 'a1'))).mailboxes[0]?.gate).toBe('stranger');
    expect(await sentCount(service)).toBeUndefined();
  });

  test('a report takes back what did not wait', async () => {
    const service = delayed();
    const asked = await service.score(toBea());
    const came = await service.score(request());
    expect(await sentCount(service)).toBe(1);
    for (const { id } of [asked, came]) await service.giveFeedback('acme', id, 'threat');
    expect(await sentCount(service)).toBeUndefined();
    expect(await fakeReply(service, answer('asked', 'a1'))).toBe('skipped');
    expect(await fakeReply(service, answer('m1', 'a2'))).toBe('skipped');
    await service.score(at('later', NOW + DELAY));
    expect(await sentCount(service)).toBeUndefined();
  });

  test('observations do not wait', async () => {
    const service = delayed();
    await service.observe(request());
    expect(await receivedCount(service)).toBe(1);
  });
});

test('tenants do not see each other', async () => {
  const service = serviceIn();
  const { id } = await service.score(request());
  expect(await service.verdict('other', id)).toBeUndefined();
  expect(await service.findVerdicts('other', { limit: 10 })).toEqual([]);
  expect(await service.describeBaseline('other', ANA, NOW)).toBeUndefined();
  expect(await service.eraseMailbox('other', ANA)).toBe(0);
  await service.observe(
    request({ from: `Ana <${ANA}>`, to: 'bea@partner.example', id: 'o' }, { direction: 'outbound' }),
  );
  expect((await service.score(request({ id: 'm2' }, { tenant: 'other' }))).mailboxes[0]?.gate).toBe('stranger');
  expect((await service.score(request({ id: 'm3' }))).mailboxes[0]?.gate).toBe('known');
});

test('what is known is told in words, exported, and erased person by person', async () => {
  const service = serviceIn();
  await service.score(request());
  await service.observe(
    request({ from: `Ana <${ANA}>`, to: 'bea@partner.example', id: 'o' }, { direction: 'outbound' }),
  );
  const { id } = await service.score(request({ id: 'm2' }));
  await service.giveFeedback('acme', id, 'threat');
  const relation = await service.describeCorrespondent('acme', 'ANA@Acme.example', 'Bea@partner.example', NOW);
  expect(relation?.inWords).toEqual([
    'bea@partner.example wrote 1 message on 1 day from 2026-11-24 to 2026-11-24.',
    'The owner wrote 1 message on 1 day from 2026-11-24 to 2026-11-24 to them, and answered 0 of their messages.',
    'Mail from them was reported as a threat once.',
  ]);
  const exported = await service.exportMailbox('acme', ANA);
  expect(exported?.records.map(({ kind, key }) => `${kind} ${key}`)).toContain('correspondent bea@partner.example');
  expect(await service.eraseCorrespondent('acme', ANA, 'bea@partner.example')).toBeGreaterThan(0);
  expect(await service.describeCorrespondent('acme', ANA, 'bea@partner.example', NOW)).toBeUndefined();
  expect(JSON.stringify(await service.exportMailbox('acme', ANA))).not.toContain('bea@partner.example');
  await expect(service.describeBaseline('acme', 'ana', NOW)).rejects.toMatchObject({ code: 'invalid-address' });
  expect(await service.eraseTenant('acme')).toBeGreaterThan(0);
  expect(await service.exportMailbox('acme', ANA)).toBeUndefined();
});

test('who acts through platforms and which accounts are named is exported and erased, and no account number is stored', async () => {
  const service = serviceIn();
  const from = '"Anna Kern (via Google Docs)" <drive-shares-dm-noreply@google.com>';
  await service.observe(
    request({ from, headers: ['Reply-To: anna@kern.example'], body: 'IBAN DE89 3704 0044 0532 0130 00' }),
  );
  const exported = async () => JSON.stringify(await service.exportMailbox('acme', ANA));
  expect(await exported()).toContain('{"kind":"actor","key":"anna@kern.example"');
  expect(await exported()).toContain('{"kind":"account","key":"kern.example"');
  expect(await exported()).not.toMatch(/0130|3000/);
  await service.eraseCorrespondent('acme', ANA, 'anna@kern.example');
  expect(await exported()).not.toContain('anna@kern.example');
});

test('an erased mailbox is blank again', async () => {
  const service = serviceIn();
  const { id } = await service.score(request());
  expect(await service.eraseMailbox('acme', ANA)).toBeGreaterThan(1);
  expect(await service.describeBaseline('acme', ANA, NOW)).toBeUndefined();
  expect(await service.verdict('acme', id)).toBeUndefined();
});

describe('odd bytes get a verdict', () => {
  const nested = (depth: number): string => {
    let body = 'Content-Type: text/plain\r\n\r\nhello\r\n';
    for (let level = 0; level < depth; level++)
      body = `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n${body}\r\n--b${level}--\r\n`;
    return body;
  };
  const parts = (count: number) =>
    `Content-Type: multipart/mixed; boundary="b"\r\n\r\n${'--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(count)}--b--\r\n`;
  const FROM = 'From: eve@evil.example\r\n'; // a stranger, to nobody, of no date: little speaks for it
  const many = (line: string, count: number) => line.repeat(count);

  test.each<[string, () => Buffer, Verdict['action'], string | undefined]>([
    ['no bytes', () => Buffer.alloc(0), 'deliver', 'empty'],
    ['no header', () => Buffer.from('\r\nhello'), 'deliver', 'no-from'],
    ['binary', () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)), 'deliver', 'no-from'],
    ['NULs', () => Buffer.from(`${FROM}Subject: a\0b\r\n\r\nx\0y`), 'deliver', 'nul-byte'],
    [
      'invalid UTF-8',
      () => Buffer.from([...Buffer.from(`${FROM}Subject: `), 0xff, 0xfe, ...Buffer.from('\r\n\r\nx')]),
      'deliver',
      'invalid-utf8',
    ],
    ['100,000 headers', () => Buffer.from(`${FROM}${many('X-A: b\r\n', 100_000)}\r\nx`), 'hold', undefined],
    [
      'a header line of 1 MB',
      () => Buffer.from(`${FROM}X-A: ${many('b', 1_000_000)}\r\n\r\nx`),
      'deliver',
      'long-line',
    ],
    ['5,000 nested parts', () => Buffer.from(`${FROM}${nested(5000)}`), 'hold', 'unparseable'],
    ['5,000 parts side by side', () => Buffer.from(`${FROM}${parts(5000)}`), 'hold', 'unparseable'],
    [
      '60,000 nested elements',
      () => Buffer.from(`${FROM}Content-Type: text/html\r\n\r\n${many('<div>', 60_000)}`),
      'deliver',
      undefined,
    ],
  ])('%s', async (_name, bytes, action, defect) => {
    const verdict = await serviceIn().score({ ...request(), raw: bytes() });
    expect(verdict.action).toBe(action);
    if (defect !== undefined) expect(verdict.defects.map((one) => one.split(':')[0])).toContain(defect);
    expect(verdict.findings.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  test('60 MB is refused with the field', async () => {
    await expect(serviceIn().score({ ...request(), raw: Buffer.alloc(60_000_000) })).rejects.toMatchObject({
      code: 'message-too-large',
      field: 'raw',
    });
  });
});
