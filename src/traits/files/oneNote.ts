/** Files kept in a OneNote section (MS-ONESTORE §2.6.13 FileDataStoreObject): what a double click in the notes starts. */
import { utf16At } from '../../text/utf16.ts';
import type { HazardList } from './hazards.ts';
import { addEmbedded } from './olePackage.ts';

const FILE_DATA = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex'); // {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}
const HEADER = 36; // GUID 16, length 8, unused 4, reserved 8
const MAX_FILES = 50;
const LOOKED_AT = 4_096;
/** Names of embedded files stand apart from them, in UTF-16. */
const ENDING = /\.(?:exe|hta|cmd|bat|ps1|vbs|vbe|js|jse|wsf|wsh|lnk|scr|com|msi|chm|iso|img|dll|jar)(?![\w.])/gi;
const MAX_NAME = 80; // characters before the ending
const MAX_SEARCHED = 4 * 1024 * 1024;

export function addOneNoteHazards(content: Buffer, list: HazardList): void {
  let count = 0;
  for (
    let at = content.indexOf(FILE_DATA);
    at >= 0 && count < MAX_FILES;
    at = content.indexOf(FILE_DATA, at + 16), count++
  ) {
    if (at + HEADER > content.length) break;
    const length = Number(content.readBigUInt64LE(at + 16));
    const data = content.subarray(at + HEADER, at + HEADER + Math.min(length, LOOKED_AT));
    addEmbedded('', data, list);
    if (isScript(data)) list.add('embedded-program', 'unnamed script');
  }
  if (count === 0) return;
  for (const parity of [0, 1]) {
    const text = utf16At(content, parity, MAX_SEARCHED);
    for (const { 0: ending, index } of text.matchAll(ENDING)) {
      const name = /[\w .()-]+$/.exec(text.slice(Math.max(0, index - MAX_NAME), index))?.[0];
      if (name !== undefined) list.add('embedded-program', `${name}${ending}`);
    }
  }
}

const isScript = (data: Buffer): boolean =>
  /<(?:script|hta:application|job)\b|^\s*(?:@?echo off|powershell|cmd(?:\.exe)? \/c|Set \w+ ?= ?CreateObject|WScript\.)/im.test(
    data.toString('latin1'),
  );
