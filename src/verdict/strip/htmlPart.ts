/** Links and banner of an HTML part, changed in its source: what is not locked keeps every character. */
import { MAX_CONDITIONALS, startOfConditional } from '../../text/conditionalComment.ts';
import { pageInFrame } from '../../text/framePage.ts';
import { readAddress } from '../../text/linkAddress.ts';
import { isXlink } from '../../text/svgAnimation.ts';
import { escapedHtml } from './banner.ts';
import { lockedStyle } from './cssLinks.ts';
import { isAnchor, lockedAttributes } from './htmlLinks.ts';
import { type HtmlTag, walkTokens } from './htmlTokens.ts';
import { LOCKED, type Lock, type Locks, lockedText } from './locks.ts';
import type { Splice } from './splices.ts';
import { lockInText, type Rewriting } from './textPart.ts';

/** Before what is shown: a banner goes below them. */
const HEAD = new Set('html head title meta link style base script noscript'.split(' '));
/** Their content is no text of the page. What a textarea holds is meant to be copied. */
const SILENT = new Set('script title noembed noframes iframe'.split(' '));

interface Page {
  readonly locks: Locks;
  /** Frames in it are not followed. */
  readonly isInFrame: boolean;
  readonly base: string | undefined;
  readonly splices: Splice<string>[];
  readonly found: Lock[];
  /** Element whose content is not read as text of the page; '' outside. */
  silent: string;
  /** The text being read is that of a link, which says itself that it is locked. */
  isInAnchor: boolean;
  /** Where a banner goes; undefined until that is known. */
  bannerAt: number | undefined;
}

export interface HtmlRewriting extends Rewriting {
  readonly bannerAt: number;
}

/** Time is linear in the source. */
export const rewriteHtml = (html: string, locks: Locks): HtmlRewriting => rewritePage(html, locks, false);

function rewritePage(html: string, locks: Locks, isInFrame: boolean): HtmlRewriting {
  const page: Page = {
    locks,
    isInFrame,
    base: /<base/i.test(html) ? baseOf(html) : undefined,
    splices: [],
    found: [],
    silent: '',
    isInAnchor: false,
    bannerAt: undefined,
  };
  readPart(page, html, 0);
  return { splices: page.splices, locks: page.found, bannerAt: page.bannerAt ?? html.length };
}

/** `offset`: of `html` in the whole source. `depth`: conditional comments around it. */
function readPart(page: Page, html: string, offset: number, depth = 0): void {
  walkTokens(html, {
    open(tag) {
      placeBanner(page, tag, offset);
      lockElement(page, tag, offset);
      page.silent = tag.name === 'style' || SILENT.has(tag.name) ? tag.name : '';
    },
    close(name) {
      if (name === 'a') page.isInAnchor = false;
      page.silent = '';
    },
    text(run, start) {
      if (page.silent === 'style') lockStyleSheet(page, run.text, offset + start);
      if (page.silent !== '') return;
      if (page.bannerAt === undefined && /[^\s\ufeff]/.test(run.text)) page.bannerAt = offset + start;
      // Mail programs make links of addresses in text: those in a link's own text they leave, unless its address is none.
      const { splices, locks } = lockInText(run, page.locks, (lock) =>
        escapedHtml(page.isInAnchor ? lock.shown : lockedText(lock)),
      );
      for (const { start: from, end, piece } of splices) add(page, offset + from, offset + end, piece);
      page.found.push(...locks);
    },
    comment(content, start) {
      const from = depth < MAX_CONDITIONALS ? startOfConditional(content) : undefined;
      if (from !== undefined) readConditional(page, content.slice(from), offset + start + from, depth + 1);
    },
  });
}

function readConditional(page: Page, content: string, start: number, depth: number): void {
  const { isInAnchor, silent, bannerAt } = page;
  readPart(page, content, start, depth);
  // Others see none of it: neither does it end their links, nor is it a place for the banner.
  Object.assign(page, { isInAnchor, silent, bannerAt });
}

const add = ({ splices }: Page, start: number, end: number, piece: string): void => {
  splices.push({ start, end, piece });
};

function placeBanner(page: Page, tag: HtmlTag, offset: number): void {
  if (page.bannerAt !== undefined || HEAD.has(tag.name)) return;
  page.bannerAt = offset + (tag.name === 'body' ? tag.end : tag.start);
}

function lockElement(page: Page, tag: HtmlTag, offset: number): void {
  const locked = lockedAttributes(tag, page.base, page.locks);
  for (const { attribute, value } of locked) {
    const piece = value === undefined ? '' : `${attribute.name}="${escapedHtml(value)}"`;
    add(page, offset + attribute.start, offset + attribute.end, piece);
  }
  page.found.push(...locked.map(({ lock }) => lock));
  if (locked.length === 0) lockFrame(page, tag, offset);
  const first = locked[0]?.lock;
  const isLockedAnchor = isAnchor(tag.name) && locked.some(({ attribute }) => attribute.name !== 'style');
  if (tag.name === 'a') page.isInAnchor = tag.attributes.some(({ name }) => name === 'href' || isXlink(name));
  if (first === undefined || tag.isUnfinished || !(isLockedAnchor || tag.name === 'form')) return;
  add(page, offset + tag.end, offset + tag.end, escapedHtml(`[${first.shown} ${LOCKED}] `));
}

/** A page that a frame shows goes when it has a link to be locked: nobody reads mail in it. */
function lockFrame(page: Page, { name, attributes }: HtmlTag, offset: number): void {
  const find = (wanted: string) => attributes.find((one) => one.name === wanted);
  const framed = page.isInFrame ? undefined : pageInFrame(name, { get: (wanted) => find(wanted)?.value });
  const attribute = framed === undefined ? undefined : find(framed.attribute);
  if (framed === undefined || attribute === undefined) return;
  const { locks } = rewritePage(framed.html, page.locks, true);
  if (locks.length === 0) return;
  page.found.push(...locks);
  add(page, offset + attribute.start, offset + attribute.end, '');
}

function lockStyleSheet(page: Page, css: string, start: number): void {
  const style = lockedStyle(css, page.base, page.locks);
  if (style === undefined) return;
  page.found.push(style.lock);
  add(page, start, start + css.length, style.text);
}

/** The first that is an address by itself counts, wherever it stands (HTML standard §4.2.3). */
function baseOf(html: string): string | undefined {
  let base: string | undefined;
  const ignore = (): void => undefined;
  walkTokens(html, {
    open({ name, attributes }) {
      if (name !== 'base' || base !== undefined) return;
      const href = attributes.find((one) => one.name === 'href');
      base = href === undefined ? undefined : readAddress(href.value)?.url;
    },
    close: ignore,
    text: ignore,
    comment: ignore,
  });
  return base;
}
