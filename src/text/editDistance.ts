/** How many slips of the hand lie between two labels. */

/**
 * Inserted, deleted and replaced characters and swapped neighbours that turn `a` into `b`; `limit + 1` when there are more than `limit`.
 * No part is edited twice ("optimal string alignment"), so 'ca' → 'abc' takes 3. Counts UTF-16 units. Time grows with length × limit.
 * `limit` is a whole number ≥ 0. Never throws. Source: F. Damerau, CACM 7 (1964) 171; band of E. Ukkonen, Inf. Control 64 (1985) 100.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (limit < 1 || long.length - short.length > limit) return limit + 1;
  let start = 0;
  while (start < short.length && short.charCodeAt(start) === long.charCodeAt(start)) start++;
  let end = 0;
  while (end < short.length - start && unitFromEnd(short, end) === unitFromEnd(long, end)) end++;
  const shortEnd = short.length - end;
  if (shortEnd === start) return long.length - short.length;
  return Math.min(banded(short.slice(start, shortEnd), long.slice(start, long.length - end), limit), limit + 1);
}

const unitFromEnd = (text: string, index: number): number => text.charCodeAt(text.length - 1 - index);

/** The table of Wagner and Fischer, three rows of it, only where |row − column| ≤ limit: outside, the distance is larger anyway. */
function banded(short: string, long: string, limit: number): number {
  const width = short.length + 1;
  let beforeLast = new Uint32Array(width);
  let last = new Uint32Array(width).map((_, column) => column);
  let row = new Uint32Array(width);
  for (let y = 1; y <= long.length; y++) {
    const from = Math.max(1, y - limit);
    const to = Math.min(short.length, y + limit);
    row[from - 1] = from === 1 ? y : limit + 1;
    let least = row[from - 1] ?? 0;
    for (let x = from; x <= to; x++) {
      const above = x === y + limit ? limit + 1 : at(last, x); // outside the band of the row before
      const isSame = short.charCodeAt(x - 1) === long.charCodeAt(y - 1);
      let cost = Math.min(at(last, x - 1) + (isSame ? 0 : 1), above + 1, at(row, x - 1) + 1);
      if (x > 1 && y > 1 && isSwapped(short, x, long, y)) cost = Math.min(cost, at(beforeLast, x - 2) + 1);
      row[x] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return least;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return at(last, short.length);
}

const at = (row: Uint32Array, index: number): number => row[index] ?? 0;

const isSwapped = (a: string, x: number, b: string, y: number): boolean =>
  a.charCodeAt(x - 1) === b.charCodeAt(y - 2) && a.charCodeAt(x - 2) === b.charCodeAt(y - 1);
