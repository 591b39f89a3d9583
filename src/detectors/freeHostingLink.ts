import { detector } from '../domain/finding.ts';
import { isFreeHosting } from '../text/lists.ts';
import { isFamiliarLink, lureStrength } from './payload/familiarity.ts';
import { firstByHost, linkEvidence } from './payload/links.ts';

const FROM_KNOWN = 0.5; // people keep project pages there

/**
 * A link leads to a page that anyone can put up without showing who they are.
 * One indicator per host; strength 0.5 from a known sender to 1 from a stranger. Silent for pages the mailbox is sent links to and for the
 * sender's own. Source: detection-ideas.md 20 (free subdomain host, 58 public rules).
 */
export const freeHostingLink = detector({
  id: 'free-hosting-link',
  family: 'link',
  attack: 'T1583.006',
  needs: ['links', 'sender', 'bulk'],
  detect({ links, sender, bulk, direction }, baseline) {
    const strength = lureStrength(FROM_KNOWN, direction, baseline.correspondent, bulk);
    return firstByHost(links)
      .filter((link) => isFreeHosting(link.host) && link.host !== sender.domain && !isFamiliarLink(link, baseline))
      .map((link) => ({ strength, evidence: [linkEvidence(link)] }));
  },
});
