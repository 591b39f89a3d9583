import { Refusal } from './problem.ts';

const MAX_JSON_ITEMS = 4096; // requests have some 250 at most; without a bound 64 MiB of "[[],[],…" would become a gigabyte of objects
const ITEM_BYTES: ReadonlySet<number> = new Set(Buffer.from(',[{'));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Parses a request body. Long strings are fine, many items are not. Throws Refusal. */
export function parseJson(body: Buffer, maxItems: number = MAX_JSON_ITEMS): unknown {
  checkItems(body, maxItems);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal('malformed-json', 'the body is not JSON');
  }
}

/** Counts what stands outside of strings: a string may be a whole message. */
function checkItems(body: Buffer, maxItems: number): void {
  let count = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) at = endOfString(body, at);
    else if (ITEM_BYTES.has(byte) && ++count > maxItems) {
      throw new Refusal('malformed-json', `the body has more than ${maxItems} items`);
    }
  }
}

/** Of the closing quote; the length of the body where there is none. */
function endOfString(body: Buffer, start: number): number {
  for (let at = body.indexOf(QUOTE, start + 1); at !== -1; at = body.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (body[at - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return body.length;
}
