/** Names for a message by its content: the same mail handed in again, by whatever path, has the same. */
import { createHash } from 'node:crypto';
import type { ParsedMail } from '../domain/mail.ts';
import { endOfLines, pieceEnd } from '../text/endOfLines.ts';

/** Headers that the author's program writes. What servers on the way add or change is left out. */
const AUTHORED: ReadonlySet<string> = new Set([
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'reply-to',
  'sender',
  'in-reply-to',
  'references',
  'content-type',
  'mime-version',
]);
/** How the body is to be read: a file's name may stand in Content-Disposition alone. */
const ABOUT_CONTENT = 'content-';
const CHUNK = 1024 * 1024; // bytes turned to text at a time

/**
 * sha256 hex over names and unfolded values of author-written headers and over the body, whose line ends count as LF. Two messages that
 * read differently never have the same: who could make two would have one judged by the other. So headers and body cannot flow into each
 * other, and a CR that ends no line stays what it is.
 */
export function contentHash(
  { headers, headerBytes }: Pick<ParsedMail, 'headers' | 'headerBytes'>,
  raw: Buffer,
): string {
  const authored = headers
    .filter(({ name }) => AUTHORED.has(name) || name.startsWith(ABOUT_CONTENT))
    .map(({ name, value }) => [name, value]);
  const sum = createHash('sha256').update(`${JSON.stringify(authored)}\n`);
  const end = endOfLines(raw, headerBytes);
  for (let at = headerBytes; at < end; ) {
    const next = pieceEnd(raw, at, CHUNK, end);
    const chunk = raw.subarray(at, next);
    if (chunk.includes('\r')) sum.update(chunk.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    else sum.update(chunk);
    at = next;
  }
  return sum.digest('hex');
}
