/** Files in encodings older than MIME’s, which mail programs open: uuencode and BinHex. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMail } from '../../src/parse/parse.ts';
import { binHexDecoded } from '../../src/text/binHex.ts';
import { uuFilesIn } from '../../src/text/uuencode.ts';
import { bytes, codes, files, MIXED, multipart, PLAIN, PROGRAM, part, program, written } from './written.ts';

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
