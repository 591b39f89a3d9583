/**
 * What a PDF does when it is opened: a search for names of actions in its text and in its packed object streams (ISO 32000-1 §7.5.7, §12.6),
 * all within bounds; and the addresses of its links (§12.6.4.7). No document is built: names in content streams are not read, and pages that
 * a library would draw do not matter here.
 */
import { utf16BeAt } from '../../text/utf16.ts';
import { type Budget, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { unpack } from './unpack.ts';

const MAX_FILE = 8 * 1024 * 1024; // bytes searched; of a longer one the beginning and the end
const MAX_STREAMS = 200;
const MAX_TRIES = 4_000; // dictionaries read in search of them
const MAX_STREAM = 1024 * 1024;
const LOOK_AROUND = 600; // characters of a dictionary beside an action

/** `isEncrypted`: strings and streams cannot be read then; names of keys can. */
export function addPdfHazards(content: Buffer, budget: Budget, list: HazardList): void {
  const ends =
    content.length <= MAX_FILE
      ? content
      : Buffer.concat([content.subarray(0, MAX_FILE / 2), content.subarray(-MAX_FILE / 2)]);
  const bytes = searchable(ends, budget);
  addActions(withoutStreams(bytes), list);
  for (const stream of objectStreams(bytes, budget)) addActions(stream, list);
}

const STREAM = Buffer.from('stream');
const END_STREAM = Buffer.from('endstream');
const MAX_DICTIONARY = 2_048; // bytes before 'stream' that are read of it

/** The file's own words: what stands between streams. */
function withoutStreams(bytes: Buffer): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(STREAM); at >= 0; at = bytes.indexOf(STREAM, from)) {
    const end = bytes.indexOf(END_STREAM, at + STREAM.length);
    pieces.push(bytes.toString('latin1', from, at));
    if (end < 0) {
      from = at + STREAM.length; // no end: readers go on, so do we
      break;
    }
    from = end + END_STREAM.length;
  }
  pieces.push(bytes.toString('latin1', from));
  return pieces.join(' ');
}

/** Packed objects (/Type /ObjStm), and streams of script (/JS 7 0 R leads to one): the first that there is room for. */
function* objectStreams(bytes: Buffer, budget: Budget): Generator<string> {
  let count = 0;
  let tries = 0;
  for (let at = bytes.indexOf(STREAM); at >= 0 && count < MAX_STREAMS; at = bytes.indexOf(STREAM, at + STREAM.length)) {
    if (++tries > MAX_TRIES) return;
    const dictionary = named(bytes.toString('latin1', Math.max(0, at - MAX_DICTIONARY), at));
    const own = dictionary.slice(Math.max(0, dictionary.lastIndexOf(' obj')));
    if (!/\/ObjStm\b/.test(own)) continue;
    count++;
    const start = at + STREAM.length + (bytes[at + STREAM.length] === 0x0d ? 2 : 1);
    const end = bytes.indexOf(END_STREAM, start);
    const packed = bytes.subarray(start, end < 0 ? bytes.length : end);
    const whole = /\/FlateDecode\b|\/Fl\b/.test(own) ? unpack(packed, 'zlib', budget, MAX_STREAM) : packed;
    if (whole !== undefined) yield searchable(whole, budget).toString('latin1');
  }
}

/** /J#61vaScript is /JavaScript (§7.3.5). */
const named = (text: string): string =>
  text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const MAX_MATCHES = 20_000;
const MAX_OF_A_KIND = 12; // looked at closely, so that a thousand of one kind hide no other
const MAX_LIST = 32 * 1024; // characters of a list of packed objects

function addActions(raw: string, list: HazardList): void {
  addAddresses(raw, list);
  const text = raw.includes('#') ? named(raw) : raw;
  let count = 0;
  const counts = new Map<string, number>();
  for (const { 0: match, index } of text.matchAll(
    /\/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|GoToR|GoToE|SubmitForm|RichMedia|XFA|ImportData)(?![\w-])/g,
  )) {
    if (++count > MAX_MATCHES) return;
    const seen = (counts.get(match) ?? 0) + 1;
    counts.set(match, seen);
    if (seen > MAX_OF_A_KIND) continue;
    const around = text.slice(index, index + LOOK_AROUND);
    switch (match) {
      case '/JavaScript':
      case '/JS':
        list.add('pdf-script', match === '/JS' ? scriptCalls(around) : 'JavaScript');
        break;
      case '/Launch':
        list.add('pdf-launch', `Launch ${/\/(?:F|P)\s{0,4}\(([^)]{1,200})\)/.exec(around)?.[1] ?? ''}`);
        break;
      case '/GoToR':
      case '/GoToE':
      case '/ImportData':
        if (/\(\s{0,4}(?:\\\\|\/\/|https?:|file:)/i.test(around.slice(0, 200)))
          list.add('pdf-launch', `${match.slice(1)} to another machine`);
        break;
      case '/OpenAction':
        // A page to start with is no action: an array, or a reference that is looked for among the scripts and launches.
        if (!/^\/OpenAction\s{0,4}\[/.test(around)) list.add('pdf-open-action', openAction(text, around));
        break;
      case '/AA':
        list.add('pdf-open-action', 'AA');
        break;
      case '/EmbeddedFile':
        list.add('pdf-file', fileName(text) ?? 'embedded file');
        break;
      case '/SubmitForm':
        if (/https?:/i.test(around))
          list.add('pdf-open-action', `SubmitForm ${/\(([^)]{1,200})\)/.exec(around)?.[1] ?? ''}`);
        break;
    }
  }
}

const MAX_LINKS = 300;
/** `/URI (…)` or `/URI <hex>`; the name may have letters as #xx, which an address must keep. */
const LINK =
  /\/(?:U|#55)(?:R|#52)(?:I|#49)\s{0,4}(?:\(((?:[^()\\]|\\[\s\S]|\([^()\\]{0,200}\)){1,2000})\)|<([0-9a-fA-F\s]{8,4000})>)/g;

function addAddresses(text: string, list: HazardList): void {
  let count = 0;
  for (const [, literal, hex] of text.matchAll(LINK)) {
    if (++count > MAX_LINKS) return;
    list.addAddress(withoutMark(hex === undefined ? unescaped(literal ?? '') : latin1OfHex(hex)));
  }
}

const latin1OfHex = (hex: string): string => Buffer.from(hex.replace(/\s/g, ''), 'hex').toString('latin1');

/** Strings may be UTF-16 with a byte order mark (§7.9.2.2). */
const withoutMark = (text: string): string =>
  text.startsWith('\u00fe\u00ff') ? utf16BeAt(Buffer.from(text, 'latin1'), 2) : text;

/** §7.3.4.2: \ddd in octal, a break after \ joins lines. */
const unescaped = (literal: string): string =>
  literal.replace(/\\(\d{1,3}|\r\n?|\n|[\s\S])/g, (_, code: string) => {
    if (/^\d/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 255);
    return code === '(' || code === ')' || code === '\\' ? code : '';
  });

/** The kind of action that stands in place or behind a reference, in the same text. */
function openAction(text: string, around: string): string {
  const reference = /^\/OpenAction\s{0,4}(\d{1,7})\s{1,4}(\d{1,5})\s{1,4}R/.exec(around);
  const target = reference === null ? around : objectAt(text, `${reference[1]} ${reference[2]} obj`);
  const kind = /\/S\s{0,4}\/(\w{1,20})/.exec(target)?.[1];
  return kind === undefined ? 'OpenAction' : `OpenAction ${kind}`;
}

/** In the file's own words behind "4 0 obj"; in an object stream by the list of numbers and offsets at its beginning (§7.5.7). */
function objectAt(text: string, mark: string): string {
  const at = text.search(new RegExp(`(?<!\\d)${mark}`));
  if (at >= 0) return text.slice(at, at + LOOK_AROUND);
  const list = /^(?:\s{0,4}\d{1,10}\s{1,4}\d{1,10}){1,2000}\s{0,4}/.exec(text.slice(0, MAX_LIST))?.[0];
  if (list === undefined) return '';
  const numbers = list.trim().split(/\s+/);
  const index = numbers.findIndex((number, place) => place % 2 === 0 && number === mark.slice(0, mark.indexOf(' ')));
  if (index < 0) return '';
  const start = list.length + Number(numbers[index + 1]);
  return text.slice(start, start + LOOK_AROUND);
}

const fileName = (text: string): string | undefined =>
  /\/(?:UF|F)\s{0,4}\(([^()\r\n]{1,200})\)/.exec(text)?.[1]?.replace(/\\(\d{3})|\0/g, '');

/** Calls of Acrobat's script that reach outside the form (Acrobat JavaScript API reference). */
const CALLS =
  /\b(?:app\.launchURL|launchURL|getURL|exportDataObject|openDoc|submitForm|mailMsg|util\.printd|Collab\.\w{1,30}|eval|unescape|newPlayer|getAnnots|spell\.\w{1,20}|SOAP\.\w{1,20})\s{0,4}\(?/;

const scriptCalls = (around: string): string => CALLS.exec(around)?.[0] ?? 'JavaScript';
