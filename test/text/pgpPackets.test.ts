import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalForms } from '../../src/text/canonicalText.ts';
import { couldBePgpSignature, isPgpEncrypted } from '../../src/text/pgpPackets.ts';
import { signedFixture } from '../signedFixtures.ts';

const PART = signedFixture('part.txt');
const textOf = (name: string): string => signedFixture(name).toString('latin1');
const armoured = (name: string, hex: string): string =>
  `-----BEGIN PGP ${name}-----\n\n${Buffer.from(hex, 'hex').toString('base64')}\n-----END PGP ${name}-----\n`;
/** In hex. */
const packetOf = (name: string): string =>
  Buffer.from(/\n\n([A-Za-z0-9+/=\n]+?)\n=/.exec(textOf(name))?.[1] ?? '', 'base64').toString('hex');

describe('a signature', () => {
  test('a few of them', () => {
    expect(couldBePgpSignature(armoured('SIGNATURE', packetOf('pgp.asc').repeat(2)), [PART])).toBe(true);
  });

  test.each(['pgp.asc', 'pgp-text.asc'])('of these bytes and no others: %s', (name) => {
    const withLf = Buffer.from(PART.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    expect(couldBePgpSignature(textOf(name))).toBe(true);
    expect(couldBePgpSignature(textOf(name), canonicalForms(PART))).toBe(true);
    expect(couldBePgpSignature(textOf(name), canonicalForms(withLf))).toBe(true);
    expect(couldBePgpSignature(textOf(name), [Buffer.from(`${PART.toString()}A list's footer\r\n`)])).toBe(false);
  });

  test('with headers, lines that end with CR and LF, and without a checksum', () => {
    const written = textOf('pgp.asc').replace('-----\n', '-----\nVersion: GnuPG v2\nComment: \n');
    expect(couldBePgpSignature(written.replaceAll('\n', '\r\n'), [PART])).toBe(true);
    expect(couldBePgpSignature(written.replace(/\n=.{4}\n/, '\n'), [PART])).toBe(true);
  });

  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['an empty armour', armoured('SIGNATURE', '')],
    ['bytes', armoured('SIGNATURE', '00112233')],
    ['a packet that breaks off', armoured('SIGNATURE', 'c2ff0000')],
    ['a signature of nothing', armoured('SIGNATURE', 'c20404000108')],
    ['another packet', armoured('SIGNATURE', 'd20101')],
    ['five of them', armoured('SIGNATURE', packetOf('pgp.asc').repeat(5))],
    ['something beside', `See here.\n${textOf('pgp.asc')}`],
    ['the text that is signed', textOf('clear.asc')],
    ['another armour', textOf('enc.asc')],
    ['a link in it', textOf('pgp.asc').replace('\n\n', '\n\nhttps://evil.example/x\n')],
  ])('is none: %s', (_what, text) => {
    expect(couldBePgpSignature(text)).toBe(false);
  });
});

describe('an encrypted message', () => {
  test.each(['enc.asc', 'enc-long.asc'])('%s', (name) => {
    expect([isPgpEncrypted(textOf(name)), isPgpEncrypted(textOf('pgp.asc'))]).toEqual([true, false]);
  });
  test.each([
    ['nothing', ''],
    ['text', armoured('MESSAGE', Buffer.from('See https://evil.example').toString('hex'))],
    ['data that are not encrypted', armoured('MESSAGE', 'cb0562000000000068')],
    ['without a key', armoured('MESSAGE', 'd20101')],
    ['something behind', `${textOf('enc.asc')}See https://evil.example`],
    ['data in pieces of one byte', armoured('MESSAGE', `c10100d2${'e000'.repeat(50)}0100`)],
    ['packets without end', armoured('MESSAGE', `c100${'c100'.repeat(200)}d20101`)],
  ])('is none: %s', (_what, text) => {
    expect(isPgpEncrypted(text)).toBe(false);
  });
});

test('any bytes are read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const hex = Buffer.from(bytes).toString('hex');
      expect(typeof couldBePgpSignature(armoured('SIGNATURE', `c2${hex}`), [PART])).toBe('boolean');
      expect(typeof isPgpEncrypted(armoured('MESSAGE', hex))).toBe('boolean');
    }),
  );
});
