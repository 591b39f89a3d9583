/** What mail programs show and a strict reader of MIME passes over: the twin of each is read as it always was. */
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../src/parse/parse.ts';
import { codes, files, MIXED, multipart, PLAIN, PROGRAM, part, program, written } from './written.ts';

describe('UTF-7, which Outlook reads', () => {
  test('a page with a link', async () => {
    const mail = await written(
      ['Content-Type: text/html; charset=utf-7'],
      '+ADw-a href=+ACI-https://evil.example/+ACI-+AD4-pay+ADw-/a+AD4-',
    );
    expect(mail.html).toBe('<a href="https://evil.example/">pay</a>');
  });
  test.each([
    ['utf-8', '+ADw-b+AD4-'],
    ['us-ascii', '+ADw-b+AD4-'],
  ])('near-miss: %s', async (charset, text) => {
    expect((await written([`Content-Type: text/plain; charset=${charset}`], text)).text).toBe(text);
  });
  test('subject, names and file names', async () => {
    const mail = await written(
      [
        'Subject: =?utf-7?Q?+AFU-rgent?=',
        'From: =?UTF-7?B?K0FFSS1lYQ==?= <b@evil.example>',
        'To: =?unicode-1-1-utf-7?Q?+AEE-na?= <a@x.example>',
        MIXED,
      ],
      multipart(PLAIN, part(['Content-Type: application/pdf; name="=?utf-7?Q?invoice+AC4-exe?="'], 'x')),
    );
    expect(mail).toMatchObject({ subject: 'Urgent', from: { name: 'Bea' }, to: [{ name: 'Ana' }] });
    expect(mail.parts.map(({ fileName }) => fileName)).toEqual(['invoice.exe']);
  });
});

test('bytes in an encoded word mean what its charset says', async () => {
  const raw = Buffer.from(
    'Subject: =?iso-8859-1?Q?M\xfcller_=2B?=\r\nFrom: =?iso-8859-1?Q?J\xf6rg?= <a@x.example>\r\n\r\n',
    'latin1',
  );
  expect(await parseMail(raw)).toMatchObject({ subject: 'Müller +', from: { name: 'Jörg' } });
});

describe('a digest', () => {
  const inner = part(
    ['Subject: inside', MIXED.replace('=b', '=i')],
    [
      '--i',
      PLAIN,
      '--i',
      part(
        ['Content-Type: application/zip; name=a.exe', 'Content-Transfer-Encoding: base64'],
        PROGRAM.toString('base64'),
      ),
      '--i--',
    ].join('\r\n'),
  );
  const digest = (...headers: readonly string[]) =>
    written(['Content-Type: multipart/digest; boundary=b'], multipart(part(headers, inner)));
  test('without types is one of messages', async () => {
    const mail = await digest();
    expect(mail.text).toBe('plain words');
    expect(files(mail)).toContainEqual(program('a.exe', 'application/zip'));
  });
  test('near-miss: with a type it is what that says', async () => {
    expect((await digest('Content-Type: text/plain')).text).toContain('Subject: inside');
  });
});

describe('messages inside', () => {
  const message = (how: string, body: string, headers = 'Subject: x'): string =>
    part([`Content-Type: message/${how}`], `${headers}\r\n\r\n${body}`);
  const withProgram = [
    MIXED.replace('=b', '=p'),
    '',
    '--p',
    part(
      ['Content-Type: application/zip; name=a.exe', 'Content-Transfer-Encoding: base64'],
      PROGRAM.toString('base64'),
    ),
    '--p--',
  ].join('\r\n');
  const SHOWN = 'rfc822\r\nContent-Disposition: inline';
  const inEach = (inner: string, kind: string, level = 0): string =>
    message(kind, [`--d${level}`, inner, `--d${level}--`].join('\r\n'), MIXED.replace('=b', `=d${level}`));
  test.each([
    ['of another standard', message('global', '', withProgram)],
    ['shown in one that is shown', inEach(message(SHOWN, '', withProgram), SHOWN)],
    ['shown in one that is attached', inEach(message(SHOWN, '', withProgram), 'rfc822')],
    [
      'the sixth that is shown',
      Array.from({ length: 5 }, () => message(SHOWN, 'hello'))
        .concat(message(SHOWN, '', withProgram))
        .join('\r\n--b\r\n'),
    ],
  ])('%s', async (_name, body) => {
    const mail = await written([MIXED], multipart(body));
    expect(files(mail)).toContainEqual(program('a.exe', 'application/zip'));
    expect(codes(mail)).toEqual([]);
  });
  test.each([
    ['too many', Array.from({ length: 6 }, () => message('rfc822', 'hello')).join('\r\n--b\r\n')],
    ['too deep', [0, 1].reduce((inner, level) => inEach(inner, 'rfc822', level), message('rfc822', 'hello'))],
  ])('%s: told', async (_name, body) => {
    expect(codes(await written([MIXED], multipart(body)))).toEqual(['unread-files']);
  });
});

describe('headers of a part that are not in order', () => {
  test.each([
    ['no semicolon after the type', 'multipart/mixed boundary=b'],
    ['no semicolon, folded', 'multipart/mixed\r\n\tboundary="b"'],
  ])('%s', async (_name, type) => {
    const mail = await written(
      [`Content-Type: ${type}`],
      multipart(PLAIN, part(['Content-Type: image/png name=a.png'], 'x')),
    );
    expect(mail.text).toBe('plain words');
    expect(files(mail)).toEqual([['a.png', 'image/png', 'x']]);
  });
  test.each(['base64;', '"base64"', 'base64 (7bit)', ' BASE64\t'])('the encoding %j', async (encoding) => {
    const coded = part(
      ['Content-Type: application/zip; name=a.exe', `Content-Transfer-Encoding: ${encoding}`],
      PROGRAM.toString('base64'),
    );
    expect(files(await written([MIXED], multipart(PLAIN, coded)))).toEqual([program('a.exe', 'application/zip')]);
  });
  test('a line that only begins with the boundary: its source is the text', async () => {
    const mail = await written([MIXED], `--bb\r\n${PLAIN}\r\n`);
    expect(mail.text).toContain('plain words');
    expect(codes(mail)).toEqual(['missing-boundary']);
  });
  test.each([
    ['is not given', 'Content-Type: multipart/mixed'],
    ['is another than the one that parts it', 'Content-Type: multipart/mixed; boundary=other'],
  ])('a boundary that %s: the one that parts it is guessed, and the source is read beside', async (_name, header) => {
    const coded = part(
      ['Content-Type: application/octet-stream; name=a.exe', 'Content-Transfer-Encoding: base64'],
      PROGRAM.toString('base64'),
    );
    const page = part(
      ['Content-Type: text/html', 'Content-Transfer-Encoding: base64'],
      Buffer.from('<a href="https://evil.example/">pay</a>').toString('base64'),
    );
    const mail = await written([header], `--not-one\r\n\r\n${multipart(PLAIN, page, coded)}`);
    expect(files(mail)).toEqual([program('a.exe', 'application/octet-stream')]);
    expect(mail.html.trim()).toBe('<br/>\n<a href="https://evil.example/">pay</a>');
    expect(mail.text.match(/plain words/g)).toHaveLength(2);
    expect(mail.text).toContain(PROGRAM.toString('base64'));
    expect(codes(mail)).toEqual(['missing-boundary']);
  });
  test('near-miss: with its own boundary, a line that looks like another parts nothing', async () => {
    const mail = await written(
      [MIXED],
      multipart(part(['Content-Type: text/plain'], '--c\r\nContent-Type: text/html\r\n\r\nx')),
    );
    expect([mail.html, codes(mail)]).toEqual(['', []]);
  });
  const coded = (...headers: readonly string[]): string =>
    part(['Content-Disposition: attachment; filename=a.exe', ...headers], PROGRAM.toString('base64'));
  test.each([
    [
      'the message, a page last',
      ['Content-Type: text/plain', 'Content-Type: text/html'],
      '<a href="https://evil.example/">pay</a>',
    ],
    [
      'the message, a page first',
      ['Content-Type: text/html', 'Content-Type:\r\n text/plain'],
      '<a href="https://evil.example/">pay</a>',
    ],
    [
      'the message, parts last',
      ['Content-Type: text/plain', MIXED],
      multipart(part(['Content-Type: text/html'], '<a href="https://evil.example/">pay</a>')),
    ],
    [
      'a part',
      [MIXED],
      multipart(
        part(
          ['Content-Type: text/plain', 'X: y', 'Content-Type: text/html;', ' charset=utf-8'],
          '<a href="https://evil.example/">pay</a>',
        ),
      ),
    ],
  ])('a type said twice: both readings count, of %s', async (_name, headers, body) => {
    const mail = await written(headers, body);
    expect(mail.html.trim()).toBe('<a href="https://evil.example/">pay</a>');
    expect(mail.text).toContain('pay');
    expect(codes(mail)).toEqual(['duplicate-header']);
  });
  test.each([
    ['last', 'Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64'],
    ['first', 'Content-Transfer-Encoding: base64', 'content-transfer-encoding : 7bit'],
  ])('an encoding said twice, the real one %s', async (_name, ...encodings) => {
    const mail = await written([MIXED], multipart(PLAIN, coded(...encodings)));
    expect(files(mail).map(([, , content]) => content)).toContain(PROGRAM.toString('latin1'));
    expect(files(mail)).toHaveLength(2);
    expect(mail.text).toBe('plain words');
    expect(codes(mail)).toEqual(['duplicate-header']);
  });
  test('the same said twice is read once', async () => {
    const mail = await written([MIXED], multipart(PLAIN, coded(...Array(2).fill('Content-Transfer-Encoding: base64'))));
    expect(files(mail)).toEqual([['a.exe', 'application/octet-stream', PROGRAM.toString('latin1')]]);
  });
  test.each([
    ['b', 'bb'],
    ['bb', 'b'],
    ['b', 'b b'],
    ['b-', 'b'],
  ])('a boundary that begins another: %j around %j', async (outer, inner) => {
    const alternative = part(
      [`Content-Type: multipart/alternative; boundary="${inner}"`],
      `--${inner}\r\n${PLAIN}\r\n--${inner}\r\n${part(['Content-Type: text/html'], '<p>html</p>')}\r\n--${inner}--\r\n`,
    );
    const file = part(['Content-Type: application/zip; name=a.exe'], 'MZ');
    const mail = await written(
      [`Content-Type: multipart/mixed; boundary="${outer}"`],
      `--${outer}\r\n${alternative}\r\n--${outer}\r\n${file}\r\n--${outer}--\r\n`,
    );
    expect([mail.text.trim(), mail.html.trim(), files(mail)]).toEqual([
      'plain words',
      '<p>html</p>',
      [['a.exe', 'application/zip', 'MZ']],
    ]);
    expect(codes(mail)).toEqual([]);
  });
  test('near-miss: parts with nothing in them', async () => {
    expect(codes(await written([MIXED], multipart(part(['Content-Type: text/plain'], ''))))).toEqual([]);
  });
});

describe('a text with the name of something else', () => {
  test.each([
    ['text/plain; name="invoice.js"', 'var a = 1;', 'var a = 1;', ''],
    ['text/plain; charset=iso-8859-1\r\nContent-Disposition: inline; filename=a.hta', 'gr\xfcn', 'grün', ''],
    ['text/html; name="invoice.html"', '<b>a</b>', '', '<b>a</b>'],
    ['text/html; charset=utf-7; name=a.html', '+ADw-b+AD4-', '', '<b>'],
  ])('%s is a file, and what it says is read', async (type, content, text, html) => {
    const raw = Buffer.from(
      `From: a@x.example\r\n${MIXED}\r\n\r\n${multipart(PLAIN, part([`Content-Type: ${type}`], content))}`,
      'latin1',
    );
    const mail = await parseMail(raw);
    expect(mail.parts.map(({ isInline }) => isInline)).toEqual([true]);
    expect(mail.parts[0]?.content.toString('latin1')).toBe(content);
    expect(mail.text).toBe(text === '' ? 'plain words' : `plain words\n${text}`);
    expect(mail.html).toBe(html);
  });
  test.each(['text/plain; name=notes.txt', 'text/plain; name=fix.patch', 'text/plain; name=README', 'text/plain'])(
    'near-miss: %s',
    async (type) => {
      const mail = await written([MIXED], multipart(PLAIN, part([`Content-Type: ${type}`], 'more')));
      expect([mail.text, mail.parts]).toEqual(['plain words\nmore', []]);
    },
  );
  test('near-miss: one of two forms of the body', async () => {
    const both = multipart(PLAIN, part(['Content-Type: text/html; name=body.html'], '<b>a</b>'));
    const mail = await written(['Content-Type: multipart/alternative; boundary=b'], both);
    expect([mail.html, mail.parts]).toEqual(['<b>a</b>', []]);
  });
});
