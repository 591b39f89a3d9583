/** The text of an Office file of the zip kind (ECMA-376): what its reader sees, without fields, macros and objects. Within a budget. */
import { type Budget, newBudget } from '../files/budget.ts';
import { walkXml, xmlOf } from '../files/xmlText.ts';
import { readZipEntry } from '../files/zipEntries.ts';
import type { ZipEntry } from '../zipFile.ts';

const MAX_TEXT = 256 * 1024; // characters: a book of 100 pages
const MAX_PARTS = 200; // sheets or slides
const CUT = '[The rest was left out.]';

const STORIES: Readonly<Record<string, readonly RegExp[]>> = {
  docx: [/^word\/document\.xml$/, /^word\/(?:footnotes|endnotes)\.xml$/],
  xlsx: [/^xl\/worksheets\/[^/]{1,60}\.xml$/],
  pptx: [/^ppt\/slides\/[^/]{1,60}\.xml$/],
};
const KIND: Readonly<Record<string, string>> = { docm: 'docx', xlsm: 'xlsx', pptm: 'pptx' };

/** Lines end in \n. undefined: of another kind, or nothing was found to read. */
export function officeText(content: Buffer, type: string, entries: readonly ZipEntry[]): string | undefined {
  const kind = KIND[type] ?? type;
  const stories = STORIES[kind];
  if (stories === undefined) return undefined;
  const budget = newBudget();
  const out = newText();
  const shared = kind === 'xlsx' ? sharedStrings(content, entries, budget) : [];
  const parts = stories.flatMap((pattern) => entries.filter(({ name }) => pattern.test(name)).sort(byNumber));
  for (const entry of parts.slice(0, MAX_PARTS)) {
    const xml = xmlOf(readZipEntry(content, entry, budget) ?? Buffer.alloc(0));
    if (kind === 'xlsx') addSheet(xml, shared, out);
    else addStory(xml, out);
    out.add('\n');
  }
  const text = out.lines();
  if (text === '') return undefined;
  return out.isFull() || budget.notes.size > 0 || parts.length > MAX_PARTS ? `${text}\n${CUT}` : text;
}

const byNumber = (a: ZipEntry, b: ZipEntry): number => numberIn(a) - numberIn(b);
const numberIn = ({ name }: ZipEntry): number => Number(/(\d{1,6})\.xml$/.exec(name)?.[1] ?? 0);

interface Text {
  add(piece: string): void;
  isFull(): boolean;
  /** Without blanks at the ends of lines and more than one empty line in a row. */
  lines(): string;
}

function newText(): Text {
  const pieces: string[] = [];
  let length = 0;
  return {
    add(piece) {
      if (length >= MAX_TEXT) return;
      const part = piece.slice(0, MAX_TEXT - length);
      pieces.push(part);
      length += part.length;
    },
    isFull: () => length >= MAX_TEXT,
    lines: () =>
      pieces
        .join('')
        .split(/\r\n|\r|\n/)
        .map((line) => line.trimEnd())
        .filter((line, index, all) => line !== '' || (index > 0 && all[index - 1] !== ''))
        .join('\n')
        .trim(),
  };
}

const BREAKS: Readonly<Record<string, string>> = { p: '\n', tab: '\t', br: '\n', cr: '\n', tc: '\t', tr: '\n' };

/** Of a document or a slide. What is there twice for older programs (mc:Fallback) counts once. */
function addStory(xml: string, out: Text): void {
  let isText = false;
  let fallbacks = 0;
  walkXml(xml, {
    open(name) {
      if (name === 'Fallback') fallbacks++;
      isText = name === 't';
    },
    close(name) {
      if (name === 'Fallback') fallbacks--;
      isText = false;
      if (fallbacks <= 0 && Object.hasOwn(BREAKS, name)) out.add(BREAKS[name] ?? '');
    },
    text(piece) {
      if (isText && fallbacks <= 0) out.add(piece);
    },
  });
}

const MAX_STRINGS = 100_000;
const MAX_STRING = 32_767; // Excel's own limit of a cell

function sharedStrings(content: Buffer, entries: readonly ZipEntry[], budget: Budget): readonly string[] {
  const entry = entries.find(({ name }) => name === 'xl/sharedStrings.xml');
  const strings: string[] = [];
  if (entry === undefined) return strings;
  let current = '';
  let isText = false;
  walkXml(xmlOf(readZipEntry(content, entry, budget) ?? Buffer.alloc(0)), {
    open(name) {
      if (name === 'si') current = '';
      isText = name === 't';
    },
    close(name) {
      isText = false;
      if (name === 'si' && strings.length < MAX_STRINGS) strings.push(current);
    },
    text(piece) {
      if (isText && current.length < MAX_STRING) current += piece;
    },
  });
  return strings;
}

/** Cells by rows. Values, not formulas: of those the last result is kept (§18.3.1.96). */
function addSheet(xml: string, shared: readonly string[], out: Text): void {
  let isShared = false;
  let isText = false;
  let value = '';
  walkXml(xml, {
    open(name, attributes) {
      if (name === 'c') {
        isShared = attributes.get('t') === 's';
        value = '';
      }
      isText = name === 'v' || name === 't';
    },
    close(name) {
      isText = false;
      if (name === 'c') out.add(`${isShared ? (shared[Number(value)] ?? '') : value}\t`);
      else if (name === 'row') out.add('\n');
    },
    text(piece) {
      if (isText && value.length < MAX_STRING) value += piece;
    },
  });
}
