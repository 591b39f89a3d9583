/**
 * Links of an iCalendar part (RFC 5545), line by line: a library would write the whole calendar anew, and every calendar program reads it
 * its own way. Lines without a locked link keep their bytes.
 */
import { rewriteHtml } from './htmlPart.ts';
import { type Lock, type Locks, lockedText } from './locks.ts';
import { type MappedText, newTextMapper } from './mappedText.ts';
import { type Splice, spliced } from './splices.ts';
import { lockInText, type Rewriting } from './textPart.ts';

/** Their value is an address and nothing else: it goes, with the line, into a property that no program acts on. */
const ADDRESSES = new Set(['url', 'attach', 'conference', 'source', 'image']);
const KEPT_AS = 'X-TIDEMARK-LOCKED';
const LINE_OCTETS = 75; // RFC 5545 §3.1

/** Up to the break that no continuation follows. */
const LINE = /(?:[^\n]|\n(?=[ \t]))*(?:\n|$)/gy;

export function rewriteCalendar(text: string, locks: Locks): Rewriting {
  const splices: Splice<string>[] = [];
  const found: Lock[] = [];
  for (const { 0: written, index } of text.matchAll(LINE)) {
    if (written === '') break;
    const eol = written.endsWith('\r\n') ? '\r\n' : written.endsWith('\n') ? '\n' : '';
    const line = written.slice(0, written.length - eol.length).replace(/\r?\n[ \t]/g, '');
    const rewritten = rewriteLine(line, locks);
    if (rewritten === undefined) continue;
    found.push(...rewritten.locks);
    const piece = rewritten.line === undefined ? '' : `${folded(rewritten.line, eol || '\r\n')}${eol}`;
    splices.push({ start: index, end: index + written.length, piece });
  }
  return { splices, locks: found };
}

/** undefined: it stays as it is. A line of undefined goes. */
function rewriteLine(
  line: string,
  locks: Locks,
): { readonly line: string | undefined; readonly locks: readonly Lock[] } | undefined {
  const name = /^[\w-]{1,60}/.exec(line)?.[0].toLowerCase() ?? '';
  const readable = readableLine(line);
  if (name === 'x-alt-desc') {
    // The same again as HTML: DESCRIPTION says it, locked.
    const { locks: inHtml } = rewriteHtml(readable.text, locks);
    return inHtml.length === 0 ? undefined : { line: undefined, locks: inHtml };
  }
  const { splices, locks: inText } = lockInText(readable, locks, (lock) => escaped(lockedText(lock)));
  const [first] = inText;
  if (first === undefined) return undefined;
  return { line: ADDRESSES.has(name) ? `${KEPT_AS}:${first.shown}` : spliced(line, splices), locks: inText };
}

const ESCAPE = /\\([\\;,nN])/g; // RFC 5545 §3.3.11

/** Name and parameters on a line of their own, then the value, unescaped. */
function readableLine(line: string): MappedText {
  const mapper = newTextMapper();
  const valueAt = valueStart(line);
  mapper.verbatim(line.slice(0, valueAt), 0);
  mapper.decoded('\n', valueAt, valueAt);
  let from = valueAt;
  for (const { 0: whole, 1: character = '', index } of line.slice(valueAt).matchAll(ESCAPE)) {
    const at = valueAt + index;
    mapper.verbatim(line.slice(from, at), from);
    from = at + whole.length;
    mapper.decoded(character.toLowerCase() === 'n' ? '\n' : character, at, from);
  }
  mapper.verbatim(line.slice(from), from);
  return mapper.result();
}

/** After the first colon that does not stand in quotes. */
function valueStart(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') isQuoted = !isQuoted;
    else if (line[at] === ':' && !isQuoted) return at + 1;
  }
  return 0;
}

/** RFC 5545 §3.3.11. */
const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&');

function folded(line: string, eol: string): string {
  const pieces: string[] = [];
  let piece = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_OCTETS) {
      pieces.push(piece);
      piece = '';
      octets = 1; // the blank that begins a continuation
    }
    piece += character;
    octets += size;
  }
  return [...pieces, piece].join(`${eol} `);
}
