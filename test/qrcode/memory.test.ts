/** Memory of the decoder’s process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Bitmap } from '../../src/qrcode/decoder.ts';
import { decoders } from './decoders.ts';
import { beforeImport } from './patient.ts';

beforeImport();
const { decodeQrCodes } = await import('../../src/qrcode/decoder.ts');

const picture = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'qr', 'sign-in.png'));
const TARGET = 'https://login.evil-portal.example/a?u=ana';

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
