import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Bulk, Link, Sender } from '../domain/message.ts';
import { wrappedHosts } from '../text/gateways.ts';
import { brandOf, isClickCounter, isFreeHosting } from '../text/lists.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { isEstablished } from './history/relations.ts';
import { brandBehindSender } from './payload/brandOwners.ts';
import { isFamiliarLink, isNewsletter } from './payload/familiarity.ts';
import { linkEvidence, webLinks } from './payload/links.ts';

const TRACKED = 0.3; // a mailing service counts clicks; anyone can claim to be a newsletter, so brands do not count there
const FAMILIAR_TARGET = 0.4; // people retype and paste links to places they know
const BARE_NAME = 0.6; // "example.com" in a sentence is a name more often than a promise where the click goes
/** Also endings of file names: README.md, setup.py, notes.zip. */
const FILE_LIKE = new Set([
  'md',
  'py',
  'sh',
  'rs',
  'pl',
  'cc',
  'so',
  'ps',
  'ai',
  'zip',
  'mov',
  'app',
  'java',
  'js',
  'txt',
]);

/**
 * The text of a link is an address of another organisation than the link leads to.
 * One indicator per such link; strength 1, weaker for clicks counted in bulk mail or where a proved sender, no established correspondent,
 * shows an own address, for targets the mailbox knows and for bare names. Silent for links wrapped by a gateway around what they show and between domains of one brand. Source: sublime-rules "mismatched links".
 */
export const mismatchedLinkText = detector({
  id: 'mismatched-link-text',
  family: 'link',
  attack: 'T1566.002',
  needs: ['links', 'sender', 'bulk'],
  detect({ links, sender, bulk }, baseline) {
    return webLinks(links)
      .map((link) => ({ link, shownHost: falselyShown(link) }))
      .filter(({ shownHost }) => shownHost !== undefined)
      .map(({ link, shownHost = '' }) => ({
        strength: strengthOf(link, shownHost, sender, bulk, baseline),
        evidence: [linkEvidence(link, shownHost)],
      }));
  },
});

/** The host that the text shows, when the click goes to somebody else. */
function falselyShown({ shownHost, shownText = '', host, url }: Link): string | undefined {
  if (shownHost === undefined || !shownHost.includes('.') || isOfOneOwner(shownHost, host)) return undefined;
  if (isBare(shownText) && FILE_LIKE.has(shownHost.slice(shownHost.lastIndexOf('.') + 1))) return undefined;
  const targets = wrappedHosts(url);
  return targets.length > 0 && targets.every((target) => isOfOneOwner(shownHost, target)) ? undefined : shownHost;
}

/** One organisation or one brand; a stranger's page at a brand's host (sites.google.com) is not the brand's. */
function isOfOneOwner(shownHost: string, host: string): boolean {
  if (isFreeHosting(host) && !isFreeHosting(shownHost)) return false;
  if (organisationalDomain(shownHost) === organisationalDomain(host)) return true;
  const brand = brandOf(shownHost);
  return brand !== undefined && brand === brandOf(host);
}

const isBare = (shownText: string): boolean => !shownText.includes('/') && !shownText.trimStart().startsWith('www.');

function strengthOf(link: Link, shownHost: string, sender: Sender, bulk: Bulk, baseline: Baseline): number {
  const brand = brandOf(shownHost);
  const isTracked = isNewsletter(bulk) && (brand === undefined || brand === brandBehindSender(sender));
  return Math.min(
    isTracked || (!isEstablished(baseline.correspondent) && isOwnCounted(link, shownHost, sender)) ? TRACKED : 1,
    isFamiliarLink(link, baseline) ? FAMILIAR_TARGET : 1,
    isBare(link.shownText ?? '') ? BARE_NAME : 1,
  );
}

/** Whose address is shown is who writes, and their mailing service counts the click. Nobody else's address is excused so, nor a known person's: what a taken account shows is always its own. */
const isOwnCounted = (
  { host }: Link,
  shownHost: string,
  { isProved = false, isFreemail, orgDomain }: Sender,
): boolean => isProved && !isFreemail && isClickCounter(host) && organisationalDomain(shownHost) === orgDomain;
