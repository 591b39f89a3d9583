/** CPU of verifying a message ourselves (src/authenticate/), DNS answered from memory: signing is done before, one RSA-2048 key for all. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth';
import { type Dns, dnsError, type Records } from '../../src/authenticate/dns.ts';
import { openAuthenticator } from '../../src/authenticate/verify.ts';
import type { Submission } from '../../src/domain/mail.ts';

const WARM_UP = 500;
const SIGNATURES = [0, 1, 3];
const RECEIVED_AT = Date.UTC(2026, 10, 25);
const DOMAIN = 'bench.example';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY_RECORD = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
const ZONE: ReadonlyMap<string, Records> = new Map([
  [`TXT s._domainkey.${DOMAIN}`, [[KEY_RECORD]]],
  [`TXT ${DOMAIN}`, [[`v=spf1 include:spf.${DOMAIN} -all`]]],
  [`TXT spf.${DOMAIN}`, [['v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/24 -all']]],
  [`TXT _dmarc.${DOMAIN}`, [['v=DMARC1; p=reject']]],
]);

const fromMemory: Dns = {
  async resolve(name, type) {
    const records = ZONE.get(`${type} ${name}`);
    if (records === undefined) throw dnsError('ENOTFOUND', name, type);
    return [...records];
  },
  isKept: () => true,
  close() {},
};

/** Prints mean CPU and wall quantiles for the mix as it would come with that many signatures, From moved to the signing domain. */
export async function measureAuthenticate(mix: readonly Buffer[]): Promise<void> {
  const authenticator = await openAuthenticator({ dns: fromMemory, budgetMs: 2000 });
  console.log(`## authenticate, ${mix.length} messages one after another, DNS answered from memory\n`);
  console.log(
    '| SPF, DMARC and DKIM signatures | passed | CPU µs mean | wall µs p50 | p99 |\n|---:|---:|---:|---:|---:|',
  );
  for (const count of SIGNATURES) {
    const mails: Buffer[] = [];
    for (const raw of mix) mails.push(await signedTimes(unsigned(raw), count));
    for (const raw of mails.slice(0, WARM_UP)) await authenticator.verify(submissionOf(raw));
    const walls: number[] = [];
    let passed = 0;
    const usage = process.cpuUsage();
    for (const raw of mails) {
      const at = performance.now();
      const verification = await authenticator.verify(submissionOf(raw));
      walls.push(performance.now() - at);
      if (verification?.dmarc === 'pass' && verification.dkim.every(({ result }) => result === 'pass')) passed += 1;
    }
    const { user, system } = process.cpuUsage(usage);
    walls.sort((a, b) => a - b);
    const quantile = (share: number) => ((walls[Math.floor(share * walls.length)] ?? 0) * 1000).toFixed(0);
    console.log(
      `| ${count} | ${passed} | ${((user + system) / mails.length).toFixed(0)} | ${quantile(0.5)} | ${quantile(0.99)} |`,
    );
  }
  console.log('');
}

/** Without the signatures, seals and author it came with. */
function unsigned(raw: Buffer): string {
  const text = raw.toString('latin1').replace(/\r?\n/g, '\r\n');
  const end = text.indexOf('\r\n\r\n');
  const lines = text.slice(0, end < 0 ? text.length : end).split(/\r\n(?![ \t])/);
  const kept = lines.filter((line) => !/^(?:dkim-signature|arc-[\w-]+|from)\s*:/i.test(line));
  return [`From: a@${DOMAIN}`, ...kept].join('\r\n') + (end < 0 ? '\r\n\r\n' : text.slice(end));
}

async function signedTimes(text: string, count: number): Promise<Buffer> {
  const one = {
    signingDomain: DOMAIN,
    selector: 's',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  const options = { ...one, signTime: new Date(RECEIVED_AT), signatureData: Array.from({ length: count }, () => one) };
  const bytes = Buffer.from(text, 'latin1');
  if (count === 0) return bytes;
  const { signatures } = await dkimSign(bytes, options);
  return Buffer.concat([Buffer.from(signatures), bytes]);
}

const submissionOf = (raw: Buffer): Submission => ({
  tenant: 'bench',
  raw,
  envelope: { clientIp: '192.0.2.1', mailFrom: `a@${DOMAIN}`, rcptTo: [] },
  direction: 'inbound',
  receivedAt: RECEIVED_AT,
  mailboxes: [],
});
