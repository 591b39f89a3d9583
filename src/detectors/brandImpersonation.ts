import { detector } from '../domain/finding.ts';
import type { Content } from '../domain/message.ts';
import { exchangedCount, isEstablished, OUTBOUND } from './history/relations.ts';
import { brandBehindSender } from './payload/brandOwners.ts';

type Place = Content['brands'][number]['where'];

/** How far naming a brand there claims to be it: a display name is a claim, words are mostly talk about it. */
const PLACE_STRENGTH: Readonly<Record<Place, number>> = { 'display-name': 1, subject: 0.25, text: 0.15 };
const ON_LIST = 0.5; // people add their employer to their name: "Bea (Acme)"
const OTHER_BRAND = 0.4; // one brand writes for another: a payment service for a shop

/**
 * The mail names a brand and its sender's domain is not that brand's.
 * 0 or 1 indicator; strength by the place. Words in subject and text count only when one brand alone is named there (footers name several
 * networks), off lists, and from a domain that is neither known to the mailbox nor a brand's. Silent for established senders.
 */
export const brandImpersonation = detector({
  id: 'brand-impersonation',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'content', 'bulk'],
  detect({ sender, content, bulk, direction }, { correspondent, domain }) {
    if (direction === 'outbound') return OUTBOUND;
    if (isEstablished(correspondent)) return [];
    const ownBrand = brandBehindSender(sender);
    const isKnownDomain = sender.isOwnDomain || (!sender.isFreemail && exchangedCount(domain) > 0);
    const isOnlyTalk = bulk.isList || isKnownDomain || ownBrand !== undefined;
    const claim = claimIn(content, isOnlyTalk ? ['display-name'] : ['display-name', 'subject', 'text'], ownBrand);
    if (claim === undefined) return [];
    const strength =
      PLACE_STRENGTH[claim.place] * (bulk.isList ? ON_LIST : 1) * (ownBrand === undefined ? 1 : OTHER_BRAND);
    const from = sender.name === undefined ? sender.address : `${sender.name} <${sender.address}>`;
    const quote = claim.place === 'display-name' ? from : claim.brand;
    const expected = `a domain of ${claim.brand}${claim.place === 'display-name' ? '' : `, not ${sender.domain}`}`;
    return [{ strength, evidence: [{ where: shownAs[claim.place], quote, expected }] }];
  },
});

function claimIn(
  { brands }: Content,
  places: readonly Place[],
  ownBrand: string | undefined,
): { readonly place: Place; readonly brand: string } | undefined {
  for (const place of places) {
    const named = new Set(brands.filter(({ where }) => where === place).map(({ brand }) => brand));
    const [brand, second] = [...named].filter((one) => one !== ownBrand);
    if (brand !== undefined && (second === undefined || place === 'display-name')) return { place, brand };
  }
  return undefined;
}

const shownAs: Readonly<Record<Place, string>> = { 'display-name': 'From', subject: 'Subject', text: 'body' };
