/**
 * Elements, attributes and text of an HTML page in one pass of htmlparser2's tokenizer. Its parser is not used: it takes half a second for
 * 50,000 nested elements (its stack grows at the front), and keeps attributes that nobody reads.
 */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { newNesting, tokenize } from '../text/htmlNesting.ts';
import { isXlink } from '../text/svgAnimation.ts';

export type Attributes = ReadonlyMap<string, string>;

export interface HtmlVisitor {
  /** `hasContent` is false for void elements and below the depth limit: no close follows. */
  open(name: string, attributes: Attributes, hasContent: boolean): void;
  /** In the order of nesting; every element that has content is closed. */
  close(name: string): void;
  /** In pieces, entities decoded. */
  text(piece: string): void;
  /** What stands between '<!--' and '-->'. */
  comment?(content: string): void;
}

const MAX_ATTRIBUTES = 40; // kept per element, after which no more event handlers are
const MAX_NAME_LENGTH = 20; // characters of an attribute's name
const MAX_VALUE_LENGTH = 8_192; // characters, of what is no address
/** Kept whole: blanks or a user name may stand before what counts, and a page may be one. Their readers shorten them. */
const ADDRESSES: ReadonlySet<string> = new Set(
  'action by content data formaction from href src srcdoc to values xlink:href'.split(' '),
);

/** Besides event handlers. */
const WANTED: ReadonlySet<string> = new Set(
  (
    'action attributename autocomplete background bgcolor by class color colspan content data download encoding face formaction from height hidden ' +
    'href http-equiv id name placeholder rel size src srcdoc style text to type values width x:fmla xlink:href'
  ).split(' '),
);
const NONE: Attributes = new Map();

/** Linear in the length of `html`, whatever it holds. */
export function walkHtml(html: string, visitor: HtmlVisitor): void {
  const nesting = newNesting(visitor.close);
  let tag = '';
  let attribute = '';
  let value = '';
  let attributes: Map<string, string> | undefined;

  const endOpen = (): void => {
    const held = attributes ?? NONE;
    if (tag === 'image' && !nesting.isForeign()) tag = 'img';
    const hasContent = nesting.open(tag, held);
    visitor.open(tag === 'image' ? 'img' : tag, held, hasContent);
  };
  const append = (piece: string): void => {
    if (attribute === '') return;
    if (ADDRESSES.has(attribute)) value += piece;
    else if (value.length < MAX_VALUE_LENGTH) value += piece.slice(0, MAX_VALUE_LENGTH);
  };
  const ignore = (): void => undefined;

  const callbacks: TokenizerCallbacks = {
    onopentagname(start, end) {
      tag = html.slice(start, end).toLowerCase();
      attributes = undefined;
    },
    onopentagend: endOpen,
    onselfclosingtag() {
      endOpen();
      // No browser lets it end an HTML element (HTML standard §13.1.2); but Word writes <o:p/> by the hundred.
      if (!nesting.endSelfClosing() && tag.includes(':')) nesting.close(tag);
    },
    onclosetag: (start, end) => nesting.close(html.slice(start, end).toLowerCase()),
    onattribname(start, end) {
      const name = end - start > MAX_NAME_LENGTH ? '' : html.slice(start, end).toLowerCase();
      attribute = WANTED.has(name) || name.startsWith('on') ? name : '';
      if (html[end - 5] === ':' && isXlink(html.slice(Math.max(start, end - 5), end).toLowerCase()))
        attribute = 'xlink:href';
    },
    onattribdata: (start, end) => append(html.slice(start, end)),
    onattribentity: (code) => append(String.fromCodePoint(code)),
    onattribend() {
      if (attribute === '') return;
      attributes ??= new Map();
      const hasRoom = attributes.size < MAX_ATTRIBUTES || WANTED.has(attribute);
      if (hasRoom && !attributes.has(attribute)) attributes.set(attribute, value);
      value = '';
    },
    ontext: (start, end) => visitor.text(html.slice(start, end)),
    ontextentity: (code) => visitor.text(String.fromCodePoint(code)),
    oncdata: (start, end, offset) => visitor.text(html.slice(start, end - offset)),
    oncomment: (start, end, offset) => visitor.comment?.(html.slice(start, end - offset)),
    ondeclaration: ignore,
    onprocessinginstruction: ignore,
    onend: nesting.closeAll,
    isInForeignContext: nesting.isForeign,
  };
  tokenize(new Tokenizer({ decodeEntities: true }, callbacks), html, nesting);
}
