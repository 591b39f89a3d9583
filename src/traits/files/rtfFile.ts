/** RTF: fields that start a program, templates from elsewhere, and objects: hex digits after \objdata with an OLE 1.0 header (MS-OLEDS §2.2). */
import { type Budget, leaveUnread, searchable } from './budget.ts';
import { addField } from './commandFields.ts';
import type { HazardList } from './hazards.ts';
import { addOfficeOleHazards } from './officeOle.ts';
import { isCompound } from './officeParts.ts';
import { addNative } from './olePackage.ts';
import { walkRtf } from './rtfText.ts';
import { writtenAddresses } from './writtenAddresses.ts';

const MAX_CODE = 4_000; // characters of a field's instruction
const MAX_TEMPLATE = 600;
const MAX_DIGITS = 2 * 1024 * 1024; // of one object
const MAX_RTF = 4 * 1024 * 1024;
const WANTED: ReadonlyMap<string, number> = new Map([
  ['fldinst', MAX_CODE],
  ['template', MAX_TEMPLATE],
  ['objdata', MAX_DIGITS],
  ['htmltag', MAX_CODE], // MS-OXRTFEX §2.1.3.1: the HTML that Outlook made the RTF of
]);
const MAX_SHOWN = 1024 * 1024; // characters of text
const REMOTE = /^(?:https?:|ftp:|file:|\\\\)/i;

export function addRtfHazards(content: Buffer, budget: Budget, list: HazardList): void {
  if (content.length > MAX_RTF) leaveUnread(budget, 'the rest of a long RTF file');
  const text = searchable(content.subarray(0, MAX_RTF), budget).toString('latin1');
  const words = new Set<string>();
  let objects = 0;
  const shown: string[] = [];
  let shownLength = 0;
  const show = (letters: string): void => {
    shownLength += letters.length;
    if (shownLength < Math.min(MAX_SHOWN, budget.texts)) shown.push(letters);
  };
  walkRtf(text, {
    wanted: WANTED,
    control: (word) => {
      if (word.startsWith('obj')) words.add(word);
    },
    shown: show,
    destination(name, written) {
      if (name === 'htmltag') {
        show(` ${written} `);
        return;
      }
      if (name === 'fldinst') addField(written.trim(), list);
      else if (name === 'template') addTemplate(written.trim(), list);
      else if (++objects <= MAX_OBJECTS) {
        addObject(Buffer.from(written.replace(/[^0-9a-f]/gi, ''), 'hex'), budget, list);
      } else leaveUnread(budget, `objects in RTF beyond ${MAX_OBJECTS}`);
    },
  });
  budget.texts -= shownLength;
  for (const address of writtenAddresses(shown.join(''))) list.addWritten(address);
  if (words.has('objupdate') && words.has('objdata'))
    list.add('active-control', 'object that updates itself (\\objupdate)');
  if (words.has('objocx')) list.add('active-control', '\\objocx');
}

function addTemplate(target: string, list: HazardList): void {
  if (REMOTE.test(target) && !/^file:\/{2,3}[a-z]:/i.test(target)) list.add('remote-template', `template ${target}`);
}

const MAX_OBJECTS = 20;
const MAX_CLASS = 60;
/** Programs that attacks start by their objects: CVE-2017-11882, CVE-2012-0158, CVE-2014-1761. */
const ABUSED = /^(?:equation|otkloadr|mscomctllib|wscript|htmlfile|shell\.explorer|scriptbridge)/i;

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
  if (/^package/i.test(name)) addNative(Buffer.concat([Buffer.alloc(4), data]), budget, list);
  if (isCompound(data)) addOfficeOleHazards(data, budget, list);
}

function stringAt(bytes: Buffer, at: number): { readonly text: string; readonly end: number } | undefined {
  if (at + 4 > bytes.length) return undefined;
  const length = bytes.readUInt32LE(at);
  if (length > MAX_CLASS * 4) return undefined;
  return { text: bytes.toString('latin1', at + 4, at + 4 + Math.min(length, MAX_CLASS)), end: at + 4 + length };
}
