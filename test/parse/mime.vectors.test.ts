/**
 * All 107 messages of the MIME suite of stalwart's mail-parser: torture tests of the nineties, malformed mail (Dovecot's), the RFCs' own
 * examples. Where we read something else than its authors, the difference is named; one that goes or comes fails.
 */
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../src/parse/parse.ts';
import { missingIn, type Reading, rawOf, readingOf, suite } from './mimeSuite.ts';

/** Fields that differ, the longer story first. */
type Difference = readonly [why: string, ...fields: (keyof Reading)[]];

const RAW_NAMES = 'bytes in a header without a charset: we take Latin 1, the suite gives up on them';
const RAW_FILE_NAME = 'bytes without a charset in a file name: likewise';
const UUENCODED = 'uuencode is decoded here and stays as it is there';
const BINHEX = 'BinHex is decoded here and stays as it is there';
const SHOWN = 'a text with a name and no disposition is shown in place by most: words to us, a file to the suite';
const AT_ONCE = 'headers end at a boundary: text without a character, which the suite lists as a file';
const PREFIX =
  'a line that only begins with a boundary divides nothing here; to the suite it does, and makes a file. The words are read';
const OUTER =
  'the outer boundary ends all that is inside (RFC 2046 §5.1.2): parts behind it are parts to us, in one text file to the suite';
const MESSAGES =
  'an untyped part of a digest is a message (RFC 2046 §5.1.5): the suite reads it as one and says text/plain';

const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'legacy/010': [RAW_NAMES, 'subject', 'to'],
  'legacy/016': [`${BINHEX}; ${RAW_FILE_NAME}`, 'files'],
  'legacy/017': [`${RAW_NAMES}; ${UUENCODED}`, 'to', 'files'],
  'legacy/020': [RAW_NAMES, 'subject', 'to'],
  'legacy/022': [RAW_NAMES, 'subject', 'to'],
  'legacy/023': [RAW_FILE_NAME, 'files'],
  'legacy/026': [`${RAW_FILE_NAME}; ${UUENCODED}`, 'files'],
  'legacy/027': [RAW_NAMES, 'subject', 'to'],
  'legacy/030': [SHOWN, 'text', 'files', 'structure'],
  'legacy/042': [SHOWN, 'text', 'files', 'structure'],
  'legacy/047': [SHOWN, 'text', 'files', 'structure'],
  'legacy/048': [UUENCODED, 'files'],
  'legacy/049': ['uuencoded files in the middle of a text are attachments to Outlook and Thunderbird', 'files'],
  'legacy/052': [RAW_NAMES, 'subject', 'to'],
  'malformed/000': [AT_ONCE, 'structure'],
  'malformed/001': [AT_ONCE, 'text', 'files', 'structure'],
  'malformed/002': [
    'no part at all: the suite makes a file of it, we read its source as text',
    'text',
    'files',
    'structure',
  ],
  'malformed/003': ['a boundary used again inside: a text to us, a file to the suite', 'text', 'files', 'structure'],
  'malformed/004': [PREFIX, 'text', 'files', 'structure'],
  'malformed/006': ['a boundary used again inside: a text to us, a file to the suite', 'text', 'files', 'structure'],
  'malformed/007': [`${AT_ONCE}; as one head it has two types, and both are read`, 'text', 'files', 'structure'],
  'malformed/008': [OUTER, 'html', 'files', 'structure'],
  'malformed/009': [OUTER, 'text', 'files', 'structure'],
  'malformed/011': [OUTER, 'text', 'files', 'structure'],
  'malformed/012': [`${OUTER}: here messages`, 'text', 'files', 'structure'],
  'malformed/013': ['a last boundary with nothing below it: an empty part to us, none to the suite', 'structure'],
  'malformed/014': ['a last boundary with nothing below it: an empty part to us, none to the suite', 'structure'],
  'malformed/016': [
    `${PREFIX}: boundaries of 80 to 82 characters, one the beginning of the next`,
    'text',
    'files',
    'structure',
  ],
  'malformed/017': ['a disposition of nothing but a file name: we read the name', 'files'],
  'malformed/019': ['a byte that is no UTF-8: a replacement character to us, Latin 1 to the suite', 'html'],
  'malformed/020': [
    'two types in the head of one part: read both ways, so the page is one to us, too; to the suite it is all one text',
    ...(['html', 'structure'] as const),
  ],
  'malformed/021': ['likewise', 'html', 'structure'],
  'malformed/022': ['a message that is none: we read what it says, too', 'text', 'files'],
  'rfc/000': ['base64 with words in it: decoded as far as it goes here, not at all there', 'files'],
  'rfc/004': [MESSAGES, 'files'],
  'rfc/007': ['a shape is cut at 160 characters', 'structure'],
  'thirdparty/002': [
    'base64 that breaks off: a text of what there is to us, a file to the suite',
    'text',
    'files',
    'structure',
  ],
  'thirdparty/005': ['a base64 word ended by a wrong boundary: the suite leaves the boundary out', 'text'],
  'thirdparty/007': [`${MESSAGES}. An address without a domain is none to us`, 'from', 'files'],
  'thirdparty/015': [
    'a message in base64, or without a type, is a message to us: the suite looks at what is inside',
    'files',
  ],
};

/** Words and files of the suite's that are nowhere in what we read, and why that is as it should be. */
const UNSEEN: Readonly<Record<string, readonly [count: number, why: string]>> = {
  'legacy/016': [2, 'BinHex: we have the files, the suite the letters that they are coded in'],
  'legacy/017': [2, 'uuencode: we have the pictures, the suite the letters that they are coded in'],
  'legacy/026': [139, 'uuencode: likewise, a text'],
  'legacy/048': [3, 'uuencode: likewise'],
  'malformed/009': [4, 'header lines, where the suite reads the source of parts'],
  'malformed/011': [4, 'likewise'],
  'malformed/012': [2, 'likewise'],
  'malformed/019': [1, 'a letter beside the byte that is no UTF-8'],
  'rfc/000': [12, 'base64 with words in it: decoded'],
  'thirdparty/002': [1, 'base64 that breaks off: decoded'],
};

const expected = suite();

test('all are there', () => {
  expect(expected).toHaveLength(107);
});

test('a picture and a text in BinHex, by Eudora', async () => {
  const { parts } = await parseMail(rawOf('legacy/016'));
  const [picture, text] = parts
    .filter(({ declaredType }) => declaredType === 'application/mac-binhex40')
    .map(({ content }) => content.toString('latin1'));
  expect(picture).toMatch(/^\x89PNG[\s\S]+IEND\xaeB`\x82$/); // its last chunk: all of it is there, and nothing else
  expect(text).toMatch(/^Die Hasen und die Fr\xf6sche\r/);
});

describe.each(expected)('%s', (name, { reading: wanted, content }) => {
  test('differs in what is named', async () => {
    const found = readingOf(await parseMail(rawOf(name)));
    const fields = (Object.keys(wanted) as (keyof Reading)[]).filter(
      (field) => JSON.stringify(found[field]) !== JSON.stringify(wanted[field]),
    );
    expect(fields).toEqual(DIFFERENCES[name]?.slice(1) ?? []);
  });

  test('no word and no file of it is unseen', async () => {
    expect(missingIn(content, await parseMail(rawOf(name)))).toHaveLength(UNSEEN[name]?.[0] ?? 0);
  });
});
