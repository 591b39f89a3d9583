/** What a file is, by its first bytes and never by its name. */
import { looksLikeMbox } from './mbox.ts';

export type FileKind = 'empty' | 'mbox' | 'message' | 'other';

/** A message names at least one of these; a text file with a colon in its first line does not. */
const TELLING: ReadonlySet<string> = new Set([
  ...['from', 'to', 'date', 'subject', 'message-id', 'received', 'return-path', 'delivered-to', 'sender', 'reply-to'],
  ...['mime-version', 'content-type', 'envelope-to', 'x-original-to', 'dkim-signature', 'authentication-results'],
]);
const HEADER_LINE = /^([!-9;-~]+)[ \t]*:/;
const MAX_LINES = 200;

export function recognise(head: Buffer): FileKind {
  if (head.length === 0) return 'empty';
  if (looksLikeMbox(head)) return 'mbox';
  return looksLikeMessage(head) ? 'message' : 'other';
}

/** Up to the first blank line there are headers, one of them telling. An envelope line without a date may come first. */
function looksLikeMessage(head: Buffer): boolean {
  const lines = head
    .toString('latin1', 0, 64 * 1024)
    .replace(/^(?:\u00ef\u00bb\u00bf)?[\r\n]*/, '')
    .replace(/^>?From (?!\s*:).*\n/, '')
    .split(/\r?\n/, MAX_LINES);
  const [first = ''] = lines;
  if (!HEADER_LINE.test(first)) return false;
  const end = lines.indexOf('');
  return (end < 0 ? lines : lines.slice(0, end)).some((line) =>
    TELLING.has(HEADER_LINE.exec(line)?.[1]?.toLowerCase() ?? ''),
  );
}

const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ['!BDN', 'an Outlook data file (PST, OST): export it to mbox or .eml first, for example with readpst'],
  ['\u00d0\u00cf\u0011\u00e0', 'an Outlook message (.msg): save it as .eml first'],
  ['PK\u0003\u0004', 'a ZIP archive: unpack it first'],
  ['\u001f\u008b', 'compressed with gzip: unpack it first'],
  ['BZh', 'compressed with bzip2: unpack it first'],
  ['\u00fd7zXZ', 'compressed with xz: unpack it first'],
  ['(\u00b5/\u00fd', 'compressed with zstd: unpack it first'],
];

/** What a file is that is no mail, for the person who named it. */
export function foreignKind(head: Buffer): string {
  const text = head.toString('latin1', 0, 8);
  return FOREIGN.find(([magic]) => text.startsWith(magic))?.[1] ?? 'neither an mbox file, nor a Maildir, nor a message';
}
