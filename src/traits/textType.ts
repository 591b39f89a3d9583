/** Types of files that hold text: by what they begin with, and by their name where any text will do. */
import { utf16At, utf16BeAt } from '../text/utf16.ts';
import { isTextBorne, kindOfExtension } from './fileKind.ts';

const LOOKED_AT = 4_096; // bytes
const MAX_CONTROLS = 2; // control characters among these that plain text may have

/** The beginning as text; undefined when it is none. UTF-16 needs its byte order mark, or zeros in every other byte. */
export function beginningOf(content: Buffer, bytes: number = LOOKED_AT): string | undefined {
  const start = content.subarray(0, bytes);
  const encoding = utf16Of(start);
  if (encoding !== undefined) return decodeUtf16(start, encoding);
  return isText(start.subarray(0, LOOKED_AT)) ? start.toString('utf8').replace(/^\ufeff/, '') : undefined;
}

function utf16Of(bytes: Buffer): 'le' | 'be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'be';
  if (bytes.length < 8) return undefined;
  const zeros = [0, 1].map((odd) => [0, 2, 4, 6].every((at) => bytes[at + odd] === 0));
  const others = [0, 1].map((odd) => [0, 2, 4, 6].every((at) => bytes[at + odd] !== 0));
  if (zeros[1] && others[0]) return 'le';
  return zeros[0] && others[1] ? 'be' : undefined;
}

function decodeUtf16(bytes: Buffer, order: 'le' | 'be'): string {
  return (order === 'be' ? utf16BeAt(bytes) : utf16At(bytes)).replace(/^\ufeff/, '');
}

function isText(bytes: Buffer): boolean {
  if (bytes.includes(0)) return false;
  let controls = 0;
  for (const byte of bytes) {
    if (
      byte < 32 &&
      byte !== 9 &&
      byte !== 10 &&
      byte !== 13 &&
      byte !== 12 &&
      byte !== 27 &&
      ++controls > MAX_CONTROLS
    )
      return false;
  }
  return true;
}

const MARKS: readonly (readonly [type: string, mark: RegExp])[] = [
  ['ics', /^BEGIN:VCALENDAR/i],
  ['vcf', /^BEGIN:VCARD/i],
  ['url', /^\[InternetShortcut\]/i],
  ['desktop', /^\[Desktop Entry\]/],
  ['reg', /^(?:Windows Registry Editor|REGEDIT4)/],
  ['asc', /^-----BEGIN PGP/],
  ['rdp', /^(?:full address|screen mode id):[si]:/i],
  ['sh', /^#!/],
  ['php', /^<\?php/i],
  ['ps', /^%!PS/],
];
const MAIL_HEADER = /^(?:Received|Return-Path|Delivered-To|MIME-Version|From|Date|Subject|Message-ID|X-[\w-]{1,40}):/i;
// The first element, behind declarations and comments, of what a browser would show.
const HTML_ROOT =
  /<(?:!doctype\s+html|html|head|body|script|meta|form|iframe|table|div|p|h1|style|a|img|center|font)\b/i;
const SVG_ROOT = /<(?:[\w-]{1,20}:)?svg\b/i;

/** Browsers show a page in spite of what stands before it and of zero bytes between. */
export function hasMarkup(content: Buffer): boolean {
  const text = content.toString('latin1', 0, MARKUP_BYTES).toLowerCase();
  return MARKUP.some((mark) => text.includes(mark));
}

const MARKUP_BYTES = 64 * 1024;
const MARKUP = ['<html', '<script', '<body', '<svg', '<meta', '<iframe', '<form'];

/** `extension` lower-case; `beginning` of a file that is text. 'txt' when nothing more can be said. */
export function textType(beginning: string, extension: string, declaredType: string): string {
  const text = beginning.trimStart();
  const mark = MARKS.find(([, pattern]) => pattern.test(text))?.[0];
  if (extension !== 'xml' && isTextBorne(extension)) return kindOfExtension(extension) === 'text' ? 'txt' : extension;
  if (mark !== undefined) return mark;
  if (text.startsWith('<')) return markupType(text);
  if (declaredType === 'text/html') return 'html';
  if (declaredType === 'message/rfc822') return 'eml';
  if (MAIL_HEADER.test(text)) return /^(?:from|to|received):/im.test(text) ? 'eml' : 'mht';
  return 'txt';
}

/** XML is what its first element says; anything else may be a page, wherever its elements begin. */
function markupType(text: string): string {
  if (text.startsWith('<?xml')) return xmlType(text);
  const svg = text.search(SVG_ROOT);
  const html = text.search(HTML_ROOT);
  if (svg >= 0 && (html < 0 || svg < html)) return 'svg';
  return html >= 0 ? 'html' : 'xml';
}

function xmlType(text: string): string {
  const root = /<(?:[\w-]{1,20}:)?([a-z][\w-]{0,40})/i.exec(text.slice(text.indexOf('?>') + 2))?.[1]?.toLowerCase();
  return root === 'svg' || root === 'html' ? root : 'xml';
}
