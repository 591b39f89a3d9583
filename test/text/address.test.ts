import { describe, expect, test } from '@jest/globals';
import { asciiDomain, withoutTag } from '../../src/text/address.ts';

test.each([
  ['ana@acme.example', 'ana@acme.example'],
  ['ana+news@acme.example', 'ana@acme.example'],
  ['ana+news+more@acme.example', 'ana@acme.example'],
  ['ana+@acme.example', 'ana@acme.example'],
  ['+a@acme.example', '+a@acme.example'],
  ['"b+c@d"@acme.example', '"b@acme.example'],
  ['ana@acme+b.example', 'ana@acme+b.example'],
  ['ana+news', 'ana+news'],
  ['', ''],
])('%s without its tag', (address, expected) => {
  expect(withoutTag(address)).toBe(expected);
});

describe('a domain', () => {
  test.each([
    ['Acme.Example.', 'acme.example'],
    ['b\u00fccher.example', 'xn--bcher-kva.example'],
    ['not a domain', ''],
    ['', ''],
  ])('%j is %j', (domain, expected) => {
    expect(asciiDomain(domain)).toBe(expected);
  });
});
