/** The authenticator over a resolver that asks a DNS server on loopback. */
import { type Dns, openDns } from '../../src/authenticate/dns.ts';
import { openAuthenticator } from '../../src/authenticate/verify.ts';
import type { Envelope, Submission, Verification } from '../../src/domain/mail.ts';
import type { Authenticator } from '../../src/domain/ports.ts';
import { type DnsServer, startDnsServer, type Zone } from './dnsServer.ts';

export const RECEIVED_AT = Date.UTC(2026, 10, 25);

export interface Verifier {
  readonly server: DnsServer;
  /** Another zone, and nothing remembered. */
  use(zone: Zone): void;
  verifyRebuilt(raw: string): Promise<Verification | undefined>;
  verify(raw: string | Buffer, envelope?: LooseEnvelope, receivedAt?: number): Promise<Verification | undefined>;
  close(): Promise<void>;
}

export interface VerifierLimits {
  readonly budgetMs: number;
  readonly timeoutMs: number;
  readonly isInside?: (ip: string) => boolean;
}

export const PATIENT: VerifierLimits = { budgetMs: 10_000, timeoutMs: 150 };

export async function startVerifier(zone: Zone, limits: VerifierLimits = PATIENT): Promise<Verifier> {
  const server = await startDnsServer(zone);
  const { timeoutMs, ...rest } = limits;
  const open = (): Dns => openDns({ servers: [server.address], timeoutMs });
  let dns = open();
  let authenticator: Authenticator = await openAuthenticator({ dns, ...rest });
  let reopened: Promise<Authenticator> | undefined;
  return {
    server,
    use(next) {
      server.use(next);
      server.asked.length = 0;
      dns.close();
      dns = open();
      reopened = openAuthenticator({ dns, ...rest });
    },
    async verify(raw, envelope = {}, receivedAt = RECEIVED_AT) {
      authenticator = (await reopened) ?? authenticator;
      return authenticator.verify(submissionOf(Buffer.from(raw), envelope, receivedAt));
    },
    async verifyRebuilt(raw) {
      authenticator = (await reopened) ?? authenticator;
      return authenticator.verify({ ...submissionOf(Buffer.from(raw), {}), isRebuilt: true });
    },
    async close() {
      dns.close();
      await server.close();
    },
  };
}

type LooseEnvelope = { readonly [Key in keyof Envelope]?: Envelope[Key] | undefined };

export function submissionOf(raw: Buffer, envelope: LooseEnvelope, receivedAt = RECEIVED_AT): Submission {
  const all = { clientIp: '192.0.2.1', mailFrom: 'bea@partner.example', ...envelope };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return {
    tenant: 't',
    raw,
    envelope: { rcptTo: [], ...given },
    direction: 'inbound',
    receivedAt,
    mailboxes: ['ana@acme.example'],
  };
}
