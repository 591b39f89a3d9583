/** Text that was put together from pieces of a source (soft line breaks taken out, entities decoded) and knows where each stood there. */

export interface MappedText {
  readonly text: string;
  /** Where the character at `position` begins in the source. */
  startOf(position: number): number;
  /** Where the character before `position` ends in the source. */
  endOf(position: number): number;
}

interface Piece {
  readonly textStart: number;
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** As it stands in the source: each character has its own place. */
  readonly isVerbatim: boolean;
}

export interface TextMapper {
  readonly isEmpty: boolean;
  /** `source` from `start` to `end`, as it is. */
  verbatim(piece: string, start: number): void;
  /** What stands for the source from `start` to `end`. */
  decoded(piece: string, start: number, end: number): void;
  result(): MappedText;
}

export function newTextMapper(): TextMapper {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  let length = 0;
  const add = (text: string, sourceStart: number, sourceEnd: number, isVerbatim: boolean): void => {
    pieces.push({ textStart: length, sourceStart, sourceEnd, isVerbatim });
    texts.push(text);
    length += text.length;
  };
  return {
    get isEmpty() {
      return length === 0;
    },
    verbatim: (piece, start) => add(piece, start, start + piece.length, true),
    decoded: (piece, start, end) => add(piece, start, end, false),
    result: () => mapped(texts.join(''), pieces),
  };
}

export const unmapped = (text: string): MappedText => ({
  text,
  startOf: (position) => position,
  endOf: (position) => position,
});

function mapped(text: string, pieces: readonly Piece[]): MappedText {
  const pieceAt = (position: number): Piece => {
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.textStart ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return pieces[low] ?? { textStart: 0, sourceStart: 0, sourceEnd: 0, isVerbatim: true };
  };
  return {
    text,
    startOf(position) {
      const { textStart, sourceStart, isVerbatim } = pieceAt(position);
      return isVerbatim ? sourceStart + position - textStart : sourceStart;
    },
    endOf(position) {
      const { textStart, sourceStart, sourceEnd, isVerbatim } = pieceAt(position - 1);
      return isVerbatim ? sourceStart + position - textStart : sourceEnd;
    },
  };
}
