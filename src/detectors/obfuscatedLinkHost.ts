import { detector } from '../domain/finding.ts';
import type { Link } from '../domain/message.ts';
import { skeleton } from '../text/confusables.ts';
import { isFamiliarLink } from './payload/familiarity.ts';
import { linkEvidence, webLinks } from './payload/links.ts';

const USERINFO_AS_HOST = 1; // https://bank.example@evil.example: nobody signs in by a name with a dot
const USERINFO = 0.6;
const DECEPTIVE_SCRIPT = 1; // UTS 39 §5: mixed scripts, or a whole label that looks like another script
const IP_HOST = 0.8;
const ENCODED_LETTERS = 0.7; // encoding what needs no encoding (RFC 3986 §2.3) serves only to hide
const LONG_CHAIN = 0.6;
const ODD_PORT = 0.4; // test servers have them too
const FAMILIAR = 0.3; // a device or test server that the mailbox is sent links to
const MAX_LABELS = 5; // labels in front of the organisation; cloud storage and mail tools need up to 4
const MAX_HOST_LENGTH = 90; // characters; longest honest hosts, of cloud load balancers, reach 80
const MIN_ENCODED_LETTERS = 3; // one or two come from sloppy tools
const USUAL_PORTS = new Set([80, 443, 8080, 8443]);
const PRIVATE_HOST = /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[(?:::1\]|f[cd]|fe80))/;
const ENCODED_LETTER = /%(?:3\d|[46][1-9a-f]|[57][\da])/gi;

/**
 * The host of a link is written so that a reader cannot tell where it leads.
 * One indicator per such link; strength by the trick, weaker where the mailbox is sent such links. Silent for private addresses, for names
 * in one honest script (müller.example) and for usual ports. Source: RFC 3986 §7.6, UTS 39 §5, detection-ideas.md 23 and 24.
 */
export const obfuscatedLinkHost = detector({
  id: 'obfuscated-link-host',
  family: 'link',
  attack: 'T1036',
  needs: ['links'],
  detect({ links }, baseline) {
    return webLinks(links)
      .map((link) => ({ link, trick: trickOf(link) }))
      .filter(({ trick }) => trick !== undefined)
      .map(({ link, trick: [strength, expected] = NO_TRICK }) => ({
        strength: strength * (isFamiliarLink(link, baseline) ? FAMILIAR : 1),
        evidence: [linkEvidence(link, expected)],
      }));
  },
});

type Trick = readonly [strength: number, expected: string];
const NO_TRICK: Trick = [0, ''];

/** The worst trick of a link, and what an honest link has in its place. */
function trickOf(link: Link): Trick | undefined {
  if (link.isIpHost && PRIVATE_HOST.test(link.host)) return undefined;
  if (link.hasUserinfo) return [userinfoStrength(link.url), `nothing before ${link.host}`];
  if (ownLabels(link).some(isDeceptiveLabel)) return [DECEPTIVE_SCRIPT, `one script, not ${link.host}`];
  if (link.isIpHost) return [IP_HOST, 'a host name'];
  if (encodedLetterCount(link.url) >= MIN_ENCODED_LETTERS) return [ENCODED_LETTERS, 'letters as letters'];
  if (isLongChain(link)) return [LONG_CHAIN, `a short name under ${link.orgDomain}`];
  if (link.port !== undefined && !USUAL_PORTS.has(link.port)) return [ODD_PORT, 'a usual port'];
  return undefined;
}

function userinfoStrength(url: string): number {
  const start = url.indexOf('//') + 2;
  return url.slice(start, url.indexOf('@', start)).includes('.') ? USERINFO_AS_HOST : USERINFO;
}

/** In Unicode, without the public suffix: .орг and .срб are what they are. */
function ownLabels({ unicodeHost, orgDomain }: Link): readonly string[] {
  const labels = unicodeHost?.split('.') ?? [];
  return labels.slice(0, labels.length + 1 - orgDomain.split('.').length);
}

const CONFUSABLE_SCRIPT = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
const LATIN = /\p{Script=Latin}/u;
const ASCII_ONLY = /^[\x21-\x7e]+$/;

const isDeceptiveLabel = (label: string): boolean =>
  CONFUSABLE_SCRIPT.test(label) && (LATIN.test(label) || ASCII_ONLY.test(skeleton(label)));

const encodedLetterCount = (url: string): number => (url.includes('%') ? (url.match(ENCODED_LETTER)?.length ?? 0) : 0);

const isLongChain = ({ host, orgDomain }: Link): boolean =>
  host.length > MAX_HOST_LENGTH || host.slice(0, -orgDomain.length).split('.').length - 1 > MAX_LABELS;
