/** Which language a text is written in, by its function words or its script; and the letters that words are compared by. */

/** With blanks between words. */
export type Spaced = 'en' | 'de' | 'pt' | 'nl' | 'fr' | 'es';
export type Unspaced = 'ja' | 'zh';
export type Language = Spaced | Unspaced | 'unknown';

/** What a UTF-16 code unit is to words: SEPARATOR, a letter a–z (1–26), a digit (27–36), up to three of them in a byte each, or: */
const SEPARATOR = 0;
/** Not there for a reader: combining marks, zero-width characters, soft hyphens. */
export const SKIPPED = 0xfe;
/** A letter of another script. */
export const FOREIGN = 0xff;

const COMBINING = [0x300, 0x36f];
const INVISIBLE = [
  [0xad, 0xad],
  [0x200b, 0x200d],
  [0x2060, 0x2060],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  COMBINING,
] as const;
/** Blocks that hold Latin letters in some dress (NFKC) and nothing else that matters. */
const LATIN = [
  [0, 0x24f],
  [0x1e00, 0x1eff],
  [0x2100, 0x214f],
  [0x2460, 0x24ff],
  [0xfb00, 0xfb06],
  [0xff10, 0xff5a],
] as const;
const OTHER_SCRIPTS = [
  [0x250, 0x2ff],
  [0x370, 0x1fff],
  [0x2c00, 0x2dff],
  [0x3040, 0xd7ff],
  [0xf900, 0xfaff],
] as const;
const WITHOUT_MARK: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  ø: 'o',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  ð: 'd',
  þ: 'th',
};

const symbolOf = (char: string): number =>
  char >= 'a' && char <= 'z'
    ? char.charCodeAt(0) - 96
    : char >= '0' && char <= '9'
      ? char.charCodeAt(0) - 21
      : SEPARATOR;

/** Symbols of one character without case, accents and dress, the first in the lowest byte. */
function symbolsOf(char: string): number {
  const bare = char.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '');
  const symbols = [...bare]
    .flatMap((one) => [...(WITHOUT_MARK[one] ?? one)].map(symbolOf))
    .filter((one) => one !== SEPARATOR);
  const folded = symbols.slice(0, 3).reduceRight((higher, symbol) => (higher << 8) | symbol, 0);
  return folded === 0 && /\p{L}/u.test(char) ? FOREIGN : folded;
}

/** Symbols by UTF-16 code unit. */
export const SYMBOLS: Uint32Array = buildSymbols();

function buildSymbols(): Uint32Array {
  const symbols = new Uint32Array(0x10000);
  for (const [from, to] of OTHER_SCRIPTS) symbols.fill(FOREIGN, from, to + 1);
  for (const [from, to] of LATIN) {
    for (let code = from; code <= to; code++) symbols[code] = symbolsOf(String.fromCharCode(code));
  }
  for (const [from, to] of INVISIBLE) symbols.fill(SKIPPED, from, to + 1);
  return symbols;
}

/** Mathematical letters and digits ("𝗽𝗮𝘆") by their low surrogate after MATH_LEAD. */
export const MATH_LEAD = 0xd835;
export const MATH_SYMBOLS: Uint32Array = Uint32Array.from({ length: 0x400 }, (_, at) =>
  symbolsOf(String.fromCodePoint(0x1d400 + at)),
);

/** Function words of at most six letters, folded. A word that several languages share says little: list it in all of them. */
const WORDS: Readonly<Record<Spaced, string>> = {
  en: `the and of to in is you that it for are with this was have be not your we will from can has our if they would an
    please but or by on at as my all which there their been about more what any when do does so out up just than me
    were could us should some who how i he she his her its here new get no also only then them these may let know
    need after thanks hello dear see two day days week one each next last very much over while before where`,
  de: `der die das und ist nicht sie ich wir mit fur auf ein eine einen einem einer von zu den dem des im in an am sich
    auch es werden haben hat bei oder ihr ihre ihren ihrem wenn noch nach wie aus uber bitte sind wird kann konnen
    nur aber vom zur zum als dass diese dieser dieses uns unser unsere mich mir sehr schon mehr hier keine kein bis
    hallo danke um so was man da jetzt ihnen wurde durch fuer ueber ihres damit gruss war dann zwei tage woche heute
    morgen ohne wurden jeden alle beim ins`,
  pt: `o a os as de da do das dos e que em um uma para com nao por mais se na no nas nos ao aos pelo pela voce seu sua
    seus suas foi esta este isso sao tem ja ou como mas quando muito sem sobre ate nossa nosso ola favor eu ele ela
    meu minha temos pode me te lhe podes ser estar hoje aqui so tambem depois bom bem qual vai dia dias duas dois
    segue anexo conta fatura entre cada antes foram mes fazer`,
  nl: `de het een en van ik je dat die in is niet op te voor met zijn er aan ook als om maar naar bij uit kan wij we u
    uw ons onze deze dit heeft hebben wordt worden nog wel geen meer door over zo graag hierbij groet kunt kun bent
    hun hij zij mijn hebt zal moet beste dag hier was of tot dan al nu jouw jij jullie heb wil zou twee week dagen
    mee moeten kunnen alle onder geven morgen`,
  fr: `le la les de des du et est un une vous nous que qui dans pour pas ne sur ce cette avec votre notre vos nos je il
    elle sont au aux par plus se ou mais en merci si etre avez avons sera fait tout tous bien comme ces son sa ses
    mon ma cet leur a qu sans tres ici ont suite meme pouvez avant jours jour deux entre chaque peut dont cela donc`,
  es: `el la los las de del y que en un una para con no por su sus se es lo al como mas pero le ha este esta si ya o
    cuando muy sin sobre usted nos a hola fue son tiene desde todo hay mi me te tu han puede ser estos esto favor
    les aqui hoy buenos dias dia dos antes entre cada cuenta puedes fueron estan semana pago`,
};

const LANGUAGES = Object.keys(WORDS) as readonly (keyof typeof WORDS)[];
const MAX_LETTERS = 6; // five bits each: a word is its own key
/** Letters and marks that one of the six languages has alone: its place in LANGUAGES. */
const MARKS: ReadonlyMap<number, number> = new Map(
  [['ãõ', 'pt'] as const, ['ñ¿¡', 'es'] as const, ['ß', 'de'] as const].flatMap(([marks, language]) =>
    [...marks].map((mark) => [mark.charCodeAt(0), LANGUAGES.indexOf(language)] as const),
  ),
);
const MARK_WEIGHT = 2;
/** What a word tells by the number of languages that have it. */
const WEIGHTS = [0, 4, 1, 0.5, 0, 0, 0] as const;
const ENOUGH = 6; // two words of one language alone, or one and some that two share
const AHEAD = 1.3; // times the runner-up: a mail in two languages has none
const LAST_ASCII = 0x7f;
const MAX_LENGTH = 4_000; // characters: a language shows within a few lines

const keyOf = (word: string): number => [...word].reduce((key, char) => (key << 5) | symbolOf(char), 0);

/** Bit per language that has the word. */
const OWNERS: ReadonlyMap<number, number> = buildOwners();

function buildOwners(): Map<number, number> {
  const owners = new Map<number, number>();
  for (const [at, language] of LANGUAGES.entries()) {
    for (const word of WORDS[language].split(/\s+/))
      owners.set(keyOf(word), (owners.get(keyOf(word)) ?? 0) | (1 << at));
  }
  return owners;
}

/** 'unknown' below two telling words (or six characters of Japanese or Chinese), in other languages, and where two languages are as strong. Looks at the first 4,000 characters. */
export function detectLanguage(text: string): Language {
  const scores = new Float64Array(LANGUAGES.length);
  const length = Math.min(text.length, MAX_LENGTH);
  let key = 0;
  let letterCount = 0;
  for (let at = 0; at <= length; at++) {
    const code = at === length ? 0 : text.charCodeAt(at);
    let symbols = SYMBOLS[code] ?? SEPARATOR;
    if (code > LAST_ASCII) addMark(scores, code);
    if (symbols === SKIPPED) continue;
    if (symbols === SEPARATOR) {
      if (letterCount > 0 && letterCount <= MAX_LETTERS) addWord(scores, OWNERS.get(key) ?? 0);
      key = 0;
      letterCount = 0;
    }
    for (; symbols !== SEPARATOR; symbols >>>= 8) {
      key = (key << 5) | (symbols & 31);
      letterCount += (symbols & 0xff) > 26 ? MAX_LETTERS + 1 : 1;
    }
  }
  const language = leader(scores);
  return language === 'unknown' ? (unspacedLanguage(text.slice(0, MAX_LENGTH)) ?? language) : language;
}

const KANA = /[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]/g;
const HAN = /[\u4e00-\u9fff]/g;
const UNSPACED = /[\u3041-\u30fa\u4e00-\u9fff\uff66-\uff9d]/;
const ENOUGH_LETTERS = 6; // a name or a word in another script has fewer

/** 'ja' with kana in it, 'zh' with Chinese characters alone; undefined below six of either. */
export function unspacedLanguage(text: string): Unspaced | undefined {
  if (!UNSPACED.test(text)) return undefined;
  if (hasEnough(text, KANA)) return 'ja';
  return hasEnough(text, HAN) ? 'zh' : undefined;
}

function hasEnough(text: string, letter: RegExp): boolean {
  letter.lastIndex = 0;
  for (let count = 0; count < ENOUGH_LETTERS; count += 1) if (!letter.test(text)) return false;
  return true;
}

function addWord(scores: Float64Array, owners: number): void {
  if (owners === 0) return;
  let count = 0;
  for (let left = owners; left !== 0; left &= left - 1) count++;
  const weight = WEIGHTS[count] ?? 0;
  for (let left = owners, at = 0; left !== 0; left >>>= 1, at++) {
    if ((left & 1) === 1) scores[at] = (scores[at] ?? 0) + weight;
  }
}

function addMark(scores: Float64Array, code: number): void {
  const language = MARKS.get(code);
  if (language !== undefined) scores[language] = (scores[language] ?? 0) + MARK_WEIGHT;
}

function leader(scores: Float64Array): Language {
  let best = 0;
  let second = 0;
  let language: Language = 'unknown';
  for (const [at, score] of scores.entries()) {
    if (score > best) {
      second = best;
      best = score;
      language = LANGUAGES[at] ?? 'unknown';
    } else if (score > second) second = score;
  }
  return best >= ENOUGH && best >= AHEAD * second ? language : 'unknown';
}
