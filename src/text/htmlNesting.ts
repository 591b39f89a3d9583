/**
 * Which elements of a page are open, and which of them are SVG or MathML: there `style`, `script` and `title` are elements like others and
 * what they hold is markup, `<![CDATA[` is no comment, and an HTML element ends it all (HTML standard §13.2.6.5). Who reads such a page
 * otherwise than a browser does loses all that stands behind two short tags. Every step takes constant time, but for what it closes.
 */
import type { Tokenizer } from 'htmlparser2';
import { isTablePart, newElementStack } from './elementStack.ts';

export interface Nesting {
  /** Closes what `name` implies to be at its end. False: no close will follow. */
  open(name: string, attributes: { get(name: string): string | undefined }): boolean;
  /** The element opened last was written `<a/>`; true when that ended it. */
  endSelfClosing(): boolean;
  close(name: string): void;
  closeAll(): void;
  /** Whether the next opening tag is one of SVG's or MathML's. */
  isForeign(): boolean;
  /** Whether a `<![CDATA[` would hold text here. */
  mayHoldData(): boolean;
}

interface Foreign {
  readonly name: string;
  readonly isSvg: boolean;
  /** How many elements are open around it. */
  readonly depth: number;
  /** Index of the outermost foreign element around it without an HTML element between them. */
  readonly region: number;
  /** HTML may stand in it: in all such elements, or in MathML's tokens. */
  readonly holdsHtml: boolean;
  /** No end tag of what is outside reaches into it, or into one around it in its region. */
  readonly isShut: boolean;
}

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** They end SVG and MathML; `font` with one of its own attributes does, too. */
const BREAKS_OUT = setOf(
  'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small ' +
    'span strong strike sub sup table tt u ul var',
);
const FONT_LOOKS = ['color', 'face', 'size'];
const HOLDS_HTML_IN_SVG = setOf('foreignobject desc title');
const HOLDS_HTML_IN_MATHML = setOf('mi mo mn ms mtext');
const HTML_ENCODING = /^(?:text\/html|application\/xhtml\+xml)$/i;
const MAX_FOREIGN = 10_000; // open at once; browsers flatten at 512

export function newNesting(onClose: (name: string) => void): Nesting {
  const stack = newElementStack(onClose);
  const foreign: Foreign[] = [];
  const places = new Map<string, number[]>(); // in `foreign`, by name
  let isLastForeign = false;

  /** The innermost element, when it is foreign. */
  const current = (): Foreign | undefined => {
    const top = foreign.at(-1);
    return top !== undefined && stack.depth === top.depth + 1 ? top : undefined;
  };
  const forget = (count: number): void => {
    while (foreign.length > count) places.get(foreign.pop()?.name ?? '')?.pop();
  };
  const closeFrom = (at: number): void => {
    const depth = foreign[at]?.depth;
    forget(at);
    if (depth !== undefined) stack.closeTo(depth);
  };
  /** The stack closed some by itself. */
  const forgetClosed = (): void => {
    let count = foreign.length;
    while (count > 0 && (foreign[count - 1]?.depth ?? 0) >= stack.depth) count--;
    forget(count);
  };

  /** What HTML inside foreign elements closes is inside, too; but a cell ends with all it holds. */
  const borderFor = (name: string): number =>
    isTablePart(name) && stack.has('table') ? 0 : (foreign.at(-1)?.depth ?? -1) + 1;

  const push = (name: string, isSvg: boolean, around: Foreign | undefined, encoding: string | undefined): boolean => {
    if (foreign.length >= MAX_FOREIGN) return false;
    const at = foreign.length;
    const isAnnotation = !isSvg && name === 'annotation-xml';
    const holdsHtml = isAnnotation
      ? HTML_ENCODING.test(encoding ?? '')
      : (isSvg ? HOLDS_HTML_IN_SVG : HOLDS_HTML_IN_MATHML).has(name);
    const isShut = holdsHtml || isAnnotation || around?.isShut === true;
    foreign.push({ name, isSvg, depth: stack.depth, region: around?.region ?? at, holdsHtml, isShut });
    const known = places.get(name);
    if (known === undefined) places.set(name, [at]);
    else known.push(at);
    isLastForeign = true;
    return stack.push(name);
  };
  const openHtml = (name: string): boolean => {
    if (name === 'svg' || name === 'math') return push(name, name === 'svg', current(), undefined);
    if (foreign.length === 0) return stack.open(name);
    const hasContent = stack.open(name, borderFor(name));
    forgetClosed();
    return hasContent;
  };
  /** Up to what HTML may stand in. */
  const breakOut = ({ region }: Foreign): void => {
    let at = foreign.length;
    while (at > region && foreign[at - 1]?.holdsHtml === false) at--;
    closeFrom(at);
  };
  const closeForeign = (name: string, top: Foreign): void => {
    const at = places.get(name)?.at(-1) ?? -1;
    if (at >= top.region) closeFrom(at);
    else if (isTablePart(name) ? stack.has('table') : !top.isShut) stack.close(name, foreign[top.region]?.depth);
  };

  return {
    open(name, attributes) {
      isLastForeign = false;
      const top = foreign.length === 0 ? undefined : current();
      if (top === undefined || top.holdsHtml) return openHtml(name);
      if (name === 'svg' && top.name === 'annotation-xml') return openHtml(name);
      const isBreak =
        BREAKS_OUT.has(name) || (name === 'font' && FONT_LOOKS.some((look) => attributes.get(look) !== undefined));
      if (!isBreak) return push(name, top.isSvg, top, attributes.get('encoding'));
      breakOut(top);
      return openHtml(name);
    },
    endSelfClosing() {
      if (isLastForeign) closeFrom(foreign.length - 1);
      return isLastForeign;
    },
    close(name) {
      if (foreign.length === 0) {
        stack.close(name);
        return;
      }
      const top = current();
      // They end no element that is open in them: what stands behind is still inside.
      if (name === 'body' || name === 'html' || (name === 'form' && top !== undefined)) return;
      if (top !== undefined && name !== 'p' && name !== 'br') closeForeign(name, top);
      else {
        if (top !== undefined) breakOut(top);
        stack.close(name, undefined, borderFor(name));
      }
      forgetClosed();
    },
    closeAll: stack.closeAll,
    isForeign: () => foreign.length > 0 && current()?.holdsHtml === false,
    mayHoldData: () => current() !== undefined,
  };
}

const DATA = '![CDATA['; // without '<', which pages are full of: the search would stop at each
const NO_DATA = '![cdata['; // a comment up to the next '>', as browsers take the other one outside SVG and MathML

/** Places that the tokenizer names are places in `html`. */
export function tokenize(tokenizer: Tokenizer, html: string, nesting: Nesting): void {
  let from = 0;
  for (let at = html.indexOf(DATA); at >= 0; at = html.indexOf(DATA, from)) {
    if (at > from) tokenizer.write(html.slice(from, at));
    from = at + DATA.length;
    tokenizer.write(nesting.mayHoldData() ? DATA : NO_DATA);
  }
  tokenizer.write(html.slice(from));
  tokenizer.end();
}
