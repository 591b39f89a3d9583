/** Which links of a message a detector looks at, and how it quotes them. */
import type { Evidence, Target } from '../../domain/finding.ts';
import type { Link, Links } from '../../domain/message.ts';
import { defang } from '../../text/refang.ts';

const MAX_QUOTE = 200; // domain/finding.ts

/** What leads to a web server, on a click or by itself. */
export const webLinks = ({ clickable }: Links): readonly Link[] =>
  clickable.filter(({ scheme, host }) => host !== '' && (scheme === 'https' || scheme === 'http'));

/** The first web link to each host, in order of appearance: as many as the trait keeps, lest decoys hide the one that counts. */
export function firstByHost(links: Links): readonly Link[] {
  const byHost = new Map<string, Link>();
  for (const link of webLinks(links)) if (!byHost.has(link.host)) byHost.set(link.host, link);
  return [...byHost.values()];
}

/** Defanged: nobody shall click on what is quoted as a threat. */
export const linkEvidence = (link: Link, expected?: string): Evidence => ({
  where: 'link',
  quote: defang(link.url.slice(0, MAX_QUOTE)).slice(0, MAX_QUOTE),
  ...(expected === undefined ? {} : { expected }),
  targets: targetsOf(link),
});

/** The link, and the file that holds it: nobody can change a link in a picture. */
export const targetsOf = ({ host, scheme, inFile }: Link): readonly Target[] => [
  host === '' ? `${scheme}:` : host,
  ...(inFile === undefined ? [] : [`sha256:${inFile}`]),
];
