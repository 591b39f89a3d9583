const BOUNDARY = /boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i; // RFC 2046 §5.1.1 allows 70 characters

/** What a multipart's Content-Type says parts it; undefined without. */
export function boundaryIn(contentType: string): string | undefined {
  const match = BOUNDARY.exec(contentType);
  return match?.[1] ?? match?.[2];
}

export const hasDelimiter = (body: Buffer, boundary: string): boolean => delimiterAt(body, boundary) !== undefined;

/** Where the first line begins that is the boundary, opening or closing a part (RFC 2046 §5.1.1): blanks may follow, nothing else. */
export function delimiterAt(body: Buffer, boundary: string): number | undefined {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const after = at + delimiter.length;
    const rest = body.toString('latin1', after, after + MAX_LINE_END);
    if ((at === 0 || body[at - 1] === 10) && DELIMITER_END.test(rest)) return at;
  }
  return undefined;
}

const MAX_LINE_END = 1_000; // bytes
const DELIMITER_END = /^(?:--)?[ \t\r]*(?:\n|$)/;

const MAX_SEARCHED = 1024 * 1024; // bytes; mail programs that guess take the first that looks like one
/** A line that could part a multipart, with a header of a part below it. */
const LIKELY = /(?:^|\n)--(\S[^\r\n]{0,198})\r?\n(?=content-[\w-]{1,40}:)/i;

/** What parts a multipart that does not say so, as some mail programs guess it; undefined where nothing looks like it. */
export const guessedBoundary = (body: Buffer): string | undefined =>
  LIKELY.exec(body.toString('latin1', 0, MAX_SEARCHED))?.[1]?.trimEnd();
