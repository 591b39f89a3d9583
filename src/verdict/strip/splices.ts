/** Pieces of a whole put in place of others: what no splice touches stays as it is. */

export interface Splice<Piece> {
  readonly start: number;
  readonly end: number;
  readonly piece: Piece;
}

/** Splices may come in any order and must not overlap; what is put in goes before what is replaced at the same place. */
export const spliced = (whole: string, splices: readonly Splice<string>[]): string =>
  piecesOf(whole.length, splices, (start, end) => whole.slice(start, end)).join('');

export const splicedBytes = (whole: Buffer, splices: readonly Splice<Buffer>[]): Buffer =>
  Buffer.concat(piecesOf(whole.length, splices, (start, end) => whole.subarray(start, end)));

function piecesOf<Piece>(
  length: number,
  splices: readonly Splice<Piece>[],
  cut: (start: number, end: number) => Piece,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, piece } of [...splices].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at || end < start) throw new Error(`splice at ${start} overlaps the one that ends at ${at}`);
    pieces.push(cut(at, start), piece);
    at = end;
  }
  pieces.push(cut(at, length));
  return pieces;
}
