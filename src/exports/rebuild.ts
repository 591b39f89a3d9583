/**
 * The fields that an export keeps of a message → RFC 5322. Headers that came with the mail are kept as they are, but for those about its
 * MIME parts, which are gone: the parts are written anew.
 */
import { hash } from 'node:crypto';

export interface Mailer {
  readonly name?: string;
  readonly address: string;
}

export interface FileOf {
  readonly name?: string;
  readonly type?: string;
  readonly contentId?: string;
  readonly content: Buffer;
}

export interface MailFields {
  /** As they came, where the export keeps them; the fields below fill in what they lack. */
  readonly headers?: string;
  readonly from?: Mailer;
  readonly to?: readonly Mailer[];
  readonly cc?: readonly Mailer[];
  readonly replyTo?: readonly Mailer[];
  readonly subject?: string;
  /** Milliseconds. */
  readonly date?: number;
  readonly receivedAt?: number;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments?: readonly FileOf[];
}

const ABOUT_PARTS = /^(?:content-[\w-]+|mime-version)$/i;
const MAX_BYTES = 50 * 1024 * 1024; // of all attached files; those beyond are left away

export function rebuilt(fields: MailFields): Buffer {
  const kept = keptHeaders(fields.headers ?? '');
  const names = new Set(kept.map(([name]) => name.toLowerCase()));
  const added = headersOf(fields, kept.length > 0).filter(([name]) => !names.has(name.toLowerCase()));
  const lines = [...kept, ...added].map(([name, value]) => `${name}:${value}\r\n`);
  return Buffer.concat([Buffer.from(`${lines.join('')}MIME-Version: 1.0\r\n`), partOf(fields)]);
}

type Header = readonly [name: string, value: string];

/** Values with their folding and the blank before them. */
function keptHeaders(text: string): readonly Header[] {
  return text
    .replace(/\r\n?|\n/g, '\n')
    .split(/\n(?![ \t])/)
    .flatMap((line): Header[] => {
      const match = /^([!-9;-~]+)[ \t]*:/.exec(line);
      if (match?.[1] === undefined || ABOUT_PARTS.test(match[1])) return [];
      return [[match[1], line.slice(match[0].length).replace(/[\0]/g, '').replaceAll('\n', '\r\n').trimEnd()]];
    });
}

function headersOf(fields: MailFields, isFromNetwork: boolean): readonly Header[] {
  const { from, to = [], cc = [], replyTo = [], subject, date, receivedAt, messageId, inReplyTo } = fields;
  const at = date ?? receivedAt;
  const list = (mailers: readonly Mailer[]): string => ` ${mailers.map(written).join(',\r\n ')}`;
  return [
    // When it came, and nothing about where from.
    ...(receivedAt === undefined || isFromNetwork ? [] : [['Received', ` ; ${dateText(receivedAt)}`] as const]),
    ...(from === undefined ? [] : [['From', list([from])] as const]),
    ...(replyTo.length === 0 ? [] : [['Reply-To', list(replyTo)] as const]),
    ...(to.length === 0 ? [] : [['To', list(to)] as const]),
    ...(cc.length === 0 ? [] : [['Cc', list(cc)] as const]),
    ...(subject === undefined ? [] : [['Subject', ` ${encoded(subject)}`] as const]),
    ...(at === undefined ? [] : [['Date', ` ${dateText(at)}`] as const]),
    ...(messageId === undefined ? [] : [['Message-ID', ` ${oneLine(messageId)}`] as const]),
    ...(inReplyTo === undefined ? [] : [['In-Reply-To', ` ${oneLine(inReplyTo)}`] as const]),
  ];
}

const dateText = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');
const oneLine = (text: string): string => text.replace(/[\p{Cc}]+/gu, ' ').trim();

/** An Exchange address is a path in a directory, not one of the mail's: its last part tells people apart. */
function written({ name = '', address }: Mailer): string {
  const bare = oneLine(address).replace(/[<>\s]/g, '');
  const spec = bare.includes('@')
    ? bare
    : `${bare.replace(/^.*=/, '').replace(/[^\w.-]/g, '') || 'unknown'}@x500.invalid`;
  return name === '' || name === address ? `<${spec}>` : `${encoded(name, true)} <${spec}>`;
}

const ENCODED_BYTES = 45; // 60 characters of base64: RFC 2047 §2 allows 75 with what stands around them

function encoded(text: string, isPhrase = false): string {
  const line = oneLine(text);
  if (/^[ -~]*$/.test(line) && !line.includes('=?'))
    return isPhrase ? `"${line.replace(/["\\]/g, '\\$&')}"` : line.replace(/(.{900}) /g, '$1\r\n ');
  const words: string[] = [];
  let word = '';
  for (const character of line) {
    if (Buffer.byteLength(word + character) > ENCODED_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

/** The body with its Content headers. */
function partOf({ text, html, attachments = [] }: MailFields): Buffer {
  const bodies = [
    ...(text === undefined && html !== undefined ? [] : [leaf('text/plain; charset=utf-8', Buffer.from(text ?? ''))]),
    ...(html === undefined ? [] : [leaf('text/html; charset=utf-8', Buffer.from(html))]),
  ];
  const body = bodies.length === 1 && bodies[0] !== undefined ? bodies[0] : multipart('alternative', bodies);
  const files = fitting(attachments).map(fileLeaf);
  return files.length === 0 ? body : multipart('mixed', [body, ...files]);
}

function fitting(files: readonly FileOf[]): readonly FileOf[] {
  let bytes = 0;
  return files.filter(({ content }) => {
    bytes += content.length;
    return bytes <= MAX_BYTES;
  });
}

function fileLeaf({ name, type, contentId, content }: FileOf): Buffer {
  const isType = type !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(type);
  const told =
    name === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(oneLine(name).slice(0, 255).toWellFormed())}`;
  const id = contentId === undefined ? '' : `Content-ID: <${oneLine(contentId).replace(/[<>]/g, '')}>\r\n`;
  const isMail = type === 'message/rfc822'; // must not be encoded: RFC 2046 §5.2.1
  const head = `Content-Disposition: attachment${told}\r\n${id}`;
  return isMail
    ? Buffer.concat([Buffer.from(`Content-Type: message/rfc822\r\n${head}\r\n`), content, Buffer.from('\r\n')])
    : Buffer.concat([Buffer.from(head), leaf(isType ? type : 'application/octet-stream', content)]);
}

const leaf = (type: string, content: Buffer): Buffer =>
  Buffer.from(
    `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  );

/** The boundary comes from what is between: the same fields give the same bytes. */
function multipart(kind: 'alternative' | 'mixed', parts: readonly Buffer[]): Buffer {
  const boundary = `=_${hash('sha256', Buffer.concat(parts)).slice(0, 32)}`;
  return Buffer.concat([
    Buffer.from(`Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n`),
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
}
