/**
 * The MIME suite of stalwart's mail-parser (fixtures/stalwart): what its authors read in each message, and what we read, in one form. Text is
 * compared without what programs agree to differ in: line ends, blanks at the end, and how the pieces of a body are joined.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { NamedAddress, ParsedMail, ParsedPart } from '../../src/domain/mail.ts';

const SUITE = join(import.meta.dirname, '..', 'fixtures', 'stalwart');

export interface Reading {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  /** Words of the mail, then of the messages in it. */
  readonly text: string;
  readonly html: string;
  /** 'name type size hash' of each file, those of messages inside too. */
  readonly files: readonly string[];
  /** Shape of the MIME tree without encodings, files as 'file'. */
  readonly structure: string;
}

interface Value {
  readonly Text?: string;
  readonly Address?: { readonly List: readonly { readonly name: string | null; readonly address: string | null }[] };
  readonly ContentType?: {
    readonly c_type: string;
    readonly c_subtype: string | null;
    readonly attributes: readonly { readonly name: string; readonly value: string }[] | null;
  };
}

interface Part {
  readonly headers: readonly { readonly name: string | object; readonly value: Value | 'Empty' }[];
  readonly body: {
    readonly Text?: string;
    readonly Html?: string;
    readonly Binary?: readonly number[];
    readonly InlineBinary?: readonly number[];
    readonly Multipart?: readonly number[];
    readonly Message?: Read;
  };
  readonly offset_header: number;
  readonly offset_body: number;
  readonly offset_end: number;
}

/** A message as the suite writes it down. */
interface Read {
  readonly html_body: readonly number[];
  readonly text_body: readonly number[];
  readonly attachments: readonly number[];
  readonly parts: readonly Part[];
}

export const rawOf = (name: string): Buffer => readFileSync(join(SUITE, `${name}.eml`));

export interface Expected {
  readonly reading: Reading;
  readonly content: Content;
}

export function suite(): readonly (readonly [name: string, Expected])[] {
  const all = JSON.parse(gunzipSync(readFileSync(join(SUITE, 'expected.json.gz'))).toString()) as Record<string, Read>;
  return Object.entries(all).map(([name, read]) => [name, { reading: expectedOf(read), content: contentIn(read) }]);
}

/** All that a message says, wherever it stands, and its files that are no text. */
export interface Content {
  readonly words: ReadonlySet<string>;
  readonly binaries: ReadonlySet<string>;
}

function contentIn({ parts }: Read): Content {
  const inner = parts.flatMap(({ body }) => (body.Message === undefined ? [] : [contentIn(body.Message)]));
  const own = parts.flatMap(({ body: { Text, Html } }) => [...wordsOf(`${Text ?? ''} ${Html ?? ''}`)]);
  return {
    words: new Set([...own, ...inner.flatMap(({ words }) => [...words])]),
    binaries: new Set([
      ...parts.flatMap(({ body }) => hashesOf(body)),
      ...inner.flatMap(({ binaries }) => [...binaries]),
    ]),
  };
}

const hashesOf = ({ Binary, InlineBinary }: Part['body']): readonly string[] => {
  const bytes = Binary ?? InlineBinary;
  return bytes === undefined ? [] : [hashOf(Buffer.from(bytes))];
};

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);
const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''));

/** What of `content` is nowhere in the mail. */
export function missingIn({ words, binaries }: Content, mail: ParsedMail): readonly string[] {
  const bodies = [mail, ...mail.attachedBodies].flatMap(({ text, html }) => [text, html]);
  const files = mail.parts.flatMap(({ content }) => [content.toString(), content.toString('latin1')]);
  const said = wordsOf([mail.subject, ...bodies, ...files].join(' '));
  const hashes = new Set(mail.parts.map(({ content }) => hashOf(content)));
  return [...[...words].filter((word) => !said.has(word)), ...[...binaries].filter((hash) => !hashes.has(hash))];
}

function expectedOf(read: Read): Reading {
  const [root] = read.parts;
  const header = (name: string): Value => fieldOf(root, name);
  const people = (name: string): string =>
    (header(name).Address?.List ?? [])
      .filter(({ address }) => address !== null)
      .map(({ name: shown, address }) => person(address ?? '', shown ?? ''))
      .join(', ');
  const bodies = bodiesOf(read);
  return {
    subject: oneLine(header('subject').Text ?? ''),
    from: people('from'),
    to: people('to'),
    text: plain(bodies.text),
    html: plain(bodies.html),
    files: filesOf(read),
    structure: shapeOf(read, 0),
  };
}

function fieldOf(part: Part | undefined, name: string): Value {
  const value = part?.headers.find((one) => one.name === name)?.value;
  return typeof value === 'object' ? value : {};
}

const isFile = ({ attachments, text_body, html_body }: Read, at: number): boolean =>
  attachments.includes(at) && !text_body.includes(at) && !html_body.includes(at);

function bodiesOf(read: Read): { readonly text: readonly string[]; readonly html: readonly string[] } {
  const shown = read.parts.filter((_, at) => !isFile(read, at)).map(({ body }) => body);
  const inner = read.parts.flatMap(({ body }) => (body.Message === undefined ? [] : [bodiesOf(body.Message)]));
  return {
    text: [...shown.flatMap(({ Text }) => Text ?? []), ...inner.flatMap(({ text }) => text)],
    html: [...shown.flatMap(({ Html }) => Html ?? []), ...inner.flatMap(({ html }) => html)],
  };
}

function filesOf(read: Read): readonly string[] {
  const own = read.parts.flatMap((part, at) => {
    const { Text, Html, Binary, InlineBinary, Message } = part.body;
    const bytes = Binary ?? InlineBinary;
    if (bytes !== undefined) return [file(nameOf(part), typeOf(part), Buffer.from(bytes))];
    if (Message !== undefined) return [file(nameOf(part), typeOf(part), undefined)];
    const words = Text ?? Html;
    return words !== undefined && isFile(read, at) ? [file(nameOf(part), typeOf(part), words)] : [];
  });
  const inner = read.parts.flatMap(({ body }) => (body.Message === undefined ? [] : filesOf(body.Message)));
  return [...own, ...inner];
}

const typeOf = (part: Part): string => {
  const type = fieldOf(part, 'content_type').ContentType;
  return type === undefined ? 'text/plain' : `${type.c_type}/${type.c_subtype ?? ''}`.toLowerCase();
};

function nameOf(part: Part): string {
  const attribute = (header: string, name: string): string | undefined =>
    fieldOf(part, header).ContentType?.attributes?.find((one) => one.name === name)?.value;
  return attribute('content_disposition', 'filename') ?? attribute('content_type', 'name') ?? '';
}

function shapeOf(read: Read, at: number): string {
  const part = read.parts[at];
  if (part === undefined) return '';
  const { Multipart, Text, Html } = part.body;
  if (Multipart !== undefined)
    return `${typeOf(part)}(${withoutRepeats(Multipart.map((child) => shapeOf(read, child)))})`;
  return (Text ?? Html) === undefined || isFile(read, at) ? 'file' : typeOf(part).replace('text/', '');
}

const withoutRepeats = (shapes: readonly string[]): string =>
  shapes.filter((shape, at) => shape !== 'file' || shapes.indexOf('file') === at).join(',');

/** What we read, in the same form. */
export function readingOf(mail: ParsedMail): Reading {
  const all = (of: 'text' | 'html') => [mail[of], ...mail.attachedBodies.map((body) => body[of])];
  return {
    subject: mail.subject,
    from: mail.from === undefined ? '' : shownAs(mail.from),
    to: mail.to.map(shownAs).join(', '),
    text: plain(all('text')),
    html: plain(all('html')),
    files: mail.parts.map((part) => file(part.fileName ?? '', part.declaredType, contentOf(part))),
    structure: (mail.structure ?? '').replace(/\/(?:7bit|8bit|qp|b64|binary)(?=[,)]|$)/g, ''),
  };
}

const shownAs = ({ address, name }: NamedAddress): string => person(address, name ?? '');
const contentOf = ({ declaredType, content }: ParsedPart): Buffer | undefined =>
  declaredType === 'message/rfc822' ? undefined : content;

const person = (address: string, name: string): string => `${oneLine(name)} <${address.toLowerCase()}>`;
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const plain = (pieces: readonly string[]): string =>
  pieces
    .join('\n')
    .replace(/<br\/>\n/g, '\n')
    .replace(/\s+/g, ' ')
    .trim();

/** The suite has text decoded, we have its bytes. */
const asciiOf = (text: string): string => plain([text.replace(/[^\x20-\x7e\s]/g, '')]);

/** Messages are compared by what is in them. */
function file(name: string, type: string, content: Buffer | string | undefined): string {
  if (content === undefined) return `${name} ${type}`;
  const bytes = type.startsWith('text/') ? Buffer.from(asciiOf(content.toString())) : Buffer.from(content);
  return `${name} ${type} ${bytes.length} ${hashOf(bytes)}`;
}
