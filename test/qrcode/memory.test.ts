/** Memory of the decoder’s process. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Bitmap } from '../../src/qrcode/decoder.ts';
import { beforeImport } from './patient.ts';

beforeImport();
const { decodeQrCodes } = await import('../../src/qrcode/decoder.ts');

const picture = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'qr', 'sign-in.png'));
const TARGET = 'https://login.evil-portal.example/a?u=ana';

/** Children of this process that are decoders, as Linux lists them; not those that another test file left to end by themselves. */
const decoders = (): readonly number[] => children().filter((pid) => !LEFT.includes(pid));
const children = (): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isDecoder(pid));

function isDecoder(pid: number): boolean {
  try {
    const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decoderProcess');
  } catch {
    return false; // it has ended meanwhile
  }
}
const LEFT = children();

/** Without anything in it. */
const plain = (side: number): Bitmap => ({
  width: side,
  height: side,
  data: new Uint8ClampedArray(side * side * 4).fill(255),
});

const megabytes = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('what a large picture took is given back in a pause', async () => {
  expect(await decodeQrCodes(plain(1_900))).toEqual([]);
  const [pid = 0] = decoders();
  let again = 0;
  while (megabytes(pid, 'VmRSS') > megabytes(pid, 'VmHWM') - 20) {
    // It took 60. What still compiles is kept until a later pause.
    expect(await decodeQrCodes(Buffer.concat([picture, Buffer.from(`${again++}`)]))).toEqual([TARGET]);
    await sleep(200);
  }
  expect(await decodeQrCodes(picture)).toEqual([TARGET]);
}, 120_000);
