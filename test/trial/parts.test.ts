/** What trials are made of: the border's trace, links written into mail, memory with its bounds, intervals. */
import { describe, expect, test } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { type Header, headerOf, joinMail, type Mail, mailerOf, splitMail, threadOf } from '../../src/trial/mail.ts';
import { openMemory, type Remembered } from '../../src/trial/memory.ts';
import { ownBorder } from '../../src/trial/ownBorder.ts';
import { withLink } from '../../src/trial/payload.ts';
import { seeded } from '../../src/trial/random.ts';
import { shareOf } from '../../src/trial/share.ts';
import { goodFrom } from '../../src/trial/tally.ts';
import type { Delivered } from '../../src/trial/transport.ts';
import { cpuClock } from '../cpuTime.ts';

const MX = 'mx.acme.example';
const stored = (...headers: readonly string[]): Mail => splitMail(Buffer.from(`${headers.join('\n')}\n\nText.\n`));
const values = (mail: Mail, name: string): readonly string[] =>
  mail.headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);

describe('the own border', () => {
  const mail = stored(
    'Return-Path: <bounce@partner.example>',
    'Delivered-To: ana@acme.example',
    'Received: from mx.acme.example by store.acme.example; Mon, 01 Jun 2026 10:00:05 +0200',
    `Authentication-Results: ${MX}; dkim=pass header.d=partner.example; spf=pass smtp.mailfrom=bounce@partner.example;`,
    '\tdmarc=pass header.from=partner.example',
    'Received-SPF: pass (mx) client-ip=192.0.2.7; envelope-from=bounce@partner.example',
    'Received: from mail.partner.example (mail.partner.example [192.0.2.7]) by mx.acme.example; Mon, 01 Jun 2026 10:00:00 +0200',
    `Authentication-Results: ${MX}; dmarc=pass header.from=forged.example`,
    'Authentication-Results: mail.partner.example; auth=pass',
    'DKIM-Signature: v=1; d=partner.example; b=abc',
    'List-Id: <news.partner.example>',
    'From: Bea <bea@partner.example>',
    'Subject: Offer',
  );
  const border = ownBorder([MX]);
  const at = Date.UTC(2026, 5, 10, 12);

  test('takes apart what the receiving side wrote; what a list wrote is the writer’s', () => {
    const { transport, mail: written } = border.take(mail);
    expect(transport).toMatchObject({
      spf: 'pass',
      spfDomain: 'partner.example',
      dkim: ['partner.example'],
      dmarc: 'pass',
      signatures: ['v=1; d=partner.example; b=abc'],
    });
    expect(written.headers.map(([name]) => name)).toEqual(['List-Id', 'From', 'Subject']);
  });

  test('hands on with its own word, at another time, for another envelope sender', () => {
    const { transport, mail: written } = border.take(mail);
    const results = { spf: 'pass', spfDomain: 'evil.example', dkim: [], dmarc: 'fail' };
    const handed = splitMail(border.handOn({ transport: { ...transport, ...results }, mail: written }, at));
    expect(values(handed, 'authentication-results')).toEqual([
      `${MX}; spf=pass smtp.mailfrom=evil.example; dkim=none; dmarc=fail header.from=partner.example`,
      'mail.partner.example; auth=pass',
    ]);
    expect(headerOf(handed, 'return-path')).toBe('<bounce@evil.example>');
    expect(headerOf(handed, 'received-spf')).toContain('envelope-from=bounce@evil.example');
    expect(values(handed, 'received').map((hop) => hop.split('; ').at(-1))).toEqual([
      'Wed, 10 Jun 2026 14:00:00 +0200',
      'Wed, 10 Jun 2026 13:59:55 +0200',
    ]);
  });

  test('without a configured id nothing is believed, and nothing is written anew', () => {
    const nobody = ownBorder([]);
    const { transport, mail: written } = nobody.take(mail);
    expect(transport).toMatchObject({ spf: 'none', spfDomain: 'partner.example', dkim: [], dmarc: 'none' });
    const handed = splitMail(nobody.handOn({ transport, mail: written }, at));
    expect(values(handed, 'authentication-results')).toEqual(values(mail, 'authentication-results'));
  });

  test('no line is longer than RFC 5322 allows, whatever was unfolded', () => {
    const to = Array.from({ length: 200 }, (_, index) => `Person ${index} <p${index}@acme.example>`).join(',\n\t');
    const long = stored('From: a@b.example', `To: ${to}`, `References: ${'<id@b.example>\n\t'.repeat(200)}`);
    const lines = border.handOn(border.take(long), at).toString().split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998);
    expect(lines.join('').split('@acme.example')).toHaveLength(201);
  });
});

describe('a link in the words of a mail', () => {
  const html = '<html><body class="a">\n<p>Hello</p></body></html>';
  const alternative = (encoding: string, body: string): string =>
    [
      'Content-Type: multipart/mixed; boundary="=_a"',
      '',
      'Preamble.',
      '--=_a',
      'Content-Type: multipart/alternative;',
      '\tboundary=b',
      '',
      '--b',
      '',
      'Hello',
      '-- ',
      'Bea',
      '',
      '--- a/file.c',
      '+++ b/file.c',
      '',
      '--b',
      `Content-Type: text/html; charset=utf-8`,
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      body,
      '--b--',
      '--=_a',
      'Content-Type: text/plain',
      'Content-Disposition: attachment; filename=a.txt',
      '',
      'A file.',
      '--=_a--',
    ].join('\n');
  const URL_PATTERN = /https:\/\/[a-z-]+\d+\.[a-z]+\/[a-z]+\/\d+/g;

  test.each([
    ['plain text', '\nHello', 1, 0],
    ['HTML', `Content-Type: text/html\n\n${html}`, 0, 1],
    ['both alternatives, once each', alternative('7bit', html), 1, 1],
    ['quoted-printable', alternative('quoted-printable', html.replace('"a"', '=3D"a"')), 1, 1],
  ])('%s', async (_what, text, inText, inHtml) => {
    const mail = splitMail(Buffer.from(`From: a@b.example\n${text}`));
    const linked = withLink(mail, seeded(1));
    const parsed = await simpleParser(joinMail(linked ?? mail), { skipHtmlToText: true, skipTextToHtml: true });
    expect(parsed.text?.match(URL_PATTERN) ?? []).toHaveLength(inText);
    const links = (parsed.html || '').match(/href="https:\/\/[a-z-]+\d+\.[a-z]+\/[a-z]+\/\d+"/g) ?? [];
    expect(links).toHaveLength(inHtml);
    expect(parsed.attachments.map(({ content }) => content.toString().trim())).toEqual(
      text.includes('attachment') ? ['A file.'] : [],
    );
  });

  test.each([
    ['base64', 'Content-Transfer-Encoding: base64\n\nSGVsbG8='],
    ['a picture', 'Content-Type: image/png\n\nx'],
    ['no part that is text', 'Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: image/png\n\nx\n--a--'],
  ])('nowhere to write: %s', (_what, text) => {
    expect(withLink(splitMail(Buffer.from(`From: a@b.example\n${text}`)), seeded(1))).toBeUndefined();
  });
});

describe('memory', () => {
  const delivered = (from: string, body = 'x'): Delivered => ({
    transport: { trace: [], signatures: [], spf: 'none', spfDomain: '', dkim: [], dmarc: 'none' },
    mail: { headers: [['From', from] satisfies Header, ['Subject', body.slice(0, 20)] satisfies Header], body },
  });
  const mailOf = (from: string, more: Partial<Remembered> = {}): Remembered => ({
    delivered: delivered(from),
    mailboxes: ['ana@acme.example'],
    direction: 'inbound',
    at: 0,
    isFromInside: false,
    isWhole: true,
    ...more,
  });
  const sceneOf = (mails: readonly Remembered[], random = seeded(1)) => {
    const memory = openMemory();
    for (const mail of mails) memory.remember(mail);
    return memory.scene('ana@acme.example', delivered('carrier@x.example'), 1, random);
  };
  const thrice = (from: string, more: Partial<Remembered> = {}) => Array.from({ length: 3 }, () => mailOf(from, more));

  test('an attacker impersonates who wrote three times, with the servers of somebody outside', () => {
    const scene = sceneOf([...thrice('bea@partner.example'), mailOf('eve@other.example')]);
    expect(scene).toMatchObject({ victimAddress: 'bea@partner.example', victimCount: 3 });
    expect(headerOf(scene?.stranger.mail ?? { headers: [] }, 'from')).toBe('eve@other.example');
  });

  test.each([
    ['nobody wrote three times', [mailOf('bea@partner.example'), mailOf('eve@other.example')]],
    ['nobody else wrote', thrice('bea@partner.example')],
    ['all others are inside', [...thrice('bea@partner.example'), mailOf('ben@acme.example', { isFromInside: true })]],
    ['the owner wrote it', [...thrice('bea@partner.example', { direction: 'outbound' }), mailOf('eve@other.example')]],
    ['their text is not at hand', [...thrice('bea@partner.example', { isWhole: false }), mailOf('eve@other.example')]],
  ])('no scene when %s', (_when, mails) => {
    expect(sceneOf(mails)).toBeUndefined();
  });

  test('forgets of very many senders those who have been silent longest', () => {
    const memory = openMemory();
    for (const [from, at] of [
      ['silent@s.example', 0],
      ['latest@l.example', 50_000],
    ] as const)
      for (const mail of thrice(from, { at })) memory.remember(mail);
    for (let n = 0; n < 50_000; n += 1) memory.remember(mailOf(`w${n}@w.example`, { at: 1 + n }));
    const random = seeded(1);
    const victims = Array.from({ length: 20 }, () =>
      memory.scene('ana@acme.example', delivered('carrier@x.example'), 60_000, random),
    );
    expect(new Set(victims.map((scene) => scene?.victimAddress))).toEqual(new Set(['latest@l.example']));
  });

  test('keeps a bounded number of bytes: the oldest go, those who write now stay', () => {
    const memory = openMemory();
    const large = (from: string, at: number) => mailOf(from, { at, delivered: delivered(from, 'x'.repeat(500_000)) });
    for (let n = 0; n < 600; n += 1) memory.remember(large(`writer${n % 300}@w${n % 300}.example`, n));
    const before = memory.receivedCount('ana@acme.example');
    for (let n = 0; n < 900; n += 1) memory.remember(large(`writer${n % 300}@w${n % 300}.example`, 600 + n));
    expect(before).toBe(600);
    const victims = new Set<string>();
    const random = seeded(1);
    for (let n = 0; n < 2000; n += 1) {
      const scene = memory.scene('ana@acme.example', delivered('carrier@x.example'), 2000, random);
      if (scene !== undefined) victims.add(scene.victimAddress);
    }
    expect(victims.size).toBeGreaterThan(100);
    expect(victims.size).toBeLessThan(210); // 96 MiB of mails with 0.5 MB each
    expect(victims).toContain('writer299@w299.example');
  });
});

test.each([
  [0, 10, 10, 0, 0.278],
  [5, 10, 10, 0.237, 0.763],
  [10, 10, 10, 0.722, 1],
  [100, 100, 10, 0.722, 1], // ten people, however many attacks in their name
  [0, 0, 0, 0, 1],
])('%d of %d in %d clusters: 95 % interval by Wilson', (hits, count, clusters, low, high) => {
  const share = shareOf(hits, count, clusters);
  expect(share.low).toBeCloseTo(low, 3);
  expect(share.high).toBeCloseTo(high, 3);
});

test.each([
  [[0.5, 0.95, 0.85, 0.9, 0.92], 16], // the third step falls back
  [[0.9, 0.95], 3],
  [[0.9, 0.89], undefined],
  [[], undefined],
])('caught %j of spoofs by mails known: good from %s', (values, expected) => {
  const steps = values.map((value, at) => ({
    fromCount: [3, 4, 8, 16, 32][at] ?? 0,
    caught: { ...shareOf(0, 1, 1), value },
  }));
  expect(goodFrom(steps)).toBe(expected);
});

test('headers of any length cost no more than their length', () => {
  const hostile = 'a'.repeat(500_000);
  const brackets = '['.repeat(500_000);
  const spentMs = cpuClock();
  const mail = stored(
    `From: ${hostile}`,
    `Subject: ${brackets}`,
    `Received: ${'+0000'.repeat(100_000)};`,
    `Authentication-Results: ${MX}; ${'dkim=pass '.repeat(50_000)}`,
  );
  expect(mailerOf(headerOf(mail, 'from'))).toBeUndefined();
  threadOf(mail);
  const border = ownBorder([MX]);
  border.handOn(border.take(mail), 0);
  withLink({ headers: [['Content-Type', 'multipart/mixed; boundary=a']], body: '--a\n'.repeat(100_000) }, seeded(1));
  expect(spentMs()).toBeLessThan(2000);
});
