/** One address as a browser would read it (WHATWG URL), whatever way it is written. */
import { domainToUnicode } from 'node:url';
import { isIpLiteral, organisationalDomain } from './organisationalDomain.ts';
import { isVoidPunycode } from './punycode.ts';

/** The part of a link that follows from its address alone; the fields are described in domain/message.ts. */
export interface LinkAddress {
  readonly url: string;
  /** All of it, where `url` is cut: what a redirector is told may stand behind the cut. */
  readonly uncut?: string;
  readonly scheme: string;
  readonly host: string;
  readonly orgDomain: string;
  readonly unicodeHost?: string;
  readonly port?: number;
  readonly hasUserinfo: boolean;
  readonly isIpHost: boolean;
}

export const MAX_URL_LENGTH = 2_048; // domain/message.ts: a longer one is cut
const MAX_PARSED_LENGTH = 8_192;
const MAX_SCHEME_LENGTH = 32;

/** Schemes whose host is looked up on the network (WHATWG URL §3.1, without file). */
const WITH_HOST: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'ws', 'wss']);
/** No link: they open a mail window, a call, or another part of the same mail. */
const NO_LINK: ReadonlySet<string> = new Set([
  'mailto',
  'cid',
  'mid',
  'tel',
  'callto',
  'sms',
  'about',
  'x-apple-data-detectors',
]);
const SCHEME = /^[a-z][a-z0-9+.-]*(?=:)/i;
const TABS_AND_BREAKS = /[\t\r\n]/g;

/**
 * undefined for what leads nowhere: `mailto:` and the like, a fragment, a path without `base`, an address no browser accepts.
 * `javascript:`, `data:`, `file:`, `blob:` and UNC paths have no host. Never throws.
 */
export function readAddress(written: string, base?: string): LinkAddress | undefined {
  const text = cleaned(written);
  if (text.startsWith('\\\\')) return withoutHost('file', `file:${text.replaceAll('\\', '/')}`);
  const scheme = schemeOf(text);
  if (scheme !== undefined && NO_LINK.has(scheme)) return undefined;
  if (scheme !== undefined && !WITH_HOST.has(scheme) && !isHostAndPort(text)) return withoutHost(scheme, text);
  const parsed = parse(text, scheme, base);
  if (parsed === null || parsed.hostname === '') return undefined;
  return withHost(parsed);
}

/** An address found in running text: readers end the link where a character stands that no address has. */
export const readAddressInText = (href: string): LinkAddress | undefined =>
  readAddress(href) ?? readAddress(href.replace(FOREIGN, ''));

/** From the first character on that no address has (RFC 3986 §2, RFC 3987): `https://a.example｜…`. */
const FOREIGN = /[^\p{L}\p{N}\p{M}\-._~:/?#[\]@!$&'()*+,;=%].*$/su;

/** A browser drops tabs and breaks anywhere, blanks and control characters around (WHATWG URL §4.4). */
function cleaned(written: string): string {
  const text = withoutControls(shortAddress(written).trim());
  return text.includes('\n') || text.includes('\t') || text.includes('\r') ? text.replace(TABS_AND_BREAKS, '') : text;
}

/**
 * At most 8,192 characters that lead where the whole leads: without what browsers drop, and with a short user name for a long one, as the
 * host stands behind it. Of `data:` the beginning is enough. Linear.
 */
export function shortAddress(written: string): string {
  if (written.length <= MAX_PARSED_LENGTH) return written;
  const text = withoutControls(written);
  const whole = /^data:/i.test(text) ? text : withShortUser(text.replace(TABS_AND_BREAKS, ''));
  return whole.slice(0, MAX_PARSED_LENGTH);
}

function withShortUser(text: string): string {
  if (text.length <= MAX_PARSED_LENGTH) return text;
  const from = /^(?:[a-z][a-z0-9+.-]{0,30}:)?[/\\]*/i.exec(text)?.[0].length ?? 0;
  const path = text.slice(from).search(/[/\\?#]/);
  const at = text.lastIndexOf('@', path < 0 ? text.length : from + path);
  return at < from ? text : `${text.slice(0, from)}x${text.slice(at)}`;
}

function withoutControls(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

const schemeOf = (text: string): string | undefined => SCHEME.exec(text.slice(0, MAX_SCHEME_LENGTH))?.[0].toLowerCase();

/** `example.com:8080/x` has no scheme, whatever stands before the colon. */
const isHostAndPort = (text: string): boolean => /^[\w-]+(?:\.[\w-]+)+:\d{1,5}(?:[/?#]|$)/.test(text.slice(0, 300));

function parse(text: string, scheme: string | undefined, base: string | undefined): URL | null {
  if (scheme !== undefined && WITH_HOST.has(scheme)) return URL.parse(text, base);
  // Mail has no address of its own: readers open such links over https or http, and web mail likewise.
  if (base !== undefined) return URL.parse(text, base);
  if (text.startsWith('//')) return URL.parse(`https:${text}`);
  return text.slice(0, 4).toLowerCase() === 'www.' || isHostAndPort(text) ? URL.parse(`http://${text}`) : null;
}

const uncut = (url: string): Pick<LinkAddress, 'uncut'> => (url.length > MAX_URL_LENGTH ? { uncut: url } : {});

const withoutHost = (scheme: string, url: string): LinkAddress => ({
  url: url.slice(0, MAX_URL_LENGTH),
  ...uncut(url),
  scheme,
  host: '',
  orgDomain: '',
  hasUserinfo: false,
  isIpHost: false,
});

function withHost(parsed: URL): LinkAddress | undefined {
  const scheme = parsed.protocol.slice(0, -1);
  if (!WITH_HOST.has(scheme)) return undefined;
  const host = parsed.hostname.endsWith('.') ? parsed.hostname.slice(0, -1) : parsed.hostname;
  if (host === '' || (host.includes('xn--') && host.split('.').some(isVoidPunycode))) return undefined;
  return {
    url: parsed.href.slice(0, MAX_URL_LENGTH),
    ...uncut(parsed.href),
    scheme,
    host,
    orgDomain: organisationalDomain(host),
    ...(host.includes('xn--') ? { unicodeHost: domainToUnicode(host) || host } : {}),
    ...(parsed.port === '' ? {} : { port: Number(parsed.port) }),
    hasUserinfo: parsed.username !== '' || parsed.password !== '',
    isIpHost: isIpLiteral(host),
  };
}

const HOST_WRITTEN = /^(?:[a-z][a-z\d+.-]{0,30}:)?[\\/]{2,}([^\\/?#]*)/i;

/** Where it leads as it is written, '' for what has no host: to count by, as reading all addresses of a long list takes too long. */
export const hostWritten = (written: string): string =>
  HOST_WRITTEN.exec(written.slice(0, 300).trimStart())?.[1]?.toLowerCase() ?? '';
