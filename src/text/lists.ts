/** What models/hosts.json and models/brands.json know: whose host this is, what anyone can put on it, and which brands a text names. */
import brandData from '../../models/brands.json' with { type: 'json' };
import hostData from '../../models/hosts.json' with { type: 'json' };
import { hasUnspacedLetters, unspacedFinder } from './unspacedNames.ts';

/** A company that people get mail from and that attackers pose as. One line in models/brands.json, see models/brands.md. */
export interface Brand {
  /** Lower-case, one word or kebab-case. */
  readonly id: string;
  /** As the brand writes itself; its letters in one piece make the token that is looked for in host names. */
  readonly name: string;
  /** Domains that the brand alone controls. */
  readonly domains: readonly string[];
  /** Whole words in any case that name it wherever they stand; with kana, Chinese characters or hangul, parts of the text that do. */
  readonly names: readonly string[];
  /** Written exactly so, for names that are ordinary words too: "UPS". */
  readonly exactNames?: readonly string[];
  /** Name it only when nothing else is said: "Apple" as a display name. */
  readonly wholeNames?: readonly string[];
  /** Words in Latin letters that name it in a text with kana, Chinese characters or hangul, and something else in others: "JCB". */
  readonly eastAsianNames?: readonly string[];
  /** Names, in lower case, under which software of this brand writes for whoever runs it: WordPress. */
  readonly softwareNames?: readonly string[];
  /** Longer words with one of `names` in them that name something else: "アップルパイ". */
  readonly otherWords?: readonly string[];
}

export const brands: readonly Brand[] = brandData;

/** What is put beside a brand's name to make it look like its sign-in page. */
export const SIGN_IN_WORDS: readonly string[] = [
  'login',
  'signin',
  'secure',
  'security',
  'verify',
  'account',
  'accounts',
  'support',
  'online',
  'update',
  'alert',
  'billing',
  'service',
  'help',
];

/** Suffixes under which each label is somebody else's and that the public suffix list of psl lacks. */
export const hostingSuffixes: readonly string[] = hostData.suffixes;

const freemail: ReadonlySet<string> = new Set(hostData.freemail);
const pageHosts: ReadonlySet<string> = new Set(hostData.pageHosts);
const pageSuffixes: ReadonlySet<string> = new Set(hostData.pageSuffixes);
const fileSharing: ReadonlySet<string> = new Set(hostData.fileSharing);
const shorteners: ReadonlySet<string> = new Set(hostData.shorteners);
const clickCounters: ReadonlySet<string> = new Set(hostData.clickCounters);
const publishers: ReadonlySet<string> = new Set(hostData.publishers);
const brandByDomain: ReadonlyMap<string, string> = new Map(
  brands.flatMap(({ id, domains }) => domains.map((domain): [string, string] => [domain, id])),
);

/** Labels that a page host keeps for itself: www.weebly.com is nobody's page. */
const OWN_LABELS: ReadonlySet<string> = new Set(['www', 'mail', 'email', 'support', 'help', 'status', 'docs', 'api']);
/** Buckets at Amazon, in each way of writing: b.s3.amazonaws.com, s3.eu-west-1.amazonaws.com/b, b.s3-website-us-east-1.amazonaws.com. */
const BUCKET = /(?:^|\.)s3(?:[.-][a-z0-9.-]*)?\.amazonaws\.com(?:\.cn)?$/;

const softwareNames: ReadonlySet<string> = new Set(brands.flatMap(({ softwareNames: names = [] }) => names));

/** Whether software that anybody can run writes under this name by default. */
export const isSoftwareName = (name: string): boolean => softwareNames.has(name.toLowerCase());

/** Whether anybody can get an address at this very domain. All arguments of this file are lower-case ASCII. */
export const isFreemail = (domain: string): boolean => freemail.has(domain);

/** Whether anybody can put up a page at this host without showing who they are. */
export function isFreeHosting(host: string): boolean {
  for (let dot = -1, label = ''; ; ) {
    const suffix = host.slice(dot + 1);
    if (pageHosts.has(suffix) || (dot > 0 && pageSuffixes.has(suffix) && !OWN_LABELS.has(label))) return true;
    const next = host.indexOf('.', dot + 1);
    if (next < 0) return BUCKET.test(host);
    label = host.slice(dot + 1, next);
    dot = next;
  }
}

/** Whether the host hands out files, documents or forms of its users. */
export const isFileSharing = (host: string): boolean =>
  longestIn(host, (suffix) => fileSharing.has(suffix) || undefined) ?? false;

/** Whether links at this very host lead wherever who made them likes. */
export const isShortener = (host: string): boolean =>
  shorteners.has(host) || (host.startsWith('www.') && shorteners.has(host.slice('www.'.length)));

/** Whether a mailing service counts the clicks of all its customers at this host. */
export const isClickCounter = (host: string): boolean =>
  longestIn(host, (suffix) => clickCounters.has(suffix) || undefined) ?? false;

/** Whether all that stands at this host was put there by its owner's own staff: newspapers, dictionaries, law gazettes. What lies below it may be others'. */
export const isPublisher = (host: string): boolean => publishers.has(host.replace(/^(?:www|m)\./, ''));

/** The id of the brand whose domain this host is or stands below. Pages of strangers below it (sites.google.com) are isFreeHosting's. */
export const brandOf = (host: string): string | undefined => longestIn(host, (suffix) => brandByDomain.get(suffix));

/** Whether the list has this very domain: it imitates nobody, however alike two brands are (deutschebahn.com, deutschebank.com). */
export const isBrandDomain = (domain: string): boolean => brandByDomain.has(domain);

/** What is known of the host or else of the next domain above it. */
function longestIn<T>(host: string, look: (suffix: string) => T | undefined): T | undefined {
  for (let start = 0; ; ) {
    const found = look(start === 0 ? host : host.slice(start));
    if (found !== undefined) return found;
    const dot = host.indexOf('.', start);
    if (dot < 0) return undefined;
    start = dot + 1;
  }
}

// Brands in running text: one pass over the characters, a hash per word, and a closer look only where a name may begin.

const SEPARATOR = 0;
const SKIPPED = 1;
const OTHER_LETTER = 2;
const CODE_UNITS = 0x10000;
const FOLDED_CODES = 0x530; // Latin, Greek and Cyrillic; letters beyond stand next to names without a space (Chinese) or name no brand
const INVISIBLE = [0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]; // soft hyphen, zero-width spaces and joiners
const HASH_BITS = 0x3fff;
const MAX_GAP = 3; // characters between two words of a name: "AT & T"
const MIN_DISGUISED = 5; // letters; shorter names in disguise are other words: "02" for "O2"
const MAX_WHOLE = 40; // characters of a text that may be nothing but a name
const MAX_ADDRESS = 200; // characters looked at on each side of a name
const WIDE_LETTERS = /[\uD835\uFF01-\uFF5E]/; // mathematical and full-width alphabets, which read as plain letters
const ACCENTS = /[\u0300-\u0333\u0339-\u036f]+/g; // all combining marks but overlays
const ADDRESS = /@|:\/\/|^www\.|\.[a-z]+[/:]/i; // who writes a mail address or a link to a page names no brand
const ADDRESS_END = /[\s<>()[\]"“”„]/;

/** Letters of other scripts and digits that are read as Latin ones, in either case. A reader's oversights, not UTS 39. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аАαΑ',
  b: 'ВΒβ',
  c: 'сСϲ',
  d: 'ԁ',
  e: 'еЕεΕ',
  h: 'НΗһ',
  j: 'јЈ',
  k: 'кКκΚ',
  l: '1iIіІιΙӏ',
  m: 'МΜм',
  n: 'Νη',
  o: '0оОοΟ',
  p: 'рРρΡ',
  q: 'ԛ',
  s: 'ѕЅ',
  t: 'ТΤтτ',
  u: 'υ',
  v: 'ν',
  w: 'ԝ',
  x: 'хХχΧ',
  y: 'уУΥ',
  z: 'Ζ',
};

/** Per code unit: the letter it is read as, without case and accent, or one of the three constants above. */
const FOLD: Uint8Array = foldTable();

function foldTable(): Uint8Array {
  const table = new Uint8Array(CODE_UNITS);
  for (let code = 0; code < FOLDED_CODES; code += 1) table[code] = foldLetter(String.fromCharCode(code));
  for (const code of INVISIBLE) table[code] = SKIPPED;
  for (const [letter, shapes] of Object.entries(LOOKALIKES))
    for (const shape of shapes) table[shape.charCodeAt(0)] = letter.charCodeAt(0);
  return table;
}

function foldLetter(char: string): number {
  const [base = ''] = char.normalize('NFD').toLowerCase();
  if (/^[a-z0-9]$/.test(base)) return (base === 'i' ? 'l' : base).charCodeAt(0);
  if (/^\p{M}$/u.test(char)) return SKIPPED;
  return /^[\p{L}\p{N}]$/u.test(char) ? OTHER_LETTER : SEPARATOR;
}

/** A separator behind the end too; asking the table there, for NaN, would make each look-up five times slower. */
const foldAt = (text: string, at: number): number =>
  at < text.length ? (FOLD[text.charCodeAt(at)] ?? SEPARATOR) : SEPARATOR;

/** One way to write a name. */
interface Written {
  /** undefined for words that name something else. */
  readonly brand: string | undefined;
  /** Folded words with one space between. */
  readonly folded: string;
  /** In lower case, or the only case that counts. */
  readonly plain: string;
  readonly as: 'any-case' | 'exactly' | 'in-disguise';
}

/** Whatever names a brand, or only seems to, in any case. */
const anyCase = brands.flatMap(({ id, names, otherWords = [] }) => [
  ...names.map((name) => ({ id, name })),
  ...otherWords.map((name) => ({ id: undefined, name })),
]);
const findUnspaced = unspacedFinder([
  ...anyCase.filter(({ name }) => hasUnspacedLetters(name)),
  ...brands.flatMap(({ id, eastAsianNames = [] }) => eastAsianNames.map((name) => ({ id, name }))),
]);

/** Longest first, by the hash of the first word. */
const byFirstWord: ReadonlyMap<number, readonly Written[]> = Map.groupBy(
  [
    ...anyCase.filter(({ name }) => !hasUnspacedLetters(name)).map(({ id, name }) => written(id, name, 'any-case')),
    ...brands.flatMap(({ id, exactNames = [] }) => exactNames.map((name) => written(id, name, 'exactly'))),
    ...brands.flatMap(({ id, wholeNames = [] }) =>
      wholeNames.filter((name) => !hasUnspacedLetters(name)).map((name) => written(id, name, 'in-disguise')),
    ),
  ].sort((one, other) => other.folded.length - one.folded.length),
  ({ folded }) => hashOfFirstWord(folded),
);
const isFirstHash = new Uint8Array(HASH_BITS + 1); // spares most look-ups in the Map: 3 µs per 2,000 characters
for (const hash of byFirstWord.keys()) isFirstHash[hash & HASH_BITS] = 1;

const byWholeText: ReadonlyMap<string, string> = new Map(
  brands.flatMap(({ id, wholeNames = [] }) => wholeNames.map((name): [string, string] => [name, id])),
);

function written(brand: string | undefined, name: string, as: Written['as']): Written {
  return { brand, folded: foldWords(name), plain: as === 'exactly' ? name : wordsOf(name), as };
}

function foldWords(text: string): string {
  let folded = '';
  for (let at = 0; at < text.length; at += 1) {
    const letter = foldAt(text, at);
    if (letter === SEPARATOR) folded += folded === '' || folded.endsWith(' ') ? '' : ' ';
    else if (letter !== SKIPPED) folded += String.fromCharCode(letter);
  }
  return folded.trimEnd();
}

/** In lower case with one space for whatever separates; accents and digits stay. */
function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function extendHash(hash: number, letter: number): number {
  return (Math.imul(hash, 31) + letter) | 0;
}

function hashOfFirstWord(folded: string): number {
  let hash = 0;
  for (let at = 0; at < folded.length && folded[at] !== ' '; at += 1) hash = extendHash(hash, folded.charCodeAt(at));
  return hash;
}

/**
 * The ids of the brands that a text names, each once, in order of appearance: by whole words, also where single letters are swapped for
 * their look-alikes, then by names in scripts without spaces. Mail addresses and links to pages are not read. 10–15 µs for 2,000 characters.
 * Never throws.
 */
export function findBrands(text: string): readonly string[] {
  const found = new Set<string>();
  const isUnspaced = hasUnspacedLetters(text);
  const readable = isUnspaced || WIDE_LETTERS.test(text) ? text.normalize('NFKC') : text;
  const whole = readable.length > MAX_WHOLE ? undefined : byWholeText.get(readable.trim().toLowerCase());
  if (whole !== undefined) found.add(whole);
  let hash = 0;
  let start = -1;
  for (let at = 0; at <= readable.length; at += 1) {
    const letter = foldAt(readable, at);
    if (letter >= OTHER_LETTER) {
      if (start < 0) start = at;
      hash = extendHash(hash, letter);
    } else if (letter === SEPARATOR && start >= 0) {
      if (isFirstHash[hash & HASH_BITS] === 1) at = Math.max(at, readName(readable, start, hash, found));
      start = -1;
      hash = 0;
    }
  }
  if (isUnspaced) findUnspaced(readable, found);
  return [...found];
}

/** Adds the brand named at `start`, if one is. Where to go on reading: behind the name, or the address it is a part of. */
function readName(text: string, start: number, hash: number, found: Set<string>): number {
  for (const candidate of byFirstWord.get(hash) ?? []) {
    const end = endOf(candidate.folded, text, start);
    if (end === undefined || !isWrittenSo(candidate, text.slice(start, end))) continue;
    if (candidate.brand === undefined || found.has(candidate.brand)) return end;
    const addressEnd = endOfAddress(text, start, end);
    if (addressEnd !== undefined) return addressEnd;
    found.add(candidate.brand);
    return end;
  }
  return start;
}

/** Where the folded words end that begin at `start`; undefined when others stand there. */
function endOf(folded: string, text: string, start: number): number | undefined {
  let at = start;
  for (let index = 0; index < folded.length; index += 1) {
    while (foldAt(text, at) === SKIPPED) at += 1;
    if (folded[index] !== ' ') {
      if (foldAt(text, at) !== folded.charCodeAt(index)) return undefined;
      at += 1;
      continue;
    }
    const gapStart = at;
    while (at < text.length && at - gapStart < MAX_GAP && foldAt(text, at) === SEPARATOR) at += 1;
    if (at === gapStart) return undefined;
  }
  while (foldAt(text, at) === SKIPPED) at += 1;
  return foldAt(text, at) === SEPARATOR ? at : undefined;
}

/** A word that is a name in one case alone, or by itself, is a name in disguise too ("Iedger"): nobody writes the word so. */
function isWrittenSo({ folded, plain, as }: Written, slice: string): boolean {
  const isLong = folded.length >= MIN_DISGUISED;
  if (as === 'any-case') return isLong || wordsOf(slice) === plain;
  return (as === 'exactly' && slice === plain) || (isLong && isDisguised(slice, plain));
}

/** By other letters or strokes through them, which no accent is: an accent makes another word of it ("orangé"). */
const isDisguised = (slice: string, plain: string): boolean => withoutAccents(slice) !== withoutAccents(plain);

const withoutAccents = (text: string): string => wordsOf(text.normalize('NFD').replace(ACCENTS, ''));

/** Where the mail address or link ends that the name is a part of; undefined when it stands in plain words. */
function endOfAddress(text: string, start: number, end: number): number | undefined {
  let first = start;
  let last = end;
  while (first > 0 && start - first < MAX_ADDRESS && !ADDRESS_END.test(text.charAt(first - 1))) first -= 1;
  while (last < text.length && last - end < MAX_ADDRESS && !ADDRESS_END.test(text.charAt(last))) last += 1;
  return ADDRESS.test(text.slice(first, last)) ? last : undefined;
}
