const CR = 13;
const LF = 10;

/** Where the bytes from `start` on end without line ends behind them: mailbox files, pipes and MTAs add some. */
export function endOfLines(bytes: Buffer, start: number): number {
  let end = bytes.length;
  while (end > start && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
  return end;
}

/** The end of a piece from `at` on of about `size` bytes, at most `end`, that cuts no CRLF in two. */
export function pieceEnd(bytes: Buffer, at: number, size: number, end: number): number {
  const next = Math.min(end, at + size);
  return next < end && bytes[next - 1] === CR && bytes[next] === LF ? next + 1 : next;
}
