/** By which servers, signatures and envelope the mail came. */
import type { Envelope, ParsedMail, ReceivedHop } from '../domain/mail.ts';
import type { Authentication } from '../domain/message.ts';
import type { Route } from '../domain/origin.ts';
import { canonicalAddress, isLocalAddress } from '../text/localNetworks.ts';
import { isIpLiteral, organisationalDomain } from '../text/organisationalDomain.ts';

/** `authentication` when the own border spoke: its verified signatures and SPF domain take the place of what the mail claims. */
export function route(mail: ParsedMail, envelope: Envelope, authentication: Authentication | undefined): Route {
  const { received } = mail;
  const at = envelope.clientIp === undefined ? firstCrossing(received) : writtenBy(received, envelope);
  const crossing = envelope.clientIp === undefined ? received[at] : hopOf(received[at], envelope);
  const sendingNetwork = networkOf(crossing?.fromIp);
  const sendingOrgDomain = orgDomainOfHop(crossing);
  const mailFromOrgDomain = orgDomainOf(mailFromDomain(mail, envelope, authentication));
  return {
    hops: received,
    ...(sendingOrgDomain === undefined ? {} : { sendingOrgDomain }),
    ...(crossing?.fromIp === undefined ? {} : { sendingIp: crossing.fromIp }),
    ...(sendingNetwork === undefined ? {} : { sendingNetwork }),
    relayPath: relayPath(received.slice(at + 1)),
    firstRelay: firstRelay(received.slice(at + 1)),
    dkimDomains: dkimDomains(mail, authentication),
    isDkimVerified: authentication !== undefined,
    ...(mailFromOrgDomain === undefined ? {} : { mailFromOrgDomain }),
  };
}

/** Index of the hop that the border wrote for the envelope's client; -1 where none names its address. */
function writtenBy(received: readonly ReceivedHop[], { clientIp }: Envelope): number {
  const client = canonicalAddress(clientIp ?? '');
  return received.findIndex(({ fromIp }) => fromIp !== undefined && canonicalAddress(fromIp) === client);
}

/** The client that the border saw, with the name that its own Received header resolved for it, or that the caller says it has. */
const hopOf = (written: ReceivedHop | undefined, { clientIp, clientName, helo }: Envelope): ReceivedHop => ({
  ...(written ?? (clientName === undefined ? {} : { fromReverse: clientName })),
  ...(helo === undefined ? {} : { fromHost: helo }),
  ...(clientIp === undefined ? {} : { fromIp: clientIp }),
});

/** Newest first: index of the first hop with a public address that went from one organisation to another. Below it anything may be made up. */
const firstCrossing = (received: readonly ReceivedHop[]): number =>
  received.findIndex((hop) => {
    if (hop.fromIp === undefined ? hop.fromHost === undefined : isLocalAddress(hop.fromIp)) return false;
    const from = orgDomainOfHop(hop);
    return from === undefined ? hop.fromIp !== undefined : from !== orgDomainOf(hop.byHost);
  });

/** '192.0.2.7' → '192.0', '2001:db8::1' → '2001:db8'. */
function networkOf(ip: string | undefined): string | undefined {
  if (ip === undefined) return undefined;
  const address = canonicalAddress(ip);
  if (!address.includes(':')) return address.split('.', 2).join('.');
  const [first = '', second = ''] = (address.split('::', 1)[0] ?? '').split(':');
  return `${first || '0'}:${second || '0'}`;
}

const MAX_RELAYS = 8;

/** Hops with a name; organisations in a row count once; 'local' stands for names without a dot and addresses. */
function relayPath(before: readonly ReceivedHop[]): string {
  const path = before
    .filter(({ fromHost }) => fromHost !== undefined)
    .slice(0, MAX_RELAYS)
    .map(({ fromReverse, fromHost }) => orgDomainOfRelay(fromReverse) ?? orgDomainOfRelay(fromHost) ?? 'local');
  return path.filter((one, at) => one !== path[at - 1]).join(' ') || 'none';
}

/** Relays have names of their own by the thousand, their domains are few: organisationalDomain remembers those. */
const orgDomainOfRelay = (host: string | undefined): string | undefined =>
  orgDomainOf(host?.split('.').slice(-4).join('.'));

const MAX_RELAY_NAME = 60; // characters, from the end

const firstRelay = (before: readonly ReceivedHop[]): string =>
  before
    .findLast(({ fromHost }) => fromHost !== undefined)
    ?.fromHost?.slice(-MAX_RELAY_NAME)
    .toLowerCase()
    .replace(/\b(?=[a-f]*\d)[\da-f]{8,}\b|\d+/g, '9') ?? 'none';

/** The resolved name; what the client said of itself only where no look-up is on record. */
const orgDomainOfHop = (hop: ReceivedHop | undefined): string | undefined =>
  orgDomainOf(hop?.fromReverse ?? hop?.fromHost);

/** undefined for addresses and names without a dot ('localhost', a PC's name). */
function orgDomainOf(host: string | undefined): string | undefined {
  if (host === undefined || !host.includes('.') || isIpLiteral(host)) return undefined;
  return organisationalDomain(host);
}

function mailFromDomain(
  mail: ParsedMail,
  envelope: Envelope,
  authentication: Authentication | undefined,
): string | undefined {
  if (envelope.mailFrom !== undefined) return envelope.mailFrom.slice(envelope.mailFrom.lastIndexOf('@') + 1);
  return mail.returnPath?.domain ?? authentication?.spfDomain;
}

function dkimDomains(mail: ParsedMail, authentication: Authentication | undefined): readonly string[] {
  const domains = authentication?.dkimPassDomains ?? mail.dkimSignatureDomains;
  return [...new Set(domains.map(organisationalDomain))].sort();
}
