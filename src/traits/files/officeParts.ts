/**
 * What a part of an Office file is (ECMA-376 part 2, OPC): by its name, by the type that the package declares, or by its content. Names and
 * folders are a habit; a program that opens the file goes by relations and types, and attackers rename.
 */
import type { ZipEntry } from '../zipFile.ts';
import { rootOf, walkXml, xmlOf } from './xmlText.ts';

export type PartRole =
  | 'compound' // OLE: a project of macros, an object, a control
  | 'project' // named or declared as one of macros, whatever it holds
  | 'control'
  | 'relations'
  | 'macro-sheet'
  | 'workbook'
  | 'external-link'
  | 'page' // HTML that is taken into the document as it is shown (altChunk, part 1 §17.17.2.1)
  | 'file' // likewise a document, or one that is kept as an object
  | 'story' // text with fields: the document, its headers, notes and comments
  | 'text'; // text and links without any: sheets and their strings, slides, OpenDocument's parts

const BY_NAME: readonly (readonly [PartRole, RegExp])[] = [
  ['project', /(?:^|\/)vbaproject[\w.]{0,20}\.bin$/i],
  ['relations', /\.rels$/i],
  ['control', /\/activex\/[^/]{1,60}\.bin$/i],
  ['macro-sheet', /\/(?:macrosheets|intlmacrosheets)\/(?!binaryindex)[^/]{1,60}\.(?:xml|bin)$/i],
  ['workbook', /^xl\/workbook\.(?:xml|bin)$/i],
  ['external-link', /^xl\/externallinks\/[^/]{1,60}\.(?:xml|bin)$/i],
  ['text', /^(?:xl\/(?:worksheets\/[^/]{1,60}|sharedstrings)\.(?:xml|bin)|ppt\/slides\/[^/]{1,60}\.xml)$/i],
  ['story', /^word\/(?:document|header\d{0,3}|footer\d{0,3}|footnotes|endnotes|comments)\.xml$/i],
];
const BY_TYPE: readonly (readonly [PartRole, RegExp])[] = [
  ['project', /vbaProject$/i],
  ['macro-sheet', /(?:macrosheet|intlmacrosheet)(?:\+xml)?$/i],
  ['external-link', /externalLink(?:\+xml)?$/i],
  ['workbook', /ms-excel\.sheet\.binary\.macroEnabled\.main$/i],
  ['page', /^(?:text\/html|application\/xhtml)/i],
  ['file', /^(?:message\/rfc822|(?:text|application)\/rtf|application\/pdf)/i],
];
const BY_ROOT: Readonly<Record<string, PartRole>> = {
  Relationships: 'relations',
  macrosheet: 'macro-sheet',
  workbook: 'workbook',
  externalLink: 'external-link',
  html: 'page',
  document: 'story',
  hdr: 'story',
  ftr: 'story',
  footnotes: 'story',
  endnotes: 'story',
  comments: 'story',
  glossaryDocument: 'story',
  worksheet: 'text',
  sst: 'text',
  sld: 'text',
  'document-content': 'text',
  'document-styles': 'text',
};
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Zip (newer Office files), PDF, RTF, mail and web archives. */
const FILES = ['PK\x03\x04', '%PDF-', '{\\rt', 'MIME-Version:'].map((mark) => Buffer.from(mark, 'latin1'));
const MAX_TYPES = 4_000;
const MIN_BEGINNING = 64; // bytes; with less, blocks of nothing may stand before the rest

/** Parts by their declared types. */
export type PartTypes = (name: string) => string | undefined;

/** Of '[Content_Types].xml': by name, else by ending (part 2 §10.1.2.2). */
export function partTypes(xml: string): PartTypes {
  const types = new Map<string, string>();
  walkXml(xml, {
    open(name, attributes) {
      const type = attributes.get('ContentType');
      const key = name === 'Override' ? attributes.get('PartName') : `.${attributes.get('Extension') ?? ''}`;
      if (type !== undefined && key !== undefined && types.size < MAX_TYPES) types.set(key.toLowerCase(), type);
    },
  });
  return (name) => {
    const key = name.toLowerCase();
    return types.get(`/${key}`) ?? types.get(key.slice(key.lastIndexOf('.')));
  };
}

/** `beginning`: some hundred bytes of it, none when they do not come at once. 'unknown' when more of it has to be read; undefined: nothing that matters here. */
export function roleOf(
  { name, packedBytes }: ZipEntry,
  types: PartTypes,
  beginning: Buffer,
): PartRole | 'unknown' | undefined {
  const named = BY_NAME.find(([, pattern]) => pattern.test(name))?.[0];
  const type = types(name) ?? '';
  const declared = BY_TYPE.find(([, pattern]) => pattern.test(type))?.[0];
  if (named === 'project' || declared === 'project') return 'project';
  if (isCompound(beginning)) return named === 'control' ? named : 'compound';
  if (isKeptFile(beginning)) return 'file';
  if (named !== undefined || declared !== undefined) return named ?? declared;
  if (beginning.length < MIN_BEGINNING) return packedBytes > 0 ? 'unknown' : undefined;
  const text = xmlOf(beginning);
  if (!/^[\ufeff\s]*(?:<|$)/.test(text)) return undefined;
  const root = rootOf(text);
  return root === undefined ? 'unknown' : roleOfRoot(root);
}

export const isCompound = (bytes: Buffer): boolean => bytes.subarray(0, COMPOUND.length).equals(COMPOUND);

/** By its beginning a document that is kept whole. */
export const isKeptFile = (bytes: Buffer): boolean => FILES.some((mark) => bytes.subarray(0, mark.length).equals(mark));

export const roleOfRoot = (root: string): PartRole | undefined =>
  Object.hasOwn(BY_ROOT, root) ? BY_ROOT[root] : undefined;
