/** The cache, one question in flight, and the time that a message may wait. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Dns, openDns } from '../../src/authenticate/dns.ts';
import { type DnsServer, startDnsServer, type Zone } from './dnsServer.ts';
import { keyOf, mail, signed } from './signing.ts';
import { startVerifier, type Verifier } from './verifier.ts';

const ZONE: Zone = { 'a.example': { TXT: ['one'] }, 'down.example': 'SERVFAIL', 'silent.example': 'TIMEOUT' };

let server: DnsServer;
let dns: Dns;
beforeEach(async () => {
  server = await startDnsServer(ZONE);
  dns = openDns({ servers: [server.address], timeoutMs: 100 });
});
afterEach(async () => {
  jest.restoreAllMocks();
  dns.close();
  await server.close();
});

const codeOf = (name: string): Promise<unknown> =>
  dns.resolve(name, 'TXT').then(
    () => 'found',
    (error: { code: string }) => error.code,
  );

describe('the cache', () => {
  test('asks once, whatever the case', async () => {
    expect(await dns.resolve('a.example', 'TXT')).toEqual([['one']]);
    expect(await dns.resolve('A.Example', 'TXT')).toEqual([['one']]);
    expect(server.asked).toEqual(['TXT a.example']);
  });

  test('asks once while the answer is under way', async () => {
    server.delay(30);
    const answers = await Promise.all(Array.from({ length: 20 }, () => dns.resolve('a.example', 'TXT')));
    expect(answers).toHaveLength(20);
    expect(server.asked).toEqual(['TXT a.example']);
  });

  test('gives each asker a list of his own', async () => {
    const first = (await dns.resolve('a.example', 'TXT')) as unknown[];
    first.pop();
    expect(await dns.resolve('a.example', 'TXT')).toEqual([['one']]);
  });

  test.each([
    ['what is there, for five minutes', 'a.example', 'found', 300],
    ['what is not, for one', 'none.example', 'ENOTFOUND', 60],
    ['a failure, for ten seconds', 'down.example', 'ESERVFAIL', 10],
  ])('keeps %s', async (_what, name, expected, seconds) => {
    expect(await codeOf(name)).toBe(expected);
    const count = server.asked.length;
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(now + seconds * 1000 - 500);
    expect([await codeOf(name), server.asked.length]).toEqual([expected, count]);
    clock.mockReturnValue(now + seconds * 1000 + 500);
    expect(await codeOf(name)).toBe(expected);
    expect(server.asked.length).toBeGreaterThan(count);
  });

  test('is bounded, and works on when it was full', async () => {
    const names = Array.from({ length: 5_200 }, (_, i) => `n${i}.example`);
    for (let at = 0; at < names.length; at += 200) await Promise.all(names.slice(at, at + 200).map(codeOf));
    expect(server.asked).toHaveLength(names.length);
    await codeOf('n5199.example');
    expect(server.asked).toHaveLength(names.length);
    await codeOf('n0.example');
    expect(server.asked).toHaveLength(names.length + 1);
  });

  test('cuts an answer that fills memory, which comes over TCP', async () => {
    server.use({ 'big.example': { TXT: Array.from({ length: 60 }, (_, i) => `${i} ${'x'.repeat(900)}`) } });
    const records = await dns.resolve('big.example', 'TXT');
    expect(records.length).toBeGreaterThan(10);
    expect(JSON.stringify(records).length).toBeLessThan(20_000);
  });
});

test('a flood of questions that nobody answers is refused above a thousand', async () => {
  server.delay(50);
  const names = Array.from({ length: 1_050 }, (_, i) => `flood${i}.example`);
  const codes = await Promise.all(names.map(codeOf));
  expect(codes.filter((code) => code === 'ECANCELLED')).toHaveLength(50);
  server.delay(0);
  expect(await codeOf('a.example')).toBe('found');
});

test('a silent server is tried twice, then it is an outage', async () => {
  expect(await codeOf('silent.example')).toBe('ETIMEOUT');
  expect(server.asked).toEqual(['TXT silent.example', 'TXT silent.example']);
});

describe('one message', () => {
  const QUICK = { budgetMs: 400, timeoutMs: 5_000 };
  let verifier: Verifier | undefined;
  afterEach(() => verifier?.close());

  test('the second of the same sender asks nothing', async () => {
    verifier = await startVerifier({
      ...keyOf('partner.example'),
      'partner.example': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
      '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject'] },
    });
    const raw = await signed(mail(), 'partner.example');
    const first = await verifier.verify(raw);
    expect(first).toMatchObject({ spf: 'pass', dmarc: 'pass' });
    const count = verifier.server.asked.length;
    expect(new Set(verifier.server.asked)).toEqual(
      new Set([
        'TXT s._domainkey.partner.example',
        'TXT partner.example',
        'TXT _dmarc.partner.example',
        'TXT _dmarc.example',
      ]),
    );
    expect(count).toBe(4);
    expect(await verifier.verify(raw)).toEqual(first);
    expect(verifier.server.asked).toHaveLength(count);
  });

  test('waits no longer than its time, and then it is an outage', async () => {
    verifier = await startVerifier({ 'partner.example': 'TIMEOUT', '_dmarc.partner.example': 'TIMEOUT' }, QUICK);
    const startedAt = performance.now();
    const verification = await verifier.verify(mail());
    expect(performance.now() - startedAt).toBeLessThan(4_500); // below what a name server is waited for by itself
    expect(verification).toMatchObject({ spf: 'temperror', dmarc: 'temperror', isIncomplete: true });
  });

  test('a forger’s slow name servers do not keep DMARC from its record', async () => {
    verifier = await startVerifier(
      {
        'evil.example': 'TIMEOUT',
        's._domainkey.evil.example': 'TIMEOUT',
        '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject'] },
      },
      QUICK,
    );
    const raw = await signed(mail(), 'evil.example');
    expect(await verifier.verify(raw, { mailFrom: 'x@evil.example' })).toMatchObject({
      spf: 'temperror',
      dkim: [{ result: 'temperror', domain: 'evil.example' }],
      dmarc: 'fail',
      isIncomplete: false,
    });
  });

  test('a slow key keeps no other waiting: all are asked for at once', async () => {
    verifier = await startVerifier(
      { ...keyOf('partner.example'), 's._domainkey.slow.example': 'TIMEOUT' },
      { budgetMs: 1_000, timeoutMs: 5_000 },
    );
    const raw = await signed(await signed(mail(), 'partner.example'), 'slow.example');
    expect((await verifier.verify(raw))?.dkim).toEqual([
      { result: 'temperror', domain: 'slow.example' },
      { result: 'pass', domain: 'partner.example' },
    ]);
  });

  test('no server at all', async () => {
    verifier = await startVerifier({}, QUICK);
    await verifier.server.close();
    expect(await verifier.verify(mail())).toMatchObject({ dmarc: 'temperror', isIncomplete: true });
    verifier = undefined;
  });
});
