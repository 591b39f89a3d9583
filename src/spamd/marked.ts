/** A message with our header fields on top and those taken out that only look like ours. All other bytes stay. */
import type { HeaderField } from '../domain/resultHeaders.ts';

export interface Marked {
  /** With the empty line. */
  readonly head: Buffer;
  readonly body: Buffer;
}

const MAX_HEAD_BYTES = 1024 * 1024; // what is parsed of it at most

/** `isForged` is asked for each field's name in lower case. */
export function marked(raw: Buffer, fields: readonly HeaderField[], isForged: (name: string) => boolean): Marked {
  const headEnd = endOfHead(raw);
  const eol = raw.subarray(0, headEnd).includes('\r\n') ? '\r\n' : '\n';
  const ours = fields.map(({ name, value }) => `${name}: ${value}${eol}`).join('');
  const lines = raw.toString('latin1', 0, headEnd).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const isMbox = lines[0]?.startsWith('From ') === true; // stays the first line
  const kept = withoutForged(isMbox ? lines.slice(1) : lines, isForged);
  const head = `${isMbox ? lines[0] : ''}${ours}${kept.join('')}`;
  return { head: Buffer.from(head, 'latin1'), body: raw.subarray(headEnd) };
}

/** A field goes with its folded lines. */
function withoutForged(lines: readonly string[], isForged: (name: string) => boolean): readonly string[] {
  let isGone = false;
  return lines.filter((line) => {
    if (!/^[ \t]/.test(line))
      isGone = isForged(
        line
          .slice(0, Math.max(0, line.indexOf(':')))
          .trim()
          .toLowerCase(),
      );
    return !isGone;
  });
}

/** Behind the empty line; everything is head where there is none. */
function endOfHead(raw: Buffer): number {
  const start = raw.subarray(0, MAX_HEAD_BYTES);
  const ends = [start.indexOf('\r\n\r\n'), start.indexOf('\n\n')];
  const [crlf = -1, lf = -1] = ends;
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return crlf + 4;
  return lf >= 0 ? lf + 2 : start.length;
}
