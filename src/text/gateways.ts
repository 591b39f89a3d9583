/** Gateways and web mail, and redirectors with them: where the click ends that goes through them, as far as the address tells. Nothing is asked of anybody. */
import { brandOf } from './lists.ts';
import { decoded, decodedPercents, mayPassOn, redirectTargets } from './redirectors.ts';

const MAX_WRAPPINGS = 3; // mail that was forwarded went through several gateways

type Unwrap = (url: URL) => readonly string[];

const parameter =
  (...names: readonly string[]): Unwrap =>
  ({ searchParams }) =>
    names.flatMap((name) => searchParams.getAll(name));

/** `/v3/__https://a.example/x__;…`, `/v2/url?u=https-3A__a.example_x`, `/v1/url?u=https%3A…` */
const proofpoint: Unwrap = (url) => {
  const [, written, replaced = ''] = /^https?:\/\/[^/]+\/v3\/__(.+?)__;([\w-]*)/.exec(url.href) ?? [];
  if (written !== undefined) return [withReplaced(written, Buffer.from(replaced, 'base64url').toString())];
  const targets = url.searchParams.getAll('u');
  return url.pathname.startsWith('/v2/')
    ? targets.map((target) => decoded(target.replaceAll('-', '%').replaceAll('_', '/')))
    : targets;
};

/**
 * Version 3 writes `*` for a character that was taken out and `**` with a letter for several: `b*cher` and 'ü'. One of two slashes may have got lost
 * on the way. Source: Proofpoint's published decoder.
 */
function withReplaced(written: string, replaced: string): string {
  const characters = [...replaced];
  let at = 0;
  return decodedPercents(written.replace(/^(https?:\/)(?=[^/])/i, '$1/')).replace(
    /\*(?:\*(.))?/g,
    (mark, run?: string) => {
      const count = run === undefined ? 1 : RUN_LENGTHS.indexOf(run) + 2;
      const taken = characters.slice(at, at + count);
      at += count;
      return taken.length === 0 ? mark : taken.join('');
    },
  );
}

const RUN_LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'; // the first stands for two

/** `/v2/___https://a.example/x___.YzJ1…`, `/v2/r02/___…`, `/v1/url?u=…` */
const checkPoint: Unwrap = ({ href, searchParams }) => {
  const inPath = /^https?:\/\/[^/]+\/v\d\/(?:r\d\d\/)?___(.+?)___(?:\.|$)/.exec(href)?.[1];
  return inPath === undefined ? searchParams.getAll('u') : [inPath];
};

const sophos: Unwrap = ({ searchParams }) =>
  searchParams.getAll('u').map((target) => Buffer.from(target, 'base64').toString());

/** `/token/https%3A%2F%2Fa.example%2Fx` */
const cisco: Unwrap = ({ pathname }) => [decoded(pathname.slice(pathname.lastIndexOf('/') + 1))];

const GATEWAYS: readonly (readonly [host: string, unwrap: Unwrap])[] = [
  ['safelinks.protection.outlook.com', parameter('url')],
  ['safelinks.protection.office365.us', parameter('url')],
  ['safelinks.protection.partner.outlook.cn', parameter('url')],
  ['urldefense.com', proofpoint],
  ['urldefense.us', proofpoint],
  ['urldefense.proofpoint.com', proofpoint],
  ['protect.checkpoint.com', checkPoint],
  ['url.avanan.click', checkPoint],
  ['linkprotect.cudasvc.com', parameter('a')],
  ['protection.sophos.com', sophos],
  ['secure-web.cisco.com', cisco],
  ['mimecast.com', parameter('domain')], // the rest of the target is a secret of the gateway
  ['mimecastprotect.com', parameter('domain')],
  ['trendmicro.com', parameter('url')],
  ['fireeye.com', parameter('u')],
];
const google = parameter('q', 'url');

/**
 * The hosts that a wrapped link may lead to: all that are named, should a parameter be there twice; '' for what is no address.
 * Empty when no gateway wrapped it. Never throws.
 */
export const wrappedHosts = (url: string): readonly string[] =>
  wrappedTargets(url).map((target) => addressIn(target)?.hostname ?? '');

/** The same as addresses, as they are written there. */
const wrappedTargets = (url: string): readonly string[] =>
  targetsOf(url).flatMap((target) => innermost(target, MAX_WRAPPINGS - 1));

function innermost(url: string, wrappings: number): readonly string[] {
  const targets = wrappings > 0 ? targetsOf(url) : [];
  return targets.length > 0 ? targets.flatMap((target) => innermost(target, wrappings - 1)) : [url];
}

const MAX_STEPS = 4; // a redirector within a gateway within a redirector …
const MAX_ENDS = 10; // of one link

/**
 * Every address that the click on this one may come to, step by step; gateways within gateways count as one step. Distinct, at most 10. Pass
 * the whole address: what a wrapper hides may stand at its end. Never throws.
 */
export function endsOf(url: string): readonly string[] {
  if (!/[?_%]/.test(url) && !mayPassOn(url) && !WITH_ADDRESS_INSIDE.test(url)) return [];
  const ends = new Set<string>();
  let reached: readonly string[] = [url];
  for (let step = 0; step < MAX_STEPS && reached.length > 0 && ends.size < MAX_ENDS; step++) {
    reached = reached.flatMap(nextOf).slice(0, MAX_ENDS);
    for (const end of reached) ends.add(end);
  }
  ends.delete(url);
  return [...ends].slice(0, MAX_ENDS);
}

function nextOf(url: string): readonly string[] {
  if (WITH_ADDRESS_INSIDE.test(url)) return addressInside(url);
  const wrapped = wrappedTargets(url);
  return wrapped.length > 0 ? wrapped.map(withScheme) : redirectTargets(url);
}

/** Schemes that start a program with an address: a browser, Office (`ms-word:ofe|u|https://a.example/x.docx`), a view of the source. */
const WITH_ADDRESS_INSIDE = /^(?:view-source|microsoft-edge(?:-[a-z]{1,20})?|ms-[a-z-]{1,30}|onenote):/i;

/** The first in it; it may be encoded as a whole. */
function addressInside(url: string): readonly string[] {
  const [found, colon] = /https?(:|%3a)(?:[/\\]|%2f|%5c).*$/is.exec(url) ?? [];
  if (found === undefined) return [];
  return [colon === ':' ? found : decodedPercents(found)];
}

/** Gateways may name but the host. */
const withScheme = (target: string): string =>
  /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+(?:[:/?#]|$)/u.test(target) ? `https://${target}` : target;

function targetsOf(url: string): readonly string[] {
  const parsed = addressIn(url);
  return parsed === null ? [] : (unwrapOf(parsed)?.(parsed) ?? []);
}

/** The scheme may be left out. */
const addressIn = (text: string): URL | null => URL.parse(/^https?:/i.test(text) ? text : `https://${text}`);

function unwrapOf({ hostname, pathname }: URL): Unwrap | undefined {
  if (pathname === '/url' && /^(?:www\.)?google\./.test(hostname) && brandOf(hostname) === 'google') return google;
  return GATEWAYS.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))?.[1];
}
