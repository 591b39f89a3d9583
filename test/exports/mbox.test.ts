import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isEnvelopeLine, looksLikeMbox, splitMbox, unquoted } from '../../src/exports/mbox.ts';

const LINE = 'From a@b.example Tue Nov 24 12:00:00 2026';

async function split(text: string, chunkBytes = 64, keepBytes = 1e6) {
  const bytes = Buffer.from(text, 'latin1');
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const found = [];
  for await (const message of splitMbox(chunks(), keepBytes)) found.push(message);
  return found;
}
const texts = async (text: string, chunkBytes?: number) =>
  (await split(text, chunkBytes)).map(({ kept }) => kept.toString('latin1'));

describe('the envelope line', () => {
  test.each<[string, boolean]>([
    [LINE, true],
    ['From a@b.example  Tue Nov  4 12:00:00 2026', true],
    ['From - Fri Aug 05 10:57:20 2016', true],
    ['From MAILER-DAEMON Thu Dec 22 17:54:04 2015', true],
    ['From 1844347792267117879@xxx Tue Oct 28 12:00:00 +0000 2025', true],
    ['From a@b.example Tue Nov 24 12:00 PST 2026', true],
    ['From a@b.example Tue Nov 24 12:00:00 2026 +0100', true],
    ['From user at b.example Tue Nov 24 12:00:00 2026', true],
    ['From "a b"@c.example Tue Nov 24 12:00:00 2026', true],
    ['From a@b.example Tue, 24 Nov 2026 12:00:00 +0100', true],
    ['From a!b Tue Nov 24 12:00:00 2026 remote from c', true],
    [`${LINE}\r`, true],
    ['From Monday on we are closed', false],
    ['From Russia with love', false],
    ['From what I saw on Tue Nov 24 12:00:00 2026 it works', false],
    ['From a@b.example Tue Nov 24 2026', false],
    ['From: a@b.example Tue Nov 24 12:00:00 2026', false],
    [` ${LINE}`, false],
    [`>${LINE}`, false],
  ])('%s: %s', (line, expected) => {
    expect(isEnvelopeLine(line)).toBe(expected);
  });
});

test.each<[string, string, boolean]>([
  ['From ', 'Subject: a', true],
  ['From -', 'X-Mozilla-Status: 0001', true],
  ['From 1844347792267117879@xxx', 'Received: by x', true],
  ['From ', 'here on', false],
  ['From -', '', false],
  ['From MAILER-DAEMON', 'Subject: a', true],
  ['From a@b.example 2026-06-01 10:00:00', 'Subject: a', true],
  ['From a@b.example 2026-06-01T10:00:00Z', 'Subject: a', true],
  ['From a@b.example Mon Jun 01 10:00:00 26', 'Subject: a', true],
  ['From a@b.example  Mon Jun  1 10:00:00 GMT+02:00 2026', 'Subject: a', true],
  ['From a@b.example 1 Jun 2026 10:00:00', 'Subject: a', true],
  ['From a@b.example Mo Jun  1 10:00:00 2026', 'Subject: a', true],
  ['From a@b.example lun. 1 juin 2026 10.00', 'Subject: a', true],
  ['From "Bob B" 2026-06-01 10:00', 'Subject: a', true],
  ['From a@b.example Mon Jun  1 10:00:00.123 2026', 'Subject: a', true],
  ['From a@b.example Mon Jun  1 10:00:00 AM 2026', 'Subject: a', true],
  ['From a@b.example 2026-06-01 10:00:00', 'here on', false],
  ['From a@b.example 2026-06-01 10:00:00', 'https://a.example/', false],
  ['From a@b.example we heard', 'Note: nothing', false],
  ['From Monday 1 June 2026 10:00', 'To: Friday', false],
  ['From here on, 3 things at 10:00', 'First: a', false],
  ['From Russia', 'Subject: a', false],
  ['From Russia with love', 'Subject: a', false],
])('of another form, %j above %j: %s', (line, next, expected) => {
  expect(isEnvelopeLine(line, next)).toBe(expected);
});

describe('splitting', () => {
  test.each<[string, string, string[]]>([
    [
      'two messages',
      `${LINE}\nSubject: a\n\none\n\n${LINE}\nSubject: b\n\ntwo\n`,
      ['Subject: a\n\none\n', 'Subject: b\n\ntwo\n'],
    ],
    ['CRLF', `${LINE}\r\nA: a\r\n\r\none\r\n\r\n${LINE}\r\nA: b\r\n`, ['A: a\r\n\r\none\r\n', 'A: b\r\n']],
    ['no newline at the end', `${LINE}\nA: a\n\none\n\n${LINE}\nA: b\n\ntw`, ['A: a\n\none\n', 'A: b\n\ntw']],
    ['an empty line at the end', `${LINE}\nA: a\n\none\n\n`, ['A: a\n\none\n']],
    [
      'text that begins with From',
      `${LINE}\nA: a\n\n\nFrom Monday on\n\nFrom: x\n`,
      ['A: a\n\n\nFrom Monday on\n\nFrom: x\n'],
    ],
    [
      'an envelope line inside a paragraph',
      `${LINE}\nA: a\n\ntext\n${LINE}\nmore\n`,
      [`A: a\n\ntext\n${LINE}\nmore\n`],
    ],
    ['a quoted one', `${LINE}\nA: a\n\n\n>${LINE}\nmore\n`, [`A: a\n\n\n>${LINE}\nmore\n`]],
    [
      'lines without a date',
      'From -\nA: a\n\none\n\nFrom \nA: b\n\nFrom \n\nFrom -\n',
      ['A: a\n\none\n', 'A: b\n\nFrom \n\nFrom -\n'],
    ],
    [
      'no empty line between',
      `${LINE}\nA: a\n\none\n${LINE}\nA: b\n\ntwo\nFrom a@b.example 2026-06-01 10:00:00\nA: c\n`,
      ['A: a\n\none\n', 'A: b\n\ntwo\n', 'A: c\n'],
    ],
    ['no empty line, nor a date', 'From -\nA: a\n\none\nFrom -\nA: b\n', ['A: a\n\none\nFrom -\nA: b\n']],
    ['one among headers', `${LINE}\nA: a\n${LINE}\nB: b\n\none\n`, [`A: a\n${LINE}\nB: b\n\none\n`]],
    ['a second one', `${LINE}\n${LINE}\nA: a\n\none\n`, [`${LINE}\nA: a\n\none\n`]],
    [
      'prose with numbers',
      `${LINE}\nA: a\n\nFrom here on, 3 things at 10:00:\nfirst\n\nFrom a@b.example 2026-06-01 10:00\nwe heard\n`,
      [`A: a\n\nFrom here on, 3 things at 10:00:\nfirst\n\nFrom a@b.example 2026-06-01 10:00\nwe heard\n`],
    ],
    ['an empty message', `${LINE}\n\n${LINE}\nA: b\n`, ['', 'A: b\n']],
    ['cut off in the envelope line', `${LINE}\nA: a\n\none\n\nFrom a@b.exam`, ['A: a\n\none\n\nFrom a@b.exam']],
    ['cut off behind it', `${LINE}\nA: a\n\none\n\n${LINE}`, ['A: a\n\none\n', '']],
    ['blank lines first', `\n\n${LINE}\nA: a\n`, ['A: a\n']],
    ['a byte order mark first', `\u00ef\u00bb\u00bf${LINE}\nA: a\n`, ['A: a\n']],
    ['nothing', '', []],
    [
      'a line that is too long for an envelope line',
      `${LINE}\nA: a\n\n\nFrom ${'x'.repeat(1100)} Tue Nov 24 12:00:00 2026\n`,
      [`A: a\n\n\nFrom ${'x'.repeat(1100)} Tue Nov 24 12:00:00 2026\n`],
    ],
  ])('%s', async (_name, text, expected) => {
    for (const chunkBytes of [1, 2, 7, 64, 10_000]) expect(await texts(text, chunkBytes)).toEqual(expected);
  });

  test('offset and size point at the bytes in the file', async () => {
    const text = `\u00ef\u00bb\u00bf${LINE}\r\nA: a\r\n\r\none\r\n\r\n${LINE}\r\nA: b\r\n\r\n`;
    for (const chunkBytes of [1, 5, 10_000]) {
      const found = await split(text, chunkBytes);
      expect(found.map(({ offset, sizeBytes }) => text.slice(offset, offset + sizeBytes))).toEqual([
        'A: a\r\n\r\none\r\n',
        'A: b\r\n',
      ]);
    }
  });

  test('what stands before the first envelope line is no message', async () => {
    expect(await split(`half a message\n\n${LINE}\nA: a\n`)).toMatchObject([
      { hasEnvelopeLine: false },
      { hasEnvelopeLine: true, sizeBytes: 5 },
    ]);
  });

  test('keeps no more than asked of a message without line ends, and knows its size', async () => {
    const body = 'x'.repeat(3_000_000);
    const [first, second] = await split(`${LINE}\nA: a\n\n${body}\n\n${LINE}\nA: b\n`, 65_536, 1000);
    expect(first).toMatchObject({ sizeBytes: body.length + 7 });
    expect(first?.kept).toHaveLength(1000);
    expect(second?.kept.toString()).toBe('A: b\n');
  });

  test('chunks do not matter', async () => {
    const piece = fc.constantFrom(
      '\n',
      '\r\n',
      'From ',
      '\nFrom -\nA: b',
      'From a@b 10:00\nA: b',
      LINE,
      '>',
      'text',
      ' ',
      'A: b\n\n',
      '\r',
    );
    const property = fc.asyncProperty(
      fc.array(piece, { maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (parts, size) => {
        const text = parts.join('');
        expect(await texts(text, size)).toEqual(await texts(text, 1e6));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});

test.each<[string, string, string]>([
  ['once', 'A: a\n\n>From x\n>>From y\n', 'A: a\n\nFrom x\n>From y\n'],
  [
    'not in the middle of a line, nor another word',
    'A: a\n\nx >From y\n>Fromage\n> From z\n',
    'A: a\n\nx >From y\n>Fromage\n> From z\n',
  ],
  ['not among headers', '>From x y\nA: a\n\nbody\n>From z\n', '>From x y\nA: a\n\nbody\nFrom z\n'],
  ['CRLF', 'A: a\r\n\r\n>From x\r\n>From y\r\n', 'A: a\r\n\r\nFrom x\r\nFrom y\r\n'],
  ['bytes beyond ASCII stay', 'A: a\n\n>From \u00fc\n', 'A: a\n\nFrom \u00fc\n'],
])('unquotes %s', (_name, text, expected) => {
  expect(unquoted(Buffer.from(text, 'latin1')).toString('latin1')).toBe(expected);
});

test.each<[string, boolean]>([
  [`${LINE}\nA: a`, true],
  [`\r\n${LINE}\r\nA: a`, true],
  ['From here on\nA: a', false],
  ['A: a\n\nFrom', false],
])('%j as an mbox: %s', (text, expected) => {
  expect(looksLikeMbox(Buffer.from(text))).toBe(expected);
});
