/** Names for a message by its content: the same mail handed in again, by whatever path, has the same. */
import { createHash } from 'node:crypto';

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

interface Headers {
  /** Lower-case names, values unfolded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly headerBytes: number;
}

/** sha256 hex over names and unfolded values of author-written headers and over the body, whose line ends count as LF. */
export function contentHash(mail: Headers, raw: Buffer): string {
  const sum = createHash('sha256');
  for (const piece of contentPieces(mail, raw)) sum.update(piece);
  return sum.digest('hex');
}

/** What the hash is over, in pieces of at most 1 MiB: hashing a large message takes long enough to do something else in between. */
export function* contentPieces({ headers, headerBytes }: Headers, raw: Buffer): Generator<Buffer> {
  const authored = headers
    .filter(({ name }) => AUTHORED.has(name) || name.startsWith(ABOUT_CONTENT))
    .map(({ name, value }) => `${name}:${value}\n`);
  yield Buffer.from(authored.join(''));
  const end = textEnd(raw, headerBytes);
  for (let at = headerBytes; at < end; at += CHUNK) {
    const chunk = raw.subarray(at, Math.min(end, at + CHUNK));
    yield chunk.includes(CR) ? Buffer.from(chunk.toString('latin1').replaceAll('\r', ''), 'latin1') : chunk;
  }
}

const CR = 13;
const LF = 10;

/** Without newlines at the end: mailbox files and pipes add them. */
function textEnd(raw: Buffer, start: number): number {
  let end = raw.length;
  while (end > start && (raw[end - 1] === LF || raw[end - 1] === CR)) end--;
  return end;
}
