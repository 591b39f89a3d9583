/**
 * Phrases of Japanese and Chinese, which put no blanks between words: models/unspaced-intents.json, one expression for each language and
 * intent, made when loaded. The text is read once for each; the gaps of a phrase are short, so that time is linear in its length.
 */
import data from '../../models/unspaced-intents.json' with { type: 'json' };
import { type Unspaced, unspacedLanguage } from './language.ts';
import { type Found, type Intent, type IntentCue, KINDS } from './phraseList.ts';

type Kind = Exclude<(typeof KINDS)[number], 'command' | 'device-code' | 'data-request' | 'job-lure'>;
type Lexicon = Readonly<Record<Kind | 'denied', readonly string[]>> & {
  readonly lists: Readonly<Record<string, readonly string[]>>;
};

const MAX_TEXT = 4_000; // characters: each says what a short word says, and a phrase has two gaps to try at each
const MAX_CUES = 12; // per intent, as in intents.ts
const MAX_PRESSURE = 5;
const MAX_QUOTE = 80;
const SENTENCE_END = '。．！？!?\n';
const BREAK = new RegExp(`[${SENTENCE_END}]`, 'u');
const GAP = `[^${SENTENCE_END}]{0,12}?`;

interface Reader {
  readonly phrases: readonly { readonly kind: Kind; readonly phrase: RegExp }[];
  readonly denied: RegExp;
  /** Characters before and after a phrase in which that denies it. */
  readonly around: readonly [before: number, after: number];
}

const lexicons: Readonly<Record<Unspaced, Lexicon>> = data.languages;
const readers: Readonly<Record<Unspaced, Reader>> = {
  ja: readerOf(lexicons.ja, [0, 30]),
  zh: readerOf(lexicons.zh, [10, 0]),
};

function readerOf(lexicon: Lexicon, around: Reader['around']): Reader {
  const anyOf = (phrases: readonly string[]) => phrases.map((phrase) => expanded(phrase, lexicon)).join('|');
  return {
    phrases: KINDS.flatMap((kind) =>
      isKind(kind, lexicon) ? [{ kind, phrase: new RegExp(anyOf(lexicon[kind]), 'gu') }] : [],
    ),
    denied: new RegExp(anyOf(lexicon.denied), 'u'),
    around,
  };
}

function isKind(kind: string, lexicon: Lexicon): kind is Kind {
  return kind in lexicon;
}

/** A phrase as an expression: its lists written out, each '…' a gap. */
function expanded(phrase: string, lexicon: Lexicon): string {
  return phrase
    .replaceAll(/<(\w+)>/g, (_all, name: string) => {
      const entries = lexicon.lists[name];
      if (entries === undefined) throw new Error(`models/unspaced-intents.json: no list '${name}'`);
      return `(${entries.join('|')})`;
    })
    .replaceAll('(', '(?:')
    .replaceAll('…', GAP);
}

/** As findIntentCues and findPressure of intents.ts, in the first 4,000 characters. Quotes are without blanks. Never throws. */
export function findUnspaced(text: string): Found {
  const start = text.slice(0, MAX_TEXT);
  const language = unspacedLanguage(start);
  if (language === undefined) return { cues: [], pressure: [] };
  const reader = readers[language];
  const read = inOnePiece(start);
  const cues: IntentCue[] = [];
  const pressure: string[] = [];
  for (const { kind, phrase } of reader.phrases) {
    const found = [...read.matchAll(phrase)].filter((match) => kind === 'pressure' || !isDenied(read, match, reader));
    const quotes = [...new Set(found.map(([quote]) => quote.slice(0, MAX_QUOTE)))];
    if (kind === 'pressure') pressure.push(...quotes.slice(0, MAX_PRESSURE));
    else cues.push(...quotes.slice(0, MAX_CUES).map((quote) => ({ intent: kind satisfies Intent, language, quote })));
  }
  return { cues, pressure };
}

/** "We never ask you to …": in the phrase, or near it in the same sentence on the side where the language says so. */
function isDenied(read: string, { index, 0: quote }: RegExpExecArray, { denied, around }: Reader): boolean {
  const [before, after] = around;
  const lead = read.slice(Math.max(0, index - before), index);
  const rest = read.slice(index + quote.length, index + quote.length + after);
  return denied.test(`${lead.split(BREAK).at(-1)}${quote}${rest.split(BREAK)[0]}`);
}

/** Lines are broken within words, and blanks put between characters by who hides them: none of either; an empty line ends a sentence. */
const inOnePiece = (text: string): string =>
  text
    .normalize('NFKC')
    .slice(0, 2 * MAX_TEXT) // one character can stand for many
    .replaceAll(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .replaceAll(/\s*\n\s*\n\s*/g, '。')
    .replaceAll(/\s+/g, '');
