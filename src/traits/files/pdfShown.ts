/**
 * The lines that a content stream of a PDF shows (ISO 32000-1 §9.4): strings in the order in which they are painted. A line ends where the next
 * piece stands at another height. How wide letters are is not known here, so it is left open whether there is a blank between two pieces.
 */
import { stringAt } from './pdfStrings.ts';

/** Bytes as letters of Latin-1 → what they show in the font of this name. */
export type Reading = (font: string, bytes: string) => string;

/** In the order of the stream; pieces that are painted one by one. */
export type Line = readonly string[];

const MAX_STRING = 32 * 1024; // characters as written
const MAX_PIECES = 20_000; // of a stream
const BEGIN = /(?<![^\s>\])])BT(?![^\s/[(<])/g;
const TOKEN = /%[^\r\n]*|\/[^\s()<>[\]{}/%]*|<<|>>|[<([\]]|[-+.\d]+|[A-Za-z'"][A-Za-z\d*]*/g;
/** Of a TJ, in thousandths of the font's size: from here on the reader sees a blank. Kerning stays below, blanks have some 250. */
const BLANK = -200;
const SAME_HEIGHT = 1.5; // points

export function linesShown(stream: string, read: Reading): readonly Line[] {
  const lines: string[][] = [];
  let pieces = 0;
  let height = Number.NaN;
  const put = (piece: string, at: number): void => {
    if (piece === '' || ++pieces > MAX_PIECES) return;
    if (Math.abs(at - height) < SAME_HEIGHT) lines.at(-1)?.push(piece);
    else lines.push([piece]);
    height = at;
  };
  const begin = new RegExp(BEGIN);
  let end = 0;
  for (let match = begin.exec(stream); match !== null && pieces <= MAX_PIECES; match = begin.exec(stream)) {
    end = readText(
      stream,
      match.index + 2,
      placeBefore(stream.slice(Math.max(end, match.index - 400), match.index)),
      read,
      put,
    );
    begin.lastIndex = end;
  }
  return lines;
}

/** Heights are multiplied and moved by what was last set before the text; what encloses that encloses its neighbours too. */
interface Place {
  readonly scale: number;
  readonly shift: number;
}

const MATRIX = /(?:[-+.\d]+\s+){3}([-+.\d]+)\s+[-+.\d]+\s+([-+.\d]+)\s+cm\b/g;

function placeBefore(gap: string): Place {
  const found = gap.includes('cm') ? [...gap.matchAll(MATRIX)].at(-1) : undefined;
  return { scale: Number(found?.[1] ?? 1), shift: Number(found?.[2] ?? 0) };
}

/** One text object, from its BT; where it ends. */
function readText(
  stream: string,
  start: number,
  { scale, shift }: Place,
  read: Reading,
  put: (piece: string, at: number) => void,
): number {
  const token = new RegExp(TOKEN);
  token.lastIndex = start;
  let font = '';
  let name = '';
  let shown = '';
  let numbers: number[] = [];
  let isArray = false;
  let [y, unit, leading] = [0, 1, 0];
  const move = (down: number): void => {
    y += down * unit;
  };
  for (let match = token.exec(stream); match !== null; match = token.exec(stream)) {
    const [word] = match;
    const first = word.charAt(0);
    if (word === '(' || word === '<') {
      const { value, end } = stringAt(stream, match.index, MAX_STRING);
      token.lastIndex = Math.max(end, token.lastIndex);
      shown += read(font, value);
    } else if (first === '/') name = word.slice(1);
    else if (first === '[') isArray = true;
    else if (first === ']') isArray = false;
    else if (/[-+.\d]/.test(first)) {
      const number = Number(word);
      if (!isArray) numbers.push(number);
      else if (number <= BLANK) shown += ' ';
    } else if (first !== '<' && first !== '>' && first !== '%') {
      const last = numbers.at(-1) ?? 0;
      switch (word) {
        case 'ET':
          return token.lastIndex;
        case 'Tf':
          font = name;
          break;
        case 'Tm':
          y = last;
          unit = numbers.at(-3) ?? 1;
          break;
        case 'TL':
          leading = last;
          break;
        case 'TD':
          leading = -last;
          move(last);
          break;
        case 'Td':
          move(last);
          break;
        case 'T*':
          move(-leading);
          break;
        case "'":
        case '"':
          move(-leading);
          put(shown, shift + scale * y);
          break;
        case 'Tj':
        case 'TJ':
          put(shown, shift + scale * y);
          break;
      }
      shown = '';
      numbers = [];
    }
    if (numbers.length > MAX_OPERANDS) numbers = [];
  }
  return stream.length;
}

const MAX_OPERANDS = 64;
