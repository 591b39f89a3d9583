import { Refusal } from './problem.ts';

const MAX_JSON_ITEMS = 4096; // requests have some 250 at most; without a bound 64 MiB of "[[],[],…" would become a gigabyte of objects
const ITEM_BYTES: readonly number[] = [...Buffer.from(',[{')];

/** Parses a request body. Long strings are fine, many items are not. Throws Refusal. */
export function parseJson(body: Buffer): unknown {
  for (const byte of ITEM_BYTES) checkCount(body, byte);
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal('malformed-json', 'the body is not JSON');
  }
}

function checkCount(body: Buffer, byte: number): void {
  let at = body.indexOf(byte);
  for (let count = 0; at !== -1; count++, at = body.indexOf(byte, at + 1)) {
    if (count === MAX_JSON_ITEMS) throw new Refusal('malformed-json', `the body has more than ${MAX_JSON_ITEMS} items`);
  }
}
