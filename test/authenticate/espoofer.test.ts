/**
 * espoofer's 22 ways to send as somebody else (Chen+ 2020), each with its envelope, from a machine of the attacker's, through the whole
 * service with its own verification: the person is one that the mailbox knows well, whose domain signs and rejects what does not.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Dns, openDns } from '../../src/authenticate/dns.ts';
import { openAuthenticator } from '../../src/authenticate/verify.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { Service } from '../../src/domain/service.ts';
import { openReader } from '../../src/readApart.ts';
import { createService } from '../../src/service.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { envelopeSender } from '../../src/text/envelopeAddress.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import espoofer from '../fixtures/espoofer/espoofer-vectors.json' with { type: 'json' };
import { type DnsServer, startDnsServer, type Zone } from './dnsServer.ts';
import { keyOf, signed } from './signing.ts';

const MAILBOX = 'victim@victim.com';
const VICTIM = { ownDomains: ['victim.com'], authservIds: [] };
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 24, 12);
const ATTACKER = '203.0.113.66';
const ownOf = (domain: string): Zone => ({
  ...keyOf(domain),
  [domain]: { TXT: ['v=spf1 ip4:192.0.2.7 -all'] },
  [`_dmarc.${domain}`]: { TXT: ['v=DMARC1; p=reject'] },
});
const ZONE: Zone = {
  ...ownOf('legitimate.com'),
  ...ownOf('example.com'),
  ...Object.fromEntries(
    ['attack.com', '33.attack.com', 'helo.attack.com', 'any.attack.com', 'a.attack.com'].map((domain) => [
      domain,
      { TXT: [`v=spf1 ip4:${ATTACKER} -all`] },
    ]),
  ),
};

let server: DnsServer;
let dns: Dns;
let store: Store;
let service: Service;
let close: () => Promise<void>;

beforeAll(async () => {
  server = await startDnsServer(ZONE);
  dns = openDns({ servers: [server.address], timeoutMs: 100 });
  store = await openSqliteStore({ path: ':memory:' });
  const reader = openReader(VICTIM);
  close = () => reader.close();
  service = createService({
    store,
    authenticator: await openAuthenticator({ dns, budgetMs: 1000 }),
    read: reader.read,
    organisation: VICTIM,
    policy: DEFAULT_POLICY,
    learnDelayMs: 0,
    now: () => NOW,
  });
  for (const domain of ['legitimate.com', 'example.com']) await meet(`admin@${domain}`, domain);
});
afterAll(async () => {
  await close();
  dns.close();
  await server.close();
  await store.close();
});

/** Mail both ways for three weeks. */
async function meet(address: string, domain: string): Promise<void> {
  for (let day = 21; day > 0; day--) {
    const at = NOW - day * DAY_MS;
    const written = (from: string, to: string, id: string) =>
      [
        `From: ${from}`,
        `To: ${to}`,
        'Subject: Tuesday',
        `Date: ${new Date(at).toUTCString()}`,
        `Message-ID: <${id}@${domain}>`,
        '',
        'Hello',
        '',
      ].join('\r\n');
    const about = { tenant: 't', receivedAt: at, learn: 'auto' as const };
    const received = await signed(written(address, MAILBOX, `in${day}`), domain);
    await service.observe({
      ...about,
      raw: Buffer.from(received),
      mailboxes: [MAILBOX],
      mailFrom: address,
      clientIp: '192.0.2.7',
    });
    if (day % 5 !== 0) continue;
    const sent = Buffer.from(written(MAILBOX, address, `out${day}`));
    await service.observe({ ...about, raw: sent, mailboxes: [MAILBOX], mailFrom: MAILBOX, direction: 'outbound' });
  }
}

test.each(espoofer)('$id is not delivered as if nothing were wrong', async ({ raw_latin1, mailfrom, helo }) => {
  const verdict = await service.score({
    tenant: 't',
    raw: Buffer.from(raw_latin1, 'latin1'),
    mailboxes: [MAILBOX],
    mailFrom: envelopeSender(mailfrom),
    helo,
    clientIp: ATTACKER,
    receivedAt: NOW,
    learn: 'never',
  });
  expect([verdict.action, verdict.banner]).not.toEqual(['deliver', undefined]);
});

test('their own mail is', async () => {
  const raw = await signed(
    [
      'From: admin@legitimate.com',
      `To: ${MAILBOX}`,
      'Subject: Tuesday',
      `Date: ${new Date(NOW).toUTCString()}`,
      'Message-ID: <now@legitimate.com>',
      '',
      'Hello',
      '',
    ].join('\r\n'),
    'legitimate.com',
  );
  const verdict = await service.score({
    tenant: 't',
    raw: Buffer.from(raw),
    mailboxes: [MAILBOX],
    mailFrom: 'admin@legitimate.com',
    clientIp: '192.0.2.7',
    receivedAt: NOW,
    learn: 'never',
  });
  expect([verdict.action, verdict.banner]).toEqual(['deliver', undefined]);
});
