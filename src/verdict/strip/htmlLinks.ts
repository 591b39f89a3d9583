/** Which attributes of an element lead or load somewhere, and what a locked one becomes. */
import { readAddress } from '../../text/linkAddress.ts';
import { ANIMATED, animatedValues, isAnimation, isXlink } from '../../text/svgAnimation.ts';
import { lockedStyle } from './cssLinks.ts';
import type { HtmlAttribute, HtmlTag } from './htmlTokens.ts';
import { Refused } from './limits.ts';
import type { LinkUse, Lock, Locks } from './locks.ts';

/** A locked attribute, and what is written in its place: '' for nothing. */
export interface LockedAttribute {
  readonly attribute: HtmlAttribute;
  readonly lock: Lock;
  readonly value: string | undefined;
}

/** Nothing is loaded and nothing is sent: a form without an address would go to the page that shows the mail. */
const NOWHERE = 'about:blank';

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const LINKS = setOf('href action formaction action-xhr src data cite longdesc ping manifest codebase classid');
const PICTURES = setOf('src background poster lowsrc dynsrc');
const PICTURE_ELEMENTS = setOf('img image input video audio source track v:fill v:imagedata v:background');
const LISTS = setOf('srcset imagesrcset ping');

/** Elements whose link is a click of the reader's, so that they can be told where it leads. */
export const isAnchor = (name: string): boolean => name === 'a' || name === 'area';

export function lockedAttributes(tag: HtmlTag, base: string | undefined, locks: Locks): readonly LockedAttribute[] {
  return tag.attributes.flatMap((attribute): readonly LockedAttribute[] => {
    if (attribute.name === 'style') {
      const style = lockedStyle(attribute.value, base, locks);
      return style === undefined ? [] : [{ attribute, lock: style.lock, value: style.text }];
    }
    const lock = lockOf(tag, attribute, base, locks);
    return lock === undefined ? [] : [{ attribute, lock, value: valueFor(tag, attribute, lock) }];
  });
}

function lockOf(
  tag: HtmlTag,
  { name, value }: HtmlAttribute,
  base: string | undefined,
  locks: Locks,
): Lock | undefined {
  const use = useOf(tag.name, name);
  if (use !== undefined && !LISTS.has(name)) return locks.find(readAddress(value, base), use);
  if (LISTS.has(name)) return firstLock(value.split(/[\s,]+/), base, locks, name === 'ping' ? 'link' : 'picture');
  if (isAnimation(tag.name) && ANIMATED.has(name)) return firstLock(animatedValues(value), base, locks, 'link');
  return name === 'content' && isRefresh(tag) ? firstLock(refreshTargets(value), base, locks, 'link') : undefined;
}

function useOf(element: string, name: string): LinkUse | undefined {
  if (PICTURES.has(name) && (name !== 'src' || PICTURE_ELEMENTS.has(element))) return 'picture';
  return LINKS.has(name) || isXlink(name) ? 'link' : undefined;
}

const MAX_PICTURES = 100; // of one srcset
const MAX_LISTED = 1_000; // of what leads somewhere: nobody writes so many

function firstLock(written: readonly string[], base: string | undefined, locks: Locks, use: LinkUse): Lock | undefined {
  if (use === 'link' && written.length > MAX_LISTED)
    throw new Refused('over-limit', `a list of ${written.length} links`);
  for (const one of use === 'link' ? written : written.slice(0, MAX_PICTURES)) {
    const lock = locks.find(readAddress(one, base), use);
    if (lock !== undefined) return lock;
  }
  return undefined;
}

const isRefresh = ({ name, attributes }: HtmlTag): boolean =>
  name === 'meta' &&
  attributes.some((one) => one.name === 'http-equiv' && one.value.trim().toLowerCase() === 'refresh');

/** `5; url='https://…'`, and `5; https://…` as browsers take it too (HTML standard §4.2.5.3). */
const refreshTargets = (content: string): readonly string[] => {
  const rest = content.replace(/^[\s\d.]*[;,]?\s*/, '');
  return [rest, rest.replace(/^url\s*=\s*/i, '')].map((one) => one.replace(/^["']|["'].*$/gs, ''));
};

/** undefined: the attribute goes. */
function valueFor(tag: HtmlTag, { name }: HtmlAttribute, { page }: Lock): string | undefined {
  if (isAnchor(tag.name) && name !== 'ping') return page?.address;
  if (LISTS.has(name) || name === 'content' || ANIMATED.has(name)) return '';
  return NOWHERE;
}
