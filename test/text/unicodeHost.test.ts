import { domainToASCII } from 'node:url';
import { expect, test } from '@jest/globals';
import { plainUnicodeHost } from '../../src/text/unicodeHost.ts';

test.each([
  ['bücher.example', 'bücher.example'],
  ['яндекс.example', 'яндекс.example'],
  ['例え.example', '例え.example'],
  ['www.café.example', 'www.café.example'],
  ['한국.example', '한국.example'],
])('%s is shown in its own letters', (host, shown) => {
  expect(plainUnicodeHost(domainToASCII(host))).toBe(shown);
});

test.each([
  ['ASCII', 'bank.example'],
  ['Cyrillic throughout that reads as Latin', 'xn--80ak6aa92e.com'], // аррӏе
  ['one Cyrillic letter among Latin ones', domainToASCII('pаypal.example')],
  ['a dot below', domainToASCII('paypaḷ.example')],
  ['a dotless i', domainToASCII('lıdl.example')],
  ['the letter of phonetics', domainToASCII('ɡoogle.example')],
  ['two scripts', domainToASCII('яндекςс.example')],
  ['no valid punycode', 'xn--zzzzzz--.example'],
  ['one label that is plain, one that is not', domainToASCII('bücher.pаypal.example')],
])('%s stays in ASCII', (_what, host) => {
  expect(plainUnicodeHost(host)).toBeUndefined();
});
