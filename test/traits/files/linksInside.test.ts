/** Where the documents lead that are kept in other files: as they would by themselves. */
import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { compound } from '../compound.ts';
import { latin1, part, zipWith } from '../parts.ts';
import { fileOf, properties, property, tnef, wide } from '../tnef.ts';

const EVIL = 'https://login.evil-portal.example/a';
const LINK = `${EVIL} link`;
const WRITTEN = `${EVIL} written`;

const word = (body: string, parts: Readonly<Record<string, Buffer | string>> = {}): Buffer =>
  zipWith({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': `<w:document><w:p>${body}</w:p></w:document>`,
    ...parts,
  });
const TEXT = word(`<w:t>Sign in: ${EVIL}</w:t>`);
const RELATION = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="${EVIL}" TargetMode="External"/></Relationships>`;
const LINKED = word('', { 'word/_rels/document.xml.rels': RELATION });
/** Streams of a compound file are filled up when they are shorter. */
const FILLER = createHash('shake256', { outputLength: 5_000 }).digest();
const SHEET = zipWith({
  'xl/media/a.png': FILLER,
  '[Content_Types].xml': '<Types/>',
  'xl/workbook.xml': '<workbook/>',
  'xl/sharedStrings.xml': `<sst><si><t>${EVIL}</t></si></sst>`,
});
const OLD_SHEET = compound({ Workbook: latin1(`x${EVIL}\0`) });
const chunk = (name: string, page: string): Buffer => word('', { [`word/${name}`]: page });

const flat = (inside: string, before = ''): string =>
  `<?xml version="1.0"?>${before}<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/a">${inside}</pkg:part></pkg:package>`;
const binary = (content: Buffer): string => `<pkg:binaryData>${content.toString('base64')}</pkg:binaryData>`;

const stream = (content: Buffer | string, more = ''): Buffer => {
  const packed = deflateSync(content);
  const head = `7 0 obj\n<< ${more}/Filter /FlateDecode /Length ${packed.length} >>\nstream\n`;
  return Buffer.concat([latin1(head), packed, latin1('\nendstream\nendobj\n')]);
};
const pdf = (...pieces: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat([latin1('%PDF-1.7\n'), ...pieces.map((piece) => Buffer.from(piece as string))]);
const inPdf = (content: Buffer): Buffer =>
  pdf('4 0 obj\n<< /F (a.docx) /EF << /F 7 0 R >> >>\nendobj\n', stream(content, '/Type /EmbeddedFile '));
const form = (xml: string): Buffer => pdf('3 0 obj\n<< /XFA 7 0 R >>\nendobj\n', stream(`<xdp>${xml}</xdp>`));

const body = (id: number, value: Buffer | string): Buffer => properties(1, property(id, 0x102, Buffer.from(value)));
const packed = (rtf: string): Buffer => Buffer.concat([Buffer.from('\0\0\0\0\0\0\0\0MELA\0\0\0\0'), Buffer.from(rtf)]);

test.each([
  ['a text in a document', 'a.docx', word('', { 'word/embeddings/b.docx': TEXT }), [WRITTEN]],
  ['a link in a document', 'a.docx', word('', { 'word/embeddings/b.docx': LINKED }), [LINK]],
  ['a workbook in a document', 'a.docx', word('', { 'word/embeddings/b.xlsx': SHEET }), [WRITTEN]],
  ['an old workbook in a document', 'a.docx', word('', { 'word/embeddings/b.bin': OLD_SHEET }), [WRITTEN]],
  ['a workbook in an object', 'a.docx', word('', { 'word/embeddings/b.bin': compound({ Package: SHEET }) }), [WRITTEN]],
  ['links and text of one address', 'a.docx', word(`<w:t>${EVIL}</w:t>`, { 'word/embeddings/b.docx': LINKED }), [LINK]],
  ['a page that is taken in', 'a.docx', chunk('afchunk.html', `<html><a href="${EVIL}">here</a>`), [LINK]],
  ['the text of such a page', 'a.docx', chunk('afchunk.html', `<html><p>See ${EVIL} today`), [WRITTEN]],
  ['a text in a PDF', 'a.pdf', inPdf(TEXT), [WRITTEN]],
  ['the text of a form in a PDF', 'a.pdf', form(`<draw><text>${EVIL}</text><text>Now</text></draw>`), [WRITTEN]],
  ['a link of such a form', 'a.pdf', form(`<exData><body><a href="${EVIL}">here</a></body></exData>`), [LINK]],
  ['near-miss: a script of such a form', 'a.pdf', form(`<script>var a = "${EVIL}";</script>`), []],
  ['a link of a flat package', 'a.xml', flat(`<pkg:xmlData>${RELATION}</pkg:xmlData>`), [LINK]],
  ['its text', 'a.xml', flat(`<pkg:xmlData><w:p>${EVIL}</w:p></pkg:xmlData>`), [WRITTEN]],
  [
    'its text behind a long comment and much that is no text',
    'a.xml',
    flat(
      `${binary(Buffer.alloc(900_000, 'a'))}</pkg:part><pkg:part pkg:name="/b"><pkg:xmlData><w:p>${EVIL}</w:p></pkg:xmlData>`,
      `<!--${' '.repeat(9_000)}-->`,
    ),
    [WRITTEN],
  ],
  ['a document in one', 'a.xml', flat(binary(TEXT)), [WRITTEN]],
  ['a document in a winmail.dat', 'winmail.dat', tnef(fileOf('a.docx', TEXT)), [WRITTEN]],
  ['a list in a winmail.dat', 'winmail.dat', tnef(fileOf('a.txt', EVIL)), [WRITTEN]],
  // Programs for mail make links of addresses in the text of a mail.
  ['the text of its page', 'winmail.dat', tnef(body(0x1013, `<p>See ${EVIL}`)), [LINK]],
  ['its text', 'winmail.dat', tnef(properties(1, property(0x1000, 0x1f, wide(`See ${EVIL}`)))), [LINK]],
  ['its page in RTF', 'winmail.dat', tnef(body(0x1009, packed(`{\\rtf1{\\*\\htmltag64 <a href="${EVIL}">}}`))), [LINK]],
  ['the text of its RTF', 'winmail.dat', tnef(body(0x1009, packed(`{\\rtf1 See ${EVIL}\\par}`))), [WRITTEN]],
  ['near-miss: a name without a scheme', 'winmail.dat', tnef(body(0x1013, 'call Node.js or example.com/a')), []],
  ['a text in a gz', 'a.txt.gz', gzipSync(EVIL), [WRITTEN]],
] as const)('%s', async (_name, fileName, content, expected) => {
  const { links, defects } = await readAttachments({ parts: [part(fileName, content as Buffer | string)] });
  expect(links.map(({ url, isWritten }) => `${url} ${isWritten ? 'written' : 'link'}`)).toEqual(expected);
  expect(defects).toEqual([]);
});

test('of many files each has its share: a long one hides no text of another', async () => {
  const long = part('a.txt', 'no address here\n'.repeat(600_000));
  const { links } = await readAttachments({ parts: [long, part('b.txt', `${'x\n'.repeat(50_000)}${EVIL}`)] });
  expect(links.map(({ url }) => url)).toEqual([EVIL]);
});
