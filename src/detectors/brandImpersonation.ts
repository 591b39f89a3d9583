import { detector } from '../domain/finding.ts';
import type { Content, Links, Sender } from '../domain/message.ts';
import { isSoftwareName } from '../text/lists.ts';
import { exchangedCount, isEstablished, OUTBOUND, orgDomainOf } from './history/relations.ts';
import { brandBehind, brandBehindSender } from './payload/brandOwners.ts';
import { webLinks } from './payload/links.ts';

type Place = Content['brands'][number]['where'];

/** How far naming a brand there claims to be it: a display name is a claim, words are mostly talk about it. */
const PLACE_STRENGTH: Readonly<Record<Place, number>> = { 'display-name': 1, subject: 0.25, text: 0.15 };
const ON_LIST = 0.5; // people add their employer to their name: "Bea (Acme)"
const OTHER_BRAND = 0.4; // one brand writes for another: a payment service for a shop
const OWN_COPY = 0.25; // a site's WordPress writes as "WordPress" unless told otherwise: no more than the name in a subject
const EXCHANGE_BOUNCES = 'microsoftexchange329e71ec88ae4615bbc36ab6ce41109e'; // the same in every tenant
const MICROSOFT_HELP: ReadonlySet<string> = new Set([
  'aka.ms',
  'go.microsoft.com',
  'learn.microsoft.com',
  'support.microsoft.com',
  'products.office.com',
  'support.office.com',
]);
const MIN_OWN_NAME = 4; // letters of the organisation's name that are no chance in a subject

/**
 * The mail names a brand and its sender's domain is not that brand's, or nothing proves that it wrote from there.
 * 0 or 1 indicator; strength by the place. Words in subject and text count only when one brand alone is named there (footers name several
 * networks), off lists, and from a domain that is neither known to the mailbox nor a brand's. A quarter for software that writes under its
 * own name for whoever runs it, and for what a tenant's Exchange sends back. Silent for established senders.
 */
export const brandImpersonation = detector({
  id: 'brand-impersonation',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'content', 'bulk', 'links'],
  detect({ sender, content, bulk, links, subject, direction }, { correspondent, domain, mailbox }) {
    if (direction === 'outbound') return OUTBOUND;
    if (isEstablished(correspondent)) return [];
    const isForged = sender.isProved === false;
    const ownBrand = isForged ? undefined : brandBehindSender(sender);
    const isKnownDomain = sender.isOwnDomain || (!sender.isFreemail && exchangedCount(domain) > 0);
    const isOnlyTalk = bulk.isList || isKnownDomain || ownBrand !== undefined;
    const claim = claimIn(content, isOnlyTalk ? ['display-name'] : ['display-name', 'subject', 'text'], ownBrand);
    if (claim === undefined) return [];
    const isOwnCopy =
      claim.place === 'display-name' &&
      isNamedOnlyThere(claim.brand, content) &&
      isCopyOf(sender, content, links) &&
      !isAboutOwnSite(subject, mailbox);
    const strength =
      PLACE_STRENGTH[claim.place] *
      (isOwnCopy || isExchangeBounce(claim.brand, sender, content, links) ? OWN_COPY : 1) *
      (bulk.isList ? ON_LIST : 1) *
      (ownBrand === undefined && !(isForged && leadsHome(claim.brand, sender, content, links)) ? 1 : OTHER_BRAND);
    const from = sender.name === undefined ? sender.address : `${sender.name} <${sender.address}>`;
    const quote = claim.place === 'display-name' ? from : claim.brand;
    const expected = isForged
      ? `proof that ${sender.domain} wrote it`
      : `a domain of ${claim.brand}${claim.place === 'display-name' ? '' : `, not ${sender.domain}`}`;
    return [{ strength, evidence: [{ where: shownAs[claim.place], quote, expected }] }];
  },
});

/** Software that tells the club of its site has no cause to speak of itself: "Your WordPress site needs an update". */
const isNamedOnlyThere = (brand: string, { brands }: Content): boolean =>
  brands.every((one) => one.brand !== brand || one.where === 'display-name');

/** "WordPress <wordpress@club.example>", proved, without haste, every link leads back to the club, and the club's name is its own. */
const isCopyOf = (
  { name = '', local, orgDomain, isProved, isFreemail }: Sender,
  content: Content,
  links: Links,
): boolean =>
  isProved === true &&
  !isFreemail &&
  isSoftwareName(name.trim()) &&
  local === name.trim().toLowerCase() &&
  !orgDomain.includes(local) &&
  content.pressureQuotes.length === 0 &&
  webLinks(links).every((link) => link.orgDomain === orgDomain);

/** A forward breaks signatures: what asks for nothing, has no number to call, and leads to the brand that it says it is from and nowhere else, gains a forger little. */
const leadsHome = (
  brand: string,
  sender: Sender,
  { intents, formCount, phoneNumbers }: Content,
  links: Links,
): boolean =>
  brandBehindSender(sender) === brand &&
  formCount === 0 &&
  intents.length === 0 &&
  phoneNumbers.length === 0 &&
  webLinks(links).length > 0 &&
  webLinks(links).every((link) => brandBehind(link.host) === brand);

/** As every tenant's Exchange sends it back: "Microsoft Outlook", asking for nothing, with nothing to click but Microsoft's help and, where it is proved, the domain that was written to. */
const isExchangeBounce = (
  brand: string,
  { local, isProved = false }: Sender,
  { intents, pressureQuotes, formCount }: Content,
  links: Links,
): boolean =>
  brand === 'microsoft' &&
  local === EXCHANGE_BOUNCES &&
  formCount === 0 &&
  intents.length === 0 &&
  pressureQuotes.length === 0 &&
  webLinks(links).every((link) => MICROSOFT_HELP.has(link.host) || (isProved && isBareDomain(link)));

/** "acme.example" in an address that could not be found: mail programs make a link of it. */
const isBareDomain = ({ source, url, host }: Links['all'][number]): boolean =>
  source !== 'form' && (url === `http://${host}/` || url === `https://${host}/`);

/** The organisation's own site writes from its own domain: a stranger who writes for it is none of its copies. */
function isAboutOwnSite(subject: string, mailbox: string): boolean {
  const [own = ''] = orgDomainOf(mailbox).split('.', 1);
  return own.length >= MIN_OWN_NAME && subject.toLowerCase().includes(own);
}

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
