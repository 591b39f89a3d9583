import { detector } from '../domain/finding.ts';
import { brandOf, isShortener } from '../text/lists.ts';
import { brandBehindSender } from './payload/brandOwners.ts';
import { lureStrength } from './payload/familiarity.ts';
import { firstByHost, linkEvidence } from './payload/links.ts';

const FROM_KNOWN = 0.3; // people paste short links to meetings and videos

/**
 * A link hides its target behind a public shortener.
 * One indicator per host; strength 0.3 from a known sender to 1 from a stranger. Silent for a brand's own (t.co in mail of its owner).
 * That the shortener was seen before is no excuse: each link leads elsewhere. Source: SpamAssassin DecodeShortURLs.
 */
export const shortenedLink = detector({
  id: 'shortened-link',
  family: 'link',
  attack: 'T1566.002',
  needs: ['links', 'sender', 'bulk'],
  detect({ links, sender, bulk, direction }, { correspondent }) {
    const strength = lureStrength(FROM_KNOWN, direction, correspondent, bulk);
    const ownBrand = brandBehindSender(sender);
    return firstByHost(links)
      .filter(({ host, orgDomain }) => isShortener(host) && orgDomain !== sender.orgDomain && !isOf(ownBrand, host))
      .map((link) => ({ strength, evidence: [linkEvidence(link)] }));
  },
});

const isOf = (brand: string | undefined, host: string): boolean => brand !== undefined && brandOf(host) === brand;
