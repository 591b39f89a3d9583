/** Gateways and web mail that wrap each link of a mail: where the click ends that goes through them. */
import { brandOf } from '../../text/lists.ts';

const MAX_WRAPPINGS = 3; // mail that was forwarded went through several gateways

type Unwrap = (url: URL) => readonly string[];

const parameter =
  (...names: readonly string[]): Unwrap =>
  ({ searchParams }) =>
    names.flatMap((name) => searchParams.getAll(name));

/** Percent-encoded text; what is no encoding stays as it is. */
const decoded = (text: string): string => new URLSearchParams(`t=${text}`).get('t') ?? '';

/** `/v3/__https://a.example/x__;…`, `/v2/url?u=https-3A__a.example_x`, `/v1/url?u=https%3A…` */
const proofpoint: Unwrap = (url) => {
  const inPath = /^https?:\/\/[^/]+\/v3\/__(.+?)__;/.exec(url.href)?.[1];
  if (inPath !== undefined) return [inPath];
  const targets = url.searchParams.getAll('u');
  return url.pathname.startsWith('/v2/')
    ? targets.map((target) => decoded(target.replaceAll('-', '%').replaceAll('_', '/')))
    : targets;
};

const sophos: Unwrap = ({ searchParams }) =>
  searchParams.getAll('u').map((target) => Buffer.from(target, 'base64').toString());

/** `/token/https%3A%2F%2Fa.example%2Fx` */
const cisco: Unwrap = ({ pathname }) => [decoded(pathname.slice(pathname.lastIndexOf('/') + 1))];

const GATEWAYS: readonly (readonly [host: string, unwrap: Unwrap])[] = [
  ['safelinks.protection.outlook.com', parameter('url')],
  ['safelinks.protection.office365.us', parameter('url')],
  ['urldefense.com', proofpoint],
  ['urldefense.proofpoint.com', proofpoint],
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
  targetsOf(url).flatMap((target) => hostsBehind(target, MAX_WRAPPINGS - 1));

function hostsBehind(url: string, wrappings: number): readonly string[] {
  const targets = wrappings > 0 ? targetsOf(url) : [];
  return targets.length > 0
    ? targets.flatMap((target) => hostsBehind(target, wrappings - 1))
    : [addressIn(url)?.hostname ?? ''];
}

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
