/** QR codes in pictures: jsQR's own pictures (Apache-2.0, fixtures/jsqr), other formats, and pictures made to cost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unpacksToItsSize } from '../../../src/qrcode/png.ts';
import { type PictureType, pixelsOf } from '../../../src/traits/qr/pictures.ts';
import { beforeImport } from '../../qrcode/patient.ts';

beforeImport();
const { newPictureBudget, readQrCodes } = await import('../../../src/traits/qr/qrCodes.ts');

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures');
const SUITE = join(FIXTURES, 'jsqr', 'end-to-end');
const codesIn = (content: Buffer, type: PictureType): Promise<readonly string[]> =>
  readQrCodes(content, type, newPictureBudget());

/** What jsQR reads there; '' where it finds no code, or cannot read it. */
const expected = (id: string): string => {
  const path = join(SUITE, id, 'output.json');
  const output = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { readonly data: string } | null) : null;
  return output?.data ?? '';
};

describe('jsQR’s suite', () => {
  test.each(readdirSync(SUITE).map((id) => [id, expected(id)]))('%s', async (id, text) => {
    const texts = await codesIn(readFileSync(join(SUITE, id, 'input.png')), 'png');
    const [first] = texts;
    if (text === '') expect(first).toEqual(MORE[id]);
    else expect(texts).toContain(text);
  });
});

/** Codes that jsQR leaves and zxing reads. */
const MORE: Readonly<Record<string, string>> = {
  '173': '*ﾃﾞｻﾞｲﾝQR*     \r\nhttp://d-qr.net/ex/       ',
  'bitcoin-tag': 'bitcoin:1CLcfbrFdYHXwPkzGm2QnvFHhsBmHTsSmM',
};

describe('other formats', () => {
  test.each(['png', 'jpg', 'gif'] as const)('%s', async (type) => {
    const picture = readFileSync(join(FIXTURES, 'qr', `sign-in.${type}`));
    expect(await codesIn(picture, type)).toEqual(['https://login.evil-portal.example/a?u=ana']);
  });
});

describe('pictures written so that a reader passes over them', () => {
  const TARGET = 'https://login.evil-portal.example/a?u=ana';
  const fixture = (type: PictureType) => readFileSync(join(FIXTURES, 'qr', `sign-in.${type}`));
  const plain = fixture('png');
  /** The same code in half blocks, by zxing's writer: a module each, four pixels wide, with light ones around. */
  const modules = readFileSync(join(FIXTURES, 'qr', 'sign-in.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => ['▀█', '▄█'].map((dark) => [...line].map((letter) => dark.includes(letter))));
  const side = (modules.length + 8) * 4;
  const isDark = (x: number, y: number): boolean => modules[Math.floor(y / 4) - 4]?.[Math.floor(x / 4) - 4] === true;
  const inserted = (content: Buffer, at: number, ...pieces: readonly Buffer[]): Buffer =>
    Buffer.concat([content.subarray(0, at), ...pieces, content.subarray(at)]);
  /** Rows from the bottom up, each of whole words; a palette of black and white below 24 bits. */
  function bitmap(bits: 1 | 8 | 24 | 32, height = side): Buffer {
    const row = Math.ceil((side * bits) / 32) * 4;
    const pixelsAt = 54 + (bits <= 8 ? 2 ** bits * 4 : 0);
    const bytes = Buffer.alloc(pixelsAt + row * side);
    bytes.write('BM');
    bytes.writeUInt32LE(bytes.length, 2);
    bytes.writeUInt32LE(pixelsAt, 10);
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(side, 18);
    bytes.writeInt32LE(height, 22);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(bits, 28);
    if (bits <= 8) bytes.writeUInt32LE(0xffffff, 58);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        if (isDark(x, height < 0 ? y : side - 1 - y)) continue;
        const at = pixelsAt + y * row;
        if (bits === 1) bytes[at + (x >> 3)] = (bytes[at + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
        else bytes.fill(bits === 8 ? 1 : 255, at + (x * bits) / 8, at + ((x + 1) * bits) / 8);
      }
    return bytes;
  }
  test.each([
    ['one bit', bitmap(1)],
    ['a list of colours', bitmap(8)],
    ['24 bits', bitmap(24)],
    ['32 bits', bitmap(32)],
    ['rows from the top down', bitmap(24, -side)],
  ])('a bitmap of %s', async (_name, content) => {
    expect(await codesIn(content, 'bmp')).toEqual([TARGET]);
  });
  test('a bitmap that says it is larger than it can be', () => {
    expect(pixelsOf(bitmap(1, 0x7fff_ffff), 'bmp', 8_000_000)).toBe('too-costly');
  });
  function transparent(type: 4 | 6): Buffer {
    const channels = type === 4 ? 2 : 4;
    const rows = Buffer.alloc((side * channels + 1) * side);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        rows[y * (side * channels + 1) + 1 + x * channels + channels - 1] = isDark(x, y) ? 255 : 0;
    return png(side, side, rows, type);
  }
  const comment = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), Buffer.from(text, 'latin1')]);
  const wrongSum = Buffer.from(plain);
  const sumAt = plain.lastIndexOf('IEND') - 9; // before the checksum of the chunk and the length of the next
  wrongSum[sumAt] = (wrongSum[sumAt] ?? 0) ^ 1;
  test.each<[string, PictureType, Buffer]>([
    ['nothing but transparency behind the code', 'png', transparent(6)],
    ['the same in grey', 'png', transparent(4)],
    ['a wrong checksum', 'png', wrongSum],
    ['a comment of two megabytes', 'png', inserted(plain, 33, chunk('tEXt', Buffer.alloc(2 * 1024 * 1024, 65)))],
    ['the mark of a scan in a comment, often', 'jpg', inserted(fixture('jpg'), 2, comment('\xff\xda'.repeat(30)))],
    ['thousands of comments', 'jpg', inserted(fixture('jpg'), 2, ...Array.from({ length: 2_001 }, () => comment('a')))],
  ])('%s', async (_name, type, content) => {
    expect(await codesIn(content, type)).toEqual([TARGET]);
  });
  test('what is too large is told', async () => {
    const budget = newPictureBudget();
    expect(await readQrCodes(png(8_001, 30, Buffer.alloc(0)), 'png', budget)).toEqual([]);
    expect(await readQrCodes(png(20, 20, Buffer.alloc(0)), 'png', budget)).toEqual([]); // holds none, whatever is in it
    expect(budget.unreadCount).toBe(1);
  });
  test('a blank one of four million pixels leaves room for the next', async () => {
    const budget = newPictureBudget();
    await readQrCodes(png(2_000, 2_000, Buffer.alloc(2_000 * 2_001, 255)), 'png', budget);
    expect(await readQrCodes(plain, 'png', budget)).toEqual([TARGET]);
  });
});

describe('pictures made to cost', () => {
  const signIn = readFileSync(join(FIXTURES, 'qr', 'sign-in.png'));

  test('more pixels than there is room for', async () => {
    expect(await readQrCodes(signIn, 'png', { ...newPictureBudget(), pixels: 1_000 })).toEqual([]);
  });

  test('more pictures than are read', async () => {
    const budget = { ...newPictureBudget(), pictures: 2 };
    const counts: number[] = [];
    for (let at = 0; at < 3; at++) counts.push((await readQrCodes(signIn, 'png', budget)).length);
    expect(counts).toEqual([1, 1, 0]);
  });

  /** Nothing but corners of codes: a decoder tries each three of them together. Packs to 30 KB; 3,000 pixels a side take it 8 s, many times its limit. */
  const corners = (side: number): Buffer => {
    const rows = Buffer.alloc((side + 1) * side);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [i, j] = [Math.floor(x / 2) % 8, Math.floor(y / 2) % 8];
        const isFrame = i === 0 || i === 6 || j === 0 || j === 6;
        const isCore = i > 1 && i < 5 && j > 1 && j < 5;
        rows[y * (side + 1) + 1 + x] = i < 7 && j < 7 && (isFrame || isCore) ? 0 : 255;
      }
    }
    return png(side, side, rows);
  };

  test('a picture that stops the decoder hides no code behind it', async () => {
    const budget = { ...newPictureBudget(), pixels: 1e7 };
    expect(await readQrCodes(corners(3_000), 'png', budget)).toEqual([]);
    expect(await readQrCodes(Buffer.concat([signIn, Buffer.from('x')]), 'png', budget)).toHaveLength(1);
    expect(budget).toMatchObject({ unreadCount: 1, stoppedCount: 1, hasTime: true });
  });

  test('after the second there is no third', async () => {
    const budget = { ...newPictureBudget(), pixels: 1e8 };
    for (const side of [3_000, 3_010, 3_020]) await readQrCodes(corners(side), 'png', budget);
    expect(budget).toMatchObject({ unreadCount: 3, stoppedCount: 2, hasTime: false });
  });

  test('a PNG that unpacks to more than its size', () => {
    expect(pixelsOf(png(100, 100, Buffer.alloc(0)), 'png', 1e6)).toBe(10_000);
    expect(unpacksToItsSize(png(100, 100, Buffer.alloc(100 * 101)))).toBe(true);
    expect(unpacksToItsSize(png(100, 100, Buffer.alloc(50_000_000)))).toBe(false);
    expect(unpacksToItsSize(readFileSync(join(FIXTURES, 'qr', 'sign-in.jpg')))).toBe(true);
  });

  test('a JPEG of a thousand scans', () => {
    const jpeg = readFileSync(join(FIXTURES, 'qr', 'sign-in.jpg'));
    const scans = Buffer.concat(Array.from({ length: 1_000 }, () => Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0])));
    expect(pixelsOf(jpeg, 'jpg', 1e6)).toBeGreaterThan(0);
    expect(pixelsOf(Buffer.concat([jpeg, scans]), 'jpg', 1e6)).toBe('too-costly');
  });

  test('any bytes behind any beginning', async () => {
    const type = fc.constantFrom<PictureType>('png', 'jpg', 'gif');
    await fc.assert(
      fc.asyncProperty(type, fc.nat(600), fc.uint8Array({ maxLength: 400 }), async (kind, cut, noise) => {
        const picture = readFileSync(join(FIXTURES, 'qr', `sign-in.${kind}`));
        const texts = await codesIn(Buffer.concat([picture.subarray(0, cut), noise, picture.subarray(cut)]), kind);
        expect(texts.length).toBeLessThanOrEqual(4);
      }),
      { numRuns: 100 },
    );
    expect(await codesIn(signIn, 'png')).toHaveLength(1); // whatever came before
  });
});

/** `type` 0 is grey; 8 bits a sample, no interlacing; checksums are nobody's business here. */
function png(width: number, height: number, rows: Buffer, type = 0): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = type;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
}
