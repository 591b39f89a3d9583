/**
 * Text, HTML and parts by mailparser. It is handed a short head of its own (content headers and Subject) instead of the whole header
 * block: the rest is read in headers.ts, and leaving it out more than halves the cost of a mail.
 */
import { hash } from 'node:crypto';
import iconv from 'iconv-lite';
import { type AttachmentStream, MailParser } from 'mailparser';
import type { ParsedPart } from '../domain/mail.ts';
import { boundaryIn } from '../text/boundary.ts';
import { withoutUtf7 } from '../text/headerWords.ts';
import { missingBoundary, PART_HEADERS, type PartReading, SHOWN_FILE } from '../text/partHeaders.ts';
import { decodeUtf7, isUtf7 } from '../text/utf7.ts';
import { MAX_UU_FILES, uuFilesIn } from '../text/uuencode.ts';
import { type DefectLog, note } from './defects.ts';
import type { HeaderIndex } from './headers.ts';
import { leniently } from './leniency.ts';
import { describeTree } from './structure.ts';

export interface BodyLimits {
  readonly htmlChars: number;
  readonly textChars: number;
  readonly parts: number;
  readonly timeoutMs: number;
}

/** Real mail stays below: of 58,127 development mails 99.9 % have at most 86,368 characters of text, 64,670 of HTML and 3 parts. */
export const BODY_LIMITS: BodyLimits = {
  htmlChars: 512 * 1024,
  textChars: 256 * 1024,
  parts: 200,
  // For a stream that never ends. It fires between mailparser's steps only, and one step may be long: 50 MiB of text took 1.9 s, 50 MiB
  // of newlines 8 s, most of them in one replace. Who needs a hard limit reads large mail in a thread that can be stopped.
  timeoutMs: 5_000,
};

export interface Body {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly parts: readonly ParsedPart[];
  readonly structure?: string;
}

const HEADERS_OF_INTEREST = [...PART_HEADERS, 'subject'];
const MAX_FILE_NAME_LENGTH = 255;
const FILE_NAME_START = 100; // of these from its beginning

/** Never rejects: what could not be read is a defect and an empty field. */
export async function readBody(
  index: HeaderIndex,
  body: Buffer,
  log: DefectLog,
  limits: BodyLimits = BODY_LIMITS,
): Promise<Body> {
  const isSaidTwice = PART_HEADERS.some((name) => (index.get(name)?.length ?? 0) > 1);
  const first = await readOnce(index, body, log, limits, false);
  if ((!isSaidTwice && !first.isSaidTwice) || log.has('unparseable')) return first.body;
  if (first.isSaidTwice) note(log, 'duplicate-header', 'a part says twice what it is');
  const { body: last } = await readOnce(index, body, log, limits, true);
  return withinLimits(together(first.body, last), log, limits);
}

interface ReadOnce {
  readonly body: Body;
  readonly isSaidTwice: boolean;
}

/** `takesLast`: of headers that occur twice. */
async function readOnce(
  index: HeaderIndex,
  body: Buffer,
  log: DefectLog,
  limits: BodyLimits,
  takesLast: boolean,
): Promise<ReadOnce> {
  let isMissing = false;
  let isSaidTwice = false;
  const reading: PartReading = {
    takesLast,
    onTwice: () => {
      isSaidTwice = true;
    },
    boundaryOf: (root) => {
      const missing = missingBoundary(root, body);
      isMissing = missing !== undefined;
      if (isMissing)
        note(log, 'missing-boundary', boundaryIn(index.get('content-type')?.[0] ?? '') ?? 'no boundary given');
      return missing?.guess;
    },
  };
  const found = withinLimits(
    withUuFiles(await runParser(head(index, takesLast), body, log, limits, reading), log),
    log,
    limits,
  );
  if (!isMissing || log.has('unparseable')) return { body: found, isSaidTwice };
  // Without its boundary a multipart shows its source to some readers, nothing to others, and its parts to those that guess.
  const source = await runParser('', body, log, limits);
  return { body: withinLimits({ ...found, text: joined(found.text, source.text, '\n') }, log, limits), isSaidTwice };
}

/** What either reading shows. */
function together(first: Body, last: Body): Body {
  const known = new Set(first.parts.map(markOf));
  return {
    ...first,
    text: joined(first.text, last.text, '\n'),
    html: joined(first.html, last.html, '<br/>\n'),
    parts: [...first.parts, ...last.parts.filter((part) => !known.has(markOf(part)))],
  };
}

const joined = (first: string, last: string, glue: string): string =>
  [...new Set([first, last])].filter((one) => one !== '').join(glue);

const markOf = ({ fileName = '', declaredType, content }: ParsedPart): string =>
  [fileName, declaredType, hash('sha256', content)].join('\n');

/** Cuts what is over its bound, and says so. */
export function withinLimits(body: Body, log: DefectLog, limits: BodyLimits = BODY_LIMITS): Body {
  if (body.parts.length > limits.parts) note(log, 'size-limit', `over ${limits.parts} parts`);
  return {
    ...body,
    text: cut(body.text, limits.textChars, 'text', log),
    html: cut(body.html, limits.htmlChars, 'html', log),
    parts: body.parts.slice(0, limits.parts),
  };
}

/** The first of each name, as mailparser counts it, or the last. Line ends inside a value are gone already, but for a bare CR. */
function head(index: HeaderIndex, takesLast: boolean): string {
  const lines = HEADERS_OF_INTEREST.map((name) => [name, index.get(name)?.at(takesLast ? -1 : 0)] as const);
  return lines
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => `${name}: ${withoutUtf7(value).replaceAll('\r', ' ')}\r\n`)
    .join('');
}

function runParser(
  headText: string,
  body: Buffer,
  log: DefectLog,
  limits: BodyLimits,
  reading: PartReading = { boundaryOf: () => undefined },
): Promise<Body> {
  const parser = leniently(
    new MailParser({
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
      checksumAlgo: false,
      ignoreEmbedded: true, // an attached message stays a part, whole
    }),
    reading,
  );
  const parts: ParsedPart[] = [];
  const bodies = { text: '', html: '' };
  const shown: ShownText[] = [];
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      const structure = describeTree(parser);
      resolve({
        subject: parser.subject ?? '',
        ...withShown(bodies, shown),
        parts,
        ...(structure === undefined ? {} : { structure }),
      });
    };
    const timer = setTimeout(() => {
      note(log, 'time-limit', `the parser took over ${limits.timeoutMs} ms`);
      parser.destroy();
      finish();
    }, limits.timeoutMs);
    parser.on('error', (error: Error) => {
      note(log, 'unparseable', error.message);
      parser.destroy();
      finish();
    });
    parser.on('data', (data) => {
      if (data.type === 'text') Object.assign(bodies, { text: data.text ?? '', html: data.html ?? '' });
      else readPart(data, parts, shown, limits, log);
    });
    parser.on('end', finish);
    parser.write(Buffer.from(`${headText}\r\n`));
    parser.end(body);
  });
}

/** mailparser waits for `release` before it goes on, so parts arrive one by one. */
function readPart(
  part: AttachmentStream,
  parts: ParsedPart[],
  shown: ShownText[],
  limits: BodyLimits,
  log: DefectLog,
): void {
  const isOver = parts.length >= limits.parts;
  if (isOver) note(log, 'size-limit', `over ${limits.parts} parts`);
  const chunks: Buffer[] = [];
  part.content.on('data', (chunk: Buffer) => {
    if (!isOver) chunks.push(chunk);
  });
  part.content.on('end', () => {
    if (!isOver) {
      const content = Buffer.concat(chunks);
      parts.push(toPart(part, content));
      if (part.contentDisposition === SHOWN_FILE) shown.push({ type: part.contentType, text: decoded(part, content) });
    }
    part.release?.();
  });
}

function toPart(part: AttachmentStream, content: Buffer): ParsedPart {
  return {
    ...(part.filename === undefined ? {} : { fileName: shortName(part.filename) }),
    declaredType: declaredType(part),
    content,
    sizeBytes: content.length,
    isInline: part.contentDisposition === 'inline' || part.contentDisposition === SHOWN_FILE || part.related === true,
    ...(part.cid === undefined ? {} : { contentId: part.cid }),
  };
}

/** The ending tells what it is. */
const shortName = (name: string): string =>
  name.length <= MAX_FILE_NAME_LENGTH
    ? name
    : `${name.slice(0, FILE_NAME_START)}\u2026${name.slice(FILE_NAME_START + 1 - MAX_FILE_NAME_LENGTH)}`;

interface ShownText {
  readonly type: string;
  readonly text: string;
}

/** With what the files say that are shown in place. */
function withShown(
  { text, html }: Pick<Body, 'text' | 'html'>,
  shown: readonly ShownText[],
): Pick<Body, 'text' | 'html'> {
  if (shown.length === 0) return { text, html };
  const of = (type: string, first: string): readonly string[] =>
    [first, ...shown.filter((one) => one.type === type).map((one) => one.text)].filter((one) => one !== '');
  return { text: of('text/plain', text).join('\n'), html: of('text/html', html).join('<br/>\n') };
}

function decoded({ headers }: AttachmentStream, content: Buffer): string {
  const type = headers.get('content-type');
  const params = typeof type === 'object' && 'params' in type ? type.params : {};
  const charset = 'charset' in params && typeof params.charset === 'string' ? params.charset : 'utf-8';
  if (isUtf7(charset)) return decodeUtf7(content);
  return iconv.encodingExists(charset) ? iconv.decode(content, charset) : content.toString();
}

/** Files in the middle of the text are attachments to some readers. */
function withUuFiles(body: Body, log: DefectLog): Body {
  const files = uuFilesIn(body.text);
  if (files.length === MAX_UU_FILES) note(log, 'unread-files', `over ${MAX_UU_FILES} uuencoded files`);
  if (files.length === 0) return body;
  const parts = files.map(({ name, content }) => ({
    fileName: shortName(name),
    declaredType: 'application/octet-stream',
    content,
    sizeBytes: content.length,
    isInline: false,
  }));
  return { ...body, parts: [...body.parts, ...parts] };
}

/** As written: mailparser puts a guess from the file name in place of application/octet-stream. */
function declaredType({ headers, contentType }: AttachmentStream): string {
  const written = headers.get('content-type');
  const type = typeof written === 'object' && 'value' in written ? written.value : undefined;
  return (typeof type === 'string' ? type : contentType).toLowerCase().split(/\s/, 1)[0] ?? '';
}

function cut(text: string, limit: number, what: string, log: DefectLog): string {
  if (text.length <= limit) return text;
  note(log, 'size-limit', `${what} of ${text.length} characters cut to ${limit}`);
  return text.slice(0, limit);
}
