/** The whole path with verification on: what it finds counts, an outage is as good as not asking, and the command is wired to it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Dns, openDns } from '../../src/authenticate/dns.ts';
import { openAuthenticator } from '../../src/authenticate/verify.ts';
import type { Authenticator } from '../../src/domain/ports.ts';
import type { Service } from '../../src/domain/service.ts';
import { openReader } from '../../src/readApart.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { type DnsServer, startDnsServer, type Zone } from './dnsServer.ts';
import { keyOf, mail, signed } from './signing.ts';
import { RECEIVED_AT } from './verifier.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ACME = { ownDomains: ['acme.example'], authservIds: [] };
const ZONE: Zone = {
  ...keyOf('partner.example'),
  '_dmarc.partner.example': { TXT: ['v=DMARC1; p=reject'] },
  '_dmarc.acme.example': { TXT: ['v=DMARC1; p=reject'] },
};
const SPOOF = mail('Carla Ebert <ceo@acme.example>', [], 'Please buy five gift cards and send me the codes.');

let server: DnsServer;
let dns: Dns;
let authenticator: Authenticator;
beforeAll(async () => {
  server = await startDnsServer(ZONE);
  dns = openDns({ servers: [server.address], timeoutMs: 100 });
  authenticator = await openAuthenticator({ dns, budgetMs: 1000 });
});
afterAll(async () => {
  dns.close();
  await server.close();
});

const requestFor = (raw: string) => ({
  tenant: 't',
  raw: Buffer.from(raw),
  mailboxes: ['ana@acme.example'],
  clientIp: '192.0.2.1',
  mailFrom: 'x@evil.example',
  receivedAt: RECEIVED_AT,
  learn: 'auto' as const,
});

const score = (raw: string, parts: { readonly authenticator?: Authenticator }) =>
  withService(parts, (service) => service.score(requestFor(raw)));

async function withService<T>(
  parts: { readonly authenticator?: Authenticator },
  ask: (service: Service) => Promise<T>,
) {
  const store = await openSqliteStore({ path: ':memory:' });
  const reader = openReader(ACME);
  const service = createService({
    store,
    ...parts,
    read: reader.read,
    organisation: ACME,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => RECEIVED_AT,
  });
  const answer = await ask(service);
  await reader.close();
  await store.close();
  return answer;
}

const outcomeOf = ({ findings }: Awaited<ReturnType<typeof score>>, id: string) =>
  findings.find(({ detector }) => detector === id);

test('what was verified is of this very hand-in, also where the verdict is an earlier one', async () => {
  const genuine = await signed(mail('Bea <bea@partner.example>'), 'partner.example');
  const [first, again, unasked] = await withService({ authenticator }, async (service) => [
    await service.scoreAndStrip(requestFor(genuine)),
    await service.scoreAndStrip({ ...requestFor(genuine), mailFrom: 'y@partner.example' }),
    await service.scoreAndStrip({ ...requestFor(genuine), clientIp: '127.0.0.1' }),
  ]);
  expect(first?.verification).toMatchObject({ dmarc: 'pass', dkim: [{ result: 'pass', domain: 'partner.example' }] });
  expect(again?.verdict).toEqual(first?.verdict);
  expect(again?.verification?.spf).not.toBe(undefined);
  expect(unasked?.verdict).toEqual(first?.verdict);
  expect(unasked).not.toHaveProperty('verification');
  expect(first?.verdict).not.toHaveProperty('verification');
});

test('a forged sender of the own domain is seen without any header of a border', async () => {
  const [known, unasked] = [await score(SPOOF, { authenticator }), await score(SPOOF, {})];
  expect(outcomeOf(known, 'own-domain-spoof')).toMatchObject({ outcome: 'fired', strength: 1 });
  expect(outcomeOf(known, 'authentication-failure')?.evidence).toMatchObject([
    { where: 'own check of SPF, DKIM and DMARC', quote: 'dmarc=fail (p=reject) for acme.example' },
  ]);
  expect(outcomeOf(unasked, 'own-domain-spoof')).toMatchObject({ outcome: 'skipped' });
  expect(known.score).toBeGreaterThan(unasked.score);
  expect(known.timings.authenticate).toBeGreaterThan(0);
  expect(unasked.timings).not.toHaveProperty('authenticate');
});

test('a signed mail earns the credit of the authenticated', async () => {
  const { contributions } = await score(await signed(mail(), 'partner.example'), { authenticator });
  expect(contributions.map(({ sentence }) => sentence).join('\n')).toMatch(
    /authenticated as partner.example by own verification/i,
  );
});

test.each([
  ['the own domain', SPOOF, '_dmarc.acme.example'],
  ['a stranger', mail('Eve <eve@other.example>'), '_dmarc.other.example'],
])('an outage makes the verdict no worse than not asking: %s', async (_name, raw, name) => {
  server.use({ [name]: 'TIMEOUT' });
  const ownDns = openDns({ servers: [server.address], timeoutMs: 100 });
  const inOutage = await openAuthenticator({ dns: ownDns, budgetMs: 1000 });
  const [verdict, unasked] = [await score(raw, { authenticator: inOutage }), await score(raw, {})];
  ownDns.close();
  server.use(ZONE);
  expect(verdict.score).toBe(unasked.score);
  expect(verdict.coverage).toEqual(unasked.coverage);
  expect(verdict.coverage.missing).toContain('no authentication');
});

test('VERIFY_AUTHENTICATION=on: the command asks the configured servers, and nobody without it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-verify-'));
  const run = async (more: Readonly<Record<string, string>>) => {
    const words = ['score', '-m', 'ana@acme.example', '--client-ip', '192.0.2.1', '--mail-from', 'x@evil.example'];
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'src/main.ts', ...words, '--no-learn', '--json', '-'],
      {
        cwd: ROOT,
        env: { ...process.env, DATA_DIR: join(dir, Object.keys(more).join()), OWN_DOMAINS: 'acme.example', ...more },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    child.stdin.end(SPOOF);
    return outcomeOf(JSON.parse(await text(child.stdout)), 'own-domain-spoof')?.outcome;
  };
  server.asked.length = 0;
  expect(await run({})).toBe('skipped');
  expect(server.asked).toEqual([]);
  expect(await run({ VERIFY_AUTHENTICATION: 'on', DNS_SERVERS: server.address })).toBe('fired');
  expect(server.asked).toContain('TXT _dmarc.acme.example');
  rmSync(dir, { recursive: true });
});
