/** Mail that stays as it is, and why. */
import { describe, expect, test } from '@jest/globals';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { signedFixture } from '../../signedFixtures.ts';
import { EVIL, HEAD, LOCKED, mail, rewritten, single, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

const withLf = (raw: Buffer): Buffer => Buffer.from(raw.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
const pgp = (): string => signedFixture('pgp.asc').toString('latin1');
const PART = signedFixture('part.txt').toString('latin1');
const BAD_LOCKED = LOCKED.replace('evil', 'bad');
const all: StripPlan = { links: 'all', files: 'all', banner: 'Be careful.', shownAddress: 'eve@bank.example' };

/** Lines of a multipart/signed; `signature` as it stands in the part. */
const signedBy = (type: string, signature: string, part = PART, ...more: readonly string[]): readonly string[] => [
  `Content-Type: multipart/signed; protocol="${type}"; boundary=s`,
  ...['', '--s', part],
  ...['--s', `Content-Type: ${type}`, 'Content-Transfer-Encoding: 7bit', '', signature],
  ...more,
  ...['--s--', ''],
];
const PGP = 'application/pgp-signature';
const byPgp = (name: string, part?: string) => signedBy(PGP, signedFixture(name).toString('latin1'), part);
/** Base64, named so: the part says 7bit. */
const bySmime = (name: string, part?: string, ...more: readonly string[]) =>
  signedBy('application/pkcs7-signature', signedFixture(name).toString('base64'), part, ...more).map((line) =>
    line === 'Content-Transfer-Encoding: 7bit' ? 'Content-Transfer-Encoding: base64' : line,
  );
const inOnePiece = (type: string, name: string) =>
  single(`application/pkcs7-mime; smime-type=${type}`, 'base64', signedFixture(name).toString('base64'));
const encryptedTo = (control: string, data: string, ...more: readonly string[]) =>
  mail(
    ...[...HEAD, 'Content-Type: multipart/encrypted; boundary=e; protocol="application/pgp-encrypted"', ''],
    ...['--e', 'Content-Type: application/pgp-encrypted', '', control],
    ...['--e', 'Content-Type: application/octet-stream', '', data],
    ...[...more, '--e--', ''],
  );
const asText = (raw: Buffer): Buffer =>
  Buffer.from(
    raw.toString('latin1').replace(/(?<=Type: )application\/(?:octet-stream|pgp-encrypted)(?=\r)/g, 'text/plain'),
    'latin1',
  );
const clear = signedFixture('clear.asc').toString('latin1');
const encrypted = signedFixture('enc.asc').toString('latin1');
const mixed = (...parts: readonly string[]) =>
  mail(...HEAD, 'Content-Type: multipart/mixed; boundary=m', '', ...parts, '--m--', '');

describe('never rewritten', () => {
  test.each([
    ['signed', 'S/MIME', mail(...HEAD, ...bySmime('rsa.p7s'))],
    ['signed', 'S/MIME, its lines ended with LF alone', withLf(mail(...HEAD, ...bySmime('ec.p7s')))],
    ['signed', 'PGP/MIME', mail(...HEAD, ...byPgp('pgp.asc'))],
    ['signed', 'S/MIME in one piece', inOnePiece('signed-data', 'opaque.p7m')],
    ['signed', 'PGP in the text', single('text/plain', '7bit', clear)],
    ['signed', 'a signed part', mixed('--m', ...bySmime('pss.p7s'))],
    ['signed', 'a signed message in it', mail(...HEAD, 'Content-Type: message/rfc822', '', ...byPgp('pgp-text.asc'))],
    ['encrypted', 'S/MIME', inOnePiece('enveloped-data', 'enveloped.p7m')],
    ['encrypted', 'PGP/MIME', encryptedTo('Version: 1', encrypted)],
  ])('%s: %s', async (refusal, _what, raw) => {
    expect(await strip(raw, all)).toMatchObject({ isRewritten: false, refusal });
  });
  test.each([
    ['a file', { links: [], files: new Map([['f'.repeat(64), { why: 'It runs.' }]]) }],
    ['a link', EVIL],
    ['any link', { links: 'all', files: new Map() }],
  ] as const)('when what is to go may be what a part was signed with: %s', async (_what, plan) => {
    const withFile = (...smime: readonly string[]) =>
      mixed('--m', '', 'Hello', '--m', 'Content-Type: application/octet-stream; name=Order.p7m', ...smime);
    const signed = withFile('Content-Transfer-Encoding: base64', '', signedFixture('opaque.p7m').toString('base64'));
    const full = { ...plan, banner: 'Be careful.', shownAddress: 'eve@bank.example' };
    expect(await strip(signed, full)).toMatchObject({ isRewritten: false, refusal: 'signed' });
    expect(await strip(withFile('', 'x'), full)).toMatchObject({ isRewritten: false, refusal: 'untraceable' });
  });
  test('but around a signed part, as lists put a footer below', async () => {
    const raw = mixed('--m', ...bySmime('rsa.p7s'), '--m', '', "A list's footer: https://bad.example/x");
    const bad: StripPlan = { ...EVIL, links: [{ to: 'bad.example' }] };
    expect(await text(raw, bad)).toBe(raw.toString('latin1').replace(/https:\/\/bad.*?\r\n/, `${BAD_LOCKED}\r\n`));
    expect(await strip(raw, EVIL)).toMatchObject({ refusal: 'signed' });
  });
  test('but around a text that is signed in the clear, or encrypted', async () => {
    const around = (inside: string) => single('text/plain', '7bit', `See ${LINK}\r\n\r\n${inside}\r\nor ${LINK}\r\n`);
    const quiet = clear.replace('https://evil.example/x?id=1', 'the list');
    for (const inside of [quiet, encrypted]) {
      const raw = around(inside);
      expect(await text(raw)).toBe(raw.toString('latin1').replaceAll(LINK, LOCKED));
    }
  });
});

describe('who only says that it is signed is rewritten: there is nothing to break', () => {
  test.each([
    ['a word for a signature', mail(...HEAD, ...signedBy(PGP, 'x'))],
    ['S/MIME of something else', mail(...HEAD, ...bySmime('rsa.p7s', `Content-Type: text/plain\r\n\r\n${LINK}`))],
    ['S/MIME below a footer of a list', mail(...HEAD, ...bySmime('rsa.p7s', `${PART}____\r\nA list\r\n`))],
    ['PGP/MIME of something else', mail(...HEAD, ...byPgp('pgp.asc', `${PART}____\r\nA list\r\n`))],
    ['a PGP signature that is said to be S/MIME', mail(...HEAD, ...signedBy('application/pkcs7-signature', pgp()))],
    ['another type of signature', mail(...HEAD, ...signedBy('application/x-signature', pgp()))],
    ['more beside what is signed', mail(...HEAD, ...bySmime('rsa.p7s', PART, '--s', '', 'More'))],
    [
      'nothing but the signed part',
      mail(...HEAD, 'Content-Type: multipart/signed; boundary=s', '', '--s', PART, '--s--'),
    ],
    ['a beginning in the text', single('text/plain', '7bit', `-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n${LINK}`)],
    ['a made-up signature in the text', single('text/plain', '7bit', clear.replace(/^iJ.*$/m, 'x'))],
    ['a signature in a page', single('text/html', '7bit', `<pre>${clear}</pre>`)],
    ['a beginning of encrypted text', single('text/plain', '7bit', `See ${LINK}\r\n-----BEGIN PGP MESSAGE-----\r\n`)],
    ['encrypted, and nothing that is', asText(encryptedTo('Version: 1', LINK))],
    ['encrypted, without a version', asText(encryptedTo(LINK, encrypted))],
    ['encrypted, with something beside', encryptedTo('Version: 1', encrypted, '--e', '', LINK)],
  ])('%s', async (_what, raw) => {
    const done = await rewritten(raw);
    expect(done.changes).toContainEqual(expect.objectContaining({ kind: 'link', host: 'evil.example' }));
    expect(done.bytes.toString('latin1')).not.toContain('https://evil.example');
  });
  test.each([
    ['encrypted', 'AAAA'],
    ['signed', signedFixture('opaque.p7m').toString('latin1').replace('evil.example', 'good.example')],
  ])('but in one piece, where nothing can be taken out: %s', async (what, cms) => {
    const type = `application/pkcs7-mime; smime-type=${what === 'signed' ? 'signed-data' : 'enveloped-data'}`;
    const raw = single(type, 'base64', Buffer.from(cms, 'latin1').toString('base64'));
    expect(await strip(raw, EVIL)).toMatchObject({ isRewritten: false, refusal: 'untraceable' });
  });
  test('more of them than are looked into are over a limit', async () => {
    const many = Array.from({ length: 21 }, () => ['--m', ...byPgp('pgp.asc', `${PART}!\r\n`)]).flat();
    expect(await strip(mixed(...many), EVIL)).toMatchObject({ isRewritten: false, refusal: 'over-limit' });
  });
});

describe('refused', () => {
  const chain = (depth: number): string =>
    depth === 0 ? LINK : `Content-Type: message/rfc822\r\n\r\n${chain(depth - 1)}`;
  /** Half of the programs read the first part in another way than we do. */
  const TWICE = [
    ...[...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', '--b'],
    ...['Content-Type: text/plain', 'Content-Transfer-Encoding: 7bit'],
  ];
  const many = (count: number): string => `${LINK}\r\n`.repeat(count);
  test.each([
    ['nothing to do', single('text/plain', '7bit', 'https://good.example'), 'nothing-found'],
    ['empty', Buffer.alloc(0), 'nothing-found'],
    ['no header at all', Buffer.from(`no header here\r\n\r\n${LINK}`), 'untraceable'],
    ['messages in messages', Buffer.from(chain(12)), 'over-limit'],
    ['too many links', single('text/plain', '7bit', many(10_001)), 'over-limit'],
    [
      'too many parts',
      mail(...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', '--b\r\n\r\n'.repeat(1_100)),
      'over-limit',
    ],
    ['text over the limit', single('text/plain', '7bit', 'a\r\n'.repeat(1_500_000)), 'over-limit'],
    ['headers over the limit', mail('X: y'.repeat(300_000), '', LINK), 'over-limit'],
    [
      'two encodings',
      mail(...TWICE, 'Content-Transfer-Encoding: base64', '', LINK, '--b', '', LINK, '--b--'),
      'untraceable',
    ],
    [
      'two boundaries that differ by their case',
      mail(
        ...[...HEAD, 'Content-Type: multipart/mixed; boundary=ABC', 'Content-Type: multipart/mixed; boundary=abc', ''],
        ...['--ABC', '', LINK, '--abc', '', LINK, '--ABC--', '--abc--'],
      ),
      'untraceable',
    ],
    ['two types', mail(...TWICE, 'Content-Type: image/png', '', LINK, '--b', '', LINK, '--b--'), 'untraceable'],
  ])('%s', async (_what, raw, refusal) => {
    expect(await strip(raw, EVIL)).toMatchObject({ isRewritten: false, refusal });
  });
  test('of an attached message only that message, which goes', async () => {
    const inner = [...TWICE, 'Content-Type: image/png', '', 'https://evil.example/inside', '--b--'];
    const raw = mail(
      ...[...HEAD, 'Content-Type: multipart/mixed; boundary=m', '', '--m', '', LINK],
      ...['--m', 'Content-Type: message/rfc822; name=it.eml', '', ...inner, '--m', '', 'The end', '--m--', ''],
    );
    const { bytes, changes } = await rewritten(raw);
    expect(changes.map(({ kind, part }) => `${kind} ${part}`)).toEqual(['link 1', 'file 2']);
    const left = bytes.toString('latin1');
    expect(left).toContain(LOCKED);
    expect(left).toMatch(/A part of this message says two different things of what it\s+is\./);
    expect(left).toContain('The end');
    expect(left).not.toContain('evil.example/inside');
    expect(await strip(raw, { links: [], files: new Map() })).toMatchObject({ refusal: 'nothing-found' });
    // Where it is all there is, nothing would be left.
    const alone = mail(...HEAD, 'Content-Type: message/rfc822', '', ...inner, '');
    expect(await strip(alone, EVIL)).toMatchObject({ isRewritten: false, refusal: 'untraceable' });
  });
  test('not for a part that says the same thing twice, nor where nothing is taken out', async () => {
    const same = mail(...HEAD, 'Content-Type: text/plain', 'content-type:  TEXT/plain', '', LINK);
    expect(await text(same)).toBe(same.toString().replace(LINK, LOCKED));
    const alike = mail(
      ...TWICE,
      'Content-Type: TEXT/plain; charset="utf-8"',
      'Content-Transfer-Encoding: 8bit',
      '',
      LINK,
      '--b--',
    );
    expect(await strip(alike, EVIL)).toMatchObject({ isRewritten: true });
    const two = mail(...TWICE, 'Content-Type: image/png', '', LINK, '--b--');
    const plan: StripPlan = { links: [], files: new Map(), banner: 'Be careful.' };
    expect(await strip(two, plan)).toMatchObject({ isRewritten: true });
  });
});
