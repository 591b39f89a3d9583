/** Pictures that a style loads: `url(…)`. */
import { readAddress } from '../../text/linkAddress.ts';
import type { Lock, Locks } from './locks.ts';
import { type Splice, spliced } from './splices.ts';

export interface LockedStyle {
  readonly text: string;
  /** The first of them. */
  readonly lock: Lock;
}

const OPENING = /url\(\s*/gi;
const MAX_ADDRESS = 8_192; // characters; text/linkAddress.ts reads no more

/** The style without what is locked; undefined when nothing is. Linear. */
export function lockedStyle(css: string, base: string | undefined, locks: Locks): LockedStyle | undefined {
  const splices: Splice<string>[] = [];
  let first: Lock | undefined;
  let isOpenEnded = false;
  for (const { 0: opening, index } of css.matchAll(OPENING)) {
    const start = index + opening.length;
    if (start < (splices.at(-1)?.end ?? 0)) continue;
    const close: number = isOpenEnded ? -1 : css.indexOf(')', start);
    isOpenEnded = close < 0; // nor is there a bracket for those that follow
    const end = isOpenEnded ? css.length : close; // the end of a style ends what is open in it
    if (end - start > MAX_ADDRESS) continue; // a picture in itself
    const written = unescaped(
      css
        .slice(start, end)
        .trim()
        .replace(/^["']|["']$/g, ''),
    );
    const lock = locks.find(readAddress(written, base), 'picture');
    if (lock === undefined) continue;
    first ??= lock;
    splices.push({ start, end, piece: '' });
  }
  return first === undefined ? undefined : { text: spliced(css, splices), lock: first };
}

/** CSS Syntax §4.3.7: `\68 ttps`. */
const unescaped = (text: string): string =>
  text.includes('\\')
    ? text.replace(/\\(?:([0-9a-f]{1,6})\s?|([^\n]))/gi, (_, hex: string | undefined, character: string | undefined) =>
        hex === undefined ? (character ?? '') : codePoint(Number.parseInt(hex, 16)),
      )
    : text;

const codePoint = (code: number): string => (code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
