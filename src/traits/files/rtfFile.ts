/** RTF: fields that start a program, templates from elsewhere, and objects: hex digits after \objdata with an OLE 1.0 header (MS-OLEDS §2.2). */
import { type Budget, searchable } from './budget.ts';
import type { HazardList } from './hazards.ts';
import { addNative, addPackages } from './olePackage.ts';

const MAX_CODE = 400; // characters of a field's instruction
const MAX_FIELDS = 2_000;
const MAX_RTF = 4 * 1024 * 1024;

/** RTF: \fldinst with groups, control words and letters as numbers between; objects that update themselves; templates from elsewhere. */
export function addRtfHazards(content: Buffer, budget: Budget, list: HazardList): void {
  const text = searchable(content.subarray(0, MAX_RTF), budget).toString('latin1');
  let count = 0;
  for (const match of text.matchAll(/(?<!\\)\\fldinst/g)) {
    if (++count > MAX_FIELDS) break;
    const code = plainRtf(text.slice(match.index + 8, match.index + 8 + MAX_CODE * 8));
    const link = /^\W{0,40}hyperlink\s{1,10}"([^"]{1,2000})"/i.exec(code)?.[1];
    if (link !== undefined) list.addAddress(link);
    if (/^\W{0,40}dde(?:auto)?\s/i.test(code)) list.add('command-field', code.replace(/^\W+/, ''));
  }
  const template = /\{\\\*\\template\s{1,4}((?:https?|ftp|file|\\\\\\\\|\\\\)[^{}]{1,500})\}/i.exec(text);
  if (template !== null && !/^file:\/{2,3}[a-z]:/i.test(template[1] ?? ''))
    list.add('remote-template', `template ${template[1]}`);
  if (/(?<!\\)\\objupdate\b/.test(text) && /(?<!\\)\\objdata\b/.test(text))
    list.add('active-control', 'object that updates itself (\\objupdate)');
  addObjects(text, budget, list);
  if (/(?<!\\)\\objocx\b/.test(text)) list.add('active-control', '\\objocx');
}

/** Of a group: control words and braces away, \'xx and \uN as letters; up to where the result begins. */
function plainRtf(rtf: string): string {
  const end = rtf.indexOf('\\fldrslt');
  return (end < 0 ? rtf : rtf.slice(0, end))
    .replace(/[\r\n]/g, '')
    .replace(/\\'([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\u(\d{1,5}) ?\??/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\\\/g, '\u0001')
    .replace(/\\[a-z]{1,32}-?\d{0,10} ?/gi, '')
    .replace(/[{}]|\\\*/g, '')
    .replaceAll('\u0001', '\\');
}

const MAX_OBJECTS = 20;
const MAX_DIGITS = 256 * 1024; // of one object
const MAX_CLASS = 60;
/** Programs that attacks start by their objects: CVE-2017-11882, CVE-2012-0158, CVE-2014-1761. */
const ABUSED = /^(?:equation|otkloadr|mscomctllib|wscript|htmlfile|shell\.explorer|scriptbridge)/i;

function addObjects(rtf: string, budget: Budget, list: HazardList): void {
  let count = 0;
  for (const { index } of rtf.matchAll(/\\objdata\b/g)) {
    if (++count > MAX_OBJECTS) return;
    const start = index + '\\objdata'.length;
    const group = rtf.slice(start, start + MAX_DIGITS);
    const end = group.indexOf('}');
    addObject(Buffer.from(digitsOf(end < 0 ? group : group.slice(0, end)), 'hex'), budget, list);
  }
}

/** Readers skip blanks, control words and groups between the digits. */
const digitsOf = (text: string): string => text.replace(/\\[a-z*]{1,32}-?\d{0,10} ?/gi, '').replace(/[^0-9a-f]/gi, '');

/** Version 4, format 4, then class, topic and item with their lengths, size 4, data. */
function addObject(bytes: Buffer, budget: Budget, list: HazardList): void {
  const className = stringAt(bytes, 8);
  if (className === undefined) return;
  const name = className.text.replace(/\0.*$/s, '');
  if (ABUSED.test(name)) list.add('embedded-program', `${name} object`);
  const topic = stringAt(bytes, className.end);
  const item = topic === undefined ? undefined : stringAt(bytes, topic.end);
  if (item === undefined) return;
  const data = bytes.subarray(item.end + 4);
  if (/^package/i.test(name)) addNative(Buffer.concat([Buffer.alloc(4), data]), list);
  addPackages(data, budget, list);
}

function stringAt(bytes: Buffer, at: number): { readonly text: string; readonly end: number } | undefined {
  if (at + 4 > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  if (length > MAX_CLASS * 4) return undefined;
  return { text: bytes.toString('latin1', at + 4, at + 4 + Math.min(length, MAX_CLASS)), end: at + 4 + length };
}
