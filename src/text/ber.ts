/** Elements of BER (X.690 §8), DER included: lengths may be left open, and an octet string may come in pieces. Linear; what breaks off is what there is of it. */

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const INTEGER = 0x02;
export const OID = 0x06;
export const OCTETS = 0x04;
export const OCTETS_IN_PIECES = 0x24;
/** [0], with what it holds. */
export const EXPLICIT = 0xa0;

export interface Element {
  readonly tag: number;
  /** Where its length was left open, with all that stands behind it. */
  readonly content: Buffer;
  readonly isOpen: boolean;
  /** With tag and length. */
  readonly whole: Buffer;
}

export function childrenOf(bytes: Buffer | undefined, tag: number, count: number): readonly Element[] {
  const [element] = bytes === undefined ? [] : elementsIn(bytes, 1);
  return element?.tag === tag ? elementsIn(element.content, count) : [];
}

/** The first few: nothing is looked for behind them, so that where the last one ends need not be known. */
export function elementsIn(bytes: Buffer, count: number): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; found.length < count; at = endOf(bytes, at)) {
    const head = headAt(bytes, at);
    if (head === undefined || isEnd(head)) break;
    const { tag, start, length } = head;
    const end = length === undefined ? bytes.length : Math.min(start + length, bytes.length);
    found.push({
      tag,
      content: bytes.subarray(start, end),
      isOpen: length === undefined,
      whole: bytes.subarray(at, end),
    });
  }
  return found;
}

interface Head {
  readonly tag: number;
  /** Where the content begins. */
  readonly start: number;
  /** undefined: left open. */
  readonly length: number | undefined;
}

/** undefined: nothing is left, or nothing that makes sense. */
function headAt(bytes: Buffer, at: number): Head | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined; // long tags are none of these
  if (first === 0x80) return (tag & 0x20) === 0 ? undefined : { tag, start: at + 2, length: undefined };
  const start = at + 2 + (first > 0x80 ? first & 0x7f : 0);
  if (start > bytes.length) return undefined;
  return { tag, start, length: first > 0x80 ? lengthIn(bytes.subarray(at + 2, start)) : first };
}

/** It may begin with zeros (X.690 §8.1.3.5). */
const lengthIn = (bytes: Buffer): number =>
  bytes.reduce((length, byte) => Math.min(length * 256 + byte, Number.MAX_SAFE_INTEGER / 512), 0);

/** Two zero bytes end what has no length (X.690 §8.1.5). */
const isEnd = ({ tag, length }: Head): boolean => tag === 0 && length === 0;

/** Of an element that was left open, behind the bytes that end it; all that is open in it is walked through. */
function endOf(bytes: Buffer, from: number): number {
  let openCount = 0;
  for (let at = from; ; ) {
    const head = headAt(bytes, at);
    if (head === undefined) return bytes.length;
    if (head.length === undefined) openCount++;
    else if (isEnd(head)) openCount--;
    at = head.start + (head.length ?? 0);
    if (openCount <= 0) return at;
  }
}

const MAX_OID = 64; // bytes

/** In hex; '' for what is none. */
export const oidIn = (element: Element | undefined): string =>
  element?.tag === OID ? element.content.toString('hex', 0, MAX_OID) : '';

/** The pieces in their order, which may be in pieces themselves: one after the other, as deep as they are. */
export function octetsOf({ tag, content, isOpen }: Element): Buffer {
  if (tag === OCTETS) return content;
  const out = Buffer.alloc(content.length);
  let size = 0;
  let openCount = isOpen ? 1 : 0;
  for (let at = 0; ; ) {
    const head = headAt(content, at);
    if (head === undefined) break;
    const { start, length } = head;
    if (isEnd(head) && --openCount <= 0) break;
    if (head.tag === OCTETS_IN_PIECES) {
      if (length === undefined) openCount++;
      at = start; // and on with what is in it
    } else {
      if (head.tag !== OCTETS && !isEnd(head)) break;
      at = start + (length ?? 0);
      if (head.tag === OCTETS) size += content.copy(out, size, start, Math.min(at, content.length));
    }
  }
  return out.subarray(0, size);
}
