/** Office files of the zip kind (ECMA-376): macros, command fields, what they load from elsewhere, programs kept inside. */
import { utf16At } from '../../text/utf16.ts';
import type { ZipEntry } from '../zipFile.ts';
import { type Budget, searchable } from './budget.ts';
import { addFieldCommands, addSheetCommands } from './commandFields.ts';
import { readCompound } from './compoundFile.ts';
import { addXlmBinary, addXlmText } from './excelMacros.ts';
import type { HazardList } from './hazards.ts';
import { addPackages } from './olePackage.ts';
import { readVbaSource } from './vbaProject.ts';
import { addVbaHazards } from './vbaSigns.ts';
import { readZipEntry } from './zipEntries.ts';

const MAX_PARTS = 60; // looked into of each sort
const MAX_RELATIONS = 500;

type Read = (entry: ZipEntry) => Buffer | undefined;

export function addOfficeZipHazards(
  content: Buffer,
  entries: readonly ZipEntry[],
  budget: Budget,
  list: HazardList,
): void {
  const read: Read = (entry) => {
    const bytes = readZipEntry(content, entry, budget);
    return bytes === undefined ? undefined : searchable(bytes, budget);
  };
  const like = (pattern: RegExp): readonly ZipEntry[] =>
    entries.filter(({ name }) => pattern.test(name)).slice(0, MAX_PARTS);
  for (const entry of like(/(?:^|\/)vbaproject[\w.]{0,20}\.bin$/i)) addProject(read(entry), budget, list);
  for (const entry of like(/\.rels$/i)) addRelations(textOf(read(entry)), list);
  for (const entry of like(/\/activex\/[^/]{1,60}\.bin$/i)) list.add('active-control', entry.name);
  for (const entry of like(/\/(?:macrosheets|intlmacrosheets)\/(?!binaryindex)[^/]{1,60}\.(?:xml|bin)$/i)) {
    const bytes = read(entry);
    list.add('macro', `Excel 4.0 macro sheet ${entry.name}`);
    if (entry.name.toLowerCase().endsWith('.xml')) addXlmText(textOf(bytes), list);
    else addXlmBinary(bytes ?? Buffer.alloc(0), list);
  }
  for (const entry of like(/^xl\/workbook\.(?:xml|bin)$/i)) addAutoNames(read(entry), list);
  for (const entry of like(/^word\/(?:document|header\d{0,3}|footer\d{0,3}|footnotes|endnotes|comments)\.xml$/i))
    addFieldCommands(textOf(read(entry)), list);
  for (const entry of like(/^xl\/externallinks\/[^/]{1,60}\.(?:xml|bin)$/i)) addSheetCommands(read(entry), list);
  for (const entry of like(/\/embeddings\/[^/]{1,80}$/i)) addPackages(read(entry), budget, list);
}

function addProject(bytes: Buffer | undefined, budget: Budget, list: HazardList): void {
  const source = bytes === undefined ? undefined : readVbaSource(readCompound(bytes, budget), budget);
  addVbaHazards(source ?? '', list);
}

const AUTO_NAME = /\bAuto_(?:Open|Close|Activate|Deactivate)\b/i;

/** Defined names that Excel runs; in xlsb as UTF-16 at any offset. */
function addAutoNames(bytes: Buffer | undefined, list: HazardList): void {
  if (bytes === undefined) return;
  const readings = [bytes.toString('utf8'), utf16At(bytes), utf16At(bytes, 1)];
  const name = readings.map((text) => AUTO_NAME.exec(text)?.[0]).find((found) => found !== undefined);
  if (name !== undefined) list.add('macro-auto-run', name);
}

/** Types of relation that are followed when the document is opened; hyperlinks and pictures are not among them. */
const LOADED = /\/(attachedTemplate|oleObject|frame|subDocument|aFChunk|externalLinkPath|control|webSettings)$/i;
const REMOTE = /^(?:https?|ftp|file|mhtml|ms-\w+|\\\\|\/\/)/i;
/** Word's own habit: the path of the writer's template on the writer's disk. Nobody else has it. */
const OWN_DISK = /^(?:file:\/{2,3})?[a-z]:[\\/]/i;

function addRelations(text: string, list: HazardList): void {
  let count = 0;
  for (const [element] of text.matchAll(/<(?:\w{1,10}:)?Relationship\s[^<>]{1,4000}>/gi)) {
    if (++count > MAX_RELATIONS) return;
    if (!/TargetMode\s{0,4}=\s{0,4}["']External["']/i.test(element)) continue;
    const type = LOADED.exec(attribute(element, 'Type'))?.[1];
    const target = decoded(attribute(element, 'Target'));
    // What is loaded by itself is a hazard of its own: one fact, one finding.
    if (/\/hyperlink$/i.test(attribute(element, 'Type'))) list.addAddress(target);
    if (type === undefined || OWN_DISK.test(target) || !REMOTE.test(target)) continue;
    list.add('remote-template', `${type} ${target}`);
  }
}

const attribute = (element: string, name: string): string =>
  new RegExp(`\\s${name}\\s{0,4}=\\s{0,4}(?:"([^"]{0,2000})"|'([^']{0,2000})')`, 'i')
    .exec(element)
    ?.slice(1)
    .find(Boolean) ?? '';

const decoded = (text: string): string =>
  text.replaceAll('&amp;', '&').replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code)));

const textOf = (bytes: Buffer | undefined): string => {
  if (bytes === undefined) return '';
  return bytes[0] === 0xff && bytes[1] === 0xfe ? utf16At(bytes) : bytes.toString('utf8');
};
