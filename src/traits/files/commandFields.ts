/**
 * DDE: fields, links and cells that make Office start a program ("DDEAUTO c:\\windows\\system32\\cmd.exe"). Source: MITRE T1559.002;
 * oletools' msodde, by whose files it is tested.
 */
import { utf16At } from '../../text/utf16.ts';
import type { HazardList } from './hazards.ts';

const FIELD = /\bdde(?:auto)?\s{1,20}(?=\S)/i;
const MAX_CODE = 400; // characters of a field's instruction
const MAX_FIELDS = 2_000;

/** Word's XML: an instruction may be cut into many runs, and stand in an attribute. */
export function addFieldCommands(xml: string, list: HazardList): void {
  let code = '';
  let count = 0;
  const PIECE =
    /<w:(?:instrText|delInstrText)\b[^<>]{0,300}>([^<]{0,2000})<|<w:fldSimple\b[^<>]{0,300}?w:instr\s{0,4}=\s{0,4}(?:"([^"]{0,1000})"|'([^']{0,1000})')|w:fldCharType\s{0,4}=\s{0,4}["'](begin|end|separate)["']/g;
  for (const [, run, quoted, single, edge] of xml.matchAll(PIECE)) {
    if (++count > MAX_FIELDS * 10) return;
    if (run !== undefined) code += run;
    else if (edge === undefined) addField(unescaped(quoted ?? single ?? ''), list);
    if (edge !== undefined || code.length > MAX_CODE) {
      addField(unescaped(code), list);
      code = '';
    }
  }
  addField(unescaped(code), list);
}

const HYPERLINK = /\bhyperlink\s{1,10}"([^"]{1,1000})"/i;

function addField(code: string, list: HazardList): void {
  const address = HYPERLINK.exec(code)?.[1];
  if (address !== undefined) list.addAddress(address);
  const at = code.search(FIELD);
  if (at >= 0) list.add('command-field', code.slice(at, at + MAX_CODE));
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const SERVICE = /ddeService\s{0,4}=\s{0,4}"([^"]{1,200})"[^>]{0,100}?ddeTopic\s{0,4}=\s{0,4}"([^"]{0,300})"/i;

/** A part of xl/externalLinks: XML, or the binary records of xlsb, in which service and topic are UTF-16 with their length before them. */
export function addSheetCommands(bytes: Buffer | undefined, list: HazardList): void {
  if (bytes === undefined) return;
  const match = SERVICE.exec(bytes.toString('utf8', 0, 64 * 1024));
  if (match !== null) list.add('command-field', `${match[1]}|${match[2]}`);
  else if (bytes.length < 64 * 1024) addBinarySupBook(bytes, list);
}

const DDE_LINK = 1; // MS-XLSB §2.4.36: sbt 0 workbook, 1 DDE, 2 OLE

function addBinarySupBook(bytes: Buffer, list: HazardList): void {
  for (let at = bytes.indexOf(BEGIN_SUP_BOOK); at >= 0; at = bytes.indexOf(BEGIN_SUP_BOOK, at + 1)) {
    const start = at + BEGIN_SUP_BOOK.length + 1; // one byte of size: longer names are not worth it
    if (start + 6 > bytes.length || bytes.readUInt16LE(start) !== DDE_LINK) continue;
    const first = wideString(bytes, start + 2);
    const second = wideString(bytes, start + 2 + 4 + first.length * 2);
    if (first !== '') list.add('command-field', `${first}|${second}`);
  }
}

const BEGIN_SUP_BOOK = Buffer.from([0xe8, 0x02]); // record 360 as two bytes of seven bits

function wideString(bytes: Buffer, at: number): string {
  if (at + 4 > bytes.length) return '';
  const length = bytes.readUInt32LE(at);
  return length > 0 && length < 300 && at + 4 + length * 2 <= bytes.length
    ? utf16At(bytes, at + 4, at + 4 + length * 2)
    : '';
}

/** A cell that starts a program: =cmd|'/c calc'!A0, @SUM(cmd|'…'!A0), -2+cmd|… (OWASP, "CSV injection"). */
const CELL =
  /(?:^|[,;\t"])\s{0,8}[=+\-@][^\r\n,;\t|"]{0,80}?\b(cmd|powershell|mshta|rundll32|regsvr32|msexcel|excel|certutil|wscript|cscript|bitsadmin)(?:\.exe)?\s{0,4}\|\s{0,4}'?[^\r\n]{1,300}/im;
const MAX_CELLS = 2 * 1024 * 1024; // characters

export function addCellCommands(text: string, list: HazardList): void {
  const match = CELL.exec(text.slice(0, MAX_CELLS));
  if (match !== null) list.add('command-field', match[0].replace(/^[,;\t"\s]+/, ''));
}

/** Excel's XML of 2003: the formula stands in an attribute. */
export function addFormulaCommands(xml: string, list: HazardList): void {
  const formula = /ss:Formula\s{0,4}=\s{0,4}"(=[^"|]{1,80}\|[^"]{1,300})"/i.exec(xml);
  if (formula !== null) list.add('command-field', unescaped(formula[1] ?? ''));
}

const FIELD_BEGIN = 0x13;
const FIELD_ENDS = [0x14, 0x15];

/** Word's binary text: fields stand between control characters, in letters of one or two bytes (MS-DOC §2.8.25). */
export function addBinaryFields(stream: Buffer, list: HazardList): void {
  let count = 0;
  for (
    let at = stream.indexOf(FIELD_BEGIN);
    at >= 0 && count < MAX_FIELDS * 10;
    at = stream.indexOf(FIELD_BEGIN, at + 1)
  ) {
    count++;
    const code = fieldAt(stream, at);
    if (code !== undefined) list.add('command-field', code);
  }
}

/** The instruction of the field that begins there, if it is one that starts a program and has an end. */
function fieldAt(stream: Buffer, at: number): string | undefined {
  const isWide = stream[at + 1] === 0;
  const start = isWide ? at + 2 : at + 1;
  const letters = (count: number): string =>
    isWide ? utf16At(stream, start, start + count * 2) : stream.toString('latin1', start, start + count);
  const head = letters(40);
  if (!/^\s{0,20}dde(?:auto)?\s/i.test(head)) return undefined;
  const text = letters(MAX_CODE);
  const stop = [...text].findIndex((letter) => FIELD_ENDS.includes(letter.charCodeAt(0)));
  return stop < 0 ? undefined : text.slice(0, stop);
}
