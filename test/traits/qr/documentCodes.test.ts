/** QR codes of pictures inside documents: each leads where the same code as a picture does, and none costs more than it may. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beforeImport } from '../../qrcode/patient.ts';
import { latin1, part, zipWith } from '../parts.ts';

beforeImport();
const { readAttachments } = await import('../../../src/traits/attachments.ts');
const { newPictureBudget } = await import('../../../src/traits/qr/qrCodes.ts');

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'qr');
const TARGET = 'https://login.evil-portal.example/a?u=ana';
const fixture = (name: string): Buffer => readFileSync(join(FIXTURES, name));
/** The same code by zxing's writer: modules in half blocks, with light ones around. */
const modules = fixture('sign-in.txt')
  .toString()
  .split('\n')
  .flatMap((line) => ['▀█', '▄█'].map((dark) => [...line].map((letter) => dark.includes(letter))));

interface Shape {
  readonly scale?: number;
  readonly bits?: number;
  /** Of a dark and of a light pixel. */
  readonly samples?: readonly [dark: readonly number[], light: readonly number[]];
  readonly more?: string;
  readonly pack?: (plain: Buffer, rowBytes: number) => Buffer;
  readonly filter?: string;
}

/** An image of samples (ISO 32000-1 §8.9.5): rows of whole bytes. */
function image({
  scale = 4,
  bits = 8,
  samples = [[0], [255]],
  more = '/ColorSpace /DeviceGray',
  pack = (plain) => deflateSync(plain),
  filter = '/FlateDecode',
}: Shape): Buffer {
  const side = (modules.length + 8) * scale;
  const rowBytes = Math.ceil((side * bits * samples[0].length) / 8);
  const plain = Buffer.alloc(rowBytes * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const isDark = modules[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4] === true;
      for (const [channel, value] of samples[isDark ? 0 : 1].entries()) {
        const bit = (x * samples[0].length + channel) * bits;
        const place = y * rowBytes + (bit >> 3);
        plain[place] = (plain[place] ?? 0) | (value << (8 - bits - (bit & 7)));
      }
    }
  const dictionary = `/Width ${side} /Height ${side} /BitsPerComponent ${bits} ${more} /Filter ${filter}`;
  return pdf(dictionary, pack(plain, rowBytes));
}

const object = (number: number, dictionary: string, data: Buffer): Buffer =>
  Buffer.concat([
    latin1(`${number} 0 obj << ${dictionary} /Length ${data.length} >>\nstream\n`),
    data,
    latin1('\nendstream endobj\n'),
  ]);
const pdf = (dictionary: string, data: Buffer, ...others: readonly Buffer[]): Buffer =>
  Buffer.concat([
    latin1('%PDF-1.5\n'),
    ...others,
    object(5, `/Type /XObject /Subtype /Image ${dictionary}`, data),
    latin1('6 0 obj [ /Indexed /DeviceRGB 1 <101010 FFFFFF> ] endobj\n%%EOF\n'),
  ]);
const jpeg = fixture('sign-in.jpg');
const jpegSize = '/Width 300 /Height 300';

/** PNG's filter "up" before each row. */
const upFiltered = (plain: Buffer, rowBytes: number): Buffer => {
  const rows: Buffer[] = [];
  for (let at = 0; at < plain.length; at += rowBytes) {
    const row = plain
      .subarray(at, at + rowBytes)
      .map((value, i) => value - (at === 0 ? 0 : (plain[at - rowBytes + i] ?? 0)));
    rows.push(Buffer.from([2]), Buffer.from(row));
  }
  return deflateSync(Buffer.concat(rows));
};

async function read(name: string, content: Buffer, pictures = newPictureBudget()) {
  const { attachments, links, defects } = await readAttachments({ parts: [part(name, content)] }, pictures);
  return {
    links: links.map(({ url, source, inFile }) => [url, source, inFile === attachments[0]?.sha256]),
    defects,
    unread: pictures.unreadCount,
  };
}
const FOUND = { links: [[TARGET, 'qr-code', true]], defects: [], unread: 0 };
const NOT_LOOKED_AT = { links: [], defects: [], unread: 1 };

describe('in a PDF', () => {
  test.each<[string, Buffer]>([
    ['a JPEG', pdf(`${jpegSize} /Filter /DCTDecode`, jpeg)],
    ['a JPEG in hex', pdf(`${jpegSize} /Filter [ /AHx /DCT ]`, latin1(`${jpeg.toString('hex')}>`))],
    ['a JPEG, packed again', pdf(`${jpegSize} /Filter [/FlateDecode /DCTDecode]`, deflateSync(jpeg))],
    ['its size in letters as numbers', pdf('/W#69dth 300 /Height 300 /Filter /DCTDecode', jpeg)],
    ['grey', image({})],
    ['two bits of grey', image({ bits: 2, samples: [[0], [3]] })],
    ['black and white', image({ bits: 1, samples: [[0], [1]] })],
    ['a mask', image({ bits: 1, samples: [[0], [1]], more: '/ImageMask true' })],
    [
      'RGB',
      image({
        samples: [
          [10, 20, 60],
          [250, 250, 240],
        ],
        more: '/ColorSpace /DeviceRGB',
      }),
    ],
    [
      'CMYK',
      image({
        samples: [
          [20, 20, 20, 220],
          [0, 0, 0, 0],
        ],
        more: '/ColorSpace /DeviceCMYK',
      }),
    ],
    ['a list of colours', image({ samples: [[1], [0]], more: '/ColorSpace [ /Indexed /DeviceRGB 1 <FFFFFF101010> ]' })],
    ['a list of colours elsewhere', image({ samples: [[0], [1]], more: '/ColorSpace 6 0 R' })],
    ['a list of colours that cannot be had', image({ samples: [[0], [1]], more: '/ColorSpace 9 0 R' })],
    [
      'rows as differences',
      image({ pack: upFiltered, more: `/DecodeParms << /Predictor 15 /Columns ${(modules.length + 8) * 4} >>` }),
    ],
    ['unpacked', image({ pack: (plain) => plain, filter: '[]' })],
    ['a whole page', image({ scale: 60, bits: 1, samples: [[0], [1]] })],
  ])('%s', async (_name, content) => {
    expect(await read('a.pdf', content)).toEqual(FOUND);
  });
  test('a code behind fifteen other pictures', async () => {
    const dull = Array.from({ length: 15 }, (_, i) =>
      object(20 + i, `/Subtype /Image /Width 40 /Height 40 /Filter /FlateDecode`, deflateSync(Buffer.alloc(1_600, i))),
    );
    expect(await read('a.pdf', pdf(`${jpegSize} /Filter /DCTDecode`, jpeg, ...dull))).toEqual(FOUND);
    expect(await read('a.pdf', pdf(`${jpegSize} /Filter /DCTDecode`, jpeg, ...dull, ...dull))).toMatchObject({
      links: [],
      unread: 15,
    });
  });
  test.each<[string, Buffer]>([
    ['larger than it is', pdf('/Width 99999 /Height 99999 /Filter /FlateDecode', deflateSync(Buffer.alloc(1_000)))],
    ['a bomb', pdf('/Width 9000 /Height 9000 /Filter /FlateDecode', deflateSync(Buffer.alloc(81_000_000)))],
    ['for fax machines', pdf('/Width 300 /Height 300 /Filter /CCITTFaxDecode', Buffer.alloc(100))],
    ['JPEG 2000', pdf('/Width 300 /Height 300 /Filter /JPXDecode', Buffer.alloc(100))],
  ])('%s is told', async (_name, content) => {
    expect(await read('a.pdf', content)).toEqual(NOT_LOOKED_AT);
  });
  test.each<[string, Buffer]>([
    ['a bullet', pdf('/Width 20 /Height 20 /Filter /FlateDecode', deflateSync(Buffer.alloc(400)))],
    ['no image', Buffer.concat([latin1('%PDF-1.5\n'), object(5, '/Width 300 /Height 300 /Filter /DCTDecode', jpeg)])],
  ])('near-miss: %s', async (_name, content) => {
    expect(await read('a.pdf', content)).toEqual({ links: [], defects: [], unread: 0 });
  });
});

describe('in an Office file', () => {
  const office = (main: string, parts: Readonly<Record<string, Buffer | string>>): Buffer =>
    zipWith({ '[Content_Types].xml': '<Types/>', [main]: '<x/>', ...parts });
  test.each<[string, Buffer]>([
    ['a.docx', office('word/document.xml', { 'word/media/image1.png': fixture('sign-in.png') })],
    ['b.docx', office('word/document.xml', { 'word/media/image1.jpeg': jpeg })],
    ['c.docx', office('word/document.xml', { 'custom/data.bin': fixture('sign-in.gif') })],
    ['a.xlsx', office('xl/workbook.xml', { 'xl/media/image1.png': fixture('sign-in.png') })],
    ['a.pptx', office('ppt/presentation.xml', { 'ppt/media/image1.jpg': jpeg })],
  ])('%s', async (name, content) => {
    expect(await read(name, content)).toEqual(FOUND);
  });
  test('near-miss: pictures in an archive that is none', async () => {
    expect(await read('a.zip', zipWith({ 'holiday.jpg': jpeg }))).toEqual({ links: [], defects: [], unread: 0 });
  });
});

test('what is shown comes first, and what no time is left for is told', async () => {
  const parts = [part('a.pdf', image({})), part('a.png', fixture('sign-in.png'))];
  const pictures = { ...newPictureBudget(), pictures: 1 };
  const { links, attachments } = await readAttachments({ parts }, pictures);
  expect(links.map(({ inFile }) => inFile)).toEqual([attachments[1]?.sha256]);
  expect(pictures.unreadCount).toBe(1);
});

test('whatever is changed in a PDF, it is read', async () => {
  const whole = image({ scale: 2 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 30 }), async (changes) => {
      const changed = Buffer.from(whole);
      for (const [at, value] of changes) changed[at] = value;
      expect((await read('a.pdf', changed)).defects.filter(({ detail }) => detail.includes('reader failed'))).toEqual(
        [],
      );
    }),
    { numRuns: 40 },
  );
});
