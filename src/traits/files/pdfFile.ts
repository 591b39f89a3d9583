/**
 * What a PDF does when it is opened: a search for names of actions in its text and in its packed object streams (ISO 32000-1 §7.5.7, §12.6),
 * all within bounds; and the addresses of its links (§12.6.4.7). No document is built: names in content streams are not read, and pages that
 * a library would draw do not matter here.
 */
import { utf16BeAt } from '../../text/utf16.ts';
import { type Budget, leaveUnread, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { addPdfInside } from './pdfInside.ts';
import { objectsIn, type PdfObjects } from './pdfObjects.ts';
import { isViewScript, reachingCall } from './pdfScripts.ts';
import { named, objectStreams, ownWords } from './pdfStreams.ts';
import { addTextAddresses } from './pdfText.ts';

const MAX_FILE = 8 * 1024 * 1024; // bytes searched; of a longer one the beginning and the end
const LOOK_AROUND = 600; // characters of a dictionary beside an action

/** `isEncrypted`: strings and streams cannot be read then; names of keys can. */
export function addPdfHazards(content: Buffer, isEncrypted: boolean, budget: Budget, list: HazardList): void {
  const ends =
    content.length <= MAX_FILE
      ? content
      : Buffer.concat([content.subarray(0, MAX_FILE / 2), content.subarray(-MAX_FILE / 2)]);
  if (content.length > MAX_FILE) leaveUnread(budget, 'the middle of a long PDF');
  const bytes = searchable(ends, budget);
  const text = bytes.toString('latin1');
  const texts = [ownWords(text)];
  for (const stream of objectStreams(bytes, text, isEncrypted, budget)) texts.push(stream);
  const all: Searched = { texts, lookUps: MAX_REFERENCES };
  for (const one of texts) addActions(one, all, list);
  const objects = objectsIn(texts);
  for (const one of texts) addAddresses(one, texts, objects, list);
  if (isEncrypted) return;
  addPdfInside(bytes, text, texts, budget, list);
  addTextAddresses({ bytes, text, texts, objects }, budget, list);
}

const MAX_MATCHES = 20_000;
const MAX_OF_A_KIND = 12; // looked at closely, so that a thousand of one kind hide no other
const MAX_LIST = 32 * 1024; // characters of a list of packed objects

/** The file's words and its packed objects; each look for an object in all of them costs. */
interface Searched {
  readonly texts: readonly string[];
  lookUps: number;
}

function addActions(raw: string, all: Searched, list: HazardList): void {
  const text = raw.includes('#') ? named(raw) : raw;
  let count = 0;
  const counts = new Map<string, number>();
  for (const { 0: match, index } of text.matchAll(
    /\/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|GoToR|GoToE|SubmitForm|RichMedia|XFA|ImportData)(?![\w-])/g,
  )) {
    if (++count > MAX_MATCHES) return;
    const seen = (counts.get(match) ?? 0) + 1;
    counts.set(match, seen);
    if (seen > MAX_OF_A_KIND) {
      // Twelve that only print must not hide one that does more.
      if (match === '/OpenAction') list.add('pdf-open-action', 'OpenAction');
      continue;
    }
    const around = text.slice(index, index + LOOK_AROUND);
    switch (match) {
      case '/JavaScript':
      case '/JS':
        list.add('pdf-script', (match === '/JS' ? reachingCall(around) : undefined) ?? 'JavaScript');
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
        if (!/^\/OpenAction\s{0,4}\[/.test(around)) list.add('pdf-open-action', openAction(text, around, all));
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

const MAX_LINKS = 5_000;
const MAX_REFERENCES = 20; // from links to their addresses that are searched for in the whole file: which object is meant a table says, which is not read here
/** `/URI (…)`, `/URI <hex>` or `/URI 9 0 R`; the name may have letters as #xx, which an address must keep. Comments are blanks (§7.2.3). */
const GAP = '(?:\\s|%[^\\r\\n]{0,200}[\\r\\n]){0,40}';
const STRING = '\\(((?:[^()\\\\]|\\\\[\\s\\S]|\\([^()\\\\]{0,200}\\)){1,2000})\\)|<([0-9a-fA-F\\s]{8,4000})>';
const LINK = new RegExp(
  `/(?:U|#55)(?:R|#52)(?:I|#49)(?=[\\s%(<])${GAP}(?:${STRING}|(\\d{1,7})\\s{1,20}(\\d{1,5})\\s{1,20}R)`,
  'g',
);
const WHOLE_STRING = new RegExp(`obj${GAP}(?:${STRING})|^${GAP}(?:${STRING})`);

function addAddresses(text: string, texts: readonly string[], objects: PdfObjects, list: HazardList): void {
  let count = 0;
  let references = 0;
  for (const [, literal, hex, number, generation] of text.matchAll(LINK)) {
    if (++count > MAX_LINKS) return;
    if (number === undefined) list.addAddress(written(literal, hex));
    else {
      list.addAddress(wholeString(`obj${objects(Number(number)).slice(0, LOOK_AROUND)}`) ?? '');
      if (++references <= MAX_REFERENCES) list.addAddress(stringOf(`${number} ${generation} obj`, texts));
    }
  }
}

const written = (literal: string | undefined, hex: string | undefined): string =>
  withoutMark(hex === undefined ? unescaped(literal ?? '') : latin1OfHex(hex));

/** Of an object that is a string; '' when there is none. */
function stringOf(mark: string, texts: readonly string[]): string {
  for (const text of texts) {
    const found = wholeString(objectAt(text, mark));
    if (found !== undefined) return found;
  }
  return '';
}

/** `object`: from its 'obj' on, or what stands behind that. */
function wholeString(object: string): string | undefined {
  const match = WHOLE_STRING.exec(object);
  return match === null ? undefined : written(match[1] ?? match[3], match[2] ?? match[4]);
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

/** The kind of action that stands in place or behind a reference, in the same text; 'view' for a script that only arranges how it is shown. */
function openAction(text: string, around: string, all: Searched): string {
  const reference = /^\/OpenAction\s{0,4}(\d{1,7})\s{1,4}(\d{1,5})\s{1,4}R/.exec(around);
  const target = reference === null ? around : objectAt(text, `${reference[1]} ${reference[2]} obj`);
  const kind = /\/S\s{0,4}\/(\w{1,20})/.exec(target)?.[1];
  if (kind === undefined) return 'OpenAction';
  if (kind !== 'JavaScript') return `OpenAction ${kind}`;
  const isView =
    reference === null
      ? isViewAction(around.slice('/OpenAction'.length))
      : areViewActions(Number(reference[1]), Number(reference[2]), all);
  return isView ? 'OpenAction view' : `OpenAction ${kind}`;
}

/** The whole of an action that is a script and leads to no other; of the script only what is written as it reads. */
const SCRIPT_ACTION =
  /^\s{0,4}<<\s{0,4}(?:\/Type\s{0,4}\/Action\s{0,4})?(?:\/S\s{0,4}\/JavaScript\s{0,4})?\/JS\s{0,4}\(((?:[^()\\]|\\[()nrt]){0,600})\)\s{0,4}(?:\/Type\s{0,4}\/Action\s{0,4})?(?:\/S\s{0,4}\/JavaScript\s{0,4})?>>/;

function isViewAction(object: string): boolean {
  const script = SCRIPT_ACTION.exec(object)?.[1];
  if (script === undefined) return false;
  return isViewScript(withoutMark(script.replace(/\\([()nrt])/g, (_, code: string) => BREAKS.get(code) ?? code)));
}

const MAX_ACTION = 1_000; // characters of a dictionary with a script of 600
const BREAKS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', ' '],
]);

const MAX_VERSIONS = 20; // of an object: files are saved again and again

/** All objects of this number: which of them a reader takes is said by a table that is not read here. */
function areViewActions(number: number, generation: number, all: Searched): boolean {
  if (--all.lookUps < 0) return false;
  const written = new RegExp(`(?<!\\d)0{0,9}${number}${GAP}0{0,9}${generation}${GAP}obj`, 'g');
  let count = 0;
  for (const text of all.texts) {
    for (const { 0: whole, index } of text.matchAll(written)) {
      const start = index + whole.length;
      if (++count > MAX_VERSIONS || !isViewAction(text.slice(start, start + MAX_ACTION))) return false;
    }
    const packed = packedAt(text, number);
    if (packed !== undefined && (++count > MAX_VERSIONS || !isViewAction(packed))) return false;
  }
  return count > 0;
}

/** In the file's own words behind "4 0 obj"; in an object stream by the list of numbers and offsets at its beginning (§7.5.7). */
function objectAt(text: string, mark: string): string {
  const at = text.search(new RegExp(`(?<!\\d)${mark}`));
  if (at >= 0) return text.slice(at, at + LOOK_AROUND);
  return packedAt(text, Number.parseInt(mark, 10)) ?? '';
}

function packedAt(text: string, number: number): string | undefined {
  const list = /^(?:\s{0,4}\d{1,10}\s{1,4}\d{1,10}){1,2000}\s{0,4}/.exec(text.slice(0, MAX_LIST))?.[0];
  if (list === undefined) return undefined;
  const numbers = list.trim().split(/\s+/);
  const index = numbers.findIndex((one, place) => place % 2 === 0 && Number(one) === number);
  if (index < 0) return undefined;
  const start = list.length + Number(numbers[index + 1]);
  return text.slice(start, start + LOOK_AROUND);
}

const fileName = (text: string): string | undefined =>
  /\/(?:UF|F)\s{0,4}\(([^()\r\n]{1,200})\)/.exec(text)?.[1]?.replace(/\\(\d{3})|\0/g, '');
