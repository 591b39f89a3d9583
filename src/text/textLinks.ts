/** Addresses in running text, with linkifyjs, which is given only the words that can be one. */
import { test, tokenize } from 'linkifyjs';
import { addressSpans } from './addressSpans.ts';
import { mayBeDefanged, refang } from './refang.ts';

export interface TextLink {
  readonly href: string;
  /** It was written with hxxp, [.] or the like. */
  readonly isDefanged: boolean;
}

/** Where one stands: `start` up to, without, `end`. */
export interface PlacedLink {
  readonly href: string;
  readonly start: number;
  readonly end: number;
}

const MAX_TEXT = 256 * 1024; // characters: as many as parsing leaves
const MAX_LINE = 16 * 1024; // characters that are looked at in one piece
const MAX_WORD = 2_048; // characters between blanks: domain/message.ts keeps no more of a link
export const MAX_GIVEN = 48 * 1024; // characters given to the finder, which takes 0.3 µs for each
const MAX_LINKS = 1_000;

const MAY_HOLD_LINK = /:\/\/|[a-z0-9-]\.[a-z]{2,24}(?![\w(=,])/i;
/** What ends an address: RFC 3986 appendix C. The finder reads on behind an angle bracket, mail programs do not. */
const BLANKS = /[\s\u00a0<>]+/;

export interface TextLinks {
  /** In order of appearance but for defanged ones, which come last; at most 1,000, with repetitions unless there are more. */
  readonly links: readonly TextLink[];
  /** Words with a scheme were left out: too much of the text is such. */
  readonly isCut: boolean;
}

export const linksInText = (text: string): readonly TextLink[] => readTextLinks(text).links;

/** Addresses in plain text, within bounds; what holds a scheme goes before what may be a host without one. Linear, never throws. */
export function readTextLinks(text: string): TextLinks {
  const read = text.slice(0, MAX_TEXT);
  const hasDefanged = mayBeDefanged(read);
  const words = newWords();
  const defanged = newAllowance();
  const found: TextLink[] = [];
  for (const { line, at } of linesOf(read)) {
    if (MAY_HOLD_LINK.test(line)) addWords(words, line, at);
    if (hasDefanged && defanged.charsLeft > 0 && mayBeDefanged(line)) found.push(...defangedIn(line, defanged));
  }
  const all = [...linksInWords(words), ...found];
  return {
    links: (all.length > MAX_LINKS ? onceEach(all) : all).slice(0, MAX_LINKS),
    isCut: words.withScheme.isCut,
  };
}

function onceEach(links: readonly TextLink[]): readonly TextLink[] {
  const seen = new Set<string>();
  return links.filter(({ href }) => seen.size < seen.add(href).size);
}

/** Lines, and pieces of long ones: broken at a blank, else so that the next one holds the end of this one again. */
function* linesOf(text: string): Generator<{ readonly line: string; readonly at: number }> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline < 0 ? text.length : newline;
    while (lineEnd - at > MAX_LINE) {
      const piece = text.slice(at, at + MAX_LINE);
      const blank = piece.slice(-MAX_WORD).search(LAST_BLANK);
      yield { line: blank < 0 ? piece : piece.slice(0, blank - MAX_WORD), at };
      at += MAX_LINE - MAX_WORD + Math.max(0, blank);
    }
    yield { line: text.slice(at, lineEnd), at };
    at = lineEnd + 1;
  }
}

const LAST_BLANK = /[\s\u00a0<>](?=[^\s\u00a0<>]*$)/;

function addWords(words: CollectedWords, line: string, at: number): void {
  for (const { 0: word, index } of line.matchAll(WORDS)) {
    if (word.length > MAX_WORD) for (const part of partsOf(word)) addWord(words, part.text, at + index + part.at);
    else addWord(words, word, at + index);
  }
}

function addWord(words: CollectedWords, text: string, at: number): void {
  const hasScheme = HAS_SCHEME.test(text);
  if (hasScheme && isPlainAddress(text)) words.plain.push({ href: text, at });
  else if (hasScheme) give(words.withScheme, { text, at });
  else if (words.without.charsLeft > 0 && MAY_HOLD_LINK.test(text)) give(words.without, { text, at });
}

const HAS_SCHEME = /:\/\/|www\./i;

function give(given: GivenWords, word: Word): void {
  if (given.charsLeft <= 0) {
    given.isCut = true;
    return;
  }
  given.words.push(word);
  given.charsLeft -= word.text.length;
}

/** Of a long word the beginning, and what begins with a scheme behind what is no part of an address. */
function partsOf(word: string): readonly Word[] {
  const starts = [0, ...Array.from(word.matchAll(STARTS_WITHIN), ({ index }) => index)];
  return starts.map((at, i) => ({ text: word.slice(at, Math.min(starts[i + 1] ?? word.length, at + MAX_WORD)), at }));
}

const STARTS_WITHIN = /(?<=[^\w=/%?&.#-])(?:https?:\/\/|www\.)/gi;

/** Every address that a reader's program would make a link of, in order: for who changes the text and must not miss one. Linear. */
export function placeLinks(text: string): readonly PlacedLink[] {
  if (!MAY_HOLD_LINK.test(text)) return [];
  const words: Word[] = [];
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    for (let at = 0; at < word.length; at += MAX_PLACED_WORD) {
      const piece = word.slice(at, at + MAX_PLACED_WORD);
      if (MAY_HOLD_LINK.test(piece)) words.push({ text: piece, at: index + at });
    }
  }
  return addressesIn(words)
    .filter(({ value, before }) => isMeantAsLink(value, before))
    .map(({ href, value, at }) => ({ href, start: at, end: at + value.length }));
}

const WORDS = /[^\s\u00a0<>]+/g;
const MAX_PLACED_WORD = 64 * 1024; // characters given to the finder in one piece

/** What may still be given to the finder, of one whole text. */
interface Allowance {
  charsLeft: number;
}

const newAllowance = (): Allowance => ({ charsLeft: MAX_GIVEN });

interface Word {
  readonly text: string;
  /** Where it stands in the text that it was taken from; 0 where nobody asks: of a defanged one. */
  readonly at: number;
}

/** Those of one kind that are for the finder. */
interface GivenWords extends Allowance {
  readonly words: Word[];
  isCut: boolean;
}

interface CollectedWords {
  /** Addresses as they are. */
  readonly plain: { readonly href: string; readonly at: number }[];
  readonly withScheme: GivenWords;
  readonly without: GivenWords;
}

const newWords = (): CollectedWords => ({
  plain: [],
  withScheme: { ...newAllowance(), words: [], isCut: false },
  without: { ...newAllowance(), words: [], isCut: false },
});

function wordsOf(line: string, allowance: Allowance, known?: ReadonlySet<string>): readonly Word[] {
  const words: Word[] = [];
  for (const word of line.split(BLANKS)) {
    if (allowance.charsLeft <= 0) break;
    if (!MAY_HOLD_LINK.test(word) || known?.has(word)) continue;
    words.push({ text: word.slice(0, MAX_WORD), at: 0 });
    allowance.charsLeft -= Math.min(word.length, MAX_WORD);
  }
  return words;
}

/** What is an address only after refanging. */
function defangedIn(line: string, allowance: Allowance): readonly TextLink[] {
  const words = wordsOf(refang(line).text, allowance, new Set(line.split(BLANKS)));
  return addressesIn(words)
    .filter(({ value }) => !line.includes(value))
    .map(({ href }) => ({ href, isDefanged: true }));
}

/** Nearly all addresses are: what the finder takes for one as it is, and need not be asked. */
export const isPlainAddress = (word: string): boolean => PLAIN_ADDRESS.test(word);

const PLAIN_ADDRESS =
  /^https?:\/\/(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:\/(?:[\w\-~/=&%+]|[.:;,?#](?=[\w/]))*(?<=[\w/=+-]))?$/i;

function linksInWords({ plain, withScheme, without }: CollectedWords): readonly TextLink[] {
  const given = [...withScheme.words, ...without.words.slice(0, fitting(without.words, withScheme.charsLeft))];
  const links = [...plain];
  for (const { href, value, before, at } of addressesIn(given.sort((a, b) => a.at - b.at)))
    if (isMeantAsLink(value, before)) links.push({ href, at });
  return links.sort((a, b) => a.at - b.at).map(({ href }) => ({ href, isDefanged: false }));
}

/** How many of the words, the last of which may be too long, there are characters left for. */
function fitting(words: readonly Word[], charsLeft: number): number {
  let left = charsLeft;
  const end = words.findIndex(({ text }) => {
    left -= text.length;
    return left + text.length <= 0;
  });
  return end < 0 ? words.length : end;
}

interface Address {
  readonly value: string;
  readonly href: string;
  /** The character in front. */
  readonly before: string;
  /** Where it stands in what the word was taken from. */
  readonly at: number;
}

/** The words are given in one piece: the finder has a price for each call. */
function addressesIn(words: readonly Word[]): readonly Address[] {
  if (words.length === 0) return [];
  const text = words.map((word) => word.text).join(' ');
  let word = 0;
  let wordStart = 0;
  return tokenize(text)
    .filter(({ t }) => t === 'url')
    .flatMap((token) => {
      const start = token.startIndex();
      for (let length = lengthOf(words, word); start > wordStart + length; length = lengthOf(words, word)) {
        wordStart += length + 1;
        word++;
      }
      const value = token.toString();
      const added = token.toHref('http').length - value.length; // characters of a scheme, where none is written
      return addressSpans(value).map((span) => ({
        value: value.slice(span.start, span.end),
        href: span.start === 0 ? token.toHref('http').slice(0, added + span.end) : value.slice(span.start, span.end),
        before: text.charAt(start + span.start - 1),
        at: (words[word]?.at ?? 0) + start + span.start - wordStart,
      }));
    });
}

const lengthOf = (words: readonly Word[], index: number): number => words[index]?.text.length ?? 0;

/** The whole text is one address, of a top level that there is. */
export const isAddress = (text: string): boolean => test(text, 'url');

/**
 * Endings under which a host name without scheme, www or path is taken for one: those in wide use that are no common ending of file names
 * or of members in program text (sh, py, md, id, read, in, is, so, rs, pl, zip …): of 2,851 such names in 3,700 mails, 2,300 were those.
 */
const PLAIN_ENDINGS: ReadonlySet<string> = new Set(
  (
    'com net org info biz edu gov eu de at ch nl be fr es pt it uk ie dk se fi cz gr hu ro ru ua tr cn jp kr tw au nz ca mx ar cl br za ng ke io ' +
    'co me tv top xyz online site website shop store club live vip icu cyou sbs click link app page cloud space fun bond monster'
  ).split(' '),
);
/** What stands before a name that is part of something else: a path, an address, an expression. */
const INSIDE = /[\w/\\.@+*&=;$%#~-]/;

function isMeantAsLink(value: string, before: string): boolean {
  if (value.includes('://') || value.slice(0, 4).toLowerCase() === 'www.') return true;
  if (INSIDE.test(before)) return false;
  const host = value.split(/[/?#:]/, 1)[0] ?? '';
  if (value.charAt(host.length) === '/' && value.length > host.length + 1) return true;
  return PLAIN_ENDINGS.has(host.slice(host.lastIndexOf('.') + 1).toLowerCase());
}
