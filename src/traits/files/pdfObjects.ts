/** What stands in the objects of a PDF, by their numbers: in its own words, and packed in object streams (ISO 32000-1 §7.5.7). */

/** '' for one that is not known. Of several under one number the last, as readers of updated files take it (§7.5.6). */
export type PdfObjects = (number: number) => string;

const MAX_OBJECT = 16 * 1024; // characters
const MAX_OBJECTS = 100_000;
const OBJECT = /(?<!\d)(\d{1,10})\s{1,20}\d{1,10}\s{1,20}obj\b/g;
const LIST = /^(?:\s{0,4}\d{1,10}\s{1,4}\d{1,10}){1,5000}\s{0,4}/;
const MAX_LIST = 64 * 1024;

interface Place {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `texts`: the file's own words, then its packed objects. */
export function objectsIn([own = '', ...packed]: readonly string[]): PdfObjects {
  const places = new Map<number, Place>();
  const put = (number: number, text: string, start: number, end: number): void => {
    if (places.size < MAX_OBJECTS) places.set(number, { text, start, end: Math.min(end, start + MAX_OBJECT) });
  };
  for (const text of packed) {
    const list = LIST.exec(text.slice(0, MAX_LIST))?.[0] ?? '';
    const numbers = list.trim().split(/\s+/).map(Number);
    for (let i = 0; i + 1 < numbers.length; i += 2) {
      const [number = 0, from = 0, , next = text.length] = numbers.slice(i, i + 4);
      put(number, text, list.length + from, list.length + Math.max(from, next));
    }
  }
  let last: { readonly number: number; readonly start: number } | undefined;
  for (const { 0: whole, 1: number, index } of own.matchAll(OBJECT)) {
    if (last !== undefined) put(last.number, own, last.start, index);
    if (places.size >= MAX_OBJECTS) break;
    last = { number: Number(number), start: index + whole.length };
  }
  if (last !== undefined) put(last.number, own, last.start, own.length);
  return (number) => {
    const place = places.get(number);
    return place === undefined ? '' : place.text.slice(place.start, place.end);
  };
}
