import { describe, expect, test } from '@jest/globals';
import { fileTypeFromBuffer } from 'file-type';
import { simpleParser } from 'mailparser';
import { clients, expandHistory, historyLine } from '../../bench/history/expand.ts';
import { FILE_KINDS, file } from '../../bench/history/files.ts';
import { encodeWords, headerLine, mailDate, quotedPrintable } from '../../bench/history/mime.ts';

const DAY_MS = 86_400_000;
const base = {
  from: 'Bea Berg <bea@partner.example>',
  to: 'Ana Almeida <ana@acme.example>',
  count: 8,
  until: '2026-11-20',
  client: 'thunderbird',
};
const expand = (more: object) => expandHistory([historyLine.parse({ ...base, ...more })]);

describe('expandHistory', () => {
  test('writes the same bytes for the same line, and others for another', () => {
    const [first, again, other] = [expand({}), expand({}), expand({ everyDays: 8 })];
    expect(again).toEqual(first);
    expect(other.map(({ raw }) => raw.toString())).not.toEqual(first.map(({ raw }) => raw.toString()));
  });

  test('keeps to count, rhythm, working days and hours', () => {
    const messages = expand({ count: 20, everyDays: 10, hours: [9, 12], timeZone: 'UTC' });
    expect(messages).toHaveLength(20);
    const times = messages.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.abs(Math.max(...times) - Math.min(...times) - 190 * DAY_MS)).toBeLessThan(6 * DAY_MS);
    for (const at of times.map((time) => new Date(time))) {
      expect(at.getUTCDay() % 6).not.toBe(0);
      expect([9, 10, 11, 12]).toContain(at.getUTCHours());
    }
  });

  test('lets the owner answer every third mail, in the thread', async () => {
    const messages = expand({ replyEvery: 3 });
    const answers = messages.filter(({ direction }) => direction === 'outbound');
    expect(answers).toHaveLength(2);
    const ids = new Set(await Promise.all(messages.map(async ({ raw }) => (await simpleParser(raw)).messageId)));
    for (const { raw, mailbox, envelope } of answers) {
      const answer = await simpleParser(raw);
      expect(ids.has(answer.inReplyTo)).toBe(true);
      expect([mailbox, envelope.user, envelope.rcptTo]).toEqual([
        'ana@acme.example',
        'ana@acme.example',
        ['bea@partner.example'],
      ]);
    }
  });

  test.each([
    ['a partner', {}, 'inbound', /spf=pass.*dmarc=pass/s, undefined],
    ['a domain that publishes nothing', { authenticated: false }, 'inbound', /dkim=none.*spf=none/s, undefined],
    ['a colleague', { from: 'Paul <paul@acme.example>' }, 'internal', undefined, 'paul@acme.example'],
    [
      'the owner',
      { from: 'Ana <ana@acme.example>', to: 'bea@partner.example' },
      'outbound',
      undefined,
      'ana@acme.example',
    ],
  ])('hands in the mail of %s as the border or the own server does', (_who, more, direction, results, user) => {
    for (const message of expand({ ...more, count: 2 })) {
      const header = message.raw.toString().match(/^Authentication-Results: .*(\r\n\s.*)*/m)?.[0];
      expect([message.direction, message.envelope.user]).toEqual([direction, user]);
      if (results === undefined) expect(header).toBeUndefined();
      else expect(header).toMatch(results);
    }
  });

  test('sends list posts through the list', () => {
    const list = { name: 'Forum', address: 'forum@lists.club.example' };
    const [message] = expand({ list, count: 1 });
    expect(message?.envelope.mailFrom).toBe('forum-bounces@lists.club.example');
    expect(message?.raw.toString()).toMatch(/^List-Id: Forum <forum\.lists\.club\.example>\r$/m);
    expect(message?.raw.toString()).toMatch(/^Subject: \[Forum\] /m);
  });

  test('refuses a topic that has no words in that language', () => {
    expect(() => expand({ topic: 'forum', language: 'fr' })).toThrow(/no topic 'forum' in 'fr'/);
  });
});

describe.each(Object.keys(clients) as (keyof typeof clients)[])('client %s', (client) => {
  test('writes mail that reads back as it was meant', async () => {
    const line = { client, from: 'Jörg Öhler <j@partner.example>', count: 3, attachments: ['pdf'], language: 'de' };
    for (const { raw } of expand(line)) {
      const mail = await simpleParser(raw);
      expect(mail.from?.value[0]).toMatchObject({ name: 'Jörg Öhler', address: 'j@partner.example' });
      if (client === 'preMime') expect(mail.messageId).toBeUndefined();
      else expect(mail.messageId).toMatch(/^<[^<>\s]+@[^<>\s]+>$/);
      expect(mail.text ?? mail.html).toContain('Jörg Öhler');
      expect(Math.abs((mail.date?.getTime() ?? 0) - Date.parse('2026-11-20'))).toBeLessThan(40 * DAY_MS);
      expect(
        Math.max(
          ...raw
            .toString('latin1')
            .split('\r\n')
            .map(({ length }) => length),
        ),
      ).toBeLessThanOrEqual(998);
    }
  });
});

test.each(FILE_KINDS)('a %s file is one', async (kind) => {
  const { content, fileName } = file(kind, 'Invoice_1', 'Invoice 1');
  const found = await fileTypeFromBuffer(content);
  expect(fileName).toBe(`Invoice_1.${kind}`);
  expect(found?.ext).toBe(kind === 'html' ? undefined : kind);
});

describe('mime', () => {
  test('encodes words only when needed, and never cuts a character', () => {
    expect(encodeWords('Invoice 4')).toBe('Invoice 4');
    const long = 'Öffnungszeiten über die Feiertage und für die Wäscherei';
    const words = encodeWords(long).split(' ');
    expect(words.length).toBeGreaterThan(1);
    const parts = words.map((word) => Buffer.from(word.slice('=?UTF-8?B?'.length, -2), 'base64').toString());
    expect(parts.join('')).toBe(long);
  });

  test.each([
    ['a = b', 'a =3D b'],
    ['ends with blank ', 'ends with blank=20'],
    ['für', 'f=C3=BCr'],
    ['x'.repeat(80), `${'x'.repeat(75)}=\n${'x'.repeat(5)}`],
  ])('writes %j as quoted-printable', (text, expected) => {
    expect(quotedPrintable(text)).toBe(expected);
  });

  test('folds long headers at blanks', () => {
    const lines = headerLine([
      'To',
      Array.from({ length: 9 }, (_, index) => `person${index}@partner.example,`).join(' '),
    ]).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(78);
    expect(lines.slice(1).every((line) => line.startsWith(' '))).toBe(true);
  });

  test.each([
    ['2026-11-24T08:05:09Z', 'Europe/Berlin', 'Tue, 24 Nov 2026 09:05:09 +0100'],
    ['2026-07-01T22:30:00Z', 'Europe/Berlin', 'Thu, 2 Jul 2026 00:30:00 +0200'],
    ['2026-01-01T01:00:00Z', 'America/New_York', 'Wed, 31 Dec 2025 20:00:00 -0500'],
    ['2026-01-01T01:00:00Z', 'UTC', 'Thu, 1 Jan 2026 01:00:00 +0000'],
  ])('writes %s in %s as %s', (at, zone, expected) => {
    expect(mailDate(Date.parse(at), zone)).toBe(expected);
  });
});
