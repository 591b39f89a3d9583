import { expect, test } from '@jest/globals';
import { decodeWords } from '../../src/traits/encodedWords.ts';

test.each([
  ['plain', 'plain'],
  ['=?utf-8?B?R3LDvMOfZQ==?=', 'Grüße'],
  ['=?utf-8?q?Gr=C3=BC=C3=9Fe_an?= alle', 'Grüße an alle'],
  ['=?utf-8?Q?a?= =?utf-8?Q?b?=', 'ab'],
  ['=?utf-8?Q?a?==?utf-8?Q?b?=', 'ab'],
  ['x =?utf-8?Q?a?= y =?utf-8?Q?b?=', 'x a y b'],
  ['=?utf-8*en?Q?a?=', 'a'],
  ['=?iso-8859-1?Q?=FC?=', 'ü'],
  ['=?no-such-charset?Q?=FC?=', 'ü'],
  ['=?utf-8?X?a?=', '=?utf-8?X?a?='],
  ['=?utf-8?Q?a', '=?utf-8?Q?a'],
])('%s', (source, expected) => {
  expect(decodeWords(source)).toBe(expected);
});
