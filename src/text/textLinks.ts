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
const MAX_LINE = 16 * 1024; // characters of a line; nobody sees a link that stands behind them
const MAX_WORD = 2_048; // characters between blanks: domain/message.ts keeps no more of a link
const MAX_GIVEN = 48 * 1024; // characters given to the finder, which takes 0.3 µs for each
const MAX_LINKS = 1_000;

const MAY_HOLD_LINK = /:\/\/|[a-z0-9-]\.[a-z]{2,24}(?![\w(=,])/i;
/** What ends an address: RFC 3986 appendix C. The finder reads on behind an angle bracket, mail programs do not. */
const BLANKS = /[\s\u00a0<>]+/;

/** In order of appearance but for defanged ones, which come last; with repetitions, at most 1,000. */
export function linksInText(text: string): readonly TextLink[] {
  const hasDefanged = mayBeDefanged(text.slice(0, MAX_TEXT));
  const words: Word[] = [];
  const plain = newAllowance();
  const defanged = newAllowance();
  const found: TextLink[] = [];
  for (let at = 0; at < text.length && at < MAX_TEXT; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, Math.min(end, at + MAX_LINE));
    at = end + 1;
    if (MAY_HOLD_LINK.test(line)) words.push(...wordsOf(line, plain));
    if (hasDefanged && defanged.charsLeft > 0 && mayBeDefanged(line)) found.push(...defangedIn(line, defanged));
  }
  return [...linksInWords(words), ...found].slice(0, MAX_LINKS);
}

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
  /** Where it stands in the text that it was taken from; 0 where nobody asks. */
  readonly at: number;
}

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

function linksInWords(words: readonly Word[]): readonly TextLink[] {
  return addressesIn(words)
    .filter(({ value, before }) => isMeantAsLink(value, before))
    .map(({ href }) => ({ href, isDefanged: false }));
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
