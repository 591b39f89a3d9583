/** What mail programs show and a strict reader of MIME passes over: the twin of each is read as it always was. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMail } from '../../src/parse/parse.ts';
import { binHexDecoded } from '../../src/text/binHex.ts';
import { uuFilesIn } from '../../src/text/uuencode.ts';
import { bytes, codes, written } from './written.ts';

const part = (headers: readonly string[], body: string): string => [...headers, '', body].join('\r\n');
const multipart = (...parts: readonly string[]): string =>
  `${parts.map((one) => `--b\r\n${one}\r\n`).join('')}--b--\r\n`;
const MIXED = 'Content-Type: multipart/mixed; boundary=b';
const PLAIN = part(['Content-Type: text/plain'], 'plain words');
const PROGRAM = Buffer.from('MZ\x90\0 a program of some length, so that there are two lines of it', 'latin1');
const files = ({ parts }: Awaited<ReturnType<typeof parseMail>>) =>
  parts.map(({ fileName, declaredType, content }) => [fileName, declaredType, content.toString('latin1')]);
const program = (name: string, type: string) => [name, type, PROGRAM.toString('latin1')];

/** As uuencode writes it. */
function uuencoded(name: string, content: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < content.length; at += 45) {
    const piece = content.subarray(at, at + 45);
    const padded = Buffer.concat([piece, Buffer.alloc((3 - (piece.length % 3)) % 3)]);
    const bits = [...padded].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const letter = (value: number): string => (value === 0 ? '`' : String.fromCharCode(32 + value));
    const letters = (bits.match(/.{6}/g) ?? []).map((six) => letter(Number.parseInt(six, 2)));
    lines.push(letter(piece.length) + letters.join(''));
  }
  return [`begin 644 ${name}`, ...lines, '`', 'end', ''].join('\r\n');
}

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

describe('uuencode', () => {
  const coded = uuencoded('invoice.exe', PROGRAM);
  test.each(['x-uuencode', 'uuencode', 'X-UUE'])('as the encoding %s', async (encoding) => {
    const one = part(['Content-Type: application/zip; name=a.exe', `Content-Transfer-Encoding: ${encoding}`], coded);
    expect(files(await written([MIXED], multipart(PLAIN, one)))).toEqual([program('a.exe', 'application/zip')]);
  });
  test('in the middle of a text', async () => {
    const mail = await written([], `See below.\r\n\r\n${coded}\r\nBea\r\n`);
    expect(files(mail)).toEqual([program('invoice.exe', 'application/octet-stream')]);
    expect(mail.text).toContain('Bea');
  });
  test('any file comes out as it went in, blanks at the ends of lines or none, broken off or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (content) => {
        const written = uuencoded('a b.bin', Buffer.from(content));
        const [file] = uuFilesIn(`Hello\n${written}`);
        expect(file).toEqual({ name: 'a b.bin', content: Buffer.from(content) });
        const trimmed = written
          .replaceAll('`', ' ')
          .replace(/ +\r\n/g, '\r\n')
          .replace(/\r\nend\r\n$/, '');
        if (content.at(-1) !== 0) expect(uuFilesIn(trimmed)[0]?.content).toEqual(Buffer.from(content));
      }),
    );
  });
  test.each(['begin 644 a.txt\r\nDear Ana, a sentence.\r\n', 'we begin 644 things\r\n', 'begin 9 a\r\n#86)C\r\n'])(
    'near-miss: %j',
    (text) => {
      expect(uuFilesIn(text)).toEqual([]);
    },
  );
  test('holds no more than is written, whatever its lines say, and ends at an empty one', () => {
    const lies = `begin 644 a\n${'M\n'.repeat(100_000)}end\n`;
    expect(uuFilesIn(lies)[0]?.content.length).toBeLessThanOrEqual(lies.length);
    expect(uuFilesIn('begin 644 a\n#86)C\n`\n#86)C\nend\n')[0]?.content.toString()).toBe('abc');
  });
  test('at most 20, and told', async () => {
    const mail = await parseMail(
      bytes(['From: a@x.example', 'Date: 24 Nov 2026 12:00:00 +0000', 'Message-ID: <a@x.example>'], coded.repeat(25)),
    );
    expect(mail.parts).toHaveLength(20);
    expect(codes(mail)).toEqual(['unread-files']);
  });
});

/** BinHex as a Mac writes it, runs and all: six bits a letter of RFC 1741's alphabet, in lines of 64. */
function binHex(name: string, content: Buffer, declared = content.length): string {
  const head = Buffer.alloc(1 + name.length + 21);
  head[0] = name.length;
  head.write(name, 1, 'latin1');
  head.writeUInt32BE(declared, 1 + name.length + 11);
  const packed: number[] = [];
  const bytes = Buffer.concat([head, content, Buffer.alloc(4)]);
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    let count = 1;
    while (count < 255 && bytes[at + count] === byte) count++;
    const once = byte === 0x90 ? [0x90, 0] : [byte];
    if (count > 3) packed.push(...once, 0x90, count);
    else for (let i = 0; i < count; i++) packed.push(...once);
    at += count;
  }
  const bits = packed.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = '!"#$%&\'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr';
  const text = (bits.match(/.{1,6}/g) ?? []).map((six) => letters[Number.parseInt(six.padEnd(6, '0'), 2)]).join('');
  const lines = `:${text}:`.match(/.{1,64}/g) ?? [];
  return ['(This file must be converted with BinHex 4.0)', '', ...lines, ''].join('\r\n');
}

describe('BinHex', () => {
  const TYPE = 'Content-Type: application/mac-binhex40; name=a.exe';
  const runs = Buffer.concat([PROGRAM, Buffer.alloc(1_000), Buffer.from([0x90, 0x90, 0x90, 0x90, 0x90, 1, 0x90])]);
  const read = async (content: string, ...headers: readonly string[]) =>
    files(await written([MIXED], multipart(PLAIN, part([TYPE, ...headers], content))));
  const found = (content: Buffer) => [['a.exe', 'application/mac-binhex40', content.toString('latin1')]];
  test.each<[string, Buffer, string, readonly string[]]>([
    ['a file', PROGRAM, binHex('b', PROGRAM), []],
    ['runs, and the byte that marks them', runs, binHex('a longer name.exe', runs), []],
    ['words before it', PROGRAM, `For your Mac: (see below)\r\n${binHex('b', PROGRAM)}`, []],
    ['in base64', PROGRAM, Buffer.from(binHex('b', PROGRAM)).toString('base64'), ['Content-Transfer-Encoding: base64']],
    [
      'in quoted-printable',
      PROGRAM,
      binHex('b', PROGRAM).replaceAll('=', '=3D').replaceAll('0', '=30'),
      ['Content-Transfer-Encoding: quoted-printable'],
    ],
    ['a length that lies', Buffer.concat([PROGRAM, Buffer.alloc(4)]), binHex('b', PROGRAM, 4_000_000_000), []],
  ])('%s', async (_name, content, text, headers) => {
    expect(await read(text, ...headers)).toEqual(found(content));
  });
  test('cut short', async () => {
    const [[, , content = ''] = []] = await read(binHex('b', runs).slice(0, 200));
    expect(runs.toString('latin1').startsWith(content)).toBe(true);
    expect(content.length).toBeGreaterThan(PROGRAM.length);
  });
  test('made to burst', () => {
    const bomb = binHexDecoded(
      Buffer.from(binHex('b', Buffer.alloc(10_000), 4_000_000_000).replace(/:\s*$/, '-*'.repeat(3e6))),
    );
    expect(bomb.length).toBeLessThanOrEqual(32 * 1024 * 1024);
  });
  test.each([
    ['no mark', 'hello: a'],
    ['nothing behind it', '(This file must be converted with BinHex 4.0)\r\n:!!:'],
  ])('near-miss: %s', async (_name, text) => {
    expect(await read(text)).toEqual(found(Buffer.from(text)));
  });
  test('whatever it is handed', () => {
    const text = fc.string({ unit: fc.constantFrom(...'!"#$Ndr:\n -*0'), maxLength: 300 });
    fc.assert(
      fc.property(text, (letters) => {
        const bytes = Buffer.from(`(This file must be converted with BinHex 4.0)\n:${letters}`);
        expect(binHexDecoded(bytes).length).toBeLessThanOrEqual(bytes.length * 255);
      }),
    );
  });
});
