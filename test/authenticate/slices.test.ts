import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inSlices } from '../../src/authenticate/slices.ts';

const SLICE = 16 * 1024;
const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

test.each([
  ['nothing', ''],
  ['CRLF stays', 'a\r\nb\r\n\r\nc'],
  ['LF becomes CRLF', 'a\nb\n\nc\n'],
  ['mixed', 'a\r\nb\nc\rd\r\r\n\n'],
  ['a pair across two slices', `${'x'.repeat(SLICE - 1)}\r\nb\n`],
  ['LF at the start of a slice', `${'x'.repeat(SLICE)}\nb\r\n`],
  ['CR at the end of a slice, no LF', `${'x'.repeat(SLICE - 1)}\rb\n`],
])('%s', async (_name, text) => {
  expect((await buffer(inSlices(Buffer.from(text)))).toString()).toBe(crlf(text));
});

test('any bytes around the border of two slices', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('\r', '\n', 'a'), { maxLength: 12 }), async (chars) => {
      const text = `${'x'.repeat(SLICE - 6)}${chars.join('')}`;
      expect((await buffer(inSlices(Buffer.from(text)))).toString()).toBe(crlf(text));
    }),
  );
});

test('others get their turn while a large message goes by', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await buffer(inSlices(Buffer.alloc(8 * 1024 * 1024, 'a\n')));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});
