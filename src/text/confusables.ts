/** Characters that look alike: Unicode's confusables (UTS 39, models/confusables.json), and what domain names add to them. */
import { domainToUnicode } from 'node:url';
import data from '../../models/confusables.json' with { type: 'json' };

const ASCII = /^[\0-\x7f]*$/;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu;
const ACCENTS = /(?<=[a-z\d])\p{M}+/giu;
const UPPER = /^\p{Lu}$/u;
const FIRST_FOREIGN = 0x80;

const prototypes: ReadonlyMap<number, string> = new Map(
  Object.entries(data.byPrototype).flatMap(([prototype, chars]) =>
    [...chars].map((char): [number, string] => [codeOf(char), prototype]),
  ),
);

// A letter with a mark that is like another (ȧ, å): decomposing hides it from the table above.
const sequences: ReadonlyMap<string, string> = new Map(Object.entries(data.sequences));
const SEQUENCES = new RegExp([...sequences.keys()].join('|'), 'g');

/**
 * Two texts that look the same have the same skeleton, which is for comparison alone ('m' becomes 'rn', '0' becomes 'O', case is kept).
 * Linear, never throws. Source: UTS 39 §4, internalSkeleton, with
 * prototypes closed under it (models/confusables.md); the bidirectional reordering before it is left out.
 */
export function skeleton(text: string): string {
  if (ASCII.test(text)) return mapped(text, prototypes);
  const decomposed = text.normalize('NFD').replace(IGNORABLE, '');
  return mapped(decomposed, prototypes)
    .normalize('NFD')
    .replace(SEQUENCES, (found) => sequences.get(found) ?? found);
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function mapped(text: string, table: ReadonlyMap<number, string>): string {
  let result = '';
  for (const char of text) result += table.get(codeOf(char)) ?? char;
  return result;
}

/** Small capitals, which UTS 39 keeps apart from letters: how Cyrillic в, к, м, н, т look in any size. Chromium joins them too. */
const SMALL_CAPITALS: readonly (readonly [string, string])[] = [
  ['ᴀ', 'a'],
  ['ʙƅ', 'b'],
  ['ᴅ', 'd'],
  ['ᴇ', 'e'],
  ['ɢԍ', 'g'],
  ['ʜ', 'h'],
  ['ĸ', 'k'],
  ['ʟ', 'l'],
  ['ʍ', 'm'],
  ['ɴ', 'n'],
  ['ᴘ', 'p'],
  ['ʀ', 'r'],
  ['ᴛ', 't'],
];
const smallCapitals = new Map(
  SMALL_CAPITALS.flatMap(([chars, letter]) => [...chars].map((char): [number, string] => [codeOf(char), letter])),
);

/** The mapping for readers of Latin: 'm' stays 'm', a capital that looks like 'l' is an 'i', and ASCII is left alone. */
const latinLetters: ReadonlyMap<number, string> = new Map([
  ...[...prototypes]
    .filter(([code]) => code >= FIRST_FOREIGN)
    .map(([code, prototype]): [number, string] => [code, latinLetter(code, prototype)]),
  ...smallCapitals,
]);

function latinLetter(code: number, prototype: string): string {
  if (prototype === 'l' && UPPER.test(String.fromCodePoint(code))) return 'I';
  return mapped(prototype.replaceAll('rn', 'm'), smallCapitals);
}

/**
 * As a reader of Latin takes it: letters of other scripts as the Latin ones they look like, without accents on them and invisible
 * characters. ASCII stays as it is, case too. Letters that look like no Latin one remain. Linear, never throws.
 */
export function latinReading(text: string): string {
  if (ASCII.test(text)) return text;
  const decomposed = text.normalize('NFKD').replace(IGNORABLE, '');
  return mapped(decomposed, latinLetters).normalize('NFD').replace(ACCENTS, '');
}

/**
 * Two labels (or brand names) that a reader may take for one another have the same: 'paypa1', 'xn--pypal-4ve', 'pàypal' → 'paypal'.
 * Beyond UTS 39 it joins what a line of small letters hides: 1 = l = i (a capital I in the address shown), 0 = o, rn = m, vv = w.
 * Accents are dropped, as Chromium does before it compares IDNs. Left apart: cl and d, nn and m, which would join too many honest names
 * (models/confusables.md), 5 and s, which read alike but do not look alike, and hyphens, which are seen.
 * Lower-case; dots are kept. Linear, never throws.
 */
export function labelSkeleton(label: string): string {
  const lower = label.toLowerCase();
  const shown = lower.includes('xn--') ? domainToUnicode(lower) || lower : lower;
  return ASCII.test(shown)
    ? alikeInAscii(shown)
    : alikeInAscii(latinReading(shown.normalize('NFKC').toLowerCase()).toLowerCase());
}

const MAY_BE_ALIKE = /[01i]|rn|vv/;
const ALIKE = /[01i]|rn|vv/g;
const ALIKE_AS: Readonly<Record<string, string>> = { 0: 'o', 1: 'l', i: 'l', rn: 'm', vv: 'w' };

const alikeInAscii = (text: string): string =>
  MAY_BE_ALIKE.test(text) ? text.replace(ALIKE, (found) => ALIKE_AS[found] ?? found) : text;
