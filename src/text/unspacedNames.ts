/** Names in scripts that put no space between words (kana, Chinese characters, hangul): found as parts of the text, in one pass. */

/** A way to write a name that has letters of such a script, or that names something only in a text that has some. */
export interface UnspacedName {
  /** In lower case and NFKC. */
  readonly name: string;
  /** What is found; undefined for a longer word that only holds a name ("アップルパイ") and is passed over. */
  readonly id: string | undefined;
}

const MAX_GAP = 3; // characters between two letters of a name: "三井 住友", "アメリカン・エキスプレス"
const MAX_ADDRESS = 200; // characters looked at in front of a name
const CODE_UNITS = 0x10000;

/** Kana and their half-width forms, radicals, Chinese characters, hangul and its parts. */
const UNSPACED =
  /[\u1100-\u11FF\u2E80-\u2FDF\u3005\u3041-\u3096\u30A1-\u30FA\u3131-\u318E\u31F0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7A3\uF900-\uFAFF\uFF66-\uFF9D]/;
const JOINED_TO_LATIN = /[\p{Script=Latin}\p{Nd}@._-]/u; // a longer word, or an address
const KATAKANA = /[\u30A1-\u30FA\u30FC]/;
const KANA = /[\u3041-\u3096\u30A1-\u30FA\u30FC]/;
const CONTINUES_SYLLABLE = /[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー]/;
const URL_CHARACTER = /[!#-'*-;=?-Z\\^-~]/; // as in text/lists.ts, an address ends at blanks, brackets and quotation marks
const ADDRESS_BEFORE = /:\/\/|^www\.|\.[a-z]+\/|@[^@]*$/i;
const END_OF_ASCII = 0x80;

const GAP = 0;
/** Blanks, middle dots, and what cannot be seen (text/lists.ts). */
const GAPS = [0x9, 0xa, 0xd, 0x20, 0xa0, 0xb7, 0x2022, 0x3000, 0x30fb, 0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff];

/** Kanji, kana and dashes that are put in place of a kana because they look like it. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  ー: '一-‐‑‒–—―−─',
  エ: '工',
  オ: '才',
  カ: '力',
  タ: '夕',
  チ: '千',
  ト: '卜',
  ニ: '二',
  ハ: '八',
  ヘ: 'へ',
  ベ: 'べ',
  ペ: 'ぺ',
  ミ: '三',
  リ: 'り',
  ロ: '口',
};

/** Per code unit: the letter it is read as, in lower case and without disguise, or GAP. Names and texts are compared as read. */
const READ_AS: Uint16Array = readingTable();

function readingTable(): Uint16Array {
  const table = new Uint16Array(CODE_UNITS).map((_, code) => code);
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') table[letter.toUpperCase().charCodeAt(0)] = letter.charCodeAt(0);
  for (const [letter, shapes] of Object.entries(LOOKALIKES))
    for (const shape of shapes) table[shape.charCodeAt(0)] = letter.charCodeAt(0);
  for (const code of GAPS) table[code] = GAP;
  return table;
}

/** A GAP behind the end too; asking the table there, for NaN, would be slow. */
const readAt = (text: string, at: number): number => (at < text.length ? (READ_AS[text.charCodeAt(at)] ?? GAP) : GAP);

/** Whether a text has letters of such a script at all; under 1 µs for 2,000 characters that have none. */
export const hasUnspacedLetters = (text: string): boolean => UNSPACED.test(text);

/** Adds to `found` the id of each name in a text in NFKC, in order of appearance. Linear in the text. Never throws. */
export type FindUnspaced = (text: string, found: Set<string>) => void;

export function unspacedFinder(names: readonly UnspacedName[]): FindUnspaced {
  const longestFirst = [...names].sort((one, other) => other.name.length - one.name.length);
  const byFirstTwo = Map.groupBy(longestFirst, ({ name }) => hashOf(readAt(name, 0), readAt(name, 1)));
  const isFirst = new Uint8Array(CODE_UNITS); // this table and the next spare nearly all look-ups in the Map
  const areFirstTwo = new Uint8Array(CODE_UNITS);
  for (const { name } of names) isFirst[readAt(name, 0)] = 1;
  for (const hash of byFirstTwo.keys()) areFirstTwo[hash] = 1;
  return (text, found) => {
    for (let at = 0; at < text.length; at += 1) {
      const letter = readAt(text, at);
      if (isFirst[letter] !== 1) continue;
      const hash = hashOf(letter, readAt(text, behindGap(text, at + 1)));
      if (areFirstTwo[hash] === 1) at = readName(byFirstTwo.get(hash) ?? [], text, at, found);
    }
  };
}

const hashOf = (first: number, second: number): number => (first * 31 + second) & (CODE_UNITS - 1);

function behindGap(text: string, start: number): number {
  let at = start;
  while (at - start < MAX_GAP && at < text.length && readAt(text, at) === GAP) at += 1;
  return at;
}

/** Where to go on reading: the last character of the name at `start`, if one is. */
function readName(candidates: readonly UnspacedName[], text: string, start: number, found: Set<string>): number {
  for (const { name, id } of candidates) {
    const end = endOf(name, text, start);
    if (end === undefined || !standsAlone(name, text, start, end)) continue;
    if (id !== undefined && !found.has(id) && !isInAddress(text, start)) found.add(id);
    return end - 1;
  }
  return start;
}

/** Where the name ends that begins at `start`; undefined when something else stands there. Between two Latin letters is no gap. */
function endOf(name: string, text: string, start: number): number | undefined {
  let at = start;
  for (let index = 0; index < name.length; index += 1) {
    const letter = readAt(name, index);
    if (readAt(text, at) === GAP && index > 0 && Math.max(letter, readAt(name, index - 1)) >= END_OF_ASCII)
      at = behindGap(text, at);
    if (readAt(text, at) !== letter) return undefined;
    at += 1;
  }
  return at;
}

/**
 * Letters of one kind in a row are one word: "IDカード" holds no "dカード", "グレードアップルール" no "アップル". Katakana may go on behind a name
 * ("メルカリアプリ"), but not within its last syllable.
 */
function standsAlone(name: string, text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  const first = name.charAt(0);
  const last = name.charAt(name.length - 1);
  if (isLatin(first) && JOINED_TO_LATIN.test(before)) return false;
  if (KATAKANA.test(first) && KATAKANA.test(before)) return false;
  if (isLatin(last) && JOINED_TO_LATIN.test(after)) return false;
  return !(KANA.test(last) && CONTINUES_SYLLABLE.test(after));
}

/** Of a letter of a name; names have no accents. */
const isLatin = (letter: string): boolean => letter.charCodeAt(0) < END_OF_ASCII;

/** Whether the name goes on a link: ja.wikipedia.org/wiki/楽天. Writing that a link follows without a blank is no part of it. */
function isInAddress(text: string, start: number): boolean {
  let first = start;
  while (first > 0 && start - first < MAX_ADDRESS && URL_CHARACTER.test(text.charAt(first - 1))) first -= 1;
  return first < start && ADDRESS_BEFORE.test(text.slice(first, start));
}
