/** What a PDF keeps in streams of its own: files (ISO 32000-1 §7.11.4), and forms in XML with their scripts (§12.7.8; XFA 3.3). */
import { type Budget, leaveUnread, MAX_ONE, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { addXmlAddresses } from './officeAddresses.ts';
import { undoFilters } from './pdfFilters.ts';
import { type PdfStream, pdfStreams } from './pdfStreams.ts';
import { walkXml, xmlOf } from './xmlText.ts';

const FILE = /\/EmbeddedFiles?\b/;
const MAX_FILES = 30;
const MAX_FORM = 4 * 1024 * 1024; // bytes

/** `text`: the bytes, as letters; `texts`: its own words and its packed objects. */
export function addPdfInside(
  bytes: Buffer,
  text: string,
  texts: readonly string[],
  budget: Budget,
  list: HazardList,
): void {
  const names = fileNames(texts);
  const forms = formObjects(texts);
  if (names.size === 0 && forms.size === 0 && !FILE.test(text)) return;
  let count = 0;
  const pieces: string[] = [];
  const streams = pdfStreams(bytes, text, FILE, { objects: new Set([...names.keys(), ...forms]) });
  for (const stream of streams) {
    if (forms.has(stream.number)) pieces.push(formOf(stream, budget));
    else if (++count > MAX_FILES) leaveUnread(budget, `files in a PDF beyond ${MAX_FILES}`);
    else keep(stream, names.get(stream.number) ?? 'file', budget, list);
  }
  if (pieces.length === 0) return;
  addFormScripts(pieces.join(''), list);
  addXmlAddresses(pieces.join(''), budget, list);
}

function keep({ data, packed }: PdfStream, name: string, budget: Budget, list: HazardList): void {
  list.keep({ name, sizeBytes: data.length, read: () => undoFilters(data, packed, budget, MAX_ONE) });
}

const formOf = ({ data, packed }: PdfStream, budget: Budget): string =>
  xmlOf(searchable(undoFilters(data, packed, budget, MAX_FORM) ?? Buffer.alloc(0), budget));

const MAX_MATCHES = 200;
const AROUND = 1_500; // characters of a dictionary
const STRING = /\/(?:UF|F)\s{0,4}\(([^()\r\n]{1,1000})\)/;
const STREAM = /\/EF\s{0,4}<<[^>]{0,200}?\/(?:UF|F)\s{1,4}(\d{1,7})\s{1,4}\d{1,5}\s{1,4}R/g;

/** By the objects of their streams; the name stands beside, before or behind. */
function fileNames(texts: readonly string[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const text of texts) {
    for (const { 0: whole, 1: object, index } of text.matchAll(STREAM).take(MAX_MATCHES)) {
      const before = text.slice(Math.max(0, index - AROUND), index);
      const dictionary = before.slice(before.lastIndexOf('obj') + 1);
      const end = index + whole.length;
      const name = STRING.exec(dictionary)?.[1] ?? STRING.exec(text.slice(end, end + AROUND))?.[1];
      names.set(Number(object), (name ?? 'file').replace(/\\(\d{3})|\0/g, ''));
    }
  }
  return names;
}

const MAX_FORMS = 5;
const MAX_PACKETS = 20;

/** Of a form: one stream, or a list of named pieces of one document, in place or in an object of its own. */
function formObjects(texts: readonly string[]): ReadonlySet<number> {
  const objects = new Set<number>();
  const add = (written: string): void => {
    for (const [, object] of written.matchAll(/(\d{1,7})\s{1,4}\d{1,5}\s{1,4}R\b/g).take(MAX_PACKETS))
      objects.add(Number(object));
  };
  for (const text of texts) {
    for (const [, list, one] of text
      .matchAll(/\/XFA\s{0,4}(?:\[([^\]]{0,2000})|(\d{1,7}\s{1,4}\d{1,5}\s{1,4}R))/g)
      .take(MAX_FORMS)) {
      add(list ?? one ?? '');
      const [number, generation] = (one ?? '').split(/\s+/);
      if (number === undefined || generation === undefined) continue;
      const array = new RegExp(`(?<!\\d)${number}\\s{1,4}${generation}\\s{1,4}obj\\s{0,4}\\[([^\\]]{0,2000})`);
      for (const other of texts) add(array.exec(other)?.[1] ?? '');
    }
  }
  return objects;
}

/** Scripts of what the reader does reach out by a click, as links do; those that run by themselves have no reason to (XFA 3.3, "Events"). */
const BY_READER: ReadonlySet<string> = new Set(
  'click mouseDown mouseUp mouseEnter mouseExit change enter exit full'.split(' '),
);
const REACHES =
  /\b(?:app\.launchURL|launchURL|gotoURL|getURL|exportDataObject|importDataObject|importData|openDoc|mailMsg|Collab\.\w{1,30}|spell\.\w{1,20}|SOAP\.\w{1,20}|unescape)\s{0,4}\(?/;
const ADDRESS = /\bhttps?:\/\/[^\s"'<>\\)]{1,2000}/g;
const MAX_SCRIPT = 256 * 1024; // characters
const MAX_ADDRESSES = 20;

function addFormScripts(xml: string, list: HazardList): void {
  let activity = '';
  let script: string | undefined;
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'event')
        activity = attributes.get('activity') ?? 'click'; // what it is when it is not said
      else if (name === 'calculate' || name === 'validate') activity = name;
      else if (name === 'script') script = '';
      else if (name === 'submit') list.addAddress(attributes.get('target') ?? '');
    },
    text(piece) {
      if (script !== undefined && script.length < MAX_SCRIPT) script += piece;
    },
    close(name) {
      if (name !== 'script' || script === undefined) return;
      addScript(script, activity, list);
      script = undefined;
    },
  });
}

function addScript(script: string, activity: string, list: HazardList): void {
  const call = REACHES.exec(script)?.[0];
  const runsAlone = !BY_READER.has(activity);
  if (script.trim() !== '')
    list.add('pdf-script', runsAlone && call !== undefined ? `${call} on ${activity}` : 'JavaScript');
  if (call !== undefined)
    for (const [address] of script.matchAll(ADDRESS).take(MAX_ADDRESSES)) list.addAddress(address);
}
