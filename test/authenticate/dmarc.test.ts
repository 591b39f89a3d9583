/** DMARC by RFC 9989: what is published where (§4.7, §4.10) and what aligns (§4.10.2). The table is ours, from the RFC's rules and examples. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Zone } from './dnsServer.ts';
import { keyOf, mail, signed } from './signing.ts';
import { startVerifier, type Verifier } from './verifier.ts';

let verifier: Verifier;
beforeAll(async () => {
  verifier = await startVerifier({});
});
afterAll(() => verifier.close());

const dmarc = (domain: string, tags: string): Zone => ({ [`_dmarc.${domain}`]: { TXT: [`v=DMARC1; ${tags}`] } });

describe('alignment', () => {
  const P = dmarc('partner.example', 'p=reject');
  const STRICT = dmarc('partner.example', 'p=reject; adkim=s; aspf=s');
  test.each([
    ['signed by the domain itself', P, 'bea@partner.example', 'partner.example', 'pass'],
    ['by a subdomain, relaxed', P, 'bea@partner.example', 'mail.partner.example', 'pass'],
    ['by the parent, relaxed', P, 'bea@news.partner.example', 'partner.example', 'pass'],
    ['by a sibling, relaxed', P, 'bea@news.partner.example', 'mail.partner.example', 'pass'],
    ['by a subdomain, strict', STRICT, 'bea@partner.example', 'mail.partner.example', 'fail'],
    ['by the domain itself, strict', STRICT, 'bea@partner.example', 'partner.example', 'pass'],
    ['by another', P, 'bea@partner.example', 'evil.example', 'fail'],
    ['by a look-alike', P, 'bea@partner.example', 'notpartner.example', 'fail'],
    ['no record', {}, 'bea@partner.example', 'partner.example', 'none'],
    [
      'a subdomain that is an organisation',
      { ...P, ...dmarc('uni.partner.example', 'p=reject; psd=n') },
      'bea@uni.partner.example',
      'partner.example',
      'fail',
    ],
    [
      'below a public suffix that says so (psd=y)',
      { ...P, ...dmarc('co.suffix', 'p=reject; psd=y') },
      'bea@one.co.suffix',
      'other.co.suffix',
      'fail',
    ],
    [
      'one organisation below psd=y',
      dmarc('co.suffix', 'p=reject; psd=y'),
      'bea@a.one.co.suffix',
      'one.co.suffix',
      'pass',
    ],
  ] as const)('%s', async (_name, zone, from, domain, expected) => {
    verifier.use({ ...(zone as Zone), ...keyOf(domain) });
    const raw = await signed(mail(from), domain);
    expect(await verifier.verify(raw, { mailFrom: 'x@elsewhere.example' })).toMatchObject({
      dkim: [{ result: 'pass', domain }],
      dmarc: expected,
    });
  });

  test.each([
    ['relaxed', 'p=reject', 'pass'],
    ['strict', 'p=reject; aspf=s', 'fail'],
  ])('SPF of a subdomain, %s', async (_name, tags, expected) => {
    verifier.use({
      ...dmarc('partner.example', tags),
      'bounce.partner.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
    });
    const verification = await verifier.verify(mail(), { mailFrom: 'b@bounce.partner.example' });
    expect(verification).toMatchObject({ spf: 'pass', dmarc: expected });
  });

  test('a signature that leaves text out aligns nothing', async () => {
    verifier.use({ ...dmarc('partner.example', 'p=reject'), ...keyOf('partner.example') });
    const raw = await signed(mail(), 'partner.example', { maxBodyLength: 3 });
    expect(await verifier.verify(raw, { mailFrom: '' })).toMatchObject({ dmarc: 'fail' });
  });

  test.each([
    ['two From headers', mail('a@partner.example', ['From: b@evil.example']), true, 'permerror'],
    ['two authors of two domains', mail('a@partner.example, b@evil.example'), true, 'permerror'],
    ['two authors of one domain', mail('a@partner.example, b@partner.example'), false, 'fail'],
    ['no author', mail('undisclosed'), false, 'none'],
  ])('%s', async (_name, raw, hasManyAuthors, expected) => {
    verifier.use(dmarc('partner.example', 'p=reject'));
    expect(await verifier.verify(raw)).toMatchObject({ dmarc: expected, hasManyAuthors });
  });
});

describe('policy', () => {
  const exists: Zone = { 'a.partner.example': { A: ['192.0.2.7'] } };
  const eight = 'a.b.c.d.e.f.g.h.partner.example';
  test.each([
    ['of the domain', dmarc('partner.example', 'p=quarantine'), 'partner.example', 'quarantine'],
    ['a subdomain inherits p', { ...exists, ...dmarc('partner.example', 'p=reject') }, 'a.partner.example', 'reject'],
    ['or sp', { ...exists, ...dmarc('partner.example', 'p=reject; sp=none') }, 'a.partner.example', 'none'],
    [
      'its own record comes first',
      { ...dmarc('a.partner.example', 'p=none'), ...dmarc('partner.example', 'p=reject') },
      'a.partner.example',
      'none',
    ],
    [
      'np for what does not exist',
      dmarc('partner.example', 'p=none; sp=none; np=reject'),
      'ghost.partner.example',
      'reject',
    ],
    [
      'sp for what does',
      { ...exists, ...dmarc('partner.example', 'p=none; sp=none; np=reject') },
      'a.partner.example',
      'none',
    ],
    ['t=y asks for one level less', dmarc('partner.example', 'p=reject; t=y'), 'partner.example', 'quarantine'],
    ['pct is history', dmarc('partner.example', 'p=reject; pct=0'), 'partner.example', 'reject'],
    ['far up the tree', dmarc('partner.example', 'p=reject'), eight, 'reject'],
    ['of the public suffix', dmarc('suffix', 'p=reject; psd=y'), 'shop.suffix', 'reject'],
    [
      'two records are none',
      { '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject', 'v=DMARC1; p=none'] } },
      'partner.example',
      undefined,
    ],
    ['no valid p, nowhere to report', dmarc('partner.example', 'p=maybe'), 'partner.example', undefined],
    [
      'no valid p, but reports',
      dmarc('partner.example', 'p=maybe; rua=mailto:d@partner.example'),
      'partner.example',
      'none',
    ],
  ] as const)('%s', async (_name, zone, domain, policy) => {
    verifier.use(zone as Zone);
    const verification = await verifier.verify(mail(`bea@${domain}`), { mailFrom: '' });
    expect([verification?.dmarc, verification?.dmarcPolicy]).toEqual([policy === undefined ? 'none' : 'fail', policy]);
  });

  test('the walk skips from ten labels to seven (RFC 9989 §4.10)', async () => {
    verifier.use({});
    await verifier.verify(mail(`bea@${eight}`), { mailFrom: '' });
    expect(verifier.server.asked.filter((question) => question.startsWith('TXT _dmarc.'))).toEqual([
      'TXT _dmarc.a.b.c.d.e.f.g.h.partner.example',
      'TXT _dmarc.d.e.f.g.h.partner.example',
      'TXT _dmarc.e.f.g.h.partner.example',
      'TXT _dmarc.f.g.h.partner.example',
      'TXT _dmarc.g.h.partner.example',
      'TXT _dmarc.h.partner.example',
      'TXT _dmarc.partner.example',
      'TXT _dmarc.example',
    ]);
  });
});

describe('DNS that does not answer', () => {
  test.each([
    ['the record', { '_dmarc.partner.example': 'TIMEOUT' }, {}],
    ['a server that fails', { '_dmarc.partner.example': 'SERVFAIL' }, {}],
    ['SPF of the author’s domain', { ...dmarc('partner.example', 'p=reject'), 'partner.example': 'TIMEOUT' }, {}],
    [
      'SPF of a subdomain',
      { ...dmarc('partner.example', 'p=reject'), 'b.partner.example': 'TIMEOUT' },
      { mailFrom: 'x@b.partner.example' },
    ],
  ] as const)('%s: temperror, and left open', async (_name, zone, envelope) => {
    verifier.use(zone as Zone);
    expect(await verifier.verify(mail(), envelope)).toMatchObject({ dmarc: 'temperror', isIncomplete: true });
  });

  test('the key of an aligned signature: open', async () => {
    verifier.use({ ...dmarc('partner.example', 'p=reject'), 's._domainkey.partner.example': 'TIMEOUT' });
    const raw = await signed(mail(), 'partner.example');
    expect(await verifier.verify(raw)).toMatchObject({ dmarc: 'temperror', isIncomplete: true });
  });

  test.each([
    ['the key of another', { 's._domainkey.evil.example': 'TIMEOUT' }, { mailFrom: '' }],
    ['SPF of another', { 'evil.example': 'TIMEOUT' }, { mailFrom: 'x@evil.example' }],
  ] as const)('%s excuses nobody', async (_name, zone, envelope) => {
    verifier.use({ ...dmarc('partner.example', 'p=reject'), ...(zone as Zone) });
    const raw = await signed(mail(), 'evil.example');
    expect(await verifier.verify(raw, envelope)).toMatchObject({ dmarc: 'fail', isIncomplete: false });
  });

  test('a pass needs no other', async () => {
    verifier.use({
      ...dmarc('partner.example', 'p=reject'),
      ...keyOf('partner.example'),
      'partner.example': 'TIMEOUT',
    });
    const raw = await signed(mail(), 'partner.example');
    expect(await verifier.verify(raw)).toMatchObject({ spf: 'temperror', dmarc: 'pass', isIncomplete: false });
  });
});
