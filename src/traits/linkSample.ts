/** Which links of a file are kept when it has more than there is room for: decoys must not hide the one that counts. */
import type { Link } from '../domain/message.ts';
import { brandOf, isFreeHosting, isShortener } from '../text/lists.ts';

/**
 * At most `limit`, in their order: hosts that are written oddly or that anyone can have, then others of an organisation each, known brands last,
 * then what repeats. Where they are too many of a kind, some of the beginning and some of the end. Linear but for sorting.
 */
export function sampleOf(links: readonly Link[], limit: number): readonly Link[] {
  if (links.length <= limit) return links;
  const places = placesByRank(links).flatMap(fromBothEnds).slice(0, limit);
  return places.sort((a, b) => a - b).flatMap((place) => links[place] ?? []);
}

type Rank = 0 | 1 | 2 | 3;

function placesByRank(links: readonly Link[]): readonly (readonly number[])[] {
  const ranks: readonly number[][] = [[], [], [], []];
  const hosts = new Set<string>();
  const organisations = new Set<string>();
  links.forEach((link, place) => {
    ranks[rankOf(link, hosts, organisations)]?.push(place);
    hosts.add(link.host);
    organisations.add(link.orgDomain);
  });
  return ranks;
}

function rankOf(link: Link, hosts: ReadonlySet<string>, organisations: ReadonlySet<string>): Rank {
  if (!hosts.has(link.host) && isOdd(link)) return 0;
  if (organisations.has(link.orgDomain)) return 3;
  return brandOf(link.host) === undefined ? 1 : 2;
}

const isOdd = ({ host, isIpHost, hasUserinfo, unicodeHost, port }: Link): boolean =>
  host === '' ||
  isIpHost ||
  hasUserinfo ||
  unicodeHost !== undefined ||
  port !== undefined ||
  isFreeHosting(host) ||
  isShortener(host);

/** First, last, second, last but one … */
const fromBothEnds = (places: readonly number[]): readonly number[] =>
  places.map((_, at) => places[at % 2 === 0 ? at / 2 : places.length - (at + 1) / 2] ?? 0);
