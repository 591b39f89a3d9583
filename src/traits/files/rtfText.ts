/**
 * What stands in chosen destinations of an RTF file (Rich Text Format 1.9.1): letters written as numbers, groups and control words between
 * them, raw bytes. One pass, linear in the length of the file.
 */

export interface RtfVisitor {
  /** Destinations whose text is wanted, and how many characters of it. */
  readonly wanted: ReadonlyMap<string, number>;
  /** When its group ends, or the file. `bytes` as hex digits stand among those of the text. */
  destination(name: string, text: string): void;
  control?(word: string): void;
  /** What a reader sees, in pieces; breaks as line ends. */
  shown?(letters: string): void;
}

interface Group {
  /** Where its text goes; undefined: nowhere. */
  readonly target: { readonly name: string; readonly limit: number; text: string } | undefined;
  /** Without a target, it stands in the text. */
  readonly isShown: boolean;
  /** The target is this group's own: it ends with it. */
  readonly isOwner: boolean;
  /** Letters that stand behind \uN for readers without Unicode. */
  readonly fallback: number;
}

const TOKEN = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([\s\S])|([{}])|([^\\{}]+)/g;
const MAX_GROUPS = 1_000; // open at once; deeper ones are taken for one
/** Starred destinations are skipped by readers that do not know them; results of fields are no instructions. */
const SKIPPED: ReadonlySet<string> = new Set(['fldrslt', 'result', 'pict', 'fonttbl', 'stylesheet', 'info']);
const RESULTS: ReadonlySet<string> = new Set(['fldrslt', 'result']); // text all the same
const BREAKS: ReadonlySet<string> = new Set('par line tab cell row sect page'.split(' '));
const OUTERMOST: Group = { target: undefined, isShown: true, isOwner: false, fallback: 1 };
/** Digits only: letters in other spellings are passed over there. */
const HEX: ReadonlySet<string> = new Set(['objdata']);

export function walkRtf(rtf: string, { wanted, destination, control, shown }: RtfVisitor): void {
  const open: Group[] = [];
  let group: Group = OUTERMOST;
  let isStarred = false;
  let skip = 0; // of the fallback that is still to come
  let tooDeep = 0;
  const put = (letters: string): void => {
    const { target } = group;
    if (target === undefined) {
      if (group.isShown) shown?.(letters);
    } else if (target.text.length < target.limit) target.text += letters.slice(0, target.limit);
  };
  const spell = (letter: string): void => {
    if (skip > 0) skip--;
    else if (!HEX.has(group.target?.name ?? '')) put(letter);
  };
  const close = (): void => {
    if (group.isOwner && group.target !== undefined) destination(group.target.name, group.target.text);
    group = open.pop() ?? OUTERMOST;
  };
  const token = new RegExp(TOKEN);
  for (let match = token.exec(rtf); match !== null; match = token.exec(rtf)) {
    const [, word, number, hex, symbol, brace, text] = match;
    if (brace === '{') {
      skip = 0;
      isStarred = false;
      if (open.length >= MAX_GROUPS) tooDeep++;
      else open.push(group);
      group = { ...group, isOwner: false };
    } else if (brace === '}') {
      skip = 0;
      if (tooDeep > 0) tooDeep--;
      else close();
    } else if (word === 'bin') {
      const length = Math.max(0, Number(number ?? 0));
      if (HEX.has(group.target?.name ?? ''))
        put(
          Buffer.from(rtf.slice(token.lastIndex, token.lastIndex + Math.min(length, MAX_BYTES)), 'latin1').toString(
            'hex',
          ),
        );
      token.lastIndex += length;
    } else if (word === 'u') {
      spell(String.fromCharCode((Number(number ?? 63) + 65_536) % 65_536));
      skip = group.fallback;
    } else if (word === 'uc') group = { ...group, fallback: Math.min(Math.max(0, Number(number ?? 1)), 9) };
    else if (word !== undefined) {
      control?.(word);
      if (group.isShown && BREAKS.has(word)) shown?.('\n');
      const limit = wanted.get(word);
      if (limit !== undefined) group = { ...group, target: { name: word, limit, text: '' }, isOwner: true };
      else if (isStarred || SKIPPED.has(word))
        group = { ...group, target: undefined, isShown: group.isShown && RESULTS.has(word), isOwner: false };
      isStarred = false;
      if (skip > 0) skip--;
    } else if (hex !== undefined) spell(String.fromCharCode(Number.parseInt(hex, 16)));
    else if (symbol === '*') isStarred = true;
    else if (symbol !== undefined) spell(LETTERS.has(symbol) ? symbol : ' ');
    else if (text !== undefined) {
      const letters = text.replace(/[\r\n]/g, '');
      put(letters.slice(skip));
      skip = Math.max(0, skip - letters.length);
    }
  }
  for (let left = open.length; left >= 0; left--) close();
}

const MAX_BYTES = 128 * 1024; // of raw data
const LETTERS: ReadonlySet<string> = new Set(['\\', '{', '}']);
