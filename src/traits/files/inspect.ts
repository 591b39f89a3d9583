/** Looks into one file and the files in it: names, locks and hazards, as deep and as much as the message's budget allows. */
import type { Hazard } from '../../domain/message.ts';
import { kindOfExtension } from '../fileKind.ts';
import { beginningOf } from '../textType.ts';
import { type Budget, leaveUnread, MAX_DEPTH, MAX_ONE, searchable, withShare } from './budget.ts';
import { addCellCommands } from './commandFields.ts';
import { addSylkHazards } from './excelMacros.ts';
import { addFlatXmlHazards } from './flatXml.ts';
import { type HazardList, newHazardList } from './hazards.ts';
import { innerFiles } from './innerFiles.ts';
import { filesOfMessage, type Inner, isMessage } from './messageInside.ts';
import { DEFAULT_PASSWORD, openDefaultLock } from './officeLock.ts';
import { addOfficeOleHazards, addWebArchiveHazards } from './officeOle.ts';
import { addOfficeZipHazards } from './officeZip.ts';
import { addOneNoteHazards } from './oneNote.ts';
import { isPage, readPageInside, readScriptInside } from './pageInside.ts';
import { addPdfHazards } from './pdfFile.ts';
import { unlockedPdfs } from './pdfUnlock.ts';
import { addPlainText, isShownText } from './plainText.ts';
import { addRtfHazards } from './rtfFile.ts';
import { addLinkHazards, addShortcutText } from './shortcuts.ts';
import { isTestVirus } from './testVirus.ts';
import { addTnefBodies } from './tnefFile.ts';
import { isCompound, isContainer, readTrueType, type TrueType } from './trueType.ts';
import { isBomb, megabytes, zipBomb } from './zipEntries.ts';

export interface Insight {
  readonly isEncrypted: boolean;
  readonly entryNames: readonly string[];
  readonly hazards: readonly Hazard[];
  /** Where its links lead, as written, and those of files in it. */
  readonly addresses: readonly string[];
  /** The same of what only stands in their text. */
  readonly written: readonly string[];
}

const OFFICE_ZIP: ReadonlySet<string> = new Set('docx docm xlsx xlsm xlsb pptx pptm vsdx vsdm'.split(' '));
const MAX_TEXT = 4 * 1024 * 1024; // bytes of a text file that are searched

/** `told`: what readTrueType said of it. What breaks a reader is the caller's to record. */
export async function inspectFile(
  content: Buffer,
  told: TrueType,
  extension: string,
  budget: Budget,
  fileName = '',
  depth = 0,
): Promise<Insight> {
  const list = newHazardList();
  if (isTestVirus(content)) list.add('test-virus', 'EICAR test file');
  const { trueType = '', zip, isEncrypted = false, unpackedBytes = 0 } = told;
  if (trueType === 'cfb' && isEncrypted && depth < MAX_DEPTH) {
    const opened = openDefaultLock(content, budget);
    if (opened !== undefined) return inspectOpened(opened, extension, budget, depth);
  }
  if (unpackedBytes > 0 && isBomb(unpackedBytes, content.length)) {
    list.add('bomb', `${megabytes(unpackedBytes)} MB in ${content.length} bytes`);
  }
  if (zip !== undefined) {
    const bomb = zipBomb(zip, content.length);
    if (bomb !== undefined) list.add('bomb', bomb);
    const opensAsOffice = OFFICE_ZIP.has(trueType) || isOfficeName(extension);
    if (opensAsOffice) addOfficeZipHazards(content, zip.entries, budget, list);
    if (opensAsOffice && content[0] !== ZIP_BEGINNING) addWebArchiveHazards(content, budget, list);
    if (opensAsOffice || bomb !== undefined) {
      const within = bomb === undefined ? await inspectKept(budget, depth, list) : NOTHING;
      return { isEncrypted, entryNames: kept([...(told.entryNames ?? []), ...within.entryNames]), ...foundIn(list) };
    }
  } else {
    addOwnHazards(content, { trueType, isEncrypted }, extension, budget, list);
    if (isShownText(trueType, extension, depth > 0)) addPlainText(content, budget, list);
    if (mayBeWebArchive(trueType, extension)) addWebArchiveHazards(content, budget, list);
  }
  const inner = isMessage(told, extension)
    ? await filesOfMessage(content, told, depth, budget, list)
    : innerFiles(content, told, { fileName, extension }, budget, list);
  const within = await inspectInner(inner, budget, depth, list);
  const inDocument = await inspectKept(budget, depth, list);
  const names = told.entryNames ?? inner.map(({ name }) => name);
  return {
    isEncrypted: isEncrypted || within.isEncrypted,
    entryNames: kept([...names, ...within.entryNames, ...inDocument.entryNames]),
    ...foundIn(list),
  };
}

const foundIn = ({ found, addresses, written }: HazardList): Pick<Insight, 'hazards' | 'addresses' | 'written'> => ({
  hazards: found,
  addresses: [...addresses],
  written: [...written],
});

/** It stays locked for all who do not try the password. */
async function inspectOpened(opened: Buffer, extension: string, budget: Budget, depth: number): Promise<Insight> {
  const told = await readTrueType(opened, extension, '', budget);
  const insight = await inspectFile(opened, told, extension, budget, '', depth + 1);
  return {
    ...insight,
    isEncrypted: true,
    hazards: [{ kind: 'default-password', quote: DEFAULT_PASSWORD }, ...insight.hazards],
  };
}

const isOfficeName = (extension: string): boolean => {
  const kind = kindOfExtension(extension);
  return kind === 'document' || kind === 'spreadsheet' || kind === 'presentation';
};

const ZIP_BEGINNING = 0x50; // 'P': Word goes by the beginning of a file, unpackers by its end
const LISTS: ReadonlySet<string> = new Set('csv tsv slk'.split(' '));

/** Opened by Office, which goes by what is in it. */
const mayBeWebArchive = (trueType: string, extension: string): boolean =>
  trueType === 'mht' || (isOfficeName(extension) && !isCompound(trueType) && !LISTS.has(extension));

function addOwnHazards(
  content: Buffer,
  { trueType, isEncrypted }: Required<Pick<TrueType, 'trueType' | 'isEncrypted'>>,
  extension: string,
  budget: Budget,
  list: HazardList,
): void {
  switch (trueType) {
    case 'doc':
    case 'xls':
    case 'ppt':
    case 'vsd':
    case 'cfb':
    case 'msg':
      addOfficeOleHazards(content, budget, list);
      break;
    case 'pdf':
      addPdf(content, isEncrypted, budget, list);
      break;
    case 'rtf':
      if (content.subarray(0, RTF_BEGINNING).includes('{\\rt')) addRtfHazards(content, budget, list);
      else addTextHazards(content, trueType, extension, budget, list); // Word opens its XML under the name too
      break;
    case 'lnk':
      addLinkHazards(content, list);
      break;
    case 'tnef':
      addTnefBodies(content, budget, list);
      break;
    case 'one':
      addOneNoteHazards(searchable(content, budget), list);
      break;
    default:
      addTextHazards(content, trueType, extension, budget, list);
  }
}

/** A lock that asks nobody hides nothing from a reader, and is to hide nothing here. */
function addPdf(content: Buffer, isEncrypted: boolean, budget: Budget, list: HazardList): void {
  const unlocked = isEncrypted ? unlockedPdfs(content) : undefined;
  if (unlocked !== undefined) list.add('empty-password', 'opens without a password');
  for (const plain of unlocked ?? []) addPdfHazards(plain, false, budget, list);
  if ((unlocked ?? []).length === 0) addPdfHazards(content, isEncrypted, budget, list);
}

const RTF_BEGINNING = 512; // bytes: blanks and marks may stand first

/** Behind comments, or without a declaration, a single element makes a page of it to who goes by elements. */
const OFFICE_XML = /<\?mso-application|office\/2006\/xmlPackage|office\/word\/2003\/wordml/;

function addTextHazards(content: Buffer, type: string, extension: string, budget: Budget, list: HazardList): void {
  const kind = kindOfExtension(type) ?? kindOfExtension(extension);
  const beginning = beginningOf(content);
  if (beginning === undefined) return;
  const isXml = type === 'xml' || beginning.startsWith('<?xml') || OFFICE_XML.test(beginning);
  const isSylk = beginning.startsWith('ID;P');
  if (kind !== 'shortcut' && kind !== 'spreadsheet' && !isXml && !isSylk) return;
  if (content.length > MAX_TEXT) leaveUnread(budget, `text beyond ${MAX_TEXT} bytes`);
  const text = beginningOf(searchable(content.subarray(0, MAX_TEXT), budget), MAX_TEXT);
  if (text === undefined) return;
  if (kind === 'shortcut') addShortcutText(text, extension, list);
  else if (isXml) {
    addFlatXmlHazards(text, budget, list);
  } else if (isSylk) addSylkHazards(text, list);
  else if (kind === 'spreadsheet') addCellCommands(text, list);
}

type Within = Pick<Insight, 'isEncrypted' | 'entryNames'>;
const NOTHING: Within = { isEncrypted: false, entryNames: [] };

const MAX_PARTIES = 4; // that share what is left

/** Pictures and sound have nothing in them that matters here; of what is left, what can run comes first. */
async function inspectInner(inner: readonly Inner[], budget: Budget, depth: number, list: HazardList): Promise<Within> {
  const names: string[] = [];
  let isEncrypted = false;
  const files = worthLooking(inner);
  for (const [at, file] of files.entries()) {
    if (budget.files <= 0) {
      leaveUnread(budget, 'files in archives beyond the first 100');
      break;
    }
    budget.files--;
    try {
      const partyCount = Math.min(files.length - at, MAX_PARTIES);
      const within = await withShare(budget, partyCount, (share) => inspectOne(file, share, depth, list));
      isEncrypted ||= within.isEncrypted;
      names.push(...within.entryNames);
    } catch (error) {
      leaveUnread(budget, failureOf(error)); // its neighbours are read all the same
    }
  }
  return { isEncrypted, entryNames: names };
}

const MAX_NESTED = MAX_DEPTH + 1; // documents in documents, as deep as archives and one more

/** What documents keep inside was chosen by its bytes, whatever its name. A lock in there is none of the document. */
async function inspectKept(budget: Budget, depth: number, list: HazardList): Promise<Within> {
  const names: string[] = [];
  if (list.kept.length > 0 && depth >= MAX_NESTED) leaveUnread(budget, 'documents in documents, too deep');
  for (const [at, file] of (depth >= MAX_NESTED ? [] : list.kept).entries()) {
    if (budget.kept <= 0) {
      leaveUnread(budget, 'files in documents beyond the first 60');
      break;
    }
    budget.kept--;
    try {
      const partyCount = Math.min(list.kept.length - at, MAX_PARTIES);
      const within = await withShare(budget, partyCount, (share) => inspectOne(file, share, depth, list));
      names.push(...within.entryNames);
    } catch (error) {
      leaveUnread(budget, failureOf(error));
    }
  }
  return { isEncrypted: false, entryNames: names };
}

/** In the words of a defect: why a file is not known although there was room for it. */
export const failureOf = (error: unknown): string =>
  `the reader failed (${error instanceof Error ? error.message : ''})`;

async function inspectOne(file: Inner, budget: Budget, depth: number, list: HazardList): Promise<Within> {
  const content = await file.read();
  if (content === undefined) return NOTHING;
  const extension = extensionOf(file.name);
  const told = await readTrueType(content, extension, '', budget);
  const level = file.isSole && told.trueType === 'tar' ? depth : depth + 1; // tar.gz is one archive
  if (level >= MAX_DEPTH && isContainer(told)) {
    list.add('bomb', `archives ${MAX_DEPTH} deep`);
    return NOTHING;
  }
  const page = isPage(told.trueType)
    ? readPageInside(content, budget)
    : SCRIPTS_OF_PAGES.has(extension)
      ? readScriptInside(content, budget)
      : undefined;
  const { isEncrypted, hazards, entryNames, addresses, written } = await inspectFile(
    content,
    told,
    extension,
    budget,
    file.name,
    level,
  );
  const program = PROGRAMS.get(told.trueType ?? '');
  const own: readonly Hazard[] = program === undefined ? [] : [{ kind: 'program', quote: program }];
  list.addInside(file.name, [...own, ...hazards, ...(page?.found ?? [])]);
  for (const address of [...addresses, ...(page?.addresses ?? [])]) list.addAddress(address);
  for (const address of written) list.addWritten(address);
  const names =
    isContainer(told) || isMessage(told, extension)
      ? entryNames.map((name) => `${file.name}/${name}`.slice(-MAX_NAME))
      : [];
  return { isEncrypted, entryNames: names };
}

const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['exe', 'Windows program'],
  ['elf', 'Linux program'],
  ['macho', 'macOS program'],
]);
const SCRIPTS_OF_PAGES: ReadonlySet<string> = new Set(['js', 'mjs']);
const MAX_NAME = 300; // characters, from the end
const DULL: ReadonlySet<string> = new Set(['image', 'audio', 'video']);

function worthLooking(inner: readonly Inner[]): readonly Inner[] {
  return inner
    .filter(({ name, sizeBytes }) => !DULL.has(kindOfExtension(extensionOf(name)) ?? '') && sizeBytes > 0)
    .sort((a, b) => rankOf(a.name) - rankOf(b.name) || Math.min(a.sizeBytes, MAX_ONE) - Math.min(b.sizeBytes, MAX_ONE));
}

const RANKS = ['shortcut', 'script', 'executable', 'html', 'archive', 'disk-image', 'spreadsheet', 'document', 'pdf'];

function rankOf(name: string): number {
  const rank = RANKS.indexOf(kindOfExtension(extensionOf(name)) ?? '');
  return rank < 0 ? RANKS.length : rank;
}

const extensionOf = (name: string): string => {
  const dot = name.lastIndexOf('.');
  return dot < 0
    ? ''
    : name
        .slice(dot + 1)
        .trim()
        .toLowerCase();
};

const MAX_KEPT = 100; // domain/message.ts
const RUNS: ReadonlySet<string> = new Set(['executable', 'script', 'shortcut', 'disk-image', 'archive']);

/** In their order; with too many, what can run first: a hundred fillers must not hide it. */
function kept(names: readonly string[]): readonly string[] {
  if (names.length <= MAX_KEPT) return names;
  const runs = (name: string): boolean => RUNS.has(kindOfExtension(extensionOf(name)) ?? '');
  return [...names.filter(runs), ...names.filter((name) => !runs(name))].slice(0, MAX_KEPT);
}
