import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ParsedMail } from '../../src/domain/mail.ts';
import { BODY_LIMITS } from '../../src/parse/body.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { cpuClock } from '../cpuTime.ts';
import { bytes, codes, written } from './written.ts';

describe('parseMail', () => {
  test('an ordinary mail', async () => {
    const mail = await parseMail(
      bytes(
        [
          'Return-Path: <bounce@partner.example>',
          'Authentication-Results: mx.acme.example; spf=pass smtp.mailfrom=partner.example',
          'Received: from out.partner.example (out.partner.example [192.0.2.7]) by mx.acme.example with ESMTPS id 1;',
          ' Tue, 24 Nov 2026 12:00:01 +0100',
          'DKIM-Signature: v=1; d=partner.example; s=a; b=x',
          'From: =?utf-8?Q?Bj=C3=B6rn?= <b@Partner.example>',
          'Reply-To: Office <office@partner.example>',
          'Sender: assistant@partner.example',
          'To: Ana <ana@acme.example>, undisclosed:;',
          'Cc: leo@acme.example',
          'Subject: =?utf-8?Q?Angebot_f=C3=BCr?= Ana',
          'Date: Tue, 24 Nov 2026 12:00:00 +0100',
          'Message-ID: <m2@partner.example>',
          'In-Reply-To: <m1@acme.example>',
          'References: <m0@acme.example> <m1@acme.example>',
        ],
        'Hello\r\n',
      ),
    );
    expect(mail).toMatchObject({
      messageId: 'm2@partner.example',
      inReplyTo: 'm1@acme.example',
      references: ['m0@acme.example', 'm1@acme.example'],
      subject: 'Angebot für Ana',
      dateAt: Date.UTC(2026, 10, 24, 11),
      dateZoneMinutes: 60,
      from: { address: 'b@partner.example', name: 'Björn', orgDomain: 'partner.example' },
      replyTo: [{ address: 'office@partner.example', name: 'Office' }],
      senderHeader: { address: 'assistant@partner.example' },
      returnPath: { address: 'bounce@partner.example' },
      to: [{ address: 'ana@acme.example' }],
      cc: [{ address: 'leo@acme.example' }],
      text: 'Hello\n',
      received: [{ fromHost: 'out.partner.example', fromIp: '192.0.2.7', byHost: 'mx.acme.example' }],
      authenticationClaims: [{ authservId: 'mx.acme.example', spf: 'pass' }],
      dkimSignatureDomains: ['partner.example'],
      defects: [],
    });
    expect(mail.headers).toHaveLength(14);
    expect(mail.sizeBytes - mail.headerBytes).toBe('Hello\r\n'.length);
  });

  test('all claims and hops are kept, topmost first', async () => {
    const mail = await written([
      'Authentication-Results: b.example; spf=fail',
      'Authentication-Results: a.example; spf=pass',
      'Received: by c.example; x',
      'Received: by d.example; x',
    ]);
    expect(mail.authenticationClaims.map(({ authservId }) => authservId)).toEqual(['b.example', 'a.example']);
    expect(mail.received.map(({ byHost }) => byHost)).toEqual(['c.example', 'd.example']);
  });

  test('the author that a list kept', async () => {
    expect(await written(['X-Original-Sender: a@x.example', 'X-Original-From: b@x.example'])).toMatchObject({
      originalFrom: { address: 'b@x.example' },
    });
    expect(await written(['X-Original-Sender: a@x.example'])).toMatchObject({
      originalFrom: { address: 'a@x.example' },
    });
  });
});

describe('defects', () => {
  test.each([
    ['nothing odd', ['Subject: x'], []],
    ['two From', ['From: a@x.example', 'From: b@x.example'], ['multiple-from']],
    ['a From that is none to some', ['From : a@x.example', 'From: b@x.example'], ['malformed-header', 'multiple-from']],
    ['a name without address', ['From: Bea'], ['no-from']],
    ['an empty group', ['From: undisclosed-recipients:;'], ['no-from']],
    ['two subjects', ['Subject: a', 'Subject: b'], ['duplicate-header']],
    ['two In-Reply-To: patch mailers do', ['In-Reply-To: <a@x.example>', 'In-Reply-To: <b@x.example>'], []],
    ['two References: likewise', ['References: <a@x.example>', 'References: <b@x.example>'], []],
    ['many hops', Array.from({ length: 90 }, () => 'Received: by x.example; y'), []],
    ['a date nobody can read', ['Date: soon'], ['no-date']],
    [
      'many recipients',
      [`To: ${Array.from({ length: 600 }, (_, i) => `u${i}@x.example`).join(', ')}`],
      ['too-many-recipients', 'long-line'],
    ],
  ])('%s', async (_name, headers, expected) => {
    expect([...codes(await written(headers))].sort()).toEqual([...expected].sort());
  });

  test('a mail without any of the required headers', async () => {
    expect(codes(await parseMail(bytes(['Subject: x'])))).toEqual(['no-from', 'no-date', 'no-message-id']);
  });
});

const NOTHING: Partial<ParsedMail> = {
  headers: [],
  subject: '',
  text: '',
  html: '',
  parts: [],
  to: [],
  references: [],
};
const nested = (depth: number): string =>
  Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('');

describe('bad input', () => {
  test.each<readonly [string, Buffer, readonly string[], Partial<ParsedMail>]>([
    ['no bytes', Buffer.alloc(0), ['empty'], NOTHING],
    ['a newline', Buffer.from('\n'), ['no-header', 'no-from', 'no-date', 'no-message-id'], NOTHING],
    [
      'an empty body',
      bytes(['From: a@x.example', 'Date: 24 Nov 2026 12:00:00 +0000', 'Message-ID: <a@x.example>'], ''),
      [],
      { text: '' },
    ],
    [
      'text without headers',
      Buffer.from('Dear Ana,\n\nplease pay.\n'),
      ['malformed-header', 'no-header', 'no-from', 'no-date', 'no-message-id'],
      { text: 'Dear Ana,\n\nplease pay.\n' },
    ],
    [
      'binary',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe, 0x0d, 0x0a]),
      ['nul-byte', 'invalid-utf8', 'malformed-header', 'no-header', 'no-from', 'no-date', 'no-message-id'],
      { headers: [] },
    ],
    [
      'NULs',
      Buffer.alloc(100_000),
      ['nul-byte', 'long-line', 'malformed-header', 'no-header', 'no-from', 'no-date', 'no-message-id'],
      { headers: [] },
    ],
    [
      'invalid UTF-8',
      Buffer.from('From: \xfc <a@x.example>\n\n\xff\xfe', 'latin1'),
      ['invalid-utf8', 'no-date', 'no-message-id'],
      { from: { address: 'a@x.example', local: 'a', domain: 'x.example', orgDomain: 'x.example', name: 'ü' } },
    ],
    [
      '100,000 headers',
      bytes(['Subject: top', ...Array.from({ length: 100_000 }, () => 'X: y')]),
      ['unparseable', 'no-from', 'no-date', 'no-message-id'],
      { subject: 'top', text: '' },
    ],
    [
      'a header line of 1 MB',
      bytes(['Subject: top', `X: ${'y'.repeat(1_000_000)}`], 'words'),
      ['long-line', 'size-limit', 'no-from', 'no-date', 'no-message-id'],
      { subject: 'top', text: 'words' },
    ],
    [
      'a header line of 2 MB',
      bytes(['Subject: top', `X: ${'y'.repeat(2_000_000)}`], 'words'),
      ['long-line', 'unparseable', 'no-from', 'no-date', 'no-message-id'],
      { subject: 'top', text: '' },
    ],
    [
      '5,000 nested parts',
      Buffer.from(`From: a@x.example\r\nSubject: top\r\n${nested(5_000)}`),
      ['unparseable', 'no-date', 'no-message-id'],
      { subject: 'top', text: '' },
    ],
    [
      '5,000 parts side by side',
      bytes(['Subject: top', 'Content-Type: multipart/mixed; boundary=b'], '--b\r\n\r\nx\r\n'.repeat(5_000)),
      ['unparseable', 'no-from', 'no-date', 'no-message-id'],
      { subject: 'top' },
    ],
  ])('%s', async (_name, raw, expectedCodes, expected) => {
    const spentMs = cpuClock();
    const mail = await parseMail(raw);
    expect(codes(mail)).toEqual(expectedCodes);
    expect(mail).toMatchObject(expected);
    expect(spentMs()).toBeLessThan(2_000);
  });

  test('60 MB', async () => {
    const mail = await parseMail(
      bytes(['From: a@x.example', 'Content-Type: application/zip; name=a.zip'], 'x'.repeat(60_000_000)),
    );
    expect(mail.parts[0]?.sizeBytes).toBe(60_000_000);
  });
});

function isWithinLimits(mail: ParsedMail): boolean {
  return (
    mail.text.length <= BODY_LIMITS.textChars &&
    mail.html.length <= BODY_LIMITS.htmlChars &&
    mail.references.length <= 50 &&
    mail.received.length <= 50 &&
    mail.to.length + mail.cc.length <= 500 &&
    mail.headers.every(({ name, value }) => name !== '' && !value.includes('\n')) &&
    [...mail.to, ...mail.cc, ...(mail.from === undefined ? [] : [mail.from])].every(
      ({ address }) => !/[\n\r\0]/.test(address),
    ) &&
    new Set(codes(mail)).size === mail.defects.length
  );
}

const PIECES = [
  'From: ',
  'To: ',
  'a@x.example',
  '"',
  '<',
  '>',
  '(',
  '=?utf-8?Q?=00=0A?=',
  '\r\n',
  '\n',
  '\r',
  ' ',
  ':',
  ',',
  ';',
  '\0',
  '--b',
  'Content-Type: multipart/mixed; boundary=b',
  'Content-Type: message/rfc822',
  'Content-Disposition: inline',
  'Content-Transfer-Encoding: base64',
  'Received: from x (y [192.0.2.1]) by z; ',
  'Authentication-Results: x; spf=pass (',
  'References: <a@b>',
  'Date: ',
  'ü',
  '=C3',
];

describe('properties', () => {
  test('any bytes are read within the limits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (raw) =>
        isWithinLimits(await parseMail(Buffer.from(raw))),
      ),
      { numRuns: 200 },
    );
  });

  test('any order of the pieces of a mail is read within the limits', async () => {
    const mails = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 10 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(mails, async (pieces) =>
        isWithinLimits(await parseMail(Buffer.from(pieces.join(''), 'latin1'))),
      ),
      { numRuns: 400 },
    );
  });
});
