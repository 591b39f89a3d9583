/** Office files of the zip kind (ECMA-376): macros, command fields, what they load from elsewhere, programs kept inside. */
import { hostOfTarget, isWebTarget, isWithinNetwork } from '../../text/remoteTarget.ts';
import { utf16At } from '../../text/utf16.ts';
import type { ZipEntry } from '../zipFile.ts';
import { type Budget, leaveUnread, newBudget, searchable } from './budget.ts';
import { addFieldCommands, addSheetCommands } from './commandFields.ts';
import { readCompound } from './compoundFile.ts';
import { addXlmBinary, addXlmSheet } from './excelMacros.ts';
import type { HazardList } from './hazards.ts';
import { addBinaryAddresses, addXmlAddresses } from './officeAddresses.ts';
import { addOfficeOleHazards } from './officeOle.ts';
import { isCompound, type PartRole, partTypes, roleOf, roleOfRoot } from './officeParts.ts';
import { addPageAddresses } from './pageInside.ts';
import { readVbaSource } from './vbaProject.ts';
import { addVbaHazards } from './vbaSigns.ts';
import { rootOf, walkXml, xmlOf } from './xmlText.ts';
import { innerOfZip, peekZipEntry, readZipEntry } from './zipEntries.ts';

const MAX_PARTS = 2_000; // whose beginning is looked at
const BEGINNING = 512; // bytes that tell XML from records
const PART_COST = 256; // bytes of the search that each costs at least
const MAX_RELATIONS = 4_000;
const CONTENT_TYPES = '[content_types].xml';

export function addOfficeZipHazards(
  content: Buffer,
  entries: readonly ZipEntry[],
  budget: Budget,
  list: HazardList,
): void {
  const read = (entry: ZipEntry): Buffer => {
    const bytes = readZipEntry(content, entry, budget);
    return bytes === undefined ? Buffer.alloc(0) : searchable(bytes, budget);
  };
  const declared = entries.find(({ name }) => name.toLowerCase() === CONTENT_TYPES);
  const types = partTypes(declared === undefined ? '' : xmlOf(read(declared)));
  const parts = entries.slice(0, MAX_PARTS).flatMap((entry) => {
    budget.scanned -= PART_COST;
    const role = budget.scanned > 0 ? roleOf(entry, types, peekZipEntry(content, entry, budget)) : undefined;
    return role === undefined ? [] : [{ entry, role }];
  });
  const far: Elsewhere = { loaded: [], books: [], hasObject: false };
  parts.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  for (const { entry, role } of parts) {
    if (role === 'file') list.keep(innerOfZip(content, entry, budget));
    else if (role !== 'text') addPart(entry, role, read(entry), budget, list, far);
  }
  addElsewhere(far, list);
  addTexts(content, parts, budget, list);
  if (entries.length > MAX_PARTS || budget.scanned <= 0) leaveUnread(budget, 'parts of an Office file');
}

/** Last, and at a cost of its own: a long list of prices must not keep a macro from being seen, nor be told of as unread. */
function addTexts(
  content: Buffer,
  parts: readonly { readonly entry: ZipEntry; readonly role: PartRole | 'unknown' }[],
  budget: Budget,
  list: HazardList,
): void {
  for (const { entry } of parts.filter(({ role }) => role === 'text')) {
    if (budget.texts <= 0) return;
    const bytes = readZipEntry(content, entry, { ...newBudget(false), bytes: budget.texts });
    if (bytes !== undefined) addTextPart(bytes, budget, list);
  }
}

function addTextPart(bytes: Buffer, budget: Budget, list: HazardList): void {
  if (isXml(bytes)) addXmlAddresses(xmlOf(bytes), budget, list);
  else addBinaryAddresses(bytes, budget, list);
}

const isXml = (bytes: Buffer): boolean => /^[\ufeff\s]*</.test(xmlOf(bytes.subarray(0, BEGINNING)));

/** In the order in which they are read: what there is no room for matters least. */
const ROLES: readonly (PartRole | 'unknown')[] = [
  ...([
    'project',
    'compound',
    'relations',
    'control',
    'macro-sheet',
    'workbook',
    'external-link',
    'story',
    'page',
    'file',
  ] as const),
  'unknown',
];

function addPart(
  entry: ZipEntry,
  role: Exclude<PartRole, 'file'> | 'unknown',
  bytes: Buffer,
  budget: Budget,
  list: HazardList,
  far: Elsewhere,
): void {
  switch (role) {
    case 'project':
      addProject(bytes, budget, list);
      return;
    case 'compound':
      addOfficeOleHazards(bytes, budget, list); // a project under any name, or an object
      return;
    case 'control':
      list.add('active-control', entry.name);
      return;
    case 'relations':
      addRelations(xmlOf(bytes), budget, list, far);
      return;
    case 'macro-sheet':
      list.add('macro', `Excel 4.0 macro sheet ${entry.name}`);
      if (isXml(bytes)) addXlmSheet(xmlOf(bytes), list);
      else addXlmBinary(bytes, list);
      return;
    case 'workbook':
      addAutoNames(bytes, list);
      return;
    case 'external-link':
      if (addSheetCommands(bytes, list)) far.hasObject = true;
      return;
    case 'page':
      addPageAddresses(xmlOf(bytes), budget, list);
      return;
    case 'story':
      addFieldCommands(xmlOf(bytes), list);
      addXmlAddresses(xmlOf(bytes), budget, list);
      return;
    case 'text':
      addTextPart(bytes, budget, list);
      return;
    case 'unknown': {
      const found = isCompound(bytes) ? 'compound' : roleOfRoot(rootOf(xmlOf(bytes)) ?? '');
      if (found === 'file') return;
      if (found !== undefined) addPart(entry, found, bytes, budget, list, far);
      return;
    }
  }
}

function addProject(bytes: Buffer, budget: Budget, list: HazardList): void {
  addVbaHazards(readVbaSource(readCompound(bytes, budget), budget) ?? '', list);
}

const AUTO_NAME = /\bAuto_(?:Open|Close|Activate|Deactivate)\b/i;

/** Defined names that Excel runs; in xlsb as UTF-16 at any offset. */
function addAutoNames(bytes: Buffer, list: HazardList): void {
  const names: string[] = [utf16At(bytes), utf16At(bytes, 1)];
  walkXml(xmlOf(bytes), { open: (_name, attributes) => names.push(attributes.get('name') ?? '') });
  const name = names.map((text) => AUTO_NAME.exec(text)?.[0]).find((found) => found !== undefined);
  if (name !== undefined) list.add('macro-auto-run', name);
}

/** Types of relation that are followed when the document is opened; hyperlinks and pictures are not among them. */
const LOADED = /\/(attachedTemplate|oleObject|frame|subDocument|aFChunk|control|webSettings)$/i;
const REMOTE = /^(?:https?|ftp|file|mhtml|ms-\w+|\\\\|\/\/)/i;
/** Word's own habit: the path of the writer's template on the writer's disk. Nobody else has it. */
const OWN_DISK = /^(?:file:\/{2,3})?[a-z]:[\\/]/i;

/** What is followed to another machine, in the order in which it was found. */
interface Elsewhere {
  readonly loaded: Remote[];
  readonly books: Remote[];
  /** A workbook links to an object, which is loaded: by a relation of which type is the file's choice. */
  hasObject: boolean;
}
interface Remote {
  readonly type: string;
  readonly target: string;
}
/** Another workbook that cells take values from. */
const BOOK = /\/(externalLinkPath)$/i;
/** Behind ! stands what a moniker takes out of a file; behind another ending, what is no workbook. */
const WORKBOOK = /^[^!?#]{1,2000}\.(?:xl[st][bmx]?|ods|csv)(?:[?#][^!]*)?$/i;

/** One of each server that nobody outside can reach, and one of each that values come from: a list full of them would hide the rest. */
function addElsewhere({ loaded, books, hasObject }: Elsewhere, list: HazardList): void {
  const isValues = ({ target }: Remote): boolean => !hasObject && WORKBOOK.test(target);
  const followed = [...loaded, ...books.filter((book) => !isValues(book))];
  for (const one of firstOfEach(followed, (host, target) => (isWithinNetwork(host) ? host : target)))
    list.add('remote-template', `${one.type} ${one.target}`);
  const places = firstOfEach(books.filter(isValues), (host, target) => `${isWebTarget(target)} ${host}`);
  for (const { type, target } of places) list.add('linked-workbook', `${type} ${target}`);
}

function firstOfEach(all: readonly Remote[], keyOf: (host: string, target: string) => string): Iterable<Remote> {
  const first = new Map<string, Remote>();
  for (const one of all) {
    const host = hostOfTarget(one.target);
    const key = host === undefined ? one.target : keyOf(host, one.target);
    if (!first.has(key)) first.set(key, one);
  }
  return first.values();
}

/** Of all the parts of a flat file at once. */
export function addRelationsOf(xml: string, budget: Budget, list: HazardList): void {
  const far: Elsewhere = { loaded: [], books: [], hasObject: false };
  addRelations(xml, budget, list, far);
  addElsewhere(far, list);
}

/** Where it stands as an address, and not as a relation: Word 2003. */
export function addTemplate(target: string, list: HazardList): void {
  if (REMOTE.test(target) && !OWN_DISK.test(target)) list.add('remote-template', `attachedTemplate ${target}`);
}

function addRelations(xml: string, budget: Budget, list: HazardList, far: Elsewhere): void {
  let count = 0;
  walkXml(xml, {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes.get('TargetMode')?.toLowerCase() !== 'external') return;
      if (++count > MAX_RELATIONS) leaveUnread(budget, 'relations of an Office file');
      else addRelation(attributes.get('Type') ?? '', (attributes.get('Target') ?? '').trim(), list, far);
    },
  });
}

function addRelation(type: string, target: string, list: HazardList, far: Elsewhere): void {
  // What is loaded by itself is a hazard of its own: one fact, one finding.
  if (/\/hyperlink$/i.test(type)) list.addAddress(target);
  if (!REMOTE.test(target) || OWN_DISK.test(target)) return;
  const loaded = LOADED.exec(type)?.[1];
  const book = BOOK.exec(type)?.[1];
  if (loaded !== undefined) far.loaded.push({ type: loaded, target });
  else if (book !== undefined) far.books.push({ type: book, target });
}
