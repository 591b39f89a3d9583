import { domainToASCII, domainToUnicode } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isVoidPunycode } from '../../src/text/punycode.ts';

describe('leads nowhere', () => {
  test.each([
    ['letters that stand for others', 'xn--pokxncvks'],
    ['a capital', 'xn--dca'],
    ['too large a number', 'xn--99999999'],
    ['cut short', 'xn--bcher-kv9'],
    ['no digit', 'xn--bcher-k_a'],
    ['half a letter', `xn--${digitsOf(0xd800)}`],
    ['beyond all letters', `xn--${digitsOf(0x110000)}`],
  ])('%s', (_what, label) => {
    expect(isVoidPunycode(label)).toBe(true);
  });
  test.each([
    ['no Punycode', 'example'],
    ['bücher', 'xn--bcher-kva'],
    ['рф', 'xn--p1ai'],
    ['💩', 'xn--ls8h'],
    ['a letter that Unicode has not given yet', `xn--${digitsOf(0x3fffd)}`],
    ['a hyphen too many', 'xn---bba'],
    ['nothing', 'xn--'],
    ['plain letters', 'xn--abc-'],
    ['longer than a label', `xn--${'9'.repeat(60)}`],
  ])('near-miss: %s', (_what, label) => {
    expect(isVoidPunycode(label)).toBe(false);
  });
});

/** One letter alone: a number from 0x80 on in generalised digits (RFC 3492 §3.3). */
function digitsOf(letter: number): string {
  let rest = letter - 0x80;
  let digits = '';
  for (let k = 36; ; k += 36) {
    const threshold = Math.min(26, Math.max(1, k - 72));
    const digit = rest < threshold ? rest : threshold + ((rest - threshold) % (36 - threshold));
    digits += 'abcdefghijklmnopqrstuvwxyz0123456789'[digit];
    if (rest < threshold) return digits;
    rest = Math.floor((rest - threshold) / (36 - threshold));
  }
}

test('whatever the platform writes and reads leads somewhere', () => {
  const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (word) => {
      for (const label of domainToASCII(word).split('.')) expect(isVoidPunycode(label)).toBe(false);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(
    fc.property(fc.stringMatching(/^xn--[a-z0-9-]{0,20}$/), (label) => {
      if (isVoidPunycode(label)) expect(domainToUnicode(label)).toBe(label);
    }),
    { numRuns: 2_000 },
  );
});
