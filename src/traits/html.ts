/** What an HTML body or page holds, read in one pass: text seen and unseen, where it leads, forms, pictures, scripts. Facts, no judgement. */

import { MAX_CONDITIONALS, startOfConditional } from '../text/conditionalComment.ts';
import { pageInFrame } from '../text/framePage.ts';
import { hostWritten, shortAddress } from '../text/linkAddress.ts';
import { isDataScript, isPasswordField, isTrackingPixel, quoteMark, type Target, targetsOf } from './htmlElements.ts';
import { type Attributes, walkHtml } from './htmlWalk.ts';
import { type Look, lookInside, PLAIN_LOOK, type StyleMemo } from './inlineStyle.ts';
import { BREAK, collapsed, inkCount } from './visibleText.ts';

export interface HtmlFacts {
  /** What a reader sees; blocks are lines; at most 64 KiB. */
  readonly text: string;
  /** The same without blocks that a mail program marked as quoted; each leaves a line of `>`. */
  readonly ownText: string;
  /** At most 500 characters. */
  readonly hiddenText: string;
  /** Characters with ink: padding of preview lines is not counted. */
  readonly hiddenCharCount: number;
  /**
   * In order of appearance, at most 2,000, of them at most 300 pictures; then at most 200 of other hosts; then at most 200 that only Outlook's conditional comments hold, or
   * pages that stand in a frame. The former are without the text in their place, as mail tools write each button once for Outlook and once
   * for others.
   */
  readonly targets: readonly Target[];
  readonly targetCount: number;
  readonly formCount: number;
  readonly passwordFieldCount: number;
  /** Pictures a reader sees: without tracking pixels. */
  readonly imageCount: number;
  readonly frameCount: number;
  readonly scriptCount: number;
  /** What stands in script elements and event handlers, joined. */
  readonly scriptText: string;
  /** Files of scripts that it loads, at most 50. */
  readonly scriptSources: readonly string[];
  /** onload, onclick …: distinct names, at most 20. */
  readonly handlers: readonly string[];
}

export interface HtmlLimits {
  readonly htmlChars: number;
  readonly scriptChars: number;
}

/** A mail's own body: 99.9 % of the development mail's are smaller. */
export const BODY_HTML: HtmlLimits = { htmlChars: 256 * 1024, scriptChars: 16 * 1024 };
/** An attached page. */
export const PAGE_HTML: HtmlLimits = { htmlChars: 1024 * 1024, scriptChars: 1024 * 1024 };

const MAX_TEXT = 64 * 1024;
const MAX_HIDDEN_TEXT = 500;
const MAX_TARGETS = 2_000;
const MAX_LATE = 200; // targets beyond, of other hosts
const MAX_IMAGES = 300;
const MAX_ASIDES = 200; // targets of conditional comments and of pages in frames
const MAX_FRAME_PAGES = 500;
const MAX_SHOWN = 200;
const MAX_SHOWN_RAW = 1_000; // characters of an anchor before blanks are folded
const MAX_HANDLERS = 20;
const MAX_SCRIPT_SOURCES = 50;

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

const BLOCKS = setOf(
  'address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul',
);
const TO_THE_END = -1; // a depth that no close comes below
const CELLS = setOf('td th option');
/** Their content is not text of the page. */
const SILENT = setOf('script style title template noembed noframes iframe datalist');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Page extends Mutable<Omit<HtmlFacts, 'handlers' | 'targets' | 'scriptSources'>> {
  readonly limits: HtmlLimits;
  readonly isInFrame: boolean;
  readonly targets: Target[];
  /** By address: in conditional comments and in pages that frames show. */
  readonly asides: Map<string, Target>;
  framePageCount: number;
  readonly scriptSources: string[];
  readonly handlers: Set<string>;
  readonly styles: StyleMemo;
  /** Depth of the quoted element being read; 0 outside. */
  quoteDepth: number;
  hasQuotes: boolean;
  /** The text so far ends with a blank or a break. */
  endsBlank: boolean;
  anchor: { readonly index: number; shown: string; hasPicture: boolean } | undefined;
  pictureCount: number;
  /** Of the targets, once there are as many as there is room for. */
  hosts: Set<string> | undefined;
  /** Looks around the element being read, outermost first. */
  readonly around: Look[];
  look: Look;
  silentDepth: number;
  preDepth: number;
  isScript: boolean;
}

/** Never throws; time is linear in the length, which is cut to `limits`. */
export const readHtml = (html: string, limits: HtmlLimits = BODY_HTML): HtmlFacts => readPage(html, limits, false);

function readPage(html: string, limits: HtmlLimits, isInFrame: boolean): HtmlFacts {
  if (html === '') return NO_HTML;
  const page = newPage(limits, isInFrame);
  walkHtml(html.length > limits.htmlChars ? html.slice(0, limits.htmlChars) : html, {
    open: (name, attributes, hasContent) => open(page, name, attributes, hasContent),
    close: (name) => close(page, name),
    text: (piece) => addText(page, piece),
    comment: (content) => readConditional(page, content, 1),
  });
  addAsides(page);
  return toFacts(page);
}

function open(page: Page, name: string, attributes: Attributes, hasContent: boolean): void {
  if (BLOCKS.has(name)) addBreak(page);
  else if (CELLS.has(name)) addBlank(page);
  countElement(page, name, attributes);
  if (attributes.size > 0) readAttributes(page, name, attributes);
  startQuote(page, name, attributes);
  if (!hasContent) {
    page.isScript = false;
    return;
  }
  page.around.push(page.look);
  page.look = lookInside(page.look, name, attributes, page.styles);
  if (SILENT.has(name)) page.silentDepth++;
  if (name === 'pre') page.preDepth++;
}

function close(page: Page, name: string): void {
  page.look = page.around.pop() ?? PLAIN_LOOK;
  if (page.quoteDepth > page.around.length) page.quoteDepth = 0;
  if (SILENT.has(name)) page.silentDepth--;
  if (name === 'pre') page.preDepth--;
  if (name === 'script') page.isScript = false;
  if (name === 'a') closeAnchor(page);
  if (BLOCKS.has(name)) addBreak(page);
}

/** `around` does not hold the element yet: its own depth is one more. */
function startQuote(page: Page, name: string, attributes: Attributes): void {
  const mark = attributes.size === 0 || page.quoteDepth !== 0 ? undefined : quoteMark(name, attributes);
  if (mark === undefined) return;
  page.ownText += `${BREAK}>${BREAK}`;
  page.quoteDepth = mark === 'inside' ? page.around.length + 1 : TO_THE_END;
  page.hasQuotes = true;
}

function countElement(page: Page, name: string, attributes: Attributes): void {
  switch (name) {
    case 'form':
      page.formCount++;
      break;
    case 'iframe':
    case 'frame':
    case 'object':
    case 'embed':
      page.frameCount++;
      if (attributes.size > 0) readFrame(page, name, attributes);
      break;
    case 'img':
      if (page.look.isHidden || isTrackingPixel(attributes)) break;
      page.imageCount++;
      if (page.anchor !== undefined) page.anchor.hasPicture = true;
      break;
    case 'svg':
    case 'button':
    case 'input':
    case 'video':
      if (page.anchor !== undefined && !page.look.isHidden) page.anchor.hasPicture = true;
      break;
    case 'script':
      page.isScript = !isDataScript(attributes);
      if (page.isScript) page.scriptCount++;
      addScriptSource(page, attributes);
      break;
  }
}

/** In SVG it is a link (SVG 1.1 §18.2). */
function addScriptSource({ isScript, scriptSources }: Page, attributes: Attributes): void {
  const source = attributes.get('src') ?? attributes.get('href') ?? attributes.get('xlink:href');
  if (isScript && source !== undefined && scriptSources.length < MAX_SCRIPT_SOURCES)
    scriptSources.push(shortAddress(source));
}

function readAttributes(page: Page, name: string, attributes: Attributes): void {
  if (isPasswordField(name, attributes)) page.passwordFieldCount++;
  const [index] = targetsOf(name, attributes).map((target) => addTarget(page, target));
  if (name === 'a') page.anchor = index === undefined ? undefined : { index, shown: '', hasPicture: false };
  for (const [attribute, code] of attributes) {
    if (attribute.startsWith('on')) addHandler(page, attribute, code);
  }
}

/** Its index; undefined when there is no more room. */
function addTarget(page: Page, target: Target): number | undefined {
  page.targetCount++;
  if (target.kind === 'image' && page.pictureCount++ >= MAX_IMAGES) return undefined;
  return hasRoom(page, target) ? page.targets.push(target) - 1 : undefined;
}

/** Behind the bound for hosts that are not among those before: thousands of links to one place must not hide the one that counts. */
function hasRoom(page: Page, { href }: Target): boolean {
  const { targets } = page;
  if (targets.length < MAX_TARGETS) return true;
  const host = hostWritten(href);
  if (host === '' || targets.length >= MAX_TARGETS + MAX_LATE) return false;
  page.hosts ??= new Set(targets.map((one) => hostWritten(one.href)));
  return page.hosts.size < page.hosts.add(host).size;
}

/** Where the page leads that the frame shows, what it asks for and what runs in it. Frames in that page are not followed. */
function readFrame(page: Page, name: string, attributes: Attributes): void {
  if (page.isInFrame || page.framePageCount >= MAX_FRAME_PAGES) return;
  const inner = pageInFrame(name, attributes);
  if (inner === undefined) return;
  page.framePageCount++;
  const facts = readPage(inner.html, page.limits, true);
  for (const target of facts.targets) if (target.kind !== 'image') addAside(page, target);
  page.formCount += facts.formCount;
  page.passwordFieldCount += facts.passwordFieldCount;
  page.scriptCount += facts.scriptCount;
  page.scriptSources.push(...facts.scriptSources.slice(0, MAX_SCRIPT_SOURCES - page.scriptSources.length));
  for (const handler of facts.handlers) addHandler(page, handler, '');
  addScript(page, facts.scriptText);
}

function addAside({ asides }: Page, target: Target): void {
  if (asides.size < MAX_ASIDES && !asides.has(target.href)) asides.set(target.href, target);
}

/** What leads somewhere in it; most hold half a table. */
function readConditional(page: Page, comment: string, depth: number): void {
  const from = depth > MAX_CONDITIONALS ? undefined : startOfConditional(comment);
  if (from === undefined || !/href|action/i.test(comment)) return;
  walkHtml(comment.slice(from), {
    open(name, attributes) {
      for (const target of attributes.size === 0 ? [] : targetsOf(name, attributes))
        if (target.kind === 'anchor' || target.kind === 'form') addAside(page, target);
    },
    close: () => undefined,
    text: () => undefined,
    comment: (content) => readConditional(page, content, depth + 1),
  });
}

function addAsides({ asides, targets }: Page): void {
  for (const { href } of asides.size === 0 ? [] : targets) asides.delete(href);
  targets.push(...asides.values());
}

function closeAnchor(page: Page): void {
  const { anchor, targets } = page;
  page.anchor = undefined;
  const target = anchor === undefined ? undefined : targets[anchor.index];
  if (anchor === undefined || target === undefined) return;
  const shownText = collapsed(anchor.shown).replaceAll('\n', ' ').slice(0, MAX_SHOWN);
  if (shownText !== '') targets[anchor.index] = { ...target, shownText };
  else if (!anchor.hasPicture) markEmpty(targets, anchor.index, target);
}

/** The second half of the room is for what shows something. */
function markEmpty(targets: Target[], index: number, target: Target): void {
  if (index >= MAX_TARGETS / 2 && index === targets.length - 1) targets.pop();
  else targets[index] = { ...target, isEmpty: true };
}

function addHandler(page: Page, name: string, code: string): void {
  if (page.handlers.size < MAX_HANDLERS) page.handlers.add(name);
  addScript(page, `${code}\n`);
}

function addScript(page: Page, code: string): void {
  const room = page.limits.scriptChars - page.scriptText.length;
  if (room > 0) page.scriptText += code.length > room ? code.slice(0, room) : code;
}

function addText(page: Page, piece: string): void {
  if (page.silentDepth > 0) {
    if (page.isScript) addScript(page, piece);
  } else if (page.look.isHidden) addHidden(page, piece);
  else if (page.preDepth > 0) write(page, piece.replaceAll('\n', BREAK));
  else if (piece.trim() === '') addBlank(page);
  else write(page, piece);
}

function addHidden(page: Page, piece: string): void {
  const count = inkCount(piece);
  page.hiddenCharCount += count;
  if (count > 0 && page.hiddenText.length < MAX_HIDDEN_TEXT) page.hiddenText += ` ${piece.slice(0, MAX_HIDDEN_TEXT)}`;
}

function write(page: Page, piece: string): void {
  page.text += piece;
  if (page.quoteDepth === 0) page.ownText += piece;
  page.endsBlank = false;
  const { anchor } = page;
  if (anchor !== undefined && anchor.shown.length < MAX_SHOWN_RAW) anchor.shown += piece.slice(0, MAX_SHOWN_RAW);
}

function addBlank(page: Page): void {
  if (page.endsBlank) return;
  write(page, ' ');
  page.endsBlank = true;
}

function addBreak(page: Page): void {
  if (page.silentDepth > 0) return;
  write(page, BREAK);
  page.endsBlank = true;
}

function toFacts(page: Page): HtmlFacts {
  const text = collapsed(page.text).slice(0, MAX_TEXT);
  return {
    text,
    ownText: page.hasQuotes ? collapsed(page.ownText).slice(0, MAX_TEXT) : text,
    hiddenText: collapsed(page.hiddenText).slice(0, MAX_HIDDEN_TEXT),
    hiddenCharCount: page.hiddenCharCount,
    targets: page.targets,
    targetCount: page.targetCount + page.asides.size,
    formCount: page.formCount,
    passwordFieldCount: page.passwordFieldCount,
    imageCount: page.imageCount,
    frameCount: page.frameCount,
    scriptCount: page.scriptCount,
    scriptText: page.scriptText,
    scriptSources: page.scriptSources,
    handlers: [...page.handlers],
  };
}

const newPage = (limits: HtmlLimits, isInFrame: boolean): Page => ({
  ...NO_HTML,
  limits,
  isInFrame,
  targets: [],
  asides: new Map(),
  hosts: undefined,
  framePageCount: 0,
  scriptSources: [],
  handlers: new Set(),
  styles: new Map(),
  quoteDepth: 0,
  hasQuotes: false,
  endsBlank: true,
  anchor: undefined,
  pictureCount: 0,
  around: [],
  look: PLAIN_LOOK,
  silentDepth: 0,
  preDepth: 0,
  isScript: false,
});

const NO_HTML: HtmlFacts = {
  text: '',
  ownText: '',
  hiddenText: '',
  hiddenCharCount: 0,
  targets: [],
  targetCount: 0,
  formCount: 0,
  passwordFieldCount: 0,
  imageCount: 0,
  frameCount: 0,
  scriptCount: 0,
  scriptText: '',
  scriptSources: [],
  handlers: [],
};
