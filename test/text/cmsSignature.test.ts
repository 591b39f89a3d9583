import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { childrenOf } from '../../src/text/ber.ts';
import { canonicalForms } from '../../src/text/canonicalText.ts';
import { couldBeSignature } from '../../src/text/cmsSignature.ts';
import { cpuClock } from '../cpuTime.ts';
import { octets, open, signed, tlv } from '../parse/cms.ts';
import { signedFixture } from '../signedFixtures.ts';

const PART = signedFixture('part.txt');
const OTHER = Buffer.from(`${PART.toString()}_____\r\nA list's footer\r\n`);
const withLf = Buffer.from(PART.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

/** The same with lengths left open around it and the certificates. */
function inBer(der: Buffer): Buffer {
  const [type, explicit] = childrenOf(der, 0x30, 2);
  const inner = childrenOf(explicit?.content, 0x30, 6).map(({ tag, whole, content }) =>
    tag === 0xa0 ? open(tag, content) : whole,
  );
  return open(0x30, type?.whole ?? Buffer.alloc(0), open(0xa0, open(0x30, ...inner)));
}

test.each([
  ['RSA', 'rsa.p7s'],
  ['RSA-PSS', 'pss.p7s'],
  ['EC, its key named by an identifier', 'ec.p7s'],
  ['without attributes', 'noattr.p7s'],
  ['without its certificate', 'nocerts.p7s'],
  ['BER, as Thunderbird writes it', ''],
])('a real one, about these bytes and no others: %s', (_what, name) => {
  const signature = name === '' ? inBer(signedFixture('rsa.p7s')) : signedFixture(name);
  expect(couldBeSignature(signature, canonicalForms(PART))).toBe(true);
  expect(couldBeSignature(signature, canonicalForms(withLf))).toBe(true);
  expect(couldBeSignature(signature, canonicalForms(OTHER))).toBe(false);
  expect(couldBeSignature(signature)).toBe(false); // it carries nothing
});

test.each(['opaque.p7m', 'opaque-ber.p7m'])('in one piece: %s', (name) => {
  const whole = signedFixture(name);
  expect(couldBeSignature(whole)).toBe(true);
  expect(couldBeSignature(Buffer.from(whole.toString('base64')))).toBe(true);
  const at = whole.indexOf('evil.example');
  const changed = Buffer.from(whole);
  changed.write('good', at);
  expect(couldBeSignature(changed)).toBe(false);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['an empty sequence', Buffer.from('3000', 'hex')],
  ['nobody has signed it', signed(octets(PART))],
  ['a signer of nothing', signed(octets(PART)).subarray(0, -2)],
  ['encrypted', signedFixture('enveloped.p7m')],
])('no signature: %s', (_what, cms) => {
  expect([couldBeSignature(cms), couldBeSignature(cms, [PART])]).toEqual([false, false]);
});

test('one of whose bytes another was put in place is none, or says nothing else', () => {
  const signature = signedFixture('rsa.p7s');
  const key = signature.length - 200; // in the signature itself
  fc.assert(
    fc.property(fc.nat(150), fc.integer({ min: 1, max: 255 }), (back, change) => {
      const changed = Buffer.from(signature);
      changed[key + back] = (changed[key + back] ?? 0) ^ change;
      expect(couldBeSignature(changed, [PART])).toBe(false);
    }),
    { numRuns: 30 },
  );
  fc.assert(
    fc.property(fc.nat(signature.length - 1), fc.nat(255), (at, value) => {
      const changed = Buffer.from(signature);
      changed[at] = value;
      expect(typeof couldBeSignature(changed, [PART])).toBe('boolean');
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !couldBeSignature(Buffer.from(bytes), [PART])));
});

test('many signers and certificates cost no more than a few', () => {
  const whole = signedFixture('ec.p7s');
  const many = Buffer.concat(Array.from({ length: 5_000 }, () => whole));
  const spentMs = cpuClock();
  expect(couldBeSignature(tlv(0x30, many), [PART])).toBe(false);
  expect(
    couldBeSignature(
      signed(octets(Buffer.alloc(1_000_000)), () => tlv(0x30, many)),
      [PART],
    ),
  ).toBe(false);
  expect(spentMs()).toBeLessThan(2_000);
});
