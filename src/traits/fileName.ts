/** What a file name says about its type, and whether it is written to hide that. */
import type { Attachment } from '../domain/message.ts';
import { kindOfExtension } from './fileKind.ts';

type NameFacts = Pick<Attachment, 'extension' | 'innerExtension' | 'hasDeceptiveName'>;

const MAX_EXTENSION = 20; // characters: 'settingcontent-ms' is the longest that opens anything
const MIN_PADDING = 6; // blanks in a row; nobody types as many, and a narrow list shows what is before them

// Embeddings, overrides and isolates change the order of what is read; plain direction marks, in Arabic and Hebrew names, do not (UAX 9).
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;
// Blanks that are letters to a computer: Braille blank, Hangul fillers.
const FALSE_BLANK = /[\u2800\u3164\u115f\u1160\uffa0]/;
const BLANK =
  '[\\s\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff\\u2800\\u3164\\u115f\\u1160\\uffa0]';
const PADDING = new RegExp(`${BLANK}{${MIN_PADDING}}`);
/** Seen by nobody; Windows drops blanks and dots at the end. Names are short: parsing cuts them. */
const UNSEEN = /[\u202a-\u202e\u2066-\u2069\p{Cc}"]/gu;
const OUTER_BLANKS = new RegExp(`^${BLANK}+|${BLANK}+$`, 'g');

export function readFileName(fileName: string | undefined): NameFacts {
  if (fileName === undefined) return { extension: '', hasDeceptiveName: false };
  const segments = fileName
    .slice(fileName.lastIndexOf('/') + 1)
    .split('.')
    .map(bare);
  while (segments.length > 1 && segments.at(-1) === '') segments.pop();
  const extension = segments.length > 1 ? extensionIn(segments.at(-1)) : '';
  const inner = segments.length > 2 ? extensionIn(segments.at(-2)) : '';
  const isDouble = isType(extension) && isType(inner);
  return { extension, ...(isDouble ? { innerExtension: inner } : {}), hasDeceptiveName: isDeceptive(fileName) };
}

const bare = (segment: string): string => segment.replace(UNSEEN, '').replace(OUTER_BLANKS, '');

const extensionIn = (segment = ''): string =>
  segment.length <= MAX_EXTENSION && /^[\w-]+$/.test(segment) ? segment.toLowerCase() : '';

const isType = (extension: string): boolean => extension !== '' && kindOfExtension(extension) !== undefined;

const isDeceptive = (fileName: string): boolean =>
  REORDERING.test(fileName) || FALSE_BLANK.test(fileName) || PADDING.test(fileName.trim());
