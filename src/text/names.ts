/** Display names: the key under which a name is remembered, and addresses written into one. */
import { latinReading } from './confusables.ts';

const MAX_NAME_LENGTH = 500; // as many as parsing leaves
const MAX_KEY_LENGTH = 100;
const MIN_WORDS = 2; // one alone is a first name, which many share

const IGNORABLE = /\p{Default_Ignorable_Code_Point}+/gu;
const BRACKETS = /[([{<][^)\]}>]*[)\]}>]?/g;
const VIA = /\svia\s.*$/isu; // what lists and services append to a name whose address they replaced
const BLANKS = /[\s,;"]+/;
const APOSTROPHES = /['\u2019\u02bc`\u00b4]/g;
const ACCENTS = /[\u0300-\u036f\u064b-\u0655]+/g; // of European scripts and of Arabic, where they are left out as often as not
const BETWEEN_WORDS = /[^\p{L}\p{N}\p{M}]+/u;
const LETTER = /\p{L}/u;
const PLAIN = /^[a-z\d]+$/i;
const INITIAL = /^[a-z]$/;

const TITLES: ReadonlySet<string> = new Set(
  (
    'mr mrs ms miss mister sir madam dr prof professor jr esq ph phd mba msc sc bsc llm cpa ii iii ' +
    'herr herrn frau dipl monsieur madame mme mlle senor senora sra dott dra signor signora dhr mevr'
  ).split(' '),
);

/**
 * What stays the same however a person's name is written: 'Lind, Béa', 'Dr. Bea M. LIND (Acme)', 'Веа Lіnd via dev' → 'bea lind'.
 * Words in alphabetical order with a blank between, lower-case, at most 100 characters, letters and digits only (so never a newline).
 * Titles, single initials, bracketed text, addresses, numbers, accents and "via …" are dropped; a word of look-alike letters is read as
 * the Latin it looks like (UTS 39 §4), one in an honest other script is kept. undefined for fewer than two words. Never throws.
 */
export function nameKey(name: string): string | undefined {
  const words = wordsOf(name)
    .map(readWord)
    .filter((word) => LETTER.test(word) && !TITLES.has(word));
  const long = words.filter((word) => !INITIAL.test(word));
  const kept = long.length < MIN_WORDS ? words : long;
  if (kept.length < MIN_WORDS) return undefined;
  const key = kept.sort().join(' ');
  return key.length <= MAX_KEY_LENGTH ? key : cut(key);
}

function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, MAX_NAME_LENGTH)
    .normalize('NFKD')
    .replace(IGNORABLE, '')
    .replace(BRACKETS, ' ')
    .replace(VIA, '')
    .split(BLANKS)
    .filter((part) => !part.includes('@'))
    .flatMap((part) => part.replace(APOSTROPHES, '').split(BETWEEN_WORDS));
}

function readWord(word: string): string {
  if (PLAIN.test(word)) return word.toLowerCase();
  const latin = latinReading(word.replaceAll('ß', 'ss'));
  return PLAIN.test(latin) ? latin.toLowerCase() : word.replace(ACCENTS, '').toLowerCase().normalize('NFC');
}

const HALF_CHARACTER = /[\ud800-\udbff]$/;

const cut = (key: string): string => key.slice(0, MAX_KEY_LENGTH).replace(HALF_CHARACTER, '').trimEnd();

const MAX_TEXT_LENGTH = 2_000; // display names have up to 500 characters
const MAX_LOCAL_LENGTH = 64; // RFC 5321 §4.5.3.1.1
const MAX_DOMAIN_LENGTH = 255; // RFC 5321 §4.5.3.1.2
const LOCAL_END = /[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]*)$/u; // atext and dots: RFC 5322 §3.2.3, RFC 6531 §3.3
const DOMAIN_START = /^(?:[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]*\.)+(?:xn--[a-z0-9-]+|\p{L}[\p{L}\p{M}]+)/iu;

/**
 * The first e-mail address written in a text, as written but for compatibility characters ('＠' is '@'). undefined when there is none:
 * both sides and a top level of two letters or more are needed. Looks at 2,000 characters, linear, never throws.
 */
export function addressIn(text: string): string | undefined {
  const plain = text.slice(0, MAX_TEXT_LENGTH).normalize('NFKC').replace(IGNORABLE, '').replaceAll('\u3002', '.');
  for (let at = plain.indexOf('@'); at >= 0; at = plain.indexOf('@', at + 1)) {
    const [local] = LOCAL_END.exec(plain.slice(Math.max(0, at - MAX_LOCAL_LENGTH), at)) ?? [];
    const [domain] = DOMAIN_START.exec(plain.slice(at + 1, at + 1 + MAX_DOMAIN_LENGTH)) ?? [];
    if (local !== undefined && domain !== undefined) return `${local}@${domain}`;
  }
  return undefined;
}
