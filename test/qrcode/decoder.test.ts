/** The decoder's process may die or hang: that costs a picture, never the caller. */
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
/** A machine with four times as much to do as it can takes this long to draw and stop a picture of nine million pixels. */
const BUSY_MS = 120_000;
const TARGET = 'https://login.evil-portal.example/a?u=ana';
/** The same picture to the decoder, another to its memory. */
const another = (mark: string): Buffer => Buffer.concat([picture, Buffer.from(mark)]);

const noise = (side: number): Bitmap => ({
  width: side,
  height: side,
  data: new Uint8ClampedArray(side * side * 4).map((_, at) => (at * 2_654_435_761) >>> 24),
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** Again where a busy machine took its time. */
async function decoded(picture: Buffer | Bitmap): Promise<readonly string[]> {
  for (;;) {
    const texts = await decodeQrCodes(picture);
    if (typeof texts !== 'string') return texts;
  }
}

test('one that starts goes on, however long it takes, and whoever asks it again is answered', async () => {
  const asked = decoded(another('the first'));
  await until(() => decoders().length > 0);
  const begun = decoders();
  expect(await asked).toEqual([TARGET]);
  expect(decoders()).toEqual(begun);
});

test('many at once are answered each', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => decoded(another(`many ${at}`))));
  expect(answers).toEqual(Array.from({ length: 10 }, () => [TARGET]));
});

test('more than can wait are refused at once', async () => {
  await decoded(another('so that it runs for the crowd'));
  let refusedCount = 0;
  const answers = Array.from({ length: 40 }, async (_, at) => {
    if ((await decodeQrCodes(another(`crowd ${at}`))) === 'busy') refusedCount++;
  });
  await new Promise((resolve) => setImmediate(resolve)); // before any has waited
  expect(refusedCount).toBe(40 - 16 - 1);
  await Promise.all(answers);
});

test(
  'a decoder that dies costs the picture; the next is read by another',
  async () => {
    await decoded(another('so that it runs'));
    const answer = decodeQrCodes(noise(1_500));
    for (const pid of decoders()) process.kill(pid, 'SIGKILL');
    expect(await answer).toBe('stopped');
    expect(await decoded(another('after'))).toEqual([TARGET]);
  },
  BUSY_MS,
);

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

test(
  'one that takes too long harms no neighbour, whoever was first',
  async () => {
    await decoded(another('so that it runs here too'));
    const [before, slow, behind] = await Promise.all([
      decoded(another('before')),
      decodeQrCodes(corners(3_000)),
      decodeQrCodes(another('behind')),
    ]);
    expect(before).toEqual([TARGET]);
    expect(slow).toBe('stopped');
    expect(behind).not.toBe('stopped'); // on a busy machine its turn may come too late
    expect(await decoded(another('later'))).toEqual([TARGET]);
  },
  BUSY_MS,
);

test(
  'one that takes too long is ended',
  async () => {
    await decoded(another('before the vast one'));
    const ended = decoders();
    expect(await decodeQrCodes(corners(3_010))).toBe('stopped');
    await until(() => !decoders().some((pid) => ended.includes(pid)));
    expect(await decoded(another('after the vast one'))).toEqual([TARGET]);
  },
  BUSY_MS,
);
