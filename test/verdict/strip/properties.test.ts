/** Any mail that can be built, and any damage to real ones: what is not to be touched stays, the rest reads as it should. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode as encodeQp } from 'libqp';
import { loadSamples } from '../../../bench/samples.ts';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { decodedBody, encodedBody } from '../../../src/verdict/strip/encodings.ts';
import { readEntities } from '../../../src/verdict/strip/entities.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { linksLeft } from './left.ts';
import { EVIL, single } from './mails.ts';
import { mutated, nudged } from './mutate.ts';
import { replayable } from './replay.ts';
import { untouchedOf } from './untouched.ts';

const ALL: StripPlan = { links: 'all', files: 'all', banner: 'Be careful.', shownAddress: 'eve@bank.example' };
const samples = loadSamples(join(import.meta.dirname, '..', '..', '..', 'samples')).map(({ raw }) => raw);

async function expectUntouched(raw: Buffer, plan: StripPlan): Promise<Buffer | undefined> {
  const result = await strip(raw, plan);
  if (!result.isRewritten) return undefined;
  const before = await untouchedOf(raw, result.changes);
  const after = await untouchedOf(result.bytes, result.changes);
  expect(after.partCount).toBe(before.partCount);
  expect(after.bytes.equals(before.bytes)).toBe(true);
  expect(after.fields).toEqual(before.fields);
  expect(result.bytes.subarray(result.bytes.length - result.body.length).equals(result.body)).toBe(true);
  return result.bytes;
}

const word = fc.constantFrom(
  'Grüße',
  'https://evil.example/x?a=1&b',
  'https://good.example/y',
  'www.evil.example',
  '--b1',
  '--',
  'a=b',
  '   ',
  '\t',
  '<b>',
  '&amp;',
  '.',
  'From here',
  '>',
);
const words = fc.array(word, { maxLength: 12 }).map((all) => all.join(' '));
const lines = fc.array(words, { maxLength: 6 }).map((all) => all.join('\r\n'));
const html = fc
  .array(
    fc.tuple(fc.constantFrom('<p>', '<a href="', '<a href=', "<img src='", '</a>', '">', '>', '<!--', '-->'), word),
    {
      maxLength: 12,
    },
  )
  .map((all) => all.flat().join(''));

const leaf = fc
  .record({
    type: fc.constantFrom(
      'text/plain',
      'text/html',
      'text/plain; format=flowed; delsp=yes',
      'text/calendar',
      'image/png',
    ),
    encoding: fc.constantFrom('7bit', '8bit', 'quoted-printable', 'base64'),
    disposition: fc.constantFrom(
      '',
      'Content-Disposition: inline\r\n',
      'Content-Disposition: attachment; filename=a.x\r\n',
    ),
    text: fc.oneof(lines, html),
  })
  .map(({ type, encoding, disposition, text }) => {
    const body =
      encoding === 'base64'
        ? Buffer.from(text).toString('base64')
        : encoding === 'quoted-printable'
          ? encodeQp(text)
          : text;
    return `Content-Type: ${type}${type.includes(';') ? '' : '; charset=utf-8'}\r\nContent-Transfer-Encoding: ${encoding}\r\n${disposition}\r\n${body}`;
  });

const { entity } = fc.letrec<{ entity: string; inner: string; multi: string }>((tie) => ({
  entity: fc.oneof({ depthSize: 'small' }, leaf, tie('multi'), tie('inner')),
  inner: tie('entity').map((body) => `Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\n${body}`),
  multi: fc
    .record({
      kind: fc.constantFrom('mixed', 'alternative', 'related'),
      boundary: fc.integer({ min: 1, max: 3 }).map((n) => `b${n}`),
      children: fc.array(tie('entity'), { minLength: 1, maxLength: 3 }),
      isClosed: fc.boolean(),
    })
    .map(
      ({ kind, boundary, children, isClosed }) =>
        `Content-Type: multipart/${kind}; boundary=${boundary}\r\n\r\npreamble\r\n` +
        `${children.map((child) => `--${boundary}\r\n${child}\r\n`).join('')}${isClosed ? `--${boundary}--\r\nepilogue\r\n` : ''}`,
    ),
}));
const message = entity.map((body) => Buffer.from(`From: "Ana" <eve@bank.example>\r\nSubject: x\r\n${body}`));

describe('mails of all shapes', () => {
  test('untouched parts stay', async () => {
    await fc.assert(
      fc.asyncProperty(message, fc.constantFrom(EVIL, ALL), async (raw, plan) => {
        await expectUntouched(raw, plan);
      }),
      replayable(1_000),
    );
  });
  test('untouched parts stay where borders are damaged', async () => {
    await fc.assert(
      fc.asyncProperty(message, fc.nat(1_000_000), fc.constantFrom(EVIL, ALL), async (raw, seed, plan) => {
        await expectUntouched(nudged(raw, seed), plan);
      }),
      replayable(1_000, ([raw, seed]) => nudged(raw, seed)),
    );
  });
  test('no locked link is left for a reader to click on', async () => {
    await fc.assert(
      fc.asyncProperty(message, async (raw) => {
        // Our reader joins HTML parts, and two that are cut short can make one link that neither has: docs/adr/0013.
        fc.pre(raw.toString('latin1').split('text/html').length <= 2);
        const bytes = await expectUntouched(raw, EVIL);
        // pictures are files of which a plan would name the ones that hold a link
        const left = await linksLeft(bytes ?? raw);
        expect(left.filter(({ host, inFile }) => /(?:^|\.)evil\.example$/.test(host) && inFile === undefined)).toEqual(
          [],
        );
      }),
      replayable(1_000),
    );
  });
});

describe('damaged samples', () => {
  test('nothing throws, untouched parts stay', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...samples), fc.nat(1_000_000), async (raw, seed) => {
        await expectUntouched(mutated(raw, seed), seed % 2 === 0 ? ALL : { ...ALL, files: new Map() });
      }),
      replayable(1_000, ([raw, seed]) => mutated(raw, seed)),
    );
  });
  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        await expectUntouched(Buffer.from(bytes), ALL);
      }),
      replayable(500),
    );
  });
});

test('samples: no link is left but in files', async () => {
  for (const raw of samples) {
    const result = await strip(raw, { ...ALL, files: new Map() });
    const left = await linksLeft(result.isRewritten ? result.bytes : raw);
    const inText = left.filter(({ source, inFile }) => source !== 'qr-code' && inFile === undefined);
    if (result.isRewritten || result.refusal === 'nothing-found') expect(inText).toEqual([]);
  }
});

test('an encoded body is decoded to what it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.constantFrom('base64', 'quoted-printable'),
      fc.constantFrom('\r\n', '\n'),
      async (bytes, encoding, eol) => {
        const content = Buffer.from(bytes);
        const { body } = encodedBody(content, encoding, Buffer.alloc(0), eol);
        const raw = single('application/octet-stream', encoding, body.toString('latin1'));
        expect((await decodedBody(raw, await readEntities(raw))).equals(content)).toBe(true);
        expect(
          Math.max(
            ...body
              .toString('latin1')
              .split('\n')
              .map(({ length }) => length),
          ),
        ).toBeLessThanOrEqual(78);
        expect(/^--|\r(?!\n)/m.test(body.toString('latin1'))).toBe(false);
      },
    ),
    { numRuns: 1_000 },
  );
});
