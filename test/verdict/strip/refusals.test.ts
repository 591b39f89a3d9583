/** Mail that stays as it is, and why. */
import { describe, expect, test } from '@jest/globals';
import type { StripPlan } from '../../../src/domain/strip.ts';
import { strip } from '../../../src/verdict/strip.ts';
import { EVIL, HEAD, LOCKED, mail, single, text } from './mails.ts';

const LINK = 'https://evil.example/x?id=1';

describe('never rewritten', () => {
  const SIGNED = [
    'Content-Type: multipart/signed; boundary=s; protocol="application/pgp-signature"',
    '',
    '--s',
    '',
    LINK,
    '--s',
    'Content-Type: application/pgp-signature',
    '',
    'x',
    '--s--',
    '',
  ];
  const all: StripPlan = { links: 'all', files: 'all', banner: 'Be careful.', shownAddress: 'eve@bank.example' };
  test.each([
    ['signed', 'multipart/signed', mail(...HEAD, ...SIGNED)],
    [
      'encrypted',
      'multipart/encrypted',
      mail(...HEAD, 'Content-Type: multipart/encrypted; boundary=e', '', '--e', '', 'x', '--e--'),
    ],
    ['encrypted', 'S/MIME', single('application/pkcs7-mime; smime-type=enveloped-data', 'base64', 'AAAA')],
    ['signed', 'S/MIME in one piece', single('application/x-pkcs7-mime; smime-type="signed-data"', 'base64', 'AAAA')],
    ['signed', 'PGP in the text', single('text/plain', '7bit', `-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\n${LINK}`)],
    [
      'encrypted',
      'PGP in the text, encrypted',
      single('text/plain', '7bit', `See ${LINK}\r\n-----BEGIN PGP MESSAGE-----\r\n`),
    ],
    [
      'signed',
      'a signed part',
      mail(...HEAD, 'Content-Type: multipart/mixed; boundary=m', '', '--m', ...SIGNED, '--m--'),
    ],
    [
      'signed',
      'a signed message in it',
      mail(...HEAD, 'Content-Type: message/rfc822', '', 'From: a@b.example', ...SIGNED),
    ],
  ])('%s: %s', async (refusal, _what, raw) => {
    expect(await strip(raw, all)).toMatchObject({ isRewritten: false, refusal });
  });
  test.each([
    ['a file', { links: [], files: new Map([['f'.repeat(64), { why: 'It runs.' }]]) }],
    ['a link', EVIL],
    ['any link', { links: 'all', files: new Map() }],
  ] as const)('when what is to go may be what a part was signed with: %s', async (_what, plan) => {
    const smime = ['Content-Type: application/octet-stream; name=Order.p7m', '', 'x'];
    const parts = ['--m', '', 'Hello', '--m', ...smime, '--m--'];
    const raw = mail(...HEAD, 'Content-Type: multipart/mixed; boundary=m', '', ...parts);
    const refused = await strip(raw, { ...plan, banner: 'Be careful.', shownAddress: 'eve@bank.example' });
    expect(refused).toMatchObject({ isRewritten: false, refusal: 'signed' });
  });
  test('but around a signed part', async () => {
    const quiet = SIGNED.map((line) => (line === LINK ? 'no link' : line));
    const raw = mail(
      ...HEAD,
      'Content-Type: multipart/mixed; boundary=m',
      '',
      '--m',
      '',
      LINK,
      '--m',
      ...quiet,
      '--m--',
    );
    expect(await text(raw)).toBe(raw.toString().replace(LINK, LOCKED));
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
