/** By which servers, signatures and envelope the mail came. */
import type { Envelope, ParsedMail, ReceivedHop } from '../domain/mail.ts';
import type { Authentication, Route } from '../domain/message.ts';
import { isLocalAddress } from '../text/localNetworks.ts';
import { isIpLiteral, organisationalDomain } from '../text/organisationalDomain.ts';

/** `authentication` when the own border spoke: its verified signatures and SPF domain take the place of what the mail claims. */
export function route(mail: ParsedMail, envelope: Envelope, authentication: Authentication | undefined): Route {
  const crossing = envelope.clientIp === undefined ? firstCrossing(mail.received) : hopOf(mail.received, envelope);
  const sendingOrgDomain = orgDomainOfHop(crossing);
  const mailFromOrgDomain = orgDomainOf(mailFromDomain(mail, envelope, authentication));
  return {
    hops: mail.received,
    ...(sendingOrgDomain === undefined ? {} : { sendingOrgDomain }),
    ...(crossing?.fromIp === undefined ? {} : { sendingIp: crossing.fromIp }),
    dkimDomains: dkimDomains(mail, authentication),
    isDkimVerified: authentication !== undefined,
    ...(mailFromOrgDomain === undefined ? {} : { mailFromOrgDomain }),
  };
}

/** The client that the border saw, with the name that its own Received header resolved for it. */
function hopOf(received: readonly ReceivedHop[], { clientIp, helo }: Envelope): ReceivedHop {
  const written = received.find(({ fromIp }) => fromIp !== undefined && fromIp === clientIp);
  return {
    ...written,
    ...(helo === undefined ? {} : { fromHost: helo }),
    ...(clientIp === undefined ? {} : { fromIp: clientIp }),
  };
}

/** Newest first: the first hop with a public address that went from one organisation to another. Below it anything may be made up. */
function firstCrossing(received: readonly ReceivedHop[]): ReceivedHop | undefined {
  return received.find((hop) => {
    if (hop.fromIp === undefined ? hop.fromHost === undefined : isLocalAddress(hop.fromIp)) return false;
    const from = orgDomainOfHop(hop);
    return from === undefined ? hop.fromIp !== undefined : from !== orgDomainOf(hop.byHost);
  });
}

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
