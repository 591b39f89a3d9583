import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tokenize } from 'linkifyjs';
import { isPlainAddress, linksInText, readTextLinks } from '../../src/text/textLinks.ts';

const EVIL = 'https://evil.example/login';
const hrefs = (text: string) => linksInText(text).map(({ href }) => href);
const long = (i: number) => `https://good.example/${i}${'x'.repeat(1_990)}`;

describe('a link is reached', () => {
  test.each([
    ['behind 16 KiB of words in one line', `${'x '.repeat(8_300)}${EVIL}`],
    ['behind 16 KiB of blanks', `Sign in:${' '.repeat(16_400)}${EVIL}`],
    ['where a long line is broken', `${'x '.repeat(8_185)}${EVIL}`],
    ['behind 48 KiB in one line without a blank', `${'x,'.repeat(24_600)}${EVIL}`],
    ['at the end of a long word', `${'x'.repeat(5_000)},${EVIL}`],
    ['behind 30 long addresses', `${Array.from({ length: 30 }, (_, i) => long(i)).join('\n')}\n${EVIL}`],
    ['behind 60 KiB of hosts without a scheme', `${'a.com,b.com '.repeat(5_000)}(${EVIL})`],
  ])('%s', (_name, text) => {
    expect(hrefs(text)).toContain(EVIL);
    expect(readTextLinks(text).isCut).toBe(false);
  });

  test('in order of appearance', () => {
    expect(hrefs(`a.com ${EVIL} (https://b.com/x) https://c.com/ www.d.com`)).toEqual([
      'http://a.com',
      EVIL,
      'https://b.com/x',
      'https://c.com/',
      'http://www.d.com',
    ]);
  });

  test('once where a long line is broken', () => {
    for (let count = 8_160; count < 8_192; count++) expect(hrefs(`${'x '.repeat(count)}${EVIL} x`)).toEqual([EVIL]);
  });

  test('of one long address only the beginning is read', () => {
    const address = `${long(1)}${'y'.repeat(100)}/https://other.example/?u=www.a.com`;
    expect(hrefs(address)).toEqual([address.slice(0, 2_048)]);
  });

  test('repetition cannot crowd it out', () => {
    expect(hrefs(`${'https://a.com '.repeat(1_100)}${EVIL}`)).toEqual(['https://a.com', EVIL]);
  });
});

test.each([
  ['https://a.b-c.com/x?y=1&z=%20#t', true],
  ['HTTP://x.io:8080', true],
  ['https://a.com/x).', false],
  ['https://a.com/x”', false],
  ['https://a.com@b.com/', false],
  ['https://münchen.de/', false],
])('%s is plain: %s', (word, expected) => {
  expect(isPlainAddress(word)).toBe(expected);
});

test('what is not given to the finder is told', () => {
  const odd = Array.from({ length: 30 }, (_, i) => `(${long(i)})”`);
  expect(readTextLinks(odd.slice(0, 20).join('\n')).isCut).toBe(false);
  expect(readTextLinks(odd.join('\n')).isCut).toBe(true);
  expect(readTextLinks('file.txt:1 '.repeat(10_000)).isCut).toBe(false);
});

test('a plain address is what the finder takes for one', () => {
  const start = fc.constantFrom('https://a.b-c.com', 'HTTP://x.io', 'https://1.de', 'http://a-.com', 'https://a');
  const piece = fc.constantFrom(
    '/',
    '?',
    '#',
    '.',
    ':',
    ';',
    ',',
    '=',
    '&',
    '%',
    '+',
    '-',
    '_',
    '~',
    '@',
    'x',
    'de',
    ':80',
    'www.',
    'http://',
    '(',
    "'",
  );
  fc.assert(
    fc.property(start, fc.array(piece, { maxLength: 8 }), (host, pieces) => {
      const word = `${host}${pieces.join('')}`;
      const [found] = tokenize(`a ${word} b`).filter(({ t }) => t === 'url');
      expect(!isPlainAddress(word) || word === found?.toString()).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
