/** Excel 4.0 macros (XLM): macro sheets of binary workbooks (MS-XLS), of xlsx and xlsb, and of SYLK text. */
import { utf16At } from '../../text/utf16.ts';
import { addSylkCommands } from './commandFields.ts';
import type { HazardList } from './hazards.ts';
import { walkXml } from './xmlText.ts';

/** Functions that start programs, load code or write files; what attacks of 2020–22 used. */
const CALLS =
  /\b(EXEC|CALL|REGISTER|FOPEN|FWRITEL?N?|URLDownloadToFileA?|ShellExecuteA?|FORMULA\.FILL|WORKBOOK\.HIDE)\s{0,4}\(/g;

const RECORD = { bof: 0x809, boundSheet: 0x85, name: 0x18, supBook: 0x1ae, eof: 0x0a } as const;
const MACRO_SHEET = 1; // MS-XLS §2.4.28 dt
const BUILTIN = 0x20; // MS-XLS §2.4.150: the name is a number
const AUTO_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Auto_Open'],
  [2, 'Auto_Close'],
  [10, 'Auto_Activate'],
  [11, 'Auto_Deactivate'],
]);
/** Of the functions above, as ptgFunc and ptgFuncVar of formulas: MS-XLS §2.5.198.17 (Ftab) and .4 (Cetab). */
const FUNCTIONS: ReadonlyMap<number, string> = new Map([
  [110, 'EXEC'],
  [150, 'CALL'],
  [149, 'REGISTER'],
  [132, 'FOPEN'],
  [138, 'FWRITE'],
  [137, 'FWRITELN'],
]);

/** `stream`: 'Workbook' or 'Book'. */
export function addBiffHazards(stream: Buffer, list: HazardList): void {
  let isMacroSheet = false;
  let macroSheets = 0;
  for (let at = 0; at + 4 <= stream.length; ) {
    const type = stream.readUInt16LE(at);
    const size = stream.readUInt16LE(at + 2);
    const data = stream.subarray(at + 4, at + 4 + size);
    if (type === RECORD.bof) isMacroSheet = data.length >= 4 && data.readUInt16LE(2) === 0x40;
    if (type === RECORD.boundSheet && (data[5] ?? 0) === MACRO_SHEET) {
      macroSheets++;
      list.add('macro', `Excel 4.0 macro sheet ${sheetName(data)}`);
    }
    if (type === RECORD.name) addAutoName(data, list);
    if (type === RECORD.supBook) addSupBook(data, list);
    if (isMacroSheet && FORMULAS.has(type)) addFormula(data, list);
    at += 4 + size;
  }
  if (macroSheets === 0 && stream.length > 8 && stream.readUInt16LE(6) === 0x40)
    list.add('macro', 'Excel 4.0 macro file');
}

const FORMULAS: ReadonlySet<number> = new Set([0x06, 0x206, 0x406]);

function sheetName(data: Buffer): string {
  const length = data[6] ?? 0;
  const isUnicode = data.length >= 8 + length && ((data[7] ?? 0) & ~1) === 0; // BIFF8 has a flag byte before the letters
  if (!isUnicode) return data.toString('latin1', 7, 7 + length);
  return data[7] === 1 ? utf16At(data, 8, 8 + length * 2) : data.toString('latin1', 8, 8 + length);
}

/** Flags 2, key 1, length 1 …, name at 14 (BIFF8: a flag byte before it). */
function addAutoName(data: Buffer, list: HazardList): void {
  if (data.length < 15) return;
  const length = data[3] ?? 0;
  const text = data.toString('latin1', 14, Math.min(data.length, 16 + length * 2)).replaceAll('\0', '');
  const builtin =
    (data.readUInt16LE(0) & BUILTIN) === 0 || length !== 1
      ? undefined
      : (AUTO_NAMES.get(data[15] ?? data[14] ?? 0) ?? AUTO_NAMES.get(data[14] ?? 0));
  const name = builtin ?? /auto_(?:open|close|activate|deactivate)\w{0,20}/i.exec(text)?.[0];
  if (name !== undefined) list.add('macro-auto-run', name);
}

/** A link to a program: its path is "service, 3, topic" (MS-XLS §2.5.277: U+0003 parts them), and has no sheets. */
function addSupBook(data: Buffer, list: HazardList): void {
  if (data.length < 8 || data.readUInt16LE(0) !== 0) return;
  const length = data.readUInt16LE(2);
  const path = data[4] === 1 ? utf16At(data, 5, 5 + length * 2) : data.toString('latin1', 5, 5 + length);
  const [service, topic] = path.split('\u0003');
  if (topic !== undefined && service !== undefined && isProgramLink(service))
    list.add('command-field', `${service}|${topic}`);
}

/** Links to objects in other files are written alike; a DDE service is a bare word. */
const isProgramLink = (service: string): boolean =>
  /^[\w.-]{1,40}$/.test(service) && !/^(?:Word|Excel|Package|Paint|PowerPoint|Visio)\b/i.test(service);

const VAR_FUNCTION = [0x22, 0x42, 0x62]; // ptgFuncVar: count 1, function 2
const FIXED_FUNCTION = [0x21, 0x41, 0x61];

/** Tokens are searched for, not read: their lengths differ by kind, and a false hit in a macro sheet costs nothing. */
function addFormula(data: Buffer, list: HazardList): void {
  for (let at = 20; at + 4 <= data.length; at++) {
    const token = data[at] ?? 0;
    const index = VAR_FUNCTION.includes(token)
      ? data.readUInt16LE(at + 2)
      : FIXED_FUNCTION.includes(token)
        ? data.readUInt16LE(at + 1)
        : -1;
    const name = FUNCTIONS.get(index);
    if (name !== undefined) list.add('macro-call', name);
  }
}

/** A macro sheet of xlsx: formulas are text. */
export function addXlmSheet(xml: string, list: HazardList): void {
  let formula = '';
  walkXml(xml, {
    text(piece) {
      if (formula.length < MAX_FORMULA) formula += piece;
    },
    close() {
      addXlmText(formula, list);
      formula = '';
    },
  });
}

const MAX_FORMULA = 8_192; // characters: Excel's own limit

function addXlmText(xml: string, list: HazardList): void {
  for (const [, name = ''] of xml.matchAll(CALLS)) list.add('macro-call', name);
}

/** A macro sheet of xlsb: as in BIFF, among records of other sizes. */
export function addXlmBinary(bytes: Buffer, list: HazardList): void {
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (!VAR_FUNCTION.includes(bytes[at] ?? 0)) continue;
    const name = FUNCTIONS.get(bytes.readUInt16LE(at + 2));
    const count = bytes[at + 1] ?? 0;
    if (name !== undefined && count > 0 && count < 30) list.add('macro-call', name);
  }
}

/** SYLK ("ID;P…") with 'O;E', a macro sheet, opens without a warning in old versions: Outflank 2018. */
export function addSylkHazards(text: string, list: HazardList): void {
  if (!/^ID;P/.test(text)) return;
  addSylkCommands(text, list);
  if (!/^O(?:;[^;\r\n]{0,40}){0,20};E/m.test(text)) return;
  list.add('macro', 'Excel 4.0 macro sheet in SYLK');
  const auto = /^NN;N(auto_\w{1,20})/im.exec(text)?.[1];
  if (auto !== undefined) list.add('macro-auto-run', auto);
  addXlmText(text, list);
}
