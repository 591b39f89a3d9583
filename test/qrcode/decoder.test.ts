/** The decoder's process may die or hang: that costs a picture, never the caller. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Bitmap, decodeQrCodes } from '../../src/qrcode/decoder.ts';
import { until } from '../e2e/golden.ts';

const picture = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'qr', 'sign-in.png'));
const TARGET = 'https://login.evil-portal.example/a?u=ana';
/** The same picture to the decoder, another to its memory. */
const another = (mark: string): Buffer => Buffer.concat([picture, Buffer.from(mark)]);

const noise = (side: number): Bitmap => ({
  width: side,
  height: side,
  data: new Uint8ClampedArray(side * side * 4).map((_, at) => (at * 2_654_435_761) >>> 24),
});

/** Children of this process that are decoders, as Linux lists them. */
const decoders = (): readonly number[] =>
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

test('many at once are answered each', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => decodeQrCodes(another(`many ${at}`))));
  expect(answers).toEqual(Array.from({ length: 10 }, () => [TARGET]));
});

test('more than can wait are refused at once', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => decodeQrCodes(another(`crowd ${at}`))));
  expect(answers.filter((texts) => texts === 'busy')).toHaveLength(40 - 16 - 1);
});

test('a decoder that dies costs the picture; the next is read by another', async () => {
  await decodeQrCodes(another('so that it runs'));
  const answer = decodeQrCodes(noise(1_500));
  for (const pid of decoders()) process.kill(pid, 'SIGKILL');
  expect(await answer).toBe('stopped');
  expect(await decodeQrCodes(another('after'))).toEqual([TARGET]);
});

/** Nothing but corners of QR codes, eight modules apart: each three of them are tried together. */
function corners(side: number): Bitmap {
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at++) {
    const [x, y] = [Math.floor((at % side) / 2) % 8, Math.floor(at / side / 2) % 8];
    const isFrame = x === 0 || x === 6 || y === 0 || y === 6;
    const isCore = x > 1 && x < 5 && y > 1 && y < 5;
    if (x < 7 && y < 7 && (isFrame || isCore)) data.fill(0, at * 4, at * 4 + 3);
  }
  return { width: side, height: side, data };
}

test('one that takes too long harms no neighbour, whoever was first', async () => {
  await decodeQrCodes(another('so that it runs here too'));
  const [before, slow, behind] = await Promise.all([
    decodeQrCodes(another('before')),
    decodeQrCodes(corners(1_950)),
    decodeQrCodes(another('behind')),
  ]);
  expect([before, slow]).toEqual([[TARGET], 'stopped']);
  expect(behind).not.toBe('stopped'); // on a busy machine its turn may come too late
  expect(await decodeQrCodes(another('later'))).toEqual([TARGET]);
}, 20_000);

test('one that takes too long is ended', async () => {
  expect(await decodeQrCodes(noise(9_000))).toBe('stopped');
  expect(await decodeQrCodes(another('after the vast one'))).toEqual([TARGET]);
}, 20_000);

/** Without anything in it. */
const plain = (side: number): Bitmap => ({
  width: side,
  height: side,
  data: new Uint8ClampedArray(side * side * 4).fill(255),
});

const megabytes = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Again where a busy machine took its time. */
async function decoded(picture: Buffer | Bitmap): Promise<readonly string[]> {
  for (;;) {
    const texts = await decodeQrCodes(picture);
    if (typeof texts !== 'string') return texts;
  }
}

test('what a large picture took is given back in a pause', async () => {
  expect(await decoded(plain(1_900))).toEqual([]);
  const [pid = 0] = decoders();
  await until(() => megabytes(pid, 'VmRSS') < megabytes(pid, 'VmHWM') - 20, 10_000); // it took 60
  expect(await decoded(another('behind the large one'))).toEqual([TARGET]);
}, 20_000);
