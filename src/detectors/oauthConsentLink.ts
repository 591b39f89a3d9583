import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { strangeness } from './payload/familiarity.ts';

const FROM_KNOWN = 0.3; // colleagues pass on such links when a new program is brought in
const PLAIN = 0.5; // consent to a name and an address
const TO_DATA = 1; // to mail, files or access that lasts, or whatever an administrator grants

/** Where the large providers ask whether a program may act for the reader: RFC 6749 §3.1. */
const CONSENT_PAGES = [
  /^login\.microsoftonline\.com\/[^/]+\/(?:oauth2\/(?:v2\.0\/)?authorize|(?:v2\.0\/)?adminconsent)\b/,
  /^login\.live\.com\/oauth20_authorize\.srf\b/,
  /^accounts\.google\.com\/o\/oauth2\//,
  /^github\.com\/login\/oauth\/authorize\b/,
] as const;
const CLIENT = /[?&]client_id=/;
const DATA = /adminconsent|offline_access|mail\.|files\.|contacts\.|auth\/(?:gmail|drive|contacts)|mail\.google\.com/;

/**
 * It links to the page on which a program of the sender's choice is let into the reader's account: the sign-in is genuine, no password is asked.
 * 0 or 1 indicator; strength 1 for mail, files or lasting access, else 0.5, from a stranger; less from whom the mailbox knows.
 * Source: RFC 6819 §4.4.1.8; ATT&CK T1528.
 */
export const oauthConsentLink = detector({
  id: 'oauth-consent-link',
  family: 'link',
  attack: 'T1528',
  needs: ['links'],
  detect({ links, direction }, { correspondent }) {
    const found = links.all.map(addressOf).filter(isConsentPage);
    const [address] = [...found.filter((one) => DATA.test(one)), ...found];
    if (address === undefined) return [];
    const distance = FROM_KNOWN + (1 - FROM_KNOWN) * strangeness(direction, correspondent);
    const strength = (DATA.test(address) ? TO_DATA : PLAIN) * distance;
    return [{ strength, evidence: [{ where: 'link', quote: address.slice(0, 200) }] }];
  },
});

const addressOf = ({ url }: Link): string => url.toLowerCase().replace(/^https?:\/\//, '');

const isConsentPage = (address: string): boolean =>
  CONSENT_PAGES.some((page) => page.test(address)) && CLIENT.test(address);
