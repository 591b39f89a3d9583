import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { orgDomainOf } from './history/relations.ts';
import { isNewsletter, strangeness } from './payload/familiarity.ts';
import { linkEvidence, webLinks } from './payload/links.ts';

const IN_FRAGMENT = 1; // never sent to the server: it fills the login field of a page that was made for it
const ENCODED = 0.9; // base64 or hex hides it from the reader
const PLAIN = 0.6; // sign-up and calendar links carry it openly
const IN_BULK = 0.5; // newsletters know whom they write to, but have no use for it behind the #
const MIN_ENCODED = 8; // characters of an encoded needle below which chance finds it

/**
 * A link of a stranger carries the recipient's address, plain or encoded.
 * One indicator per such link; strength by the form, less the better the sender is known, 0 for correspondents. Bulk mail with an
 * unsubscribe header counts only behind the fragment. Source: detection-ideas.md 19.
 */
export const recipientInLink = detector({
  id: 'recipient-in-link',
  family: 'link',
  attack: 'T1598.003',
  needs: ['links', 'bulk'],
  detect({ links, bulk, direction }, { mailbox, correspondent }) {
    const distance = strangeness(direction, correspondent);
    const candidates = distance === 0 ? [] : webLinks(links);
    if (candidates.length === 0) return [];
    const forms = formsOf(mailbox);
    return candidates
      .filter(({ orgDomain }) => orgDomain !== orgDomainOf(mailbox))
      .map((link) => ({ link, strength: distance * strengthOf(link, forms, isNewsletter(bulk)) }))
      .filter(({ strength }) => strength > 0)
      .map(({ link, strength }) => ({ strength, evidence: [linkEvidence(link)] }));
  },
});

interface Forms {
  readonly plain: readonly string[];
  readonly encoded: readonly string[];
}

/** The worst of all places counts: a harmless copy excuses nothing. */
function strengthOf({ url }: Link, { plain, encoded }: Forms, isBulk: boolean): number {
  const hash = url.indexOf('#');
  const [sent, fragment] = hash < 0 ? [url, ''] : [url.slice(0, hash), url.slice(hash)];
  const isPlainIn = (text: string) => plain.some((needle) => holdsAddress(text.toLowerCase(), needle));
  const isEncodedIn = (text: string) => encoded.some((needle) => text.includes(needle));
  if (isPlainIn(fragment) || isEncodedIn(fragment)) return isBulk ? IN_BULK : IN_FRAGMENT;
  if (isBulk) return 0;
  if (isEncodedIn(sent)) return ENCODED;
  return isPlainIn(sent) ? PLAIN : 0;
}

/** Whether the address stands somewhere, not as the end of a longer one (joana@ for ana@). */
function holdsAddress(text: string, needle: string): boolean {
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
    const before = text.slice(Math.max(0, at - 3), at);
    if (!/[a-z\d._+-]$/.test(before) || /%[\da-f]{2}$/.test(before)) return true;
  }
  return false;
}

/** How an address can stand in a URL: as it is, with %40, in hex, and in base64 at each of the three offsets. */
function formsOf(mailbox: string): Forms {
  const base64 = [0, 1, 2].map((offset) => base64At(mailbox, offset));
  const hex = Buffer.from(mailbox).toString('hex');
  return {
    plain: [mailbox, mailbox.replace('@', '%40')],
    encoded: [...base64, hex, hex.toUpperCase()].filter((form) => form.length >= MIN_ENCODED),
  };
}

/** The characters that stay the same whatever stands before (`offset` bytes, modulo 3) and after the address. */
function base64At(mailbox: string, offset: number): string {
  const encoded = Buffer.from('\0'.repeat(offset) + mailbox).toString('base64url');
  const tail = (Buffer.byteLength(mailbox) + offset) % 3 === 0 ? 0 : 1;
  return encoded.slice(offset === 0 ? 0 : offset + 1, encoded.length - tail);
}
