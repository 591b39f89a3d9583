import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAddressHeader } from 'mailparser';
import { readAddresses, readFirstAddress, toNamedAddress } from '../../src/parse/addresses.ts';

describe('readFirstAddress', () => {
  test.each([
    ['bea@partner.example', 'bea@partner.example', undefined],
    ['Bea Lind <Bea@Partner.EXAMPLE>', 'bea@partner.example', 'Bea Lind'],
    ['"Lind, Bea" <bea@partner.example>', 'bea@partner.example', 'Lind, Bea'],
    ['Lind, Bea <bea@partner.example>', 'bea@partner.example', 'Lind, Bea'],
    ['bea@partner.example (Bea Lind)', 'bea@partner.example', 'Bea Lind'],
    ['=?utf-8?Q?Bj=C3=B6rn?= <b@x.example>', 'b@x.example', 'Björn'],
    ['=?utf-8?Q?a=0Ab=00c?= <b@x.example>', 'b@x.example', 'a b c'],
    ['"Help          desk" <b@x.example>', 'b@x.example', 'Help desk'],
    ['Björn <björn@bücher.example>', 'björn@xn--bcher-kva.example', 'Björn'],
    ['Help desk, <a@x.example>', 'a@x.example', 'Help desk'],
    ['Team: a@x.example, b@x.example;', 'a@x.example', undefined],
    ['a@x.example.', 'a@x.example', undefined],
    ['<a@x.example', 'a@x.example', undefined],
    ['<@r1.example,@r2.example:a@x.example>', 'a@x.example', undefined],
    ['=?utf-8?B?YUBiLmV4YW1wbGUA?=@x.example', '=?utf-8?b?yubilmv4yw1wbgua?=@x.example', undefined],
    ['a@[192.0.2.1]', 'a@[192.0.2.1]', undefined],
  ])('%s', (value, address, name) => {
    const found = readFirstAddress(value);
    expect([found?.address, found?.name]).toEqual([address, name]);
  });

  test.each(['', 'undisclosed-recipients:;', 'Bea Lind', 'MAILER-DAEMON', '@x.example', 'a@', '<>', undefined])(
    'no address in %j',
    (value) => {
      expect(readFirstAddress(value)).toBeUndefined();
    },
  );
});

test('parts of an address', () => {
  expect(toNamedAddress('"a@b.example"@Mail.X.example', ' ')).toEqual({
    address: '"a@b.example"@mail.x.example',
    local: '"a@b.example"',
    domain: 'mail.x.example',
    orgDomain: 'x.example',
  });
  expect(toNamedAddress(`${'a'.repeat(600)}@x.example`)).toBeUndefined();
});

test('a list keeps its order and leaves out what has no address', () => {
  const found = readAddresses(['a@x.example, Nobody, "B" <b@x.example>', 'Team: c@x.example;']);
  expect(found.map(({ address }) => address)).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
});

test('plain headers are read as mailparser reads them', () => {
  const pieces = [
    'a',
    'B1',
    ' ',
    '.',
    '-',
    '_',
    '+',
    '@',
    'x.example',
    'via',
    'xn--',
    'ß',
    ',',
    '(',
    '"',
    '=?',
    '<',
    '>',
  ];
  const word = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((of) => of.join(''));
  const values = fc
    .tuple(
      word,
      fc.constantFrom('', ' ', ' <', '<'),
      word,
      fc.constantFrom('@', '', '@x.'),
      word,
      fc.constantFrom('', '>', '> '),
    )
    .map((of) => of.join(''));
  fc.assert(
    fc.property(values, (value) => {
      const entries = parseAddressHeader(value, { flatten: true, decodePunycode: false }).value;
      const expected = entries.flatMap(({ address, name }) => toNamedAddress(address, name) ?? []);
      expect(readAddresses([value])).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});
