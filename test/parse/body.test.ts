import { describe, expect, test } from '@jest/globals';
import type { ParsedMail } from '../../src/domain/mail.ts';
import { BODY_LIMITS, readBody } from '../../src/parse/body.ts';
import type { DefectLog } from '../../src/parse/defects.ts';
import { codes, written } from './written.ts';

const part = (headers: readonly string[], body: string): string => [...headers, '', body].join('\r\n');
const multipart = (...parts: readonly string[]): string =>
  `${parts.map((one) => `--b\r\n${one}\r\n`).join('')}--b--\r\n`;
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const PLAIN = part(['Content-Type: text/plain'], 'plain words');
const HTML = part(['Content-Type: text/html'], '<p>html words</p>');

const named = ({ parts }: ParsedMail) => parts.map(({ fileName, declaredType }) => [fileName, declaredType]);

describe('text and HTML', () => {
  test.each([
    ['plain', [], 'a\r\nb\r\n', 'a\nb\n', ''],
    ['HTML alone gives no text', ['Content-Type: text/html'], '<b>a</b>', '', '<b>a</b>'],
    ['quoted-printable', ['Content-Transfer-Encoding: quoted-printable'], 'gr=C3=BC=\r\nn', 'grün', ''],
    ['base64', ['Content-Transfer-Encoding: base64'], 'Z3LDvG4=', 'grün', ''],
    [
      'a charset',
      ['Content-Type: text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding: quoted-printable'],
      'gr=FCn',
      'grün',
      '',
    ],
    [
      'both',
      ['Content-Type: multipart/alternative; boundary=b'],
      multipart(PLAIN, HTML),
      'plain words',
      '<p>html words</p>',
    ],
    [
      'two Content-Types both count',
      ['Content-Type: text/plain', 'Content-Type: text/html'],
      '<b>a</b>',
      '<b>a</b>',
      '<b>a</b>',
    ],
    ['a boundary with CR in the header', ['Content-Type: text/plain;\r charset=utf-8'], 'a', 'a', ''],
  ])('%s', async (_name, headers, body, text, html) => {
    expect(await written(headers, body)).toMatchObject({ text, html });
  });

  test('is cut to its bounds', async () => {
    const mail = await written(
      [MIXED],
      multipart(
        part(['Content-Type: text/plain'], 'a '.repeat(200_000)),
        part(['Content-Type: text/html'], 'b '.repeat(300_000)),
      ),
    );
    expect([mail.text.length, mail.html.length]).toEqual([BODY_LIMITS.textChars, BODY_LIMITS.htmlChars]);
    expect(codes(mail)).toContain('size-limit');
  });

  test.each([
    ['never occurs', 'multipart/alternative; boundary=c'],
    ['is not given', 'multipart/alternative'],
  ])('a boundary that %s: the source is the text', async (_name, type) => {
    const mail = await written([`Content-Type: ${type}`], 'click here');
    expect(mail.text).toBe('click here');
    expect(codes(mail)).toEqual(['missing-boundary']);
  });
  test('what is no multipart has no parts, whatever boundary it names', async () => {
    const page = 'a\r\n--b--\r\n<a href="https://evil.example/">b</a>\r\n--b\r\n\r\nc';
    const mail = await written(['Content-Type: text/html; boundary=b'], page);
    expect([mail.html, codes(mail), mail.parts.length]).toEqual([page.replaceAll('\r', ''), [], 0]);
  });
  test('what names a boundary and no type may be a multipart or a text', async () => {
    const mail = await written(['Content-Type: ; boundary=b'], `${multipart(HTML)}epilogue`);
    expect(mail).toMatchObject({ html: '<p>html words</p>', text: expect.stringContaining('epilogue') });
    expect(codes(mail)).toEqual(['missing-boundary']);
    expect(codes(await written(['Content-Type: ; boundary=b'], 'words'))).toEqual([]);
  });
});

describe('parts', () => {
  test('name, declared type, content, place', async () => {
    const mail = await written(
      ['Content-Type: multipart/related; boundary=b'],
      multipart(
        HTML,
        part(
          [
            'Content-Type: application/octet-stream; name="invoice.pdf"',
            'Content-Disposition: attachment',
            'Content-Transfer-Encoding: base64',
          ],
          'JVBERg==',
        ),
        part(
          [
            'Content-Type: image/png',
            'Content-ID: <logo@x>',
            "Content-Disposition: inline; filename*=utf-8''Gr%C3%BC%C3%9Fe.png",
          ],
          'x',
        ),
      ),
    );
    expect(mail.parts).toEqual([
      {
        fileName: 'invoice.pdf',
        declaredType: 'application/octet-stream',
        content: Buffer.from('%PDF'),
        sizeBytes: 4,
        isInline: false,
      },
      {
        fileName: 'Grüße.png',
        declaredType: 'image/png',
        content: Buffer.from('x'),
        sizeBytes: 1,
        isInline: true,
        contentId: 'logo@x',
      },
    ]);
  });

  test('a calendar and an HTML attachment are parts, not text', async () => {
    const mail = await written(
      [MIXED],
      multipart(
        PLAIN,
        part(['Content-Type: text/calendar; method=REQUEST'], 'BEGIN:VCALENDAR'),
        part(['Content-Type: text/html', 'Content-Disposition: attachment; filename=a.html'], '<form>'),
      ),
    );
    expect(named(mail)).toEqual([
      [undefined, 'text/calendar'],
      ['a.html', 'text/html'],
    ]);
    expect(mail).toMatchObject({ text: 'plain words', html: '' });
  });

  test('more than the limit are not kept', async () => {
    const mail = await written(
      [MIXED],
      multipart(...Array.from({ length: 250 }, (_, i) => part([`Content-Type: image/png; name=${i}.png`], 'x'))),
    );
    expect(mail.parts).toHaveLength(BODY_LIMITS.parts);
    expect(codes(mail)).toEqual(['size-limit']);
  });
});

describe('a message inside', () => {
  const inner = part(
    ['From: Eve <eve@other.example>', 'Subject: inner', 'Message-ID: <i@other.example>', MIXED.replace('=b', '=c')],
    '--c\r\n\r\ninner words\r\n--c\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--c--',
  );

  test.each([
    [
      'attached',
      ['Content-Type: message/rfc822', 'Content-Disposition: attachment'],
      'plain words',
      [
        [undefined, 'message/rfc822'],
        ['a.pdf', 'application/pdf'],
      ],
    ],
    [
      'without disposition',
      ['Content-Type: message/rfc822'],
      'plain words',
      [
        [undefined, 'message/rfc822'],
        ['a.pdf', 'application/pdf'],
      ],
    ],
    [
      'under the name of a mail',
      ['Content-Type: application/octet-stream; name=fwd.eml', 'Content-Disposition: attachment; filename=fwd.eml'],
      'plain words',
      [
        ['fwd.eml', 'application/octet-stream'],
        ['a.pdf', 'application/pdf'],
      ],
    ],
    [
      'shown inline',
      ['Content-Type: message/rfc822', 'Content-Disposition: inline'],
      'plain words\ninner words',
      [
        [undefined, 'message/rfc822'],
        ['a.pdf', 'application/pdf'],
      ],
    ],
  ])('%s: a part, and never the outer headers', async (_name, headers, text, parts) => {
    const mail = await written(['Subject: outer', MIXED], multipart(PLAIN, part(headers, inner)));
    expect(mail).toMatchObject({
      subject: 'outer',
      text,
      messageId: 'm1@partner.example',
      from: { address: 'bea@partner.example' },
    });
    expect(named(mail)).toEqual(parts);
    expect(mail.parts[0]?.content.toString()).toContain('Subject: inner');
  });

  test('one in one in one: files of two, no deeper', async () => {
    const file = (content: string) =>
      part(['Content-Type: message/rfc822', 'Content-Disposition: attachment'], content);
    const around = (content: string, boundary: string) =>
      part(
        [`Content-Type: multipart/mixed; boundary=${boundary}`],
        `--${boundary}\r\n${file(content)}\r\n--${boundary}--`,
      );
    const attached = async (content: string) => {
      const mail = await written([MIXED], multipart(PLAIN, file(content)));
      return named(mail).map(([fileName]) => fileName);
    };
    expect(await attached(around(inner, 'd'))).toEqual([undefined, undefined, 'a.pdf']);
    expect(await attached(around(around(inner, 'd'), 'e'))).toEqual([undefined, undefined, undefined]);
  });
});

test.each([
  ['plain', [], '', 'plain/7bit'],
  ['html', ['Content-Type: text/html', 'Content-Transfer-Encoding: base64'], 'YQ==', 'html/b64'],
  [
    'alternative',
    ['Content-Type: multipart/alternative; boundary=b'],
    multipart(PLAIN, HTML),
    'multipart/alternative(plain/7bit,html/7bit)',
  ],
  [
    'files count once',
    [MIXED],
    multipart(PLAIN, part(['Content-Type: image/png'], 'x'), part(['Content-Type: image/png'], 'y')),
    'multipart/mixed(plain/7bit,file)',
  ],
])('structure: %s', async (_name, headers, body, expected) => {
  expect((await written(headers, body)).structure).toBe(expected);
});

test('a parser that takes too long is stopped', async () => {
  const log: DefectLog = new Map();
  const body = await readBody(new Map(), Buffer.alloc(3_000_000, 'a line of text\r\n'), log, {
    ...BODY_LIMITS,
    timeoutMs: 1,
  });
  expect([...log.keys()]).toEqual(['time-limit']);
  expect(body.text).toBe('');
});
