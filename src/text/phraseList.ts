/** models/intents.json, compiled when loaded: each phrase as rules, and the sets of words that stand at their places. */
import data from '../../models/intents.json' with { type: 'json' };
import type { Language, Spaced } from './language.ts';

const INTENTS = [
  'credential-request',
  'payment-request',
  'bank-change',
  'gift-card',
  'extortion',
  'callback',
  'errand',
  'windfall',
  'trade-document',
  'data-request',
  'job-lure',
  'command',
  'device-code',
] as const;
export const KINDS = [...INTENTS, 'pressure'] as const;

export type Intent = (typeof INTENTS)[number];

export interface IntentCue {
  readonly intent: Intent;
  /** Language of the phrase list. */
  readonly language: Language;
  /** The words as they stand in the mail, at most 80 characters. */
  readonly quote: string;
}

export interface Found {
  readonly cues: readonly IntentCue[];
  readonly pressure: readonly string[];
}

type Kind = (typeof KINDS)[number];
type Lexicon = Readonly<Record<Kind | 'not' | 'if', readonly string[]>> & {
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly spared: Readonly<Partial<Record<Kind, readonly string[]>>>;
};

/** A set of words, one of which must stand at a place of a phrase, by its number in `slots`. */
export type Slot = number;

export interface Rule {
  readonly kind: number;
  readonly language: Language;
  readonly slots: readonly Slot[];
  /** Whether other words may stand before the place. */
  readonly isLoose: readonly boolean[];
  /** Words that silence the phrase; undefined when it holds one itself. */
  readonly not: Slot | undefined;
  readonly ifs: Slot;
  /** Speaks of the reader's own affairs: what it covers is no cue of its kind. */
  readonly isSpared: boolean;
}

/** A place of a phrase before slots are numbered. */
type Place = { readonly words: string; readonly isLoose: boolean };

export const slots = new Map<string, Slot>();

function slotOf(words: string): Slot {
  const slot = slots.get(words) ?? slots.size;
  slots.set(words, slot);
  return slot;
}

/** "verif* your … <account>" → one sequence of places for each way in which its lists fill one, two or more places. */
function sequencesOf(phrase: string, { words }: Lexicon): readonly (readonly Place[])[] {
  let sequences: readonly (readonly Place[])[] = [[]];
  let isLoose = false;
  for (const item of phrase.trim().split(/\s+/)) {
    if (item === '…') {
      isLoose = true;
      continue;
    }
    const runs = runsOf(item, words, isLoose);
    sequences = sequences.flatMap((sequence) => runs.map((run) => [...sequence, ...run]));
    isLoose = false;
  }
  return sequences;
}

/** Single words of a list fill one place together; an entry of several words fills as many. */
function runsOf(item: string, lists: Lexicon['words'], isLoose: boolean): readonly (readonly Place[])[] {
  const singles: string[] = [];
  const runs: (readonly Place[])[] = [];
  for (const name of item.split('/')) {
    const entries = name.startsWith('<') ? lists[name.slice(1, -1)] : [name];
    if (entries === undefined) throw new Error(`models/intents.json: no list '${name}'`);
    for (const entry of entries) {
      if (entry.includes(' '))
        runs.push(entry.split(' ').map((words, at) => ({ words, isLoose: at === 0 && isLoose })));
      else singles.push(entry);
    }
  }
  return singles.length === 0 ? runs : [[{ words: singles.join('/'), isLoose }], ...runs];
}

function rulesOf(language: Spaced, lexicon: Lexicon): readonly Rule[] {
  const nots = new Set(lexicon.not);
  const not = slotOf(lexicon.not.join('/'));
  const ifs = slotOf(lexicon.if.join('/'));
  // Spared ones first: at the same word they take precedence.
  return KINDS.flatMap((name, kind) =>
    [true, false].flatMap((isSpared) =>
      ((isSpared ? lexicon.spared[name] : lexicon[name]) ?? []).flatMap((phrase) =>
        sequencesOf(phrase, lexicon).map((places) => ({
          kind,
          language,
          slots: places.map(({ words }) => slotOf(words)),
          isLoose: places.map((place) => place.isLoose),
          not:
            isSpared || places.some(({ words }) => words.split('/').some((word) => nots.has(word))) ? undefined : not,
          ifs,
          isSpared,
        })),
      ),
    ),
  );
}

const lexicons: Readonly<Record<Spaced, Lexicon>> = data.languages;
export const rules: readonly Rule[] = Object.entries(lexicons).flatMap(([language, lexicon]) =>
  rulesOf(language as Spaced, lexicon),
);
