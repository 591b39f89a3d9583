/** What a file is, by its first bytes and never by its name. */
import { isTar } from './archives/tar.ts';
import { emlxSize } from './emlx.ts';
import { looksLikeMbox } from './mbox.ts';

export type FileKind =
  | 'empty'
  | 'mbox'
  | 'message'
  | 'emlx'
  | 'mbx'
  | 'gzip'
  | 'zstd'
  | 'zip'
  | 'tar'
  | 'json'
  | 'outlook-message'
  | 'outlook-store'
  | 'other';

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
  const start = head.toString('latin1', 0, 8);
  const kind = MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
  if (kind !== undefined) return kind;
  if (isTar(head)) return 'tar';
  if (emlxSize(head) !== undefined) return 'emlx';
  if (looksLikeJson(head)) return 'json';
  return looksLikeMessage(head) ? 'message' : 'other';
}

const MAGIC: readonly (readonly [magic: string, kind: FileKind])[] = [
  ['\u001f\u008b', 'gzip'],
  ['(\u00b5/\u00fd', 'zstd'],
  ['PK\u0003\u0004', 'zip'],
  ['PK\u0005\u0006', 'zip'], // without entries
  ['\u00d0\u00cf\u0011\u00e0', 'outlook-message'],
  ['!BDN', 'outlook-store'],
  ['*mbx*\r\n', 'mbx'],
];

/** An object or array whose first key is quoted. */
const looksLikeJson = (head: Buffer): boolean =>
  /^(?:\u00ef\u00bb\u00bf)?\s*(?:\[\s*)?\{\s*"/.test(head.toString('latin1', 0, 1000));

/** Up to the first blank line there are headers, one of them telling. An envelope line without a date may come first. */
function looksLikeMessage(head: Buffer): boolean {
  const lines = head
    .toString('latin1', 0, 64 * 1024)
    .replace(/^(?:\u00ef\u00bb\u00bf)?[\r\n]*/, '')
    .replace(/^>?From (?!\s*:)[^\r\n]*(?:\r\n?|\n)/, '')
    .split(/\r\n?|\n/, MAX_LINES);
  const [first = ''] = lines;
  if (!HEADER_LINE.test(first)) return false;
  const end = lines.indexOf('');
  return (end < 0 ? lines : lines.slice(0, end)).some((line) =>
    TELLING.has(HEADER_LINE.exec(line)?.[1]?.toLowerCase() ?? ''),
  );
}

const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ['BZh', 'compressed with bzip2: unpack it first'],
  ['\u00fd7zXZ', 'compressed with xz: unpack it first'],
];

/** What a file is that is no mail, for the person who named it. */
export function foreignKind(head: Buffer): string {
  const text = head.toString('latin1', 0, 8);
  return FOREIGN.find(([magic]) => text.startsWith(magic))?.[1] ?? 'neither mail nor an archive of mail';
}
