/** Sites that pass a click on, whoever made the link: search engines, counters of advertisements, caches, translators, open redirects. */
import { domainToUnicode } from 'node:url';
import { brandOf } from './lists.ts';

/** Where it may lead, as written: `addressIn` says what of it is an address. */
type Follow = (url: URL) => readonly string[];

/** Parameters by which sites of all kinds pass a click on: counters of clicks, sign-ins that go back, open redirects. */
const PASSES_ON: ReadonlySet<string> = new Set(
  (
    'url u q link href to dest destination target goto go out redir redirect redirect_url redirect_uri returnurl return_to next continue r ' +
    'adurl uddg pcurl target_url return_url redirecturl'
  ).split(' '),
);

/** `a1` and the address in base64 */
const bing: Follow = ({ searchParams }) => searchParams.getAll('u').map((target) => target.replace(/^a1(?=aHR0c)/, ''));

/** `/RV=2/RE=1/RU=https%3a%2f%2fa.example/RK=2` */
const yahoo: Follow = ({ pathname }) => /\/RU=([^/]+)/.exec(pathname)?.slice(1) ?? [];

/** `/c/s/a.example/x`; without the s it is http */
const ampPath: Follow = ({ pathname, search }) => {
  const [, secure, target] = /^\/[a-z]{1,3}\/(s\/)?([^/].*)$/.exec(pathname) ?? [];
  return target === undefined ? [] : [`http${secure === undefined ? '' : 's'}://${target}${search}`];
};

/** `a--b-example.translate.goog` for a-b.example: the name is made of the address's in letters, not in Punycode. */
const translated: Follow = ({ hostname, pathname, search }) => {
  if (hostname === 'translate.goog') return [];
  const label = domainToUnicode(hostname.slice(0, hostname.indexOf('.')));
  const host = label.split('--').map((part) => part.replaceAll('-', '.'));
  return [`https://${host.join('-')}${pathname}${search}`];
};

const REDIRECTORS: readonly (readonly [host: string, follow: Follow])[] = [
  ['bing.com', bing],
  ['search.yahoo.com', yahoo],
  ['cdn.ampproject.org', ampPath],
  ['translate.goog', translated],
  ['t.umblr.com', ({ searchParams }) => searchParams.getAll('z')],
];

const MAX_TARGETS = 5; // of one address

/** A cheap sign, true for few addresses, that `redirectTargets` may find some. */
export const mayPassOn = (url: string): boolean => IN_PARAMETER.test(url) || IN_NAME.test(url);

/** A whole address, plain, encoded or in base64, or one without a scheme, where a parameter or a query begins. */
const IN_PARAMETER = /[=&?](?:a1)?(?:https?(?::|%(?:25)*3a)|aHR0c|(?:[/\\]|%(?:25)*(?:2f|5c)){2})/i;
const IN_NAME = /\/amp\/|\/RU=|\.ampproject\.org\/|\.translate\.goog[/:?#]/i;

/** Whole addresses that this one passes a click on to, at most 5: where it may end. Never throws. */
export function redirectTargets(url: string): readonly string[] {
  const parsed = mayPassOn(url) ? URL.parse(url) : null;
  if (parsed === null) return [];
  const targets = new Set<string>();
  for (const written of passedOn(parsed)) {
    const target = addressOf(written);
    if (target !== undefined) targets.add(target);
    if (targets.size >= MAX_TARGETS) break;
  }
  return [...targets];
}

function* passedOn(url: URL): Generator<string> {
  yield* followOf(url)?.(url) ?? [];
  for (const [name, value] of url.searchParams) if (PASSES_ON.has(name.toLowerCase())) yield value;
  yield url.search.slice(1); // the whole query may be one
}

/** Directories of sites that send a click on: `/r/…`, `/redirect?…`, `/click/…`. */
const SENDS_ON =
  /^(?:r|rd|redir|redirect(?:or|s|ion)?|out|outbound|exit|away|jump|go|goto|click|clicks|clk|ck|ct|cl|track|tracking|trk|lnk|leave|extern(?:al)?)(?:\.(?:php|aspx?|html?|cgi|do))?$/i;
const MIN_TOKEN = 12; // letters and digits of a value that stands for an address; a search is shorter, or words
const MIN_PATH_TOKEN = 24; // of a path: names of articles are words with hyphens, or an id in small hexadecimal letters

/**
 * An address that by its form passes a click on and does not say where: a redirector's directory, a parameter for an address or a whole
 * query that is a token, a path that is one. What it does say is `redirectTargets`'. Never throws.
 */
export function hidesTarget(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  const { pathname, search, searchParams } = parsed;
  const segments = pathname.split('/').filter(Boolean);
  if (segments.some((segment, at) => SENDS_ON.test(segment) && (at < segments.length - 1 || search.length > 1)))
    return true;
  if (segments.some((segment) => segment.length >= MIN_PATH_TOKEN && isMixed(segment))) return true;
  if (search.length > MIN_TOKEN && !search.includes('=') && isToken(search.slice(1))) return true;
  return [...searchParams].some(
    ([name, value]) =>
      (PASSES_ON.has(name.toLowerCase()) && (value.includes('.') || isToken(value))) || WHOLE_ADDRESS.test(value),
  );
}

const WHOLE_ADDRESS = /^aHR0c[HD]/; // "http" in base64

/** One run of letters and digits, both of them, as base64, hexadecimal digits or a key of a table are written. */
const isToken = (value: string): boolean =>
  value.length >= MIN_TOKEN && /^[\w+/=.~-]+$/.test(value) && /\d/.test(value) && /[a-z]/i.test(value);

/** Great and small letters and digits without hyphens. */
const isMixed = (segment: string): boolean =>
  /^[\w+=.~]+$/.test(segment) && /\d/.test(segment) && /[a-z]/.test(segment) && /[A-Z]/.test(segment);

function followOf({ hostname, pathname }: URL): Follow | undefined {
  if (pathname.startsWith('/amp/') && /^(?:www\.)?google\./.test(hostname) && brandOf(hostname) === 'google')
    return ampPath;
  return REDIRECTORS.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))?.[1];
}

const MAX_ENCODINGS = 3; // each redirector that passes it on takes one away
const ENCODED = /^(?:https?%(?:25)*3a|%(?:25)*(?:2f|5c))/i;
const BASE64 = /^aHR0c[\w+/ -]*={0,2}$/; // `http`; a plus of a query is read as a blank
/** Browsers take either slash, and one is enough (WHATWG URL §4.4). */
const ADDRESS = /^https?:[/\\]/i;
const WITHOUT_SCHEME = /^[/\\]{2}[^/\\?#\s]+\.[^/\\?#\s]/;

/** undefined for what is no address. */
function addressOf(written: string): string | undefined {
  let text = written;
  for (let round = 0; round < MAX_ENCODINGS && ENCODED.test(text); round++) text = decodedPercents(text);
  if (BASE64.test(text)) text = Buffer.from(text.replaceAll(' ', '+'), 'base64').toString();
  if (ADDRESS.test(text)) return text;
  return WITHOUT_SCHEME.test(text) ? `https:${text}` : undefined;
}

/** Percent-encoded text, as in a query; what is no encoding stays as it is. */
export const decoded = (text: string): string => new URLSearchParams(`t=${text}`).get('t') ?? '';

/** The same of a path: a plus and an ampersand are what they are. */
export const decodedPercents = (text: string): string => decoded(text.replaceAll('+', '%2B').replaceAll('&', '%26'));
