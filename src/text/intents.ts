/**
 * Phrases by which a mail asks for something or presses: models/intents.json, compiled when loaded. A text is read once: a trie over all
 * words tells each word's class (the set of phrase places it can fill) letter by letter, without a string being made; only where a
 * phrase can begin, and only if all its words are somewhere in the text, its places are followed. Linear in the length of the text.
 */
import { FOREIGN, MATH_LEAD, MATH_SYMBOLS, SKIPPED, SYMBOLS } from './language.ts';
import { type Found, type IntentCue, KINDS, type Rule, rules, type Slot, slots } from './phraseList.ts';
import { findUnspaced } from './unspacedIntents.ts';

export type { Intent } from './phraseList.ts';

const MAX_TEXT = 16 * 1024; // characters; callers cut there too
const MAX_CUES = 12; // per intent
const MAX_PRESSURE = 5;
const MAX_QUOTE = 80;
const MAX_GAP = 4; // words that may stand in a '…'
const MAX_SPAN = 30; // words from a phrase's first to its last: bits of one number
const NOT_BEFORE = 4; // words before a phrase in which "not" silences it, back to the last comma
const IF_BEFORE = 6; // words before a "not" in which "if" opens a condition

/** One per phrase found, in the order of the text, at most 12 per intent. Six languages, and Japanese and Chinese. Never throws. */
export const findIntentCues = (text: string): readonly IntentCue[] => find(text).cues;

/** Words that press for haste or secrecy, as they stand, at most 5. */
export const findPressure = (text: string): readonly string[] => find(text).pressure;

/** The last text and what was found: both functions are asked about the same mail, one after the other. */
let last: { readonly text: string; readonly found: Found } = { text: '', found: { cues: [], pressure: [] } };

function find(text: string): Found {
  if (text !== last.text) last = { text, found: both(search(text.slice(0, MAX_TEXT)), findUnspaced(text)) };
  return last.found;
}

const both = (one: Found, other: Found): Found => ({
  cues: [...one.cues, ...other.cues],
  pressure: [...one.pressure, ...other.pressure].slice(0, MAX_PRESSURE),
});

// --- The words: a trie whose nodes know the class of a word that ends there ------------------------------------------------------------

const FANOUT = 37; // symbols of language.ts
interface Node {
  /** Slots that a word fills which ends here, and that any longer word fills too. */
  readonly whole: Set<Slot>;
  readonly begun: Set<Slot>;
}

const nodes: Node[] = [{ whole: new Set(), begun: new Set() }];
const children: number[] = new Array<number>(FANOUT).fill(0);

function addWord(word: string, slot: Slot): void {
  const isOpen = word.endsWith('*');
  let node = 0;
  for (const char of isOpen ? word.slice(0, -1) : word) {
    for (let left = SYMBOLS[char.charCodeAt(0)] ?? 0; left !== 0; left >>>= 8) {
      const edge = node * FANOUT + (left & 0xff);
      if (children[edge] === 0) {
        children[edge] = nodes.push({ whole: new Set(), begun: new Set() }) - 1;
        children.push(...new Array<number>(FANOUT).fill(0));
      }
      node = children[edge] ?? 0;
    }
  }
  nodes[node]?.[isOpen ? 'begun' : 'whole'].add(slot);
}

const NUMBERS = [...'0123456789'].map((digit) => `${digit}*`);
const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };
const withoutUmlauts = (word: string): string => word.replaceAll(/[äöü]/g, (char) => UMLAUTS[char] ?? char);

for (const [words, slot] of slots) {
  for (const word of words.split('/')) {
    for (const spelling of word === '#' ? NUMBERS : [word, withoutUmlauts(word)]) addWord(spelling, slot);
  }
}

const next = Int32Array.from(children);
/** Class of a word that ends at a node, and of one that goes on where the trie does not. Class 0 fills nothing. */
const endClass = new Int32Array(nodes.length);
const beyondClass = new Int32Array(nodes.length);
const classes: (readonly Slot[])[] = [[]];
const classNumbers = new Map<string, number>([['', 0]]);

function classOf(filled: ReadonlySet<Slot>): number {
  const sorted = [...filled].sort((a, b) => a - b);
  const known = classNumbers.get(sorted.join());
  if (known !== undefined) return known;
  classNumbers.set(sorted.join(), classes.length);
  return classes.push(sorted) - 1;
}

function setClasses(node: number, inherited: ReadonlySet<Slot>): void {
  const { whole, begun } = nodes[node] ?? { whole: [], begun: [] };
  const open = new Set([...inherited, ...begun]);
  beyondClass[node] = classOf(open);
  endClass[node] = classOf(new Set([...open, ...whole]));
  for (let symbol = 1; symbol < FANOUT; symbol++) {
    const child = next[node * FANOUT + symbol] ?? 0;
    if (child !== 0) setClasses(child, open);
  }
}
setClasses(0, new Set());

const ROW = Math.ceil(slots.size / 32);
/** Bit per class and slot. */
const fills = new Int32Array(classes.length * ROW);
for (const [row, filled] of classes.entries()) {
  for (const slot of filled) {
    const at = row * ROW + (slot >> 5);
    fills[at] = (fills[at] ?? 0) | (1 << (slot & 31));
  }
}

/** Rules that can begin with a word of the class. */
const rulesBySlot = Map.groupBy(rules.keys(), (rule) => rules[rule]?.slots[0] ?? -1);
const beginnings: readonly Int32Array[] = classes.map((filled) =>
  Int32Array.from(filled.flatMap((slot) => rulesBySlot.get(slot) ?? []).sort((a, b) => a - b)),
);

/** The places of all rules, one rule behind the other, and where each begins: asked about for each text, and so kept in one piece. */
const allPlaces = Int32Array.from(rules.flatMap((rule) => rule.slots));
const placesFrom = new Int32Array(rules.length + 1);
for (const [at, rule] of rules.entries()) placesFrom[at + 1] = (placesFrom[at] ?? 0) + rule.slots.length;

const isFilled = (found: number, slot: Slot): boolean =>
  (((fills[found * ROW + (slot >> 5)] ?? 0) >>> (slot & 31)) & 1) === 1;

// --- A text as words: scratch that is written anew for each text -----------------------------------------------------------------------

const MAX_WORDS = MAX_TEXT / 2 + 1;
const wordClass = new Int32Array(MAX_WORDS);
const wordStart = new Int32Array(MAX_WORDS);
const wordEnd = new Int32Array(MAX_WORDS);
/** What begins with the word, if anything. */
const beginning = new Uint8Array(MAX_WORDS);
const CLAUSE = 1; // after a comma or colon
const SENTENCE = 2; // or paragraph

const [NEWLINE, BLANK, COMMA, DOT, COLON, AT] = [10, 32, 44, 46, 58, 64];
const isStop = (code: number): boolean => code === DOT || code === 33 || code === 63 || code === 0x2026; // . ! ? …

/** Fills the scratch; returns the number of words. Addresses of sites and mailboxes are one word that means nothing. */
function readWords(text: string): number {
  let count = 0;
  let start = -1;
  let node = 0;
  let beyond = -1; // class of a word that has left the trie
  let hasStop = false;
  let hasComma = false;
  let breaks = 1;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : BLANK;
    let symbols = SYMBOLS[code] ?? 0;
    let end = at;
    if (code === MATH_LEAD) symbols = MATH_SYMBOLS[text.charCodeAt(++at) - 0xdc00] ?? 0;
    if (symbols === SKIPPED) continue;
    if (symbols !== 0) {
      if (start < 0) {
        start = end;
        beginning[count] = breaks > 1 ? SENTENCE : hasComma ? CLAUSE : 0;
        hasStop = hasComma = false;
        breaks = 0;
      }
      if (symbols === FOREIGN) beyond = Math.max(beyond, 0);
      for (let left = symbols; left !== 0 && beyond < 0; left >>>= 8) {
        const child = next[node * FANOUT + (left & 0xff)] ?? 0;
        if (child === 0) beyond = beyondClass[node] ?? 0;
        node = child;
      }
      continue;
    }
    if (start >= 0) {
      let found = beyond < 0 ? (endClass[node] ?? 0) : beyond;
      if (isAddress(text, code, at, start)) {
        end = at = endOfAddress(text, at);
        found = 0;
      }
      wordClass[count] = found;
      wordStart[count] = start;
      wordEnd[count++] = end;
      start = beyond = -1;
      node = 0;
    }
    if (isStop(code)) hasStop = true;
    else if (code === NEWLINE) breaks++;
    else if (code === COMMA || code === COLON) hasComma = true;
    if (hasStop && code <= BLANK) breaks = 2;
  }
  return count;
}

/** "bea@…", "https://…", "www.…": what follows is no word of the writer's. */
const isAddress = (text: string, code: number, at: number, start: number): boolean =>
  code === AT ||
  (code === COLON && text.startsWith('//', at + 1)) ||
  (code === DOT && at - start === 3 && text.slice(start, at).toLowerCase() === 'www');

function endOfAddress(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) > BLANK && !'<>"'.includes(text.charAt(at))) at++;
  return at - 1;
}

// --- Phrases in words ----------------------------------------------------------------------------------------------------------------

const present = new Int32Array(ROW);
/** Per class: 1 it is in the text, SPENT none of the rules that it begins is left. */
const classState = new Uint8Array(classes.length);
const SPENT = 2;
/** Per rule: 0 not asked yet, 1 all its words are in the text, 2 not, or found already. */
const ruleState = new Uint8Array(rules.length);

function search(text: string): Found {
  const count = readWords(text);
  notePresent(count);
  const cues: IntentCue[] = [];
  const pressure: string[] = [];
  const counts = new Uint16Array(KINDS.length);
  const lastEnd = new Int32Array(KINDS.length).fill(-1);
  for (let word = 0; word < count; word++) {
    const first = wordClass[word] ?? 0;
    const begin = beginnings[first];
    if (begin === undefined || classState[first] === SPENT) continue;
    let room = -1; // not counted yet
    let isSpent = true;
    for (const at of begin) {
      if (ruleState[at] === 2) continue;
      if (ruleState[at] === 0) ruleState[at] = areAllPresent(at) ? 1 : 2;
      if (ruleState[at] === 2) continue;
      isSpent = false;
      const rule = rules[at];
      // One cue per place and intent: other phrases over the same words say nothing more.
      if (rule === undefined || word <= (lastEnd[rule.kind] ?? -1)) continue;
      if (room < 0) room = wordsLeft(word, count);
      const end = endOf(rule, word, room);
      if (end < 0 || isSilenced(rule, word, end, count)) continue;
      lastEnd[rule.kind] = end;
      if (rule.isSpared) continue;
      ruleState[at] = 2;
      const nth = (counts[rule.kind] ?? 0) + 1;
      counts[rule.kind] = nth;
      const quote = quoted(text, word, end);
      const kind = KINDS[rule.kind] ?? 'pressure';
      if (kind !== 'pressure') {
        if (nth <= MAX_CUES) cues.push({ intent: kind, language: rule.language, quote });
      } else if (nth <= MAX_PRESSURE) pressure.push(quote);
    }
    if (isSpent) classState[first] = SPENT;
  }
  return { cues, pressure };
}

function notePresent(count: number): void {
  present.fill(0);
  classState.fill(0);
  ruleState.fill(0);
  for (let word = 0; word < count; word++) {
    const found = wordClass[word] ?? 0;
    if (found === 0 || classState[found] === 1) continue;
    classState[found] = 1;
    for (let at = 0; at < ROW; at++) present[at] = (present[at] ?? 0) | (fills[found * ROW + at] ?? 0);
  }
}

const isPresent = (slot: Slot): boolean => (((present[slot >> 5] ?? 0) >>> (slot & 31)) & 1) === 1;

function areAllPresent(rule: number): boolean {
  const end = placesFrom[rule + 1] ?? 0;
  for (let at = placesFrom[rule] ?? 0; at < end; at++) if (!isPresent(allPlaces[at] ?? 0)) return false;
  return true;
}

/** Words after this one in the same sentence, at most MAX_SPAN. */
function wordsLeft(word: number, count: number): number {
  let left = 0;
  while (left < MAX_SPAN && word + left + 1 < count && beginning[word + left + 1] !== SENTENCE) left++;
  return left;
}

/** Index of the last word of the phrase that begins at `word`, or -1. Bit n of `reached`: the places so far can end n words on. */
function endOf({ slots: places, isLoose }: Rule, word: number, room: number): number {
  let reached = 1;
  for (let place = 1; place < places.length; place++) {
    let ahead = reached << 1;
    if (isLoose[place]) for (let gap = 0; gap < MAX_GAP; gap++) ahead |= ahead << 1;
    ahead &= 2 ** (room + 1) - 1;
    reached = 0;
    for (let left = ahead; left !== 0; left &= left - 1) {
      const at = 31 - Math.clz32(left & -left);
      if (isFilled(wordClass[word + at] ?? 0, places[place] ?? 0)) reached |= 1 << at;
    }
    if (reached === 0) return -1;
  }
  return word + 31 - Math.clz32(reached & -reached);
}

/** "We never ask you to verify your account", "our bank details do not change"; but "if you do not verify your account". */
function isSilenced({ not, ifs }: Rule, word: number, end: number, count: number): boolean {
  if (not === undefined) return false;
  for (let at = startOf(word, NOT_BEFORE, CLAUSE); at <= Math.min(end + 1, count - 1); at++) {
    if (at === end + 1 && beginning[at] === SENTENCE) return false;
    if (!isFilled(wordClass[at] ?? 0, not)) continue;
    for (let before = at; before >= startOf(at, IF_BEFORE, SENTENCE); before--) {
      if (isFilled(wordClass[before] ?? 0, ifs)) return false;
    }
    return true;
  }
  return false;
}

/** The word at most `most` words back that is in the same sentence, or clause. */
function startOf(word: number, most: number, within: number): number {
  let at = word;
  while (at > 0 && word - at < most && (beginning[at] ?? 0) < within) at--;
  return at;
}

function quoted(text: string, word: number, end: number): string {
  const from = wordStart[word] ?? 0;
  return text.slice(from, Math.min(wordEnd[end] ?? from, from + MAX_QUOTE));
}
