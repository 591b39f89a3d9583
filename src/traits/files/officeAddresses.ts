/**
 * Where Office documents lead by other means than relations and fields: formulas (HYPERLINK), attributes of OpenDocument (xlink:href), of VML and of
 * the XML of 2003, and addresses in the text of cells, paragraphs and slides. Forms of PDFs (XFA) are read alike.
 */
import { utf16At } from '../../text/utf16.ts';
import type { Budget } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { writtenAddresses } from './writtenAddresses.ts';
import { walkXml } from './xmlText.ts';

/** Elements whose href is followed on a click; that of pictures and objects loads, and is no link. */
const WITH_HREF: ReadonlySet<string> = new Set(
  'a form button area shape rect roundrect oval line polyline group section-source table-source'.split(' '),
);
/** Behind these a reader sees the end of a line or a cell. */
const ENDS: ReadonlySet<string> = new Set('p h si is c f v row tab br cr tc line-break text'.split(' '));
/** Not shown: instructions of fields, which are read elsewhere, programs, and bytes as letters. */
const UNSEEN: ReadonlySet<string> = new Set(
  'instrText delInstrText script binData binaryData binary-data style'.split(' '),
);
const MAX_TEXT = 1024 * 1024; // characters of one part
const MAX_FORMULA = 8_192; // Excel's own limit

/** `xml`: a part, or a document in one piece. What is read is taken off `budget.texts`. */
export function addXmlAddresses(xml: string, budget: Budget, list: HazardList): void {
  if (budget.texts <= 0) return;
  budget.texts -= xml.length;
  const pieces: string[] = [];
  let length = 0;
  let unseen = 0;
  let formula: string | undefined;
  walkXml(xml, {
    open(name, attributes) {
      if (UNSEEN.has(name)) unseen++;
      if (name === 'f') formula = '';
      const target = targetOf(name, attributes);
      if (target !== undefined) list.addAddress(target.trim());
      const written = attributes.get('formula') ?? attributes.get('Formula');
      if (written !== undefined) addFormulaAddresses(written, list);
    },
    close(name) {
      if (UNSEEN.has(name)) unseen--;
      if (name === 'f' && formula !== undefined) {
        addFormulaAddresses(formula, list);
        formula = undefined;
      }
      if (ENDS.has(name)) pieces.push('\n');
    },
    text(piece) {
      if (formula !== undefined) formula = (formula + piece).slice(0, MAX_FORMULA);
      else if (unseen <= 0 && length < MAX_TEXT) {
        pieces.push(piece);
        length += piece.length;
      }
    },
  });
  for (const address of writtenAddresses(pieces.join(''))) list.addWritten(address);
}

function targetOf(element: string, attributes: ReadonlyMap<string, string>): string | undefined {
  if (WITH_HREF.has(element)) return attributes.get('href');
  if (element === 'Cell') return attributes.get('HRef'); // Excel 2003
  return element === 'hlink' ? attributes.get('dest') : undefined; // Word 2003
}

/** Office's and OpenDocument's own kinds of XML in one piece. */
export const isFlatOffice = (xml: string): boolean => FLAT.test(xml.slice(0, MAX_HEAD));
const FLAT =
  /urn:oasis:names:tc:opendocument|schemas\.microsoft\.com\/office|progid="(?:Word|Excel)\.|openxmlformats\.org/i;
const MAX_HEAD = 8 * 1024;

const CALL = /\bHYPERLINK\s{0,10}\(/gi;
const MAX_CALLS = 20; // of one formula
const LETTER = /\b(?:UNI)?CHAR\(\s{0,4}(\d{1,5})\s{0,4}\)/gi;
const TOKEN = /"((?:[^"]|"")*)"|[(),;]|[^"(),;]+/y;

/** Strings of the first argument, put together: what comes from other cells is not known here. */
export function addFormulaAddresses(formula: string, list: HazardList): void {
  if (!MAY_LEAD.test(formula)) return;
  const plain = formula.replace(LETTER, (_, code: string) => `"${String.fromCharCode(Number(code))}"`);
  for (const { 0: call, index } of plain.matchAll(CALL).take(MAX_CALLS)) {
    const target = firstArgument(plain, index + call.length).trim();
    if (/^(?:https?:|ftp:|file:|www\.|\\\\)/i.test(target)) list.addAddress(target);
  }
  for (const address of writtenAddresses(plain.replaceAll('"', ' '))) list.addAddress(address);
}

const MAY_LEAD = /hyperlink|:\/\/|www\./i;

function firstArgument(formula: string, start: number): string {
  const token = new RegExp(TOKEN);
  token.lastIndex = start;
  let depth = 0;
  let text = '';
  for (let match = token.exec(formula); match !== null; match = token.exec(formula)) {
    const [word, literal] = match;
    if (literal !== undefined) text += literal.replaceAll('""', '"');
    else if (word === '(') depth++;
    else if (word === ')' && --depth < 0) break;
    else if ((word === ',' || word === ';') && depth === 0) break;
  }
  return text;
}

const IN_BYTES = /(?:https?|ftp):\/\/[\x21-\x7e]{3,2000}/gi;
const MAX_IN_BYTES = 1_000;

/** Of the records of binary documents, in letters of one byte or two: text, hyperlinks, strings of formulas alike. */
export function addBinaryAddresses(bytes: Buffer, budget: Budget, list: HazardList): void {
  const part = bytes.subarray(0, Math.max(0, budget.texts));
  budget.texts -= part.length;
  for (const text of [part.toString('latin1'), utf16At(part), utf16At(part, 1)]) {
    const found = [...text.matchAll(IN_BYTES).take(MAX_IN_BYTES)].map(([address]) => address);
    for (const address of writtenAddresses(found.join('\n'))) list.addWritten(address);
  }
}
