/** Links that documents hold: each is a link of the mail, whatever it is packed in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../src/parse/parse.ts';
import { readAttachments } from '../../src/traits/attachments.ts';
import { linksOfAttachedMail } from '../../src/traits/links.ts';
import { part, zipWith } from './parts.ts';

const FILES = join(import.meta.dirname, '..', 'fixtures', 'files');
const made = (name: string): Buffer => readFileSync(join(FILES, name));
const EVIL = 'https://login.evil-portal.example/a';

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (type: string, target: string, mode = 'External'): string =>
  `<Relationships><Relationship Id="r1" Type="${RELATION}/${type}" Target="${target}" TargetMode="${mode}"/></Relationships>`;
const docx = (parts: Readonly<Record<string, string>>): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:document/>', ...parts });

const plist = (key: string, value: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>${key}</key><string>${value}</string></dict></plist>`;

async function linksOf(name: string, content: Buffer | string): Promise<readonly string[]> {
  const { links } = await readAttachments({ parts: [part(name, content)] });
  expect(new Set(links.map(({ source }) => source))).toEqual(new Set(links.length === 0 ? [] : ['attachment']));
  return links.map(({ url }) => url);
}

test('a message attached as a file leads where its text and its HTML do', async () => {
  const inner = [
    'From: a@b.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=i',
    '',
    '--i',
    'Content-Type: text/plain',
    '',
    'See https://text.example/x',
    '--i',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`<a href="${EVIL}">here</a>`).toString('base64'),
    '--i--',
  ];
  const lines = [
    'From: bea@partner.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: text/plain',
    '',
    'Please look at this.',
    '--o',
    'Content-Type: message/rfc822',
    'Content-Disposition: attachment; filename=mail.eml',
    '',
    ...inner,
    '--o--',
  ];
  const mail = await parseMail(Buffer.from(lines.join('\r\n')));
  const found = linksOfAttachedMail(mail.attachedBodies);
  expect(found.map(({ url, source }) => `${source} ${url}`)).toEqual([
    `attachment ${EVIL}`,
    'attachment https://text.example/x',
  ]);
  expect(mail.text).not.toContain('text.example');
});

describe('links in', () => {
  const inRuns =
    '<w:document><w:r><w:instrText> HYPER</w:instrText></w:r><w:r><w:instrText>LINK &quot;https://login.evil-portal.example/a&quot; </w:instrText></w:r></w:document>';
  test.each([
    ['a PDF, escaped and in hex', 'a.pdf', made('link.pdf'), [`${EVIL}(1)?u=ana`, 'https://hex.example/x']],
    ['a PDF with packed objects', 'a.pdf', made('packed-link.pdf'), [`${EVIL}(1)?u=ana`, 'https://hex.example/x']],
    ['a PDF that hides the name', 'a.pdf', `%PDF-1.7\n1 0 obj <</#55R#49 (${EVIL}#41b)>> endobj\n`, [`${EVIL}#41b`]],
    [
      'a PDF in UTF-16',
      'a.pdf',
      Buffer.concat([
        Buffer.from('%PDF-1.7\n<</URI <feff'),
        Buffer.from(Buffer.from(EVIL, 'utf16le').swap16().toString('hex')),
        Buffer.from('>>>'),
      ]),
      [EVIL],
    ],
    [
      'a Word document',
      'a.docx',
      docx({ 'word/_rels/document.xml.rels': relations('hyperlink', `${EVIL}?x=1&amp;y=2`) }),
      [`${EVIL}?x=1&y=2`],
    ],
    ['a Word document, as a field cut in runs', 'a.docx', docx({ 'word/document.xml': inRuns }), [EVIL]],
    [
      'a sheet',
      'a.xlsx',
      zipWith({
        '[Content_Types].xml': '<Types/>',
        'xl/workbook.xml': '<workbook/>',
        'xl/worksheets/_rels/sheet1.xml.rels': relations('hyperlink', EVIL),
      }),
      [EVIL],
    ],
    ['RTF', 'a.rtf', `{\\rtf1{\\field{\\*\\fldinst{HYPERLINK "${EVIL}"}}{\\fldrslt{here}}}}`, [EVIL]],
    ['a Windows shortcut', 'a.url', `[InternetShortcut]\r\nURL=${EVIL}\r\n`, [EVIL]],
    [
      'a shortcut with two',
      'a.url',
      `[DEFAULT]\r\nBASEURL=https://a.example/\r\n[InternetShortcut]\r\nurl = ${EVIL}\r\nIconFile=https://b.example/i.ico`,
      ['https://a.example/', EVIL],
    ],
    ['a Linux shortcut', 'a.desktop', `[Desktop Entry]\nType=Link\nURL[$e]=${EVIL}\n`, [EVIL]],
    ['a macOS shortcut', 'a.webloc', plist('URL', `${EVIL}?x=1&amp;y=2`), [`${EVIL}?x=1&y=2`]],
    ['a shortcut in an archive', 'a.zip', zipWith({ 'inner.url': `[InternetShortcut]\nURL=${EVIL}` }), [EVIL]],
    ['near-miss: another key of a list', 'a.webloc', plist('Name', EVIL), []],
    ['near-miss: a shortcut to a file', 'a.url', '[InternetShortcut]\r\nURL=file:///C:/x.txt', []],
    [
      'a page in an archive',
      'a.zip',
      zipWith({ 'page.html': `<html><body><a href="${EVIL}">x</a></body></html>` }),
      [EVIL],
    ],
    [
      'a document in an archive',
      'a.zip',
      zipWith({ 'inner.docx': docx({ 'word/_rels/document.xml.rels': relations('hyperlink', EVIL) }) }),
      [EVIL],
    ],
  ] as const)('%s', async (_name, fileName, content, urls) => {
    expect(await linksOf(fileName, content as Buffer | string)).toEqual(urls);
  });

  test('near-miss: mail addresses, parts of the document, the writer’s own disk', async () => {
    const own = docx({
      'word/_rels/document.xml.rels': `<Relationships>${relations('hyperlink', 'mailto:bea@partner.example')}${relations('hyperlink', 'media/image1.png', 'Internal')}${relations('image', 'https://pictures.example/a.png')}${relations('attachedTemplate', EVIL)}</Relationships>`,
    });
    expect(await linksOf('a.docx', own)).toEqual([]);
    expect(await linksOf('a.pdf', '%PDF-1.7\n<</URI (mailto:bea@partner.example)>> <</URI (#page2)>>')).toEqual([]);
  });

  test('at most 50 of each file', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `<</URI (https://h${at}.example/)>>`).join('\n');
    expect(await linksOf('a.pdf', `%PDF-1.7\n${many}`)).toHaveLength(50);
  });
});
