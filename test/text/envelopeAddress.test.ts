import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkedAddress } from '../../src/intake.ts';
import { envelopeRecipient, envelopeSender, withoutPort } from '../../src/text/envelopeAddress.ts';

test.each([
  ['<ana@acme.example>', 'ana@acme.example'],
  [' ana@Bücher.example ', 'ana@xn--bcher-kva.example'],
  ['"a b"@acme.example', '_a_b_@acme.example'],
  ['a@[192.0.2.1]', 'a@192.0.2.1'],
  ['a@[IPv6:2001:db8::1]', 'a@2001-db8--1'],
  ['a@b@c d', 'a@b@invalid'],
  ['@acme.example', '_@acme.example'],
  ['root', undefined],
  ['<>', undefined],
])('recipient %j is %j', (path, expected) => {
  expect(envelopeRecipient(path)).toBe(expected);
});

test.each([
  ['<>', '<>'],
  ['', '<>'],
  ['<root>', 'root'],
  ['<eve@bank.example>', 'eve@bank.example'],
])('sender %j is %j', (path, expected) => {
  expect(envelopeSender(path)).toBe(expected);
});

describe('whatever comes', () => {
  test('a recipient passes intake', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'binary' }), (local, domain) => {
        const address = envelopeRecipient(`${local}@${domain}`);
        expect(() => checkedAddress(address ?? '', 'rcptTo')).not.toThrow();
      }),
    );
  });
});

test.each([
  ['192.0.2.9:12345', '192.0.2.9'],
  ['[2001:db8::9]:25', '2001:db8::9'],
  ['2001:db8::9', '2001:db8::9'],
  ['192.0.2.9', '192.0.2.9'],
  ['unix:/x', 'unix:/x'],
])('%s without port is %s', (text, expected) => {
  expect(withoutPort(text)).toBe(expected);
});
