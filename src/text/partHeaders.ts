/**
 * Headers of a part as mail programs read them where mailsplit is stricter: what they show as a message or a file must not pass for text, or
 * for nothing. Whoever splits a message puts this on its splitter, so that what is judged is what is rewritten.
 */
import type { MimeNode } from '@zone-eu/mailsplit';
import libmime from 'libmime';
import { decode } from 'libqp';
import { binHexDecoded, isBinHex } from './binHex.ts';
import { guessedBoundary, hasDelimiter } from './boundary.ts';
import { withoutUtf7 } from './headerWords.ts';
import { isUuencoded, uuDecoded } from './uuencode.ts';
import { wholeStream } from './wholeStream.ts';

/** What mailsplit's Splitter does for each part. */
export interface PartSource {
  node: MimeNode;
  newNode(parent?: MimeNode | false): void;
}

/**
 * Another boundary for a multipart without its own (RFC 2046 §5.1.1), from what stands in its body. Also of a message that has a boundary
 * and a type that is none: some programs look for parts, some show its source.
 */
export const missingBoundary = (
  { _boundary: own, multipart }: MimeNode,
  body: Buffer,
): { readonly guess?: string } | undefined => {
  const hasOwn = own !== false && hasDelimiter(body, own.toString('latin1'));
  if (multipart === false) return hasOwn ? {} : undefined;
  if (body.length === 0 || hasOwn) return undefined;
  const guess = guessedBoundary(body);
  return guess === undefined ? {} : { guess };
};

/** Content-Disposition of a part that is shown and can be opened as a file, too. */
export const SHOWN_FILE = 'shown-file';

/** By what the parts of the root are told apart, where its own boundary is not what does it. */
export type RootBoundary = (root: MimeNode) => string | undefined;

export interface PartReading {
  readonly boundaryOf: RootBoundary;
  /** A part says its type, its encoding or its place twice: mail programs differ in which they take (Zhang+ 2024, "Inbox Invasion"). */
  readonly onTwice?: () => void;
  /** Of those the last is taken, in place of the first. */
  readonly takesLast?: boolean;
}

export function readAsMailPrograms(splitter: PartSource, reading: PartReading): void {
  const newNode = splitter.newNode.bind(splitter);
  const { node: root } = splitter;
  correctWhenRead(root, reading, () => {
    const boundary = reading.boundaryOf(root);
    if (boundary !== undefined) root._boundary = Buffer.from(boundary, 'latin1');
  });
  splitter.newNode = (parent) => {
    newNode(parent);
    correctWhenRead(splitter.node, reading);
  };
}

function correctWhenRead(node: MimeNode, { takesLast = false, onTwice }: PartReading, more?: () => void): void {
  const parseHeaders = node.parseHeaders.bind(node);
  node.parseHeaders = () => {
    if (node.headers !== false) return;
    if (takesLast) keepLast(node);
    parseHeaders();
    if (saysTwice(node)) onTwice?.();
    correct(node);
    more?.();
  };
}

/** What a part says of itself, once (RFC 2045 §3). */
export const PART_HEADERS = ['content-type', 'content-transfer-encoding', 'content-disposition'] as const;

const saysTwice = ({ headers }: MimeNode): boolean =>
  headers !== false && PART_HEADERS.some((name) => headers.get(name).length > 1);

/** And not the same: its body may be two things. */
export const contradictsItself = ({ headers }: MimeNode): boolean =>
  headers !== false && PART_HEADERS.some((name) => new Set(headers.get(name).map(writtenValue)).size > 1);

/** What readers make of a value: its first word, and of its parameters those that say where a part ends, how its text is read and what it is called. */
function writtenValue(line: string): string {
  const value = line.slice(line.indexOf(':') + 1);
  const [first = '', ...parameters] = value.split(';').map((piece) => piece.trim());
  const of = (name: string): string | undefined =>
    parameters
      .find((one) => one.toLowerCase().startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replace(/^"(.*)"$/s, '$1');
  const charset = of('charset')?.toLowerCase() ?? 'us-ascii';
  const word = first.toLowerCase();
  return [
    PLAIN_ENCODINGS.has(word) ? 'plain' : word,
    of('boundary') ?? '', // its case counts
    ASCII_WITHIN.test(charset) ? 'us-ascii' : charset,
    of('name') ?? of('filename') ?? '',
  ].join('\n');
}

const PLAIN_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
/** Their letters of ASCII are ASCII's: a link reads the same in all of them. */
const ASCII_WITHIN = /^(?:us-ascii|utf-8|iso-8859-\d+|windows-125\d)$/;

const NAME = /^(content-(?:type|transfer-encoding|disposition))[ \t]*:/i;

/** Takes the others out of the lines that have not been read yet. */
function keepLast(node: MimeNode): void {
  if (!hasLines(node)) throw new Error('this mailsplit has another inside than the one that was written for');
  const seen = new Set<string>();
  const kept: Buffer[] = [];
  let folded: Buffer[] = [];
  for (const line of node._headersLines.toReversed()) {
    folded.unshift(line);
    if (line[0] === 0x20 || line[0] === 0x09) continue;
    const name = NAME.exec(line.toString('latin1', 0, MAX_NAME))?.[1]?.toLowerCase();
    if (name === undefined || !seen.has(name)) kept.unshift(...folded);
    if (name !== undefined) seen.add(name);
    folded = [];
  }
  node._headersLines = kept;
  node._headerlen = kept.reduce((sum, { length }) => sum + length, 0);
}

/** Its type does not declare them. */
const hasLines = (node: MimeNode): node is MimeNode & { _headersLines: readonly Buffer[] } => '_headersLines' in node;

const MAX_NAME = 60; // characters before the colon

function correct(node: MimeNode): void {
  if (node.contentType !== false && /\s/.test(node.contentType)) divideType(node);
  if (node.multipart === false && node.contentType !== false && WELL_FORMED.test(node.contentType))
    node._boundary = false;
  if (isUntypedInDigest(node)) beMessage(node);
  if (node.filename !== false) node.filename = nameOf(node) ?? node.filename;
  if (isShownFile(node)) node.disposition = SHOWN_FILE;
  if (node.encoding !== false) node.encoding = encodingIn(node.encoding);
  if (isUuencoded(node.encoding)) node.getDecoder = () => wholeStream(uuDecoded);
  else if (isBinHex(node.contentType))
    node.getDecoder = () => wholeStream((bytes) => binHexDecoded(plain(bytes, node)));
}

/** BinHex is text, which needs no encoding and may have one. */
function plain(bytes: Buffer, { encoding }: MimeNode): Buffer {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  return encoding === 'quoted-printable' ? decode(bytes.toString('latin1')) : bytes;
}

/** What is no multipart has no parts, whatever boundary it names: mailsplit would take those lines out of a text or a file. */
const WELL_FORMED = /^[\w.+-]+\/[\w.+-]+$/;

const UNDIVIDED = /^(\s*[\w.+-]+\/[\w.+-]+)\s+(?=[\w-]+\s*=)/;

/** `multipart/mixed boundary=b`: the semicolon is missing. */
function divideType(node: MimeNode): void {
  const written = writtenType(node);
  const { value, params } = libmime.parseHeaderValue(written.replace(UNDIVIDED, '$1; '), { stripComments: true });
  const type = value.toLowerCase().trim();
  node.contentType = type;
  node.charset = params.charset ?? false;
  if (node.filename === false) node.filename = params.name ?? false;
  node.rfc822 = type === 'message/rfc822';
  node.multipart = type.startsWith('multipart/') && type.slice('multipart/'.length);
  const boundary = (params.boundary ?? '').trimEnd();
  node._boundary = boundary !== '' && Buffer.byteLength(boundary) === boundary.length && Buffer.from(boundary);
}

const writtenType = ({ headers }: MimeNode): string => (headers === false ? '' : headers.getFirst('Content-Type'));

const TOKEN = /^["'\s]*([a-z0-9-]+)/;

/** `base64;` and `"base64"` are base64 to most programs. */
const encodingIn = (written: string): string => TOKEN.exec(written)?.[1] ?? written;

/** RFC 2046 §5.1.5: what has no type there is a message, and shown as one. */
const isUntypedInDigest = (node: MimeNode): boolean =>
  node.parentNode !== false && node.parentNode.multipart === 'digest' && writtenType(node).trim() === '';

function beMessage(node: MimeNode): void {
  node.contentType = 'message/rfc822';
  node.rfc822 = true;
  if (node.disposition === false) node.disposition = 'inline';
}

/** With words in UTF-7 read; undefined where there are none. */
function nameOf({ headers }: MimeNode): string | undefined {
  if (headers === false) return undefined;
  const param = (header: string, name: string): string | undefined => {
    const line = headers.getFirst(header);
    return UTF7.test(line) ? libmime.parseHeaderValue(line, { stripComments: true }).params[name] : undefined;
  };
  const name = param('Content-Disposition', 'filename') ?? param('Content-Type', 'name');
  return name === undefined ? undefined : libmime.decodeWords(withoutUtf7(name));
}

const UTF7 = /=\?[^?]{0,40}utf-?7/i;

const PLAIN_NAME = /\.(?:txt|text|log|md|asc|diff|patch)$|^[^.]*$/i;
const MAX_ENDING = 60; // characters of a name

/** A text with the name of something else: shown in place by some programs, listed by others to be opened as what its name says. */
function isShownFile({ contentType, disposition, filename, parentNode }: MimeNode): boolean {
  if (filename === false || (disposition !== false && disposition !== 'inline')) return false;
  if (parentNode === false || parentNode.multipart === 'alternative' || parentNode.multipart === 'related')
    return false;
  return contentType === 'text/html' || (contentType === 'text/plain' && !PLAIN_NAME.test(filename.slice(-MAX_ENDING)));
}
