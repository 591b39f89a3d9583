/**
 * Elements, attributes and text of XML (Extensible Markup Language 1.0), by their names without prefixes: what a prefix is called is the
 * writer's choice. Entities are decoded; nothing is checked, so that no error hides what follows it. Linear in the length of the text.
 */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { utf16At, utf16BeAt } from '../../text/utf16.ts';

export interface XmlVisitor {
  /** `attributes` by local names; the first of each counts. */
  open?(name: string, attributes: ReadonlyMap<string, string>): void;
  /** Of an element that is empty too. */
  close?(name: string): void;
  /** In pieces, CDATA included. */
  text?(piece: string): void;
}

const MAX_ATTRIBUTES = 40; // kept of an element
const MAX_VALUE = 8_192; // characters
const MAX_NAME = 60;

export function walkXml(xml: string, { open, close, text }: XmlVisitor): void {
  let tag = '';
  let attributes = new Map<string, string>();
  let attribute = '';
  let value = '';
  const localName = (start: number, end: number): string => {
    const name = xml.slice(start, Math.min(end, start + MAX_NAME * 2));
    return name.slice(name.indexOf(':') + 1).slice(0, MAX_NAME);
  };
  const append = (piece: string): void => {
    if (value.length < MAX_VALUE) value += piece.slice(0, MAX_VALUE);
  };
  const ignore = (): void => undefined;
  const callbacks: TokenizerCallbacks = {
    onopentagname(start, end) {
      tag = localName(start, end);
      attributes = new Map();
    },
    onattribname(start, end) {
      attribute = localName(start, end);
      value = '';
    },
    onattribdata: (start, end) => append(xml.slice(start, end)),
    onattribentity: (code) => append(String.fromCodePoint(code)),
    onattribend() {
      if (attributes.size < MAX_ATTRIBUTES && !attributes.has(attribute)) attributes.set(attribute, value);
    },
    onopentagend: () => open?.(tag, attributes),
    onselfclosingtag() {
      open?.(tag, attributes);
      close?.(tag);
    },
    onclosetag: (start, end) => close?.(localName(start, end)),
    ontext: (start, end) => text?.(xml.slice(start, end)),
    ontextentity: (code) => text?.(String.fromCodePoint(code)),
    oncdata: (start, end, offset) => text?.(xml.slice(start, end - offset)),
    oncomment: ignore,
    ondeclaration: ignore,
    onprocessinginstruction: ignore,
    onend: ignore,
  };
  const tokenizer = new Tokenizer({ xmlMode: true, decodeEntities: true }, callbacks);
  tokenizer.write(xml);
  tokenizer.end();
}

/** By its byte order mark, or by where the zeros of its first letters are (appendix F.1); UTF-8 otherwise. */
export function xmlOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return utf16At(bytes);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return utf16BeAt(bytes);
  return bytes.toString('utf8');
}

/** The local name of the first element; undefined when it does not begin in `xml`, or that is no XML. */
export function rootOf(xml: string): string | undefined {
  if (!/^[\ufeff\s]*</.test(xml)) return undefined;
  let root: string | undefined;
  walkXml(xml, {
    open: (name) => {
      root ??= name;
    },
  });
  // An element that is cut off before its end was not told of; its name may be whole.
  return root ?? /<(?:[\w.-]{1,60}:)?([\w.-]{1,60})[\s/][^<>]*$/.exec(xml)?.[1];
}
