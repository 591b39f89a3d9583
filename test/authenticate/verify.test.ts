/** SPF, DKIM and their limits, over real DNS on loopback and real signatures. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cpuClock } from '../cpuTime.ts';
import type { Zone } from './dnsServer.ts';
import { ED25519_KEY, keyOf, mail, SHORT_KEY, signed } from './signing.ts';
import { RECEIVED_AT, startVerifier, type Verifier } from './verifier.ts';

let verifier: Verifier;
beforeAll(async () => {
  verifier = await startVerifier({});
});
afterAll(() => verifier.close());

const spf = (record: string): Zone => ({ 'partner.example': { TXT: [record] } });

test('bytes that were not signed are not verified', async () => {
  verifier.use(spf('v=spf1 ip4:192.0.2.0/24 -all'));
  expect(await verifier.verifyRebuilt(mail())).toBeUndefined();
  expect(verifier.server.asked).toEqual([]);
});

describe('SPF', () => {
  test.each([
    ['the client is named', spf('v=spf1 ip4:192.0.2.0/24 -all'), 'pass'],
    ['another is named', spf('v=spf1 ip4:198.51.100.1 -all'), 'fail'],
    ['softly', spf('v=spf1 ~all'), 'softfail'],
    ['neither', spf('v=spf1 ?all'), 'neutral'],
    ['no record', { 'partner.example': { A: ['192.0.2.9'] } }, 'none'],
    ['no domain', {}, 'none'],
    ['two records', { 'partner.example': { TXT: ['v=spf1 -all', 'v=spf1 +all'] } }, 'permerror'],
    ['a bad record', spf('v=spf1 ip4:nonsense -all'), 'permerror'],
    ['a server that fails', { 'partner.example': 'SERVFAIL' }, 'temperror'],
    ['a server that refuses', { 'partner.example': 'REFUSED' }, 'temperror'],
    ['a server that is silent', { 'partner.example': 'TIMEOUT' }, 'temperror'],
    ['an include that is silent', { ...spf('v=spf1 include:x.example -all'), 'x.example': 'TIMEOUT' }, 'temperror'],
  ] as const)('%s', async (_name, zone, expected) => {
    verifier.use(zone as Zone);
    const verification = await verifier.verify(mail());
    expect([verification?.spf, verification?.spfDomain]).toEqual([
      expected,
      expected === 'none' ? undefined : 'partner.example',
    ]);
  });

  test('a bounce is checked by its HELO name, and without one by none', async () => {
    verifier.use({ 'mx.partner.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] } });
    const known = await verifier.verify(mail(), { mailFrom: '', helo: 'mx.partner.example' });
    expect(known).toMatchObject({ spf: 'pass', spfDomain: 'mx.partner.example' });
    expect(await verifier.verify(mail(), { mailFrom: '' })).toMatchObject({ spf: 'none' });
  });

  test('IPv6', async () => {
    verifier.use(spf('v=spf1 ip6:2001:db8::/32 -all'));
    expect(await verifier.verify(mail(), { clientIp: '2001:db8::7' })).toMatchObject({ spf: 'pass' });
    expect(await verifier.verify(mail(), { clientIp: '2001:db9::7' })).toMatchObject({ spf: 'fail' });
  });

  test('a record that asks for ever more is cut off', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `m${i}.partner.example`);
    const hosts = Array.from({ length: 10 }, (_, i) => `h${i}`);
    verifier.use({
      ...spf(`v=spf1 ${names.map((name) => `mx:${name}`).join(' ')} -all`),
      ...Object.fromEntries(names.map((name) => [name, hosts.map((host) => ({ MX: [[10, `${host}.${name}`]] }))])),
      ...Object.fromEntries(names.flatMap((name) => hosts.map((host) => [`${host}.${name}`, { A: ['198.51.100.1'] }]))),
    } as unknown as Zone);
    expect(await verifier.verify(mail())).toMatchObject({ spf: 'permerror' });
    expect(verifier.server.asked.length).toBeLessThan(70);
  });
});

describe('who is verified', () => {
  test.each([
    ['no client IP', { clientIp: undefined }],
    ['no MAIL FROM', { mailFrom: undefined }],
    ['a client inside', { clientIp: '10.1.2.3' }],
    ['a client inside, as IPv6', { clientIp: '::ffff:192.168.1.1' }],
    ['somebody who logged in', { user: 'ana' }],
  ])('not: %s', async (_name, envelope) => {
    verifier.use(spf('v=spf1 -all'));
    expect(await verifier.verify(mail(), envelope)).toBeUndefined();
    expect(verifier.server.asked).toEqual([]);
  });
});

describe('DKIM', () => {
  beforeEach(() =>
    verifier.use({
      ...keyOf('partner.example'),
      ...keyOf('short.example', SHORT_KEY),
      ...keyOf('ed.example', ED25519_KEY),
      ...keyOf('revoked.example', { record: 'v=DKIM1; p=' }),
      's._domainkey.silent.example': 'TIMEOUT',
    }),
  );
  const resultOf = async (raw: string) => (await verifier.verify(raw))?.dkim;

  test('passes, with LF line ends too', async () => {
    const raw = await signed(mail(), 'partner.example');
    const expected = [{ result: 'pass', domain: 'partner.example' }];
    expect(await resultOf(raw)).toEqual(expected);
    expect(await resultOf(raw.replaceAll('\r\n', '\n'))).toEqual(expected);
  });

  test.each([
    ['a changed body', (raw: string) => raw.replace('Hello', 'Goodbye')],
    ['a changed subject', (raw: string) => raw.replace('Tuesday', 'Your invoice')],
    ['a changed From', (raw: string) => raw.replace('Bea Lind', 'Ana Boss')],
  ])('%s fails', async (_name, change) => {
    const raw = await signed(mail(), 'partner.example');
    expect(await resultOf(change(raw))).toEqual([{ result: 'fail', domain: 'partner.example' }]);
  });

  test.each([
    ['unsigned', undefined, {}, []],
    ['Ed25519', 'ed.example', { key: ED25519_KEY }, [{ result: 'pass', domain: 'ed.example' }]],
    ['a key of 512 bits', 'short.example', { key: SHORT_KEY }, [{ result: 'policy', domain: 'short.example' }]],
    ['a key that was revoked', 'revoked.example', {}, [{ result: 'neutral', domain: 'revoked.example' }]],
    ['no key', 'keyless.example', {}, [{ result: 'neutral', domain: 'keyless.example' }]],
    ['a silent server', 'silent.example', {}, [{ result: 'temperror', domain: 'silent.example' }]],
    ['expired', 'partner.example', { expires: RECEIVED_AT - 1000 }, [{ result: 'neutral', domain: 'partner.example' }]],
  ] as const)('%s', async (_name, domain, options, expected) => {
    expect(await resultOf(domain === undefined ? mail() : await signed(mail(), domain, options))).toEqual(expected);
  });

  test('l= shorter than the body is no pass, and noted', async () => {
    const raw = await signed(mail(), 'partner.example', { maxBodyLength: 5 });
    expect(await verifier.verify(raw)).toMatchObject({
      dkim: [{ result: 'policy', domain: 'partner.example' }],
      defects: [{ code: 'unsigned-content', detail: expect.stringContaining('6 bytes') }],
    });
  });

  test('l= that covers all of the body is a pass', async () => {
    const raw = await signed(mail(), 'partner.example', { maxBodyLength: 11 });
    expect(await verifier.verify(raw)).toMatchObject({ dkim: [{ result: 'pass' }], defects: [] });
  });

  test('two signatures of which one passes', async () => {
    const raw = await signed(await signed(mail(), 'partner.example'), 'keyless.example');
    expect(await resultOf(raw)).toEqual([
      { result: 'neutral', domain: 'keyless.example' },
      { result: 'pass', domain: 'partner.example' },
    ]);
  });
});

describe('limits', () => {
  const bogus = (i: number, more = ''): string =>
    `DKIM-Signature: v=1; a=rsa-sha256; d=partner.example; s=k${i}; c=relaxed/relaxed; h=from; bh=AAAA; b=AAAA${more}`;

  test.each([
    [
      'eleven signatures',
      mail(
        undefined,
        Array.from({ length: 11 }, (_, i) => bogus(i)),
      ),
      '11 DKIM signatures',
    ],
    ['a huge signature', mail(undefined, [bogus(1, `; z=${'x'.repeat(9000)}`)]), 'a signature of'],
    ['a huge header block', mail(undefined, [`X-A: ${'y'.repeat(140_000)}`, bogus(1)]), 'header block over'],
    [
      'too many headers',
      mail(undefined, [...Array.from({ length: 2100 }, () => 'X: y'), bogus(1)]),
      'over 2000 headers',
    ],
    [
      'more lines than letters',
      mail(undefined, [bogus(1), bogus(2, '; l=1')], '\n'.repeat(2_100_000)),
      'lines to hash',
    ],
    ['a line that never ends', mail(undefined, [bogus(1)], 'x'.repeat(600_000)), 'a line of the body'],
    [
      'many hashes of a large body',
      mail(
        undefined,
        Array.from({ length: 9 }, (_, i) => bogus(i, `; l=${i}`)),
        `${'x'.repeat(70)}\r\n`.repeat(80_000),
      ),
      'to hash in 9 ways',
    ],
  ])('%s: nothing is verified but SPF, DMARC knows it', async (_name, raw, why) => {
    verifier.use({ ...spf('v=spf1 -all'), '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject'] } });
    const verification = await verifier.verify(raw);
    expect(verification).toMatchObject({ spf: 'fail', dmarc: 'fail', dkim: [{ result: 'policy' }] });
    expect(verification?.defects).toEqual([{ code: 'unverified-signatures', detail: expect.stringContaining(why) }]);
    expect(verifier.server.asked.filter((question) => question.includes('_domainkey'))).toEqual([]);
  });

  test('ten signatures are verified', async () => {
    verifier.use(keyOf('partner.example'));
    let raw = mail();
    for (let i = 0; i < 10; i++) raw = await signed(raw, 'partner.example');
    expect((await verifier.verify(raw))?.dkim.map(({ result }) => result)).toEqual(Array(10).fill('pass'));
    expect(verifier.server.asked.filter((question) => question.includes('_domainkey'))).toHaveLength(1);
  });

  test.each([
    ['nothing', ''],
    ['a blank line', '\r\n'],
    ['bytes', '\u0000\u00ff\u0001'.repeat(500)],
    ['a From of brackets', mail('<'.repeat(50_000))],
    ['a From of groups', mail('a:'.repeat(40_000))],
    ['empty signatures', mail(undefined, ['DKIM-Signature:', 'DKIM-Signature: ;;;=', 'ARC-Seal: i=1; cv=pass'])],
    ['h= of many names', mail(undefined, [bogus(1).replace('h=from', `h=from${':x'.repeat(3900)}`)])],
  ])('%s: an answer in time', async (_name, raw) => {
    verifier.use({});
    const spentMs = cpuClock();
    expect(await verifier.verify(raw)).toMatchObject({ spf: 'none' });
    expect(spentMs()).toBeLessThan(2000);
  });
});
