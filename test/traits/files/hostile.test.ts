/** Files that are made to bring down, stall or stop the service: each is read in a process of its own, which must live and end soon. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { part, zipWith } from '../parts.ts';

const READ_MANY = join(import.meta.dirname, 'readMany.ts');
const PATIENCE_MS = 30_000; // for a process that starts on a busy machine

/** How the process ended that read the file so many times. */
function ending(fileName: string, content: Buffer, times = 1): string {
  const args = ['--disable-warning=ExperimentalWarning', READ_MANY, fileName, content.toString('base64'), `${times}`];
  const { status, signal } = spawnSync(process.execPath, args, { timeout: PATIENCE_MS, stdio: 'ignore' });
  return signal ?? `status ${status}`;
}

describe('UTF-16 of an odd number of bytes at an odd address', () => {
  const sheet = '<sheet name="Q3 figures" sheetId="1" r:id="r1"/>';
  const workbook = (bytes: number): Buffer =>
    zipWith({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': sheet.repeat(60).slice(0, bytes) });
  const notes = Buffer.alloc(1_226, 65);
  Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex').copy(notes);
  Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex').copy(notes, 100);
  notes.fill(0, 116, 140);
  const link = Buffer.alloc(76 + 2 + 1 + 2 + 1_225, 65); // cut short in a name that starts behind a list of one byte
  Buffer.from('4c0000000114020000000000c000000000000046', 'hex').copy(link);
  link.writeUInt32LE(1 | 4 | 128, 20);
  link.writeUInt16LE(1, 76);
  link.writeUInt16LE(2_000, 79);

  test.each([
    ['a workbook of 1,226 bytes', 'a.xlsx', workbook(1_226)],
    ['a workbook of 1,242 bytes', 'a.xlsx', workbook(1_242)],
    ['a workbook of 2,042 bytes', 'a.xlsx', workbook(2_042)],
    ['a notebook', 'a.one', notes],
    ['a link', 'a.lnk', link],
  ])(
    '%s',
    (_name, fileName, content) => {
      expect(ending(fileName, content, 2_000)).toBe('status 0');
    },
    60_000,
  );
});

describe('7z', () => {
  /** The header as it is: a mark, a version, where the header is, its size and checksum (7zFormat.txt). */
  function sevenZip(header: readonly number[]): Buffer {
    const bytes = Buffer.from(header);
    const start = Buffer.alloc(32);
    Buffer.from('377abcaf271c0004', 'hex').copy(start);
    start.writeBigUInt64LE(BigInt(bytes.length), 20);
    start.writeUInt32LE(crc32(bytes), 28);
    start.writeUInt32LE(crc32(start.subarray(12, 32)), 8);
    return Buffer.concat([start, bytes]);
  }
  const HUGE = [0xff, 0, 0, 0, 0, 0, 0, 0, 1]; // 2^56
  const [HEADER, STREAMS, PACK, UNPACK, FOLDER, SIZES, PACK_SIZES] = [1, 4, 6, 7, 11, 12, 9];
  test.each([
    [
      'a coder with 2^56 outputs',
      [HEADER, STREAMS, UNPACK, FOLDER, 1, 0, 1, 0x11, 0, 1, ...HUGE, ...new Array<number>(16).fill(0), SIZES, 0, 0],
    ],
    ['2^56 packed streams', [HEADER, STREAMS, PACK, 0, ...HUGE, PACK_SIZES, 0, 0]],
    ['2^56 folders', [HEADER, STREAMS, UNPACK, FOLDER, ...HUGE, 0, 0, 0, SIZES, 0, 0]],
  ])(
    '%s',
    (_name, header) => {
      expect(ending('a.7z', sevenZip(header))).toBe('status 0');
    },
    60_000,
  );
});

describe('PDF', () => {
  test('a link in UTF-16 of an odd number of bytes', async () => {
    const pdf = Buffer.from(
      '%PDF-1.4\n1 0 obj <</S /URI /URI (\xfe\xff\0h\0t\0t\0p\0:\0/\0/\0a\0.\0b\0/\0c\0)>> endobj',
      'latin1',
    );
    const { links } = await readAttachments({ parts: [part('a.pdf', pdf)] });
    expect(links.map(({ url }) => url)).toEqual(['http://a.b/c']);
  });
});
