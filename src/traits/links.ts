/** Where a message leads: addresses of its text, its HTML and of whatever else was read, each once. */
import type { AttachedBody, Defect, ParsedMail } from '../domain/mail.ts';
import type { Link, LinkSource, Links } from '../domain/message.ts';
import { endsOf } from '../text/gateways.ts';
import { type LinkAddress, readAddress, readAddressInText } from '../text/linkAddress.ts';
import { isAddress, linksInText, MAX_GIVEN, readTextLinks, type TextLink } from '../text/textLinks.ts';
import { type HtmlFacts, readHtml } from './html.ts';
import type { Target } from './htmlElements.ts';
import { sampleOf } from './linkSample.ts';
import { withoutInvisible } from './visibleText.ts';

const MAX_LINKS = 200; // domain/message.ts
const NEW_HOSTS_ONLY_AFTER = 120; // the rest is kept for hosts not seen yet, so that repetition cannot crowd out the link that counts
const MAX_IMAGES = 60; // of these 200
const MAX_RESERVED = 40; // of these 200, for what is found in attachments, invites and codes
const FEW_TARGETS = 50; // of a page: there is room for all of them

/** Places where the same address means the same click. */
type Place = 'page' | 'form' | 'image' | 'base' | 'meta-refresh';

/** On its way into the collection it has the whole of its address. */
type FoundLink = Link & Pick<LinkAddress, 'uncut'>;

interface Collection {
  readonly byKey: Map<string, FoundLink>;
  readonly hosts: Set<string>;
  imageCount: number;
  distinctCount: number;
  /** How many it may hold: first those of the body, which leave room for others. */
  room: number;
}

export interface LinksRead {
  readonly links: Links;
  /** Text was left unread. */
  readonly defects: readonly Defect[];
}

export const links = (mail: Pick<ParsedMail, 'text'>, html: HtmlFacts, others: readonly Link[] = []): Links =>
  readLinks(mail, html, others).links;

/** `others`: links found in attachments and invites. Time is linear in the mail, bounded by the limits of the readers. */
export function readLinks(mail: Pick<ParsedMail, 'text'>, html: HtmlFacts, others: readonly Link[] = []): LinksRead {
  const found: Collection = { byKey: new Map(), hosts: new Set(), imageCount: 0, distinctCount: 0, room: MAX_LINKS };
  const ofHtml = readTargets(html);
  const plain = readTextLinks(withoutInvisible(mail.text));
  const shown = readTextLinks(html.text);
  found.room -= Math.min(MAX_RESERVED, others.length);
  for (const link of ofHtml.shown) add(found, link);
  for (const link of asLinks(plain.links, 'text')) add(found, link);
  for (const link of withoutShown(asLinks(shown.links, 'text'), ofHtml.shown)) add(found, link);
  found.room = MAX_LINKS;
  for (const link of sampleOf(others, Math.max(MAX_RESERVED, MAX_LINKS - found.byKey.size))) add(found, link);
  for (const link of ofHtml.empty) add(found, link);
  for (const link of [...found.byKey.values()]) for (const end of behind(link)) add(found, end);
  const all = [...found.byKey.values()].map(withoutUncut);
  const unread = html.targetCount - html.targets.length;
  return {
    links: {
      all,
      clickable: all.filter(({ source }) => source !== 'image'),
      totalCount: found.distinctCount + unread,
    },
    defects: plain.isCut || shown.isCut ? [{ code: 'size-limit', detail: UNREAD_TEXT }] : [],
  };
}

const UNREAD_TEXT = `addresses in the text were looked for in ${MAX_GIVEN} characters of what may be some`;

/**
 * Without the addresses that stand in place of a link, each as often as it stands so: a click on them goes elsewhere. Another mention of one
 * is clickable by itself, and so is another page of its host.
 */
function withoutShown(ofText: readonly Link[], ofHtml: readonly Link[]): readonly Link[] {
  const shown = ofHtml.filter(({ shownHost }) => shownHost !== undefined).map(({ shownText = '' }) => shownText);
  if (shown.length === 0 || ofText.length === 0) return ofText;
  const left = new Map<string, number>();
  for (const { url } of linksOfText(shown.join('\n'))) left.set(keyOf(url), (left.get(keyOf(url)) ?? 0) + 1);
  return ofText.filter(({ url }) => {
    const count = left.get(keyOf(url)) ?? 0;
    if (count > 0) left.set(keyOf(url), count - 1);
    return count === 0;
  });
}

const MAX_COMPARED = 180; // characters: of what is shown 200 are kept
const keyOf = (url: string): string => url.slice(0, MAX_COMPARED);

/** Where the click on a wrapped or redirected link goes: there are links of its own. Pictures load, nobody goes anywhere by them. */
function behind({ url, uncut = url, source, inFile, isWritten }: FoundLink): readonly FoundLink[] {
  if (source === 'image') return [];
  const ends = linksOfAddresses(endsOf(uncut), source);
  const place = { ...(inFile === undefined ? {} : { inFile }), ...(isWritten === undefined ? {} : { isWritten }) };
  return inFile === undefined ? ends : ends.map((end) => ({ ...end, ...place }));
}

function withoutUncut(found: FoundLink): Link {
  if (found.uncut === undefined) return found;
  const { uncut: _whole, ...link } = found;
  return link;
}

/** Links that a page holds. `source` stands for all of them but pictures, when the page is not the mail's own. */
export function linksOfHtml(html: HtmlFacts, source?: LinkSource): readonly Link[] {
  const { shown, empty } = readTargets(html, source);
  return empty.length === 0 ? shown : [...shown, ...empty];
}

/** `empty`: when there are many, those of anchors that show nothing, so that they cannot crowd out the one a reader is to click. */
interface TargetsRead {
  readonly shown: readonly Link[];
  readonly empty: readonly Link[];
}

function readTargets({ targets }: HtmlFacts, source?: LinkSource): TargetsRead {
  const base = baseOf(targets);
  const memo = new Map<string, LinkAddress | undefined>();
  const addressOf = (href: string): LinkAddress | undefined => {
    if (!memo.has(href)) memo.set(href, readAddress(href, base));
    return memo.get(href);
  };
  const linkOf = (target: Target): Link | readonly Link[] => {
    const address = addressOf(target.href);
    if (address === undefined || isPictureItself(target.kind, address)) return [];
    const { shownText } = target;
    const shownHost = shownText === undefined ? undefined : hostShown(shownText);
    return {
      ...address,
      source: source === undefined || target.kind === 'image' ? SOURCES[target.kind] : source,
      ...(shownText === undefined ? {} : { shownText }),
      ...(shownHost === undefined ? {} : { shownHost }),
      isDefanged: false,
    };
  };
  if (targets.length <= FEW_TARGETS) return { shown: targets.flatMap(linkOf), empty: [] };
  const isEmpty = (target: Target): boolean => target.isEmpty === true;
  return {
    shown: targets.filter((target) => !isEmpty(target)).flatMap(linkOf),
    empty: targets.filter(isEmpty).flatMap(linkOf),
  };
}

/** A picture that stands in the mail leads nowhere. */
const isPictureItself = (kind: Target['kind'], { scheme }: LinkAddress): boolean =>
  kind === 'image' && scheme === 'data';

const MAX_ATTACHED_LINKS = 50; // of each message
const MAX_ATTACHED_CHARS = 128 * 1024; // of each; pages cost a microsecond for ten characters

/** Links of messages that are attached as files. */
export const linksOfAttachedMail = (bodies: readonly AttachedBody[]): readonly Link[] =>
  bodies.flatMap(({ text, html }) =>
    sampleOf(
      [
        ...linksOfHtml(readHtml(html.slice(0, MAX_ATTACHED_CHARS)), 'attachment'),
        ...linksOfText(text.slice(0, MAX_ATTACHED_CHARS), 'attachment'),
      ],
      MAX_ATTACHED_LINKS,
    ),
  );

/** Addresses that documents lead to, as written there. */
export const linksOfAddresses = (written: readonly string[], source: LinkSource): readonly Link[] =>
  written.flatMap((one) => {
    const address = readAddress(one);
    return address === undefined ? [] : { ...address, source, isDefanged: false };
  });

const SOURCES: Readonly<Record<Target['kind'], LinkSource>> = {
  anchor: 'html',
  frame: 'html',
  form: 'form',
  image: 'image',
  base: 'base',
  'meta-refresh': 'meta-refresh',
};

/** The first base that is an address by itself counts (HTML standard §4.2.3). */
const baseOf = (targets: readonly Target[]): string | undefined =>
  targets.filter(({ kind }) => kind === 'base').flatMap(({ href }) => readAddress(href)?.url ?? [])[0];

export const linksOfText = (text: string, source: LinkSource = 'text'): readonly Link[] =>
  asLinks(linksInText(text), source);

const asLinks = (written: readonly TextLink[], source: LinkSource): readonly Link[] =>
  written.flatMap(({ href, isDefanged }) => {
    const address = readAddressInText(href);
    return address === undefined || isFileOfProgram(address) ? [] : { ...address, source, isDefanged };
  });

/** Recipes and scripts name files of theirs so: `file://0001-fix.patch`. A share that a reader could open has a host with dots, and a path. */
const isFileOfProgram = ({ scheme, url }: LinkAddress): boolean =>
  scheme === 'file' && !/^file:\/{2,5}[\w-]{1,63}(?:\.[\w-]{1,63})+\/./i.test(url);

/** Letters, then only what a host name, port, path and the like are made of. */
const HOST_SHAPE = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}.-]*\.(?:\p{L}{2,}|xn--[a-z0-9-]+)(?=$|[:/?#])/iu;
const SCHEME_SHAPE = /^(?:https?|ftp):\/\//i;
const AROUND = '<>()[]{}"\'“”‘’«»„.,;:!?…*_→»›>| \u00a0';

/** The host of a text that is an address itself, whole. */
export function hostShown(shownText: string): string | undefined {
  const text = trimmed(shownText);
  if (!text.includes('.') || /\s/.test(text)) return undefined;
  const hasScheme = SCHEME_SHAPE.test(text);
  if (!hasScheme && (text.includes('@') || !HOST_SHAPE.test(text) || !isAddress(text))) return undefined;
  return readAddress(hasScheme ? text : `http://${text}`)?.host;
}

/** Without the punctuation of the sentence around it. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && AROUND.includes(text.charAt(start))) start++;
  while (end > start && AROUND.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function add(found: Collection, link: FoundLink): void {
  const key = `${placeOf(link.source)} ${link.uncut ?? link.url}`;
  const earlier = found.byKey.get(key);
  if (earlier !== undefined) {
    const inFile = earlier.inFile ?? link.inFile;
    const isNowLink = earlier.isWritten === true && link.isWritten === undefined;
    const kept = isNowLink || tellsMore(link, earlier) ? link : earlier;
    if (kept.inFile !== inFile && inFile !== undefined) found.byKey.set(key, { ...kept, inFile });
    else if (kept !== earlier) found.byKey.set(key, kept);
    return;
  }
  found.distinctCount++;
  if (!hasRoom(found, link)) return;
  found.byKey.set(key, link);
  found.hosts.add(link.host);
  if (link.source === 'image') found.imageCount++;
}

function placeOf(source: LinkSource): Place {
  return source === 'form' || source === 'image' || source === 'base' || source === 'meta-refresh' ? source : 'page';
}

/** Of two links to one place, the one that shows another place is kept. */
const tellsMore = (link: Link, earlier: Link): boolean =>
  link.shownHost !== undefined &&
  link.shownHost !== link.host &&
  (earlier.shownHost === undefined || earlier.shownHost === earlier.host);

function hasRoom({ byKey, hosts, imageCount, room }: Collection, { source, host }: Link): boolean {
  if (source === 'image' && imageCount >= MAX_IMAGES) return false;
  if (byKey.size >= room) return false;
  return byKey.size < NEW_HOSTS_ONLY_AFTER || !hosts.has(host);
}
