import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { brandOf, isFileSharing, isFreemail } from '../text/lists.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { orgDomainOf } from './history/relations.ts';
import { brandBehind } from './payload/brandOwners.ts';
import { brandsInHost, brandsInPath, holdsName, isBrandName } from './payload/brandTokens.ts';
import { isFamiliarLink, isNewsletter, strangeness } from './payload/familiarity.ts';
import { firstByHost, linkEvidence } from './payload/links.ts';

const IN_SUBDOMAIN = 0.9; // paypal.evil.example: made to be read from the left
const IN_DOMAIN = 0.5; // paypal-help.example: fan pages and resellers are called so too
const SUFFIX_ONLY = 0.3; // paypal.xx may be the brand's in a country the list lacks
const IN_PATH = 0.5; // only when the mail speaks of the brand itself: news and shops name brands in paths
const CLAIMED = 0.1; // added to what stands in the host when the mail speaks of the brand too
const OWN_NAME_IN_HOST = 0.7; // the tenant's name on a host nobody here was sent to; services that give each customer a host exist
const OWN_NAME_IN_PATH = 0.4;
const MIN_OWN_LETTERS = 4; // shorter names of organisations occur by chance

/**
 * A brand's name, or the recipient's organisation's, stands in a host or path that is not theirs.
 * One indicator per host; strength by the place. Silent for the brand's own domains, for hosts of other brands (a company's page in a social
 * network) apart from strangers' pages there, and for hosts the mailbox is sent links to; the own organisation's name counts from strangers.
 * Source: sublime-rules "brand in subdomain"; Liu+ 2025 (PiMRef).
 */
export const embeddedBrandLink = detector({
  id: 'embedded-brand-link',
  family: 'link',
  attack: 'T1583.001',
  needs: ['links', 'sender', 'content', 'bulk'],
  detect({ links, sender, content, bulk, direction }, baseline) {
    const claimed = new Set(content.brands.map(({ brand }) => brand));
    const distance = isNewsletter(bulk) ? 0 : strangeness(direction, baseline.correspondent);
    return firstByHost(links)
      .filter(({ host, orgDomain }) => brandBehind(host) === undefined && orgDomain !== sender.orgDomain)
      .filter((link) => !isFamiliarLink(link, baseline))
      .map((link) => {
        const places = placesOf(link);
        return worst(
          brandIn(places, claimed, brandOf(link.host)),
          ownNameIn(places, link.host, baseline, distance),
          link,
        );
      })
      .filter(({ strength }) => strength > 0);
  },
});

interface Embedded {
  readonly strength: number;
  readonly owner: string;
}

const worst = (one: Embedded, other: Embedded, link: Link) => {
  const { strength, owner } = one.strength >= other.strength ? one : other;
  return { strength, evidence: [linkEvidence(link, `a host of ${owner}`)] };
};

/** `host`: the brand that anyone can have a page at, as sites.google.com; its own name says nothing. */
function brandIn({ subdomain, label, path }: Places, claimed: ReadonlySet<string>, host: string | undefined): Embedded {
  const places: readonly (readonly [string, number])[] = [
    [subdomain, IN_SUBDOMAIN],
    [label, isBrandName(label) ? SUFFIX_ONLY : IN_DOMAIN],
  ];
  for (const [text, strength] of places) {
    const named = brandsInHost(text).find(
      ({ brand, isTelling }) => brand !== host && (isTelling || claimed.has(brand)),
    );
    if (named) return { strength: strength + (claimed.has(named.brand) ? CLAIMED : 0), owner: named.brand };
  }
  const inPath =
    claimed.size > 0 ? brandsInPath(path).find(({ brand }) => brand !== host && claimed.has(brand)) : undefined;
  return inPath === undefined ? NOTHING : { strength: IN_PATH, owner: inPath.brand };
}

const NOTHING: Embedded = { strength: 0, owner: '' };

function ownNameIn(
  { subdomain, label, path }: Places,
  host: string,
  { mailbox }: Baseline,
  distance: number,
): Embedded {
  if (distance === 0) return NOTHING;
  const home = orgDomainOf(mailbox);
  const [name = ''] = home.split('.');
  if (name.length < MIN_OWN_LETTERS || isFreemail(home)) return NOTHING;
  if (organisationalDomain(host) === home || isFileSharing(host)) return NOTHING;
  if (holdsName(`${subdomain}.${label}`, name)) return { strength: OWN_NAME_IN_HOST * distance, owner: home };
  return holdsName(path, name) ? { strength: OWN_NAME_IN_PATH * distance, owner: home } : NOTHING;
}

const MAX_PATH = 200; // characters; what is behind no reader sees

/** Where in a link a name can stand, from left to right. */
interface Places {
  readonly subdomain: string;
  readonly label: string;
  readonly path: string;
}

function placesOf({ url, host, unicodeHost, orgDomain }: Link): Places {
  const shown = unicodeHost ?? host;
  const labels = shown.split('.');
  const ownLabels = orgDomain.split('.').length;
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  const [path = ''] = pathStart < 0 ? [''] : url.slice(pathStart, pathStart + MAX_PATH).split(/[?#]/);
  return { subdomain: labels.slice(0, -ownLabels).join('.'), label: labels.at(-ownLabels) ?? '', path };
}
