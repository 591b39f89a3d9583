/**
 * DDE: fields, links and cells that make Office start a program ("DDEAUTO c:\\windows\\system32\\cmd.exe"). Source: MITRE T1559.002;
 * oletools' msodde, by whose files it is tested.
 */
import { utf16At } from '../../text/utf16.ts';
import type { HazardList } from './hazards.ts';
import { walkXml, xmlOf } from './xmlText.ts';

const FIELD = /\bdde(?:auto)?\s{1,20}(?=\S)/i;
const MAX_CODE = 400; // characters of a field's instruction
const MAX_FIELDS = 2_000;

const HAS_FIELDS = /instrText|fldSimple/i; // names of elements have no entities

/** Word's XML: an instruction may be cut into many runs, and stand in an attribute. */
export function addFieldCommands(xml: string, list: HazardList): void {
  if (!HAS_FIELDS.test(xml)) return;
  let code = '';
  let isCode = false;
  const flush = (): void => {
    if (code !== '') addField(code, list);
    code = '';
  };
  walkXml(xml, {
    open(name, attributes) {
      isCode = INSTRUCTIONS.has(name);
      if (name === 'fldSimple') addField(attributes.get('instr') ?? '', list);
      if (attributes.has('fldCharType')) flush();
    },
    close(name) {
      if (INSTRUCTIONS.has(name)) isCode = false;
    },
    text(piece) {
      if (!isCode) return;
      code += piece.slice(0, MAX_CODE * 5);
      if (code.length > MAX_CODE * 4) flush();
    },
  });
  flush();
}

const INSTRUCTIONS: ReadonlySet<string> = new Set(['instrText', 'delInstrText']);

/** Arguments stand in quotes or alone, among switches that have some of their own. */
const ADDRESS =
  /"\s{0,10}((?:https?:|ftp:|file:|mailto:|www\.)[^"]{1,2000})"|(?<=\s)((?:https?:|ftp:|file:|mailto:|www\.)[^\s"]{1,2000})/gi;
const MAX_ADDRESSES = 10;

/** `code`: the instruction of a field. Adds where it leads, and that it starts a program. */
export function addField(code: string, list: HazardList): void {
  if (/\bhyperlink\b/i.test(code)) {
    const found = [...code.matchAll(ADDRESS)].slice(0, MAX_ADDRESSES);
    for (const [, quoted, alone] of found) list.addAddress(quoted ?? alone ?? '');
  }
  const at = code.search(FIELD);
  if (at >= 0) list.add('command-field', code.slice(at, at + MAX_CODE));
}

/**
 * A part of xl/externalLinks: XML, or the binary records of xlsb, in which service and topic are UTF-16 with their length before them.
 * Returns whether it links to an object.
 */
export function addSheetCommands(bytes: Buffer, list: HazardList): boolean {
  let isXml = false;
  let hasObject = false;
  walkXml(xmlOf(bytes), {
    open(name, attributes) {
      isXml ||= name === 'externalLink';
      hasObject ||= name === 'oleLink';
      const service = attributes.get('ddeService');
      if (service !== undefined) list.add('command-field', `${service}|${attributes.get('ddeTopic') ?? ''}`);
    },
  });
  return isXml || bytes.length >= MAX_SUP_BOOK ? hasObject : addBinarySupBook(bytes, list);
}

const MAX_SUP_BOOK = 64 * 1024;
const LINK = { dde: 1, ole: 2 } as const; // MS-XLSB §2.4.36: sbt 0 workbook

function addBinarySupBook(bytes: Buffer, list: HazardList): boolean {
  let hasObject = false;
  for (let at = bytes.indexOf(BEGIN_SUP_BOOK); at >= 0; at = bytes.indexOf(BEGIN_SUP_BOOK, at + 1)) {
    const start = at + BEGIN_SUP_BOOK.length + 1; // one byte of size: longer names are not worth it
    if (start + 6 > bytes.length) continue;
    const kind = bytes.readUInt16LE(start);
    hasObject ||= kind === LINK.ole;
    if (kind !== LINK.dde) continue;
    const first = wideString(bytes, start + 2);
    const second = wideString(bytes, start + 2 + 4 + first.length * 2);
    if (first !== '') list.add('command-field', `${first}|${second}`);
  }
  return hasObject;
}

const BEGIN_SUP_BOOK = Buffer.from([0xe8, 0x02]); // record 360 as two bytes of seven bits

function wideString(bytes: Buffer, at: number): string {
  if (at + 4 > bytes.length) return '';
  const length = bytes.readUInt32LE(at);
  return length > 0 && length < 300 && at + 4 + length * 2 <= bytes.length
    ? utf16At(bytes, at + 4, at + 4 + length * 2)
    : '';
}

/** A link to a program, behind its name: |'topic'! and an item. What stands between bars alone is a list. */
const TOPIC = /\|\s{0,20}'[^'\r\n]{1,400}'\s{0,4}!/g;
const MAX_TOPICS = 2_000; // more than any list has that is none of links
const MAX_BEFORE = 400; // characters of a cell or record before its bar
/** What a cell begins with that is computed (OWASP, "CSV injection"), up to the name of a program: =cmd, @SUM(1,2)*cmd, -2+cmd. */
const FORMULA = /(?<=[\r\n,;\t"]\s{0,8})[=+\-@](?:[^|]{0,360}[^\w.|])?[\w.]{1,60}\s{0,20}$/;
/** Without quotes around the topic other words are too often words. */
const PROGRAM_CELL =
  /(?:^|[,;\t"])\s{0,8}[=+\-@][^\r\n,;\t|"]{0,80}?\b(?:cmd|powershell|mshta|rundll32|regsvr32|msexcel|excel|certutil|wscript|cscript|bitsadmin)(?:\.exe)?\s{0,4}\|\s{0,4}[^\s'|!,;"]{1,300}![\w$']/im;
const MAX_CELLS = 2 * 1024 * 1024; // characters

export function addCellCommands(text: string, list: HazardList): void {
  const part = text.slice(0, MAX_CELLS);
  const found = programLink(part, FORMULA) ?? PROGRAM_CELL.exec(part)?.[0];
  if (found !== undefined) list.add('command-field', found.replace(/^[,;\t"\s]+/, ''));
}

/** A cell or a name of SYLK whose formula (;E) is such a link. */
const EXPRESSION = /[\r\n](?:C|NN|NE)(?:;[^\r\n]{0,360})?;E(?:[^\r\n|]{0,360}[^\w.\r\n|])?[\w.]{1,60}\s{0,20}$/;

export function addSylkCommands(text: string, list: HazardList): void {
  const found = programLink(text.slice(0, MAX_CELLS), EXPRESSION);
  if (found !== undefined) list.add('command-field', found.trim());
}

/** The first link to a program behind a `beginning`, as a whole. */
function programLink(text: string, beginning: RegExp): string | undefined {
  let count = 0;
  for (const { 0: topic, index } of text.matchAll(TOPIC)) {
    if (++count > MAX_TOPICS) return topic;
    const before = beginning.exec(`\n${text.slice(Math.max(0, index - MAX_BEFORE), index)}`)?.[0];
    const end = index + topic.length;
    if (before !== undefined)
      return `${before}${topic}${/^(?:\w{1,30}|'')/.exec(text.slice(end, end + 30))?.[0] ?? ''}`;
  }
  return undefined;
}

/** Excel's XML of 2003: the formula stands in an attribute. */
export function addFormulaCommands(xml: string, list: HazardList): void {
  if (!/Formula/i.test(xml)) return;
  walkXml(xml, {
    open(_name, attributes) {
      const formula = attributes.get('Formula') ?? '';
      if (/^=[^"|]{1,80}\|/.test(formula)) list.add('command-field', formula);
    },
  });
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
