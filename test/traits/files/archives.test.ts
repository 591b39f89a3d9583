/** Names in tar, gz, 7z and RAR archives, written in the ways that some programs read and a simple reader does not. */
import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { latin1, part, rar4 } from '../parts.ts';

async function namesIn(fileName: string, content: Buffer): Promise<readonly string[]> {
  const { attachments } = await readAttachments({ parts: [part(fileName, content)] });
  return attachments[0]?.entryNames ?? [];
}

describe('tar', () => {
  const DATA = Buffer.alloc(512, 65);
  const octal = (size: number): Buffer => latin1(`${size.toString(8).padStart(11, '0')}\0`);
  function entry(name: string, { type = '0', size = octal(512), data = DATA }: EntryOptions = {}): Buffer {
    const header = Buffer.alloc(512);
    header.write(name);
    size.copy(header, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257, 'latin1');
    header.fill(32, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
  }
  interface EntryOptions {
    readonly type?: string;
    readonly size?: Buffer;
    readonly data?: Buffer;
  }
  const path = latin1('20 path=invoice.exe\n');
  const pax = entry('x', { type: 'x', size: octal(path.length), data: path });
  const base256 = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(9), Buffer.from([2, 0])]);
  test.each([
    ['plainly', [entry('invoice.exe')], ['invoice.exe']],
    ['a name in a header before it', [pax, entry('invoice.pdf')], ['invoice.exe']],
    ['for one that has none', [pax, entry('')], ['invoice.exe']],
    ['behind a size in base 256', [entry('a.pdf', { size: base256 }), entry('invoice.exe')], ['a.pdf', 'invoice.exe']],
    [
      'behind a size among blanks',
      [entry('a.pdf', { size: latin1('       1000 ') }), entry('invoice.exe')],
      ['a.pdf', 'invoice.exe'],
    ],
    ['a type that nobody knows', [entry('invoice.exe', { type: 'Z' })], ['invoice.exe']],
    [
      'folders and links are no files',
      [
        entry('a/', { type: '5', size: octal(0), data: Buffer.alloc(0) }),
        entry('b', { type: '2', size: octal(0), data: Buffer.alloc(0) }),
        entry('c.txt'),
      ],
      ['c.txt'],
    ],
  ])('%s', async (_name, entries, expected) => {
    expect(await namesIn('a.tar', Buffer.concat([...entries, Buffer.alloc(1_024)]))).toEqual(expected);
  });
});

describe('gz', () => {
  const gz = (flags: number, ...fields: readonly string[]): Buffer => {
    const plain = gzipSync('x');
    plain[3] = flags;
    return Buffer.concat([plain.subarray(0, 10), latin1(fields.join('')), plain.subarray(10)]);
  };
  test.each([
    ['a name', gz(8, 'invoice.exe\0'), 'invoice.exe'],
    ['marked as text', gz(9, 'invoice.exe\0'), 'invoice.exe'],
    ['a comment too', gz(0x18, 'invoice.exe\0', 'c\0'), 'invoice.exe'],
    ['an extra field before it', gz(0x0c, '\x05\0a\0b\0c', 'invoice.exe\0'), 'invoice.exe'],
    ['none', gz(0), 'content'],
  ])('%s', async (_name, content, expected) => {
    expect(await namesIn('a.gz', content)).toEqual([expected]);
  });
});

describe('7z', () => {
  /** 7zFormat.txt: where the header is, and the header as it is. */
  function sevenZip(...header: readonly (Buffer | readonly number[])[]): Buffer {
    const bytes = Buffer.concat(header.map((piece) => Buffer.from(piece)));
    const start = Buffer.alloc(32);
    Buffer.from('377abcaf271c0004', 'hex').copy(start);
    start.writeBigUInt64LE(BigInt(bytes.length), 20);
    start.writeUInt32LE(crc32(bytes), 28);
    start.writeUInt32LE(crc32(start.subarray(12, 32)), 8);
    return Buffer.concat([start, bytes]);
  }
  const [HEADER, PROPERTIES, STREAMS, FILES, UNPACK, SUBSTREAMS, SIZES, DIGESTS, FOLDER, UNPACK_SIZES, COUNTS, NAMES] =
    [1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 17];
  const files = (...names: readonly string[]): Buffer => {
    const text = Buffer.from(names.map((name) => `${name}\0`).join(''), 'utf16le');
    const size = [0xe0, (text.length + 1) & 255, ((text.length + 1) >> 8) & 255, (text.length + 1) >> 16];
    return Buffer.concat([Buffer.from([FILES, 1, NAMES, ...size, 0]), text, Buffer.from([0, 0])]);
  };
  const folder = [UNPACK, FOLDER, 1, 0, 1, 1, 0, UNPACK_SIZES, 9, 0]; // one, of one coder "copy"
  const many = Array.from({ length: 1_100 }, (_, i) => `${'readme'.repeat(20)}${i}.txt`);
  test.each([
    ['plainly', sevenZip([HEADER], files('invoice.exe'), [0]), ['invoice.exe']],
    [
      'behind properties of the archive',
      sevenZip([HEADER, PROPERTIES, 1, 2, 7, 7, 0], files('invoice.exe'), [0]),
      ['invoice.exe'],
    ],
    [
      'behind two streams with a checksum that looks like the end of all',
      sevenZip(
        [HEADER, STREAMS, ...folder, SUBSTREAMS, COUNTS, 2, SIZES, 4, DIGESTS, 1, 0, 0, FILES, 0, 0, 0, 0, 0, 0, 0],
        files('a.txt', 'invoice.exe'),
        [0],
      ),
      ['a.txt', 'invoice.exe'],
    ],
  ])('%s', async (_name, content, expected) => {
    expect(await namesIn('a.7z', content)).toEqual(expected);
  });
  test('behind a thousand long names', async () => {
    expect((await namesIn('a.7z', sevenZip([HEADER], files(...many, 'invoice.exe'), [0])))[0]).toBe('invoice.exe');
  });
  test('behind something else', async () => {
    const content = Buffer.concat([latin1('junk'), sevenZip([HEADER], files('invoice.exe'), [0])]);
    expect(await namesIn('a.7z', content)).toEqual(['invoice.exe']);
  });
});

describe('uuencoded', () => {
  const text = 'Two files\n\nbegin 644 notes.txt\n!>```\n`\nend\nbegin 644 invoice.js\n!>```\n`\nend\n';
  test('as a file of its own', async () => {
    expect(await namesIn('a.uue', latin1(text))).toEqual(['notes.txt', 'invoice.js']);
  });
  test('near-miss: quoted in a text', async () => {
    expect(await namesIn('a.txt', latin1(text))).toEqual([]);
  });
});

describe('RAR', () => {
  test('a second spelling of a name in version 4', async () => {
    // A letter as it is, one under the high byte 0x04, three of the plain name, one as it is.
    const coded = latin1('\x04\x1cx\x18\x01!');
    expect(await namesIn('a.rar', rar4([`abcd.pdf\0${coded.toString('latin1')}`], { fileFlags: 0x200 }))).toEqual([
      'abcd.pdf',
      'x\u0418cd.!',
    ]);
  });
  test('behind something else', async () => {
    expect(await namesIn('a.rar', Buffer.concat([latin1('junk'), rar4(['invoice.exe'])]))).toEqual(['invoice.exe']);
  });
});
