import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Submission } from '../../src/domain/mail.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Organisation } from '../../src/domain/organisation.ts';
import { parseMail } from '../../src/parse/parse.ts';
import { extractTraits } from '../../src/traits/extract.ts';

const ORGANISATION: Organisation = { ownDomains: [], authservIds: ['mx.acme.example'] };

const submission = (raw: Buffer, more: Partial<Submission> = {}): Submission => ({
  tenant: 'acme',
  raw,
  envelope: { rcptTo: ['ana@acme.example'] },
  direction: 'inbound',
  receivedAt: 1000,
  mailboxes: ['ana@acme.example'],
  ...more,
});

async function extracted(
  text: string | Buffer,
  more: Partial<Submission> = {},
  organisation = ORGANISATION,
): Promise<Message> {
  const raw = typeof text === 'string' ? Buffer.from(text) : text;
  return extractTraits(await parseMail(raw), submission(raw, more), organisation);
}

const MAIL = [
  'From: Bea Lind <bea@partner.example>',
  'To: ana@acme.example',
  'Subject: Numbers',
  'Date: Tue, 24 Nov 2026 12:00:00 +0100',
  'Message-ID: <m1@partner.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>See <a href="https://partner.example/x">the numbers</a></p>',
  '--b',
  'Content-Type: text/calendar; method=REQUEST',
  '',
  'BEGIN:VCALENDAR',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:1',
  'SUMMARY:Talk',
  'LOCATION:https://meet.partner.example/1',
  'END:VEVENT',
  'END:VCALENDAR',
  '--b',
  'Content-Type: text/html; name=page.html',
  'Content-Disposition: attachment; filename=page.html',
  '',
  '<form action="https://evil.example/p"></form>',
  '--b--',
  '',
].join('\r\n');

describe('a whole message', () => {
  test.each([
    ['dmarc=pass header.from=partner.example', true],
    ['dmarc=fail header.from=partner.example', false],
    ['spf=none; dkim=none; dmarc=none', false],
    ['dkim=temperror header.d=slow.example; dmarc=fail', false],
    ['spf=temperror smtp.mailfrom=x@slow.example; dkim=temperror header.d=slow.example; dmarc=none', false],
    ['dkim=temperror header.d=partner.example; dmarc=none', undefined],
    ['spf=pass smtp.mailfrom=x@service.example', undefined],
    ['spf=temperror; dkim=none; dmarc=temperror', undefined],
  ])('%s: proved %s', async (result, isProved) => {
    const from = (border: string) => extracted(`Authentication-Results: ${border}; ${result}\r\n${MAIL}`);
    expect((await from('mx.acme.example')).sender?.isProved).toBe(isProved);
    expect((await from('mx.evil.example')).sender?.isProved).toBeUndefined();
  });

  test('has every trait but the authentication nobody vouches for', async () => {
    const message = await extracted(MAIL);
    expect(message).toMatchObject({
      id: 'm1@partner.example',
      subject: 'Numbers',
      direction: 'inbound',
      receivedAt: 1000,
      sizeBytes: MAIL.length,
      defects: [],
      sender: { address: 'bea@partner.example' },
      recipients: { isUndisclosed: false },
      content: { text: 'See the numbers' },
      invites: [{ method: 'REQUEST', summary: 'Talk' }],
    });
    expect(message.attachments?.map(({ kind }) => kind).sort()).toEqual(['calendar', 'html']);
    expect(message.links?.clickable.map(({ source, host }) => `${source} ${host}`)).toEqual([
      'html partner.example',
      'calendar meet.partner.example',
      'attachment evil.example',
    ]);
    expect(Object.keys(message)).not.toContain('authentication');
  });

  test('without a Message-ID is named by its content', async () => {
    const message = await extracted(MAIL.replace('Message-ID: <m1@partner.example>\r\n', ''));
    expect(message.id).toBe(`sha256:${message.contentHash}`);
  });

  test('without From has no sender', async () => {
    expect((await extracted('Subject: x\r\n\r\nHi')).sender).toBeUndefined();
  });

  test('that the parser gave up on has what its headers tell and nothing else', async () => {
    const parts = Array.from({ length: 2_000 }, () => '--b\r\n\r\nx\r\n').join('');
    const message = await extracted(`${MAIL.slice(0, MAIL.indexOf('--b'))}${parts}--b--`);
    expect(message.defects.map(({ code }) => code)).toContain('unparseable');
    expect(message.sender?.address).toBe('bea@partner.example');
    for (const trait of ['links', 'attachments', 'content', 'invites']) expect(message).not.toHaveProperty(trait);
  });

  test('says what was cut', async () => {
    const html = `From: a@b.example\r\nContent-Type: text/html\r\n\r\n${'<p>word</p>'.repeat(30_000)}`;
    expect((await extracted(html)).defects.map(({ code }) => code)).toContain('size-limit');
  });

  test('text with more odd addresses than are looked at is a defect', async () => {
    const odd = (count: number) =>
      Array.from({ length: count }, (_, i) => `(https://a.example/${i}${'x'.repeat(900)}”`).join('\r\n');
    const codes = async (count: number) =>
      (await extracted(`Content-Type: text/plain; charset=utf-8\r\n\r\n${odd(count)}`)).defects.map(({ code }) => code);
    expect(await codes(70)).toContain('size-limit');
    expect(await codes(40)).not.toContain('size-limit');
  });
});

describe('own domains', () => {
  const from = (address: string) => `From: ${address}\r\n\r\nHi`;
  test.each([
    ['configured', from('x@acme.example'), ['acme.example'], ['ana@elsewhere.example'], true],
    ['configured, another', from('x@elsewhere.example'), ['acme.example'], ['ana@elsewhere.example'], false],
    ['of the mailbox', from('x@acme.example'), [], ['ana@acme.example'], true],
    ['of any mailbox', from('x@acme.example'), [], ['ana@other.example', 'ben@acme.example'], true],
    ['not of a mail provider', from('x@gmail.com'), [], ['ana@gmail.com'], false],
  ])('%s', async (_name, text, ownDomains, mailboxes, expected) => {
    const message = await extracted(text, { mailboxes }, { ownDomains, authservIds: [] });
    expect(message.sender?.isOwnDomain).toBe(expected);
  });
});

describe('content hash', () => {
  const hashOf = async (text: string | Buffer) => (await extracted(text)).contentHash;
  test.each([
    ['line feeds alone', MAIL.replaceAll('\r\n', '\n')],
    ['newlines at the end', `${MAIL}\r\n\r\n`],
    ['headers of servers', `Received: from x by y\r\nX-Spam: no\r\n${MAIL}`],
    ['another folding', MAIL.replace('Subject: Numbers', 'Subject:\r\n Numbers')],
  ])('is the same with %s', async (_name, text) => {
    expect(await hashOf(text)).toBe(await hashOf(MAIL));
  });
  test.each([
    ['another body', MAIL.replace('the numbers', 'the number')],
    ['another subject', MAIL.replace('Subject: Numbers', 'Subject: numbers')],
    ['another Reply-To', `Reply-To: c@d.example\r\n${MAIL}`],
    ['a second From', `From: c@d.example\r\n${MAIL}`],
  ])('differs with %s', async (_name, text) => {
    expect(await hashOf(text)).not.toBe(await hashOf(MAIL));
  });
  const PARTS = '--x\r\nContent-Type: text/html\r\n\r\n<a href=https://evil.example>Go</a>\r\n--x--\r\n';
  const MULTIPART = 'content-type:multipart/mixed; boundary=x';
  test.each([
    [
      'a line of the body that is a header of the other',
      `From: a@b.example\r\n\r\n${MULTIPART}\n${PARTS}`,
      `From: a@b.example\r\n${MULTIPART}\r\n\r\n${PARTS}`,
    ],
    [
      'a value that holds a header of the other',
      `From: a@b.example\r\nSubject: x\rcontent-type:text/html\r\n\r\nHi`,
      `From: a@b.example\r\nSubject: x\r\ncontent-type:text/html\r\n\r\nHi`,
    ],
    [
      'boundaries that a CR breaks',
      `From: a@b.example\r\n${MULTIPART}\r\n\r\n${PARTS.replaceAll('--x', '-\r-x')}`,
      `From: a@b.example\r\n${MULTIPART}\r\n\r\n${PARTS}`,
    ],
    [
      'a CR where the other has a line end',
      `From: a@b.example\r\n${MULTIPART}\r\n\r\n${PARTS.replaceAll('\r\n', '\r')}`,
      `From: a@b.example\r\n${MULTIPART}\r\n\r\n${PARTS}`,
    ],
  ])('is not shared by messages that read differently: %s', async (_name, harmless, harmful) => {
    expect(await hashOf(harmless)).not.toBe(await hashOf(harmful));
  });
  test('is the same whatever the line ends of a long body', async () => {
    const long = `From: a@b.example\n\n${'a line of text\n'.repeat(200_000)}end`;
    expect(await hashOf(long)).toBe(await hashOf(long.replaceAll('\n', '\r\n')));
  });
});

test('any bytes make a message', async () => {
  const line = fc.constantFrom(
    'From: a@b.example',
    'From: ',
    'Content-Type: text/html',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename="a.pdf.exe"',
    '',
    '--b',
    '--b--',
    '<a href="http://[">x',
    '\0\xff\xfe',
    'BEGIN:VCALENDAR',
    '> On x wrote:',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 25 }), async (lines) => {
      const message = await extracted(Buffer.from(lines.join('\r\n'), 'latin1'));
      return message.contentHash.length === 64 && message.id !== '';
    }),
    { numRuns: 200 },
  );
});
