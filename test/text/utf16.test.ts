import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { utf16At, utf16BeAt } from '../../src/text/utf16.ts';

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const letters = fc.string({ unit: 'binary' });

test('text comes back from any address, with half a letter behind it or none', () => {
  fc.assert(
    fc.property(letters, fc.nat(3), fc.boolean(), (text, before, hasHalf) => {
      const around = (bytes: Buffer) => Buffer.concat([Buffer.alloc(before), bytes, Buffer.alloc(hasHalf ? 1 : 0, 65)]);
      expect(utf16At(around(Buffer.from(text, 'utf16le')), before)).toBe(text);
      expect(utf16BeAt(around(swapped(text)), before)).toBe(text);
    }),
  );
});

test.each([
  ['a part', 2, 6, 'bc'],
  ['a part that ends in the middle of a letter', 2, 5, 'b'],
  ['more than there is', 4, 99, 'c'],
  ['from beyond the end', 9, 12, ''],
  ['the end before the beginning', 4, 2, ''],
])('%s', (_name, from, to, expected) => {
  expect(utf16At(Buffer.from('abc', 'utf16le'), from, to)).toBe(expected);
  expect(utf16BeAt(swapped('abc'), from, to)).toBe(expected);
});
