import { detector } from '../domain/finding.ts';
import { OUTBOUND, orgDomainOf } from './history/relations.ts';
import { isFamiliarLink, lureStrength } from './payload/familiarity.ts';
import { linkEvidence, webLinks } from './payload/links.ts';

const FROM_KNOWN = 0.3; // tickets, payment codes of invoices

/**
 * A QR code leads to an organisation that is not the sender's: the reader is to leave the computer, and its filters, for a phone.
 * One indicator per host; strength 0.3 from a correspondent to 1 from a stranger, half in newsletters. Silent for codes that lead to the
 * sender, to the mailbox's own organisation, or where the mailbox is sent links anyway.
 * Source: MITRE ATT&CK T1566.002 (quishing); detection-ideas.md 37.
 */
export const linkInQrCode = detector({
  id: 'link-in-qr-code',
  family: 'link',
  attack: 'T1566.002',
  needs: ['links', 'sender', 'bulk'],
  detect({ links, sender, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const { correspondent, mailbox } = baseline;
    const home = [sender.orgDomain, orgDomainOf(mailbox)];
    const strength = lureStrength(FROM_KNOWN, direction, correspondent, bulk);
    const byHost = new Map(
      webLinks(links)
        .filter(({ source }) => source === 'qr-code')
        .map((link) => [link.host, link]),
    );
    return [...byHost.values()]
      .filter((link) => !home.includes(link.orgDomain) && !isFamiliarLink(link, baseline))
      .map((link) => ({ strength, evidence: [linkEvidence(link)] }));
  },
});
