/** What a mail program is given, what it makes of it, and the pieces that all programs share. */
import type { Random } from '../random.ts';
import type { AttachedFile } from './files.ts';
import { base64, encodeWords, type Header, isAscii, type Part, quotedPrintable } from './mime.ts';

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** What a person (or a machine) wants to say; the program does the rest. */
export interface Draft {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly replyTo?: Person;
  readonly subject: string;
  /** Paragraphs are separated by an empty line; `http…` words become links in HTML. */
  readonly text: string;
  /** In place of the HTML that the program would make of `text`. */
  readonly html?: string;
  readonly at: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly parents: readonly string[];
  readonly attachments: readonly AttachedFile[];
  /** In place of the one that the program would make, without angle brackets. */
  readonly messageId?: string;
}

/** A message as it leaves the program, without trace headers. */
export interface Written {
  readonly messageId: string;
  readonly headers: readonly Header[];
  readonly body: string;
}

export type Client = (draft: Draft, random: Random) => Written;

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

export function digits(random: Random, length: number, alphabet = '0123456789abcdef'): string {
  return Array.from({ length }, () => alphabet[random.below(alphabet.length)]).join('');
}

export const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12]
    .map((length) => digits(random, length))
    .join('-')
    .replace(/^(.{14})./, '$14');

const quotedName = (name: string): string => (/^[\w .'-]*$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`);

export function shownAs({ name, address }: Person, quoting: 'always' | 'needed' = 'needed'): string {
  if (name === '') return address;
  if (!isAscii(name)) return `${encodeWords(name)} <${address}>`;
  return `${quoting === 'always' ? `"${name.replace(/["\\]/g, '\\$&')}"` : quotedName(name)} <${address}>`;
}

export const people = (list: readonly Person[], quoting: 'always' | 'needed' = 'needed'): string =>
  list.map((one) => shownAs(one, quoting)).join(', ');

/** Headers whose value is undefined are left out. */
export const headersOf = (rows: readonly (readonly [string, string | undefined])[]): readonly Header[] =>
  rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Paragraphs with links, as `tag` elements. */
export const paragraphs = (text: string, open: string, close: string): string =>
  text
    .split('\n\n')
    .map((one) =>
      escapeHtml(one)
        .replace(/https?:\/\/[^\s&]+/g, '<a href="$&">$&</a>')
        .replaceAll('\n', '<br>\n'),
    )
    .map((one) => `${open}${one}${close}`)
    .join('\n');

export function textPart(type: string, text: string, encoding: '7bit' | '8bit' | 'quoted-printable' | 'base64'): Part {
  const body =
    encoding === 'quoted-printable'
      ? quotedPrintable(text)
      : encoding === 'base64'
        ? base64(text.replaceAll('\n', '\r\n'))
        : text;
  return {
    headers: [
      ['Content-Type', type],
      ['Content-Transfer-Encoding', encoding],
    ],
    body: `${body}\n`,
  };
}

export function filePart({ fileName, type, content }: AttachedFile, disposition = 'attachment'): Part {
  const name = isAscii(fileName) ? fileName : encodeWords(fileName);
  const headers: readonly Header[] = [
    ['Content-Type', `${type};\n name="${name}"`],
    ['Content-Disposition', `${disposition};\n filename="${name}"`],
    ['Content-Transfer-Encoding', 'base64'],
  ];
  return { headers, body: `${base64(content)}\n` };
}
