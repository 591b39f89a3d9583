/** Links that documents hold: each is a link of the mail, whatever it is packed in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseMail } from '../../src/parse/parse.ts';
import { readAttachments } from '../../src/traits/attachments.ts';
import { linksOfAttachedMail } from '../../src/traits/links.ts';
import { compound } from './compound.ts';
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

const xlsx = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<workbook/>', ...parts });
const sheet = (cells: string): Buffer =>
  xlsx({ 'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>` });
const strings = (items: string): Buffer => xlsx({ 'xl/sharedStrings.xml': `<sst>${items}</sst>` });
const xlsb = (records: Buffer): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x', 'xl/sharedStrings.bin': records });
const pptx = (slide: string): Buffer =>
  zipWith({
    '[Content_Types].xml': '<Types/>',
    'ppt/presentation.xml': '<p:presentation/>',
    'ppt/slides/slide1.xml': slide,
  });
const odfXml = (body: string): string =>
  `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body>${body}</office:body></office:document>`;
const odf = (body: string): Buffer =>
  zipWith({
    'META-INF/manifest.xml': '<manifest:manifest/>',
    'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>`,
  });
const ole = (name: string, content: Buffer | string): Buffer => compound({ [name]: Buffer.from(content as string) });

const outlook = (streams: Readonly<Record<string, Buffer>>): Buffer =>
  compound({ '__properties_version1.0': Buffer.alloc(64), ...streams });
/** As Outlook keeps RTF that it did not pack (MS-OXRTFCP §2.1.3.1). */
const asRtf = (text: string): Buffer => Buffer.concat([Buffer.from('\0\0\0\0\0\0\0\0MELA\0\0\0\0'), Buffer.from(text)]);

async function linksOf(name: string | undefined, content: Buffer | string): Promise<readonly string[]> {
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
  const inText =
    '<w:document><w:p><w:r><w:t>Sign in: https://login.</w:t></w:r><w:r><w:t>evil-portal.example/a</w:t></w:r></w:p></w:document>';
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
    ['a formula', 'a.xlsx', sheet('<c><f>HYPERLINK("https://login.evil-portal.example/a","Open")</f></c>'), [EVIL]],
    [
      'a formula that puts it together',
      'a.xlsx',
      sheet(
        '<c><f>IF(A1,HYPERLINK(CONCATENATE("htt"&amp;"ps",":",CHAR(47),"/login.evil-portal.example/a"),"x"),1)</f></c>',
      ),
      [EVIL],
    ],
    [
      'a string that cells share',
      'a.xlsx',
      strings(`<si><r><t>See https://login.</t></r><r><t>evil-portal.example/a</t></r></si>`),
      [EVIL],
    ],
    ['a string in a cell', 'a.xlsx', sheet(`<c t="inlineStr"><is><t>${EVIL}</t></is></c>`), [EVIL]],
    [
      'a binary sheet',
      'a.xlsb',
      xlsb(Buffer.concat([Buffer.from([7, 0, 1]), Buffer.from(EVIL, 'utf16le'), Buffer.from([0, 0])])),
      [EVIL],
    ],
    ['the text of a Word document', 'a.docx', docx({ 'word/document.xml': inText }), [EVIL]],
    [
      'a shape of a Word document',
      'a.docx',
      docx({ 'word/document.xml': `<w:document><v:shape href="${EVIL}"/></w:document>` }),
      [EVIL],
    ],
    ['a slide', 'a.pptx', pptx(`<p:sld><a:p><a:t>${EVIL}</a:t></a:p></p:sld>`), [EVIL]],
    [
      'an OpenDocument text',
      'a.odt',
      odf(`<text:p><text:a xlink:href="${EVIL}?x=1&amp;y=2">here</text:a></text:p>`),
      [`${EVIL}?x=1&y=2`],
    ],
    [
      'an OpenDocument sheet',
      'a.ods',
      odf(`<table:table-cell table:formula="of:=HYPERLINK(&quot;${EVIL}&quot;;&quot;x&quot;)"/>`),
      [EVIL],
    ],
    [
      'the text of an OpenDocument slide',
      'a.odp',
      odf(`<text:p>Go to <text:span>https://login.</text:span>evil-portal.example/a</text:p>`),
      [EVIL],
    ],
    [
      'an OpenDocument text in one piece',
      'a.fodt',
      `<?xml version="1.0"?>\n${odfXml(`<text:a xlink:href="${EVIL}">x</text:a>`)}`,
      [EVIL],
    ],
    [
      'a workbook of 2003',
      'a.xml',
      `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook><Cell ss:HRef="${EVIL}"/></Workbook>`,
      [EVIL],
    ],
    [
      'a Word document of 2003',
      'a.xml',
      `<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument><w:hlink w:dest="${EVIL}"/></w:wordDocument>`,
      [EVIL],
    ],
    ['a text file', 'a.txt', `Sign in at ${EVIL}, please.`, [EVIL]],
    ['a text file in UTF-16', 'a.txt', Buffer.from(`\ufeffSign in at ${EVIL}`, 'utf16le'), [EVIL]],
    ['a part without a name', undefined, `Sign in at ${EVIL}`, [EVIL]],
    ['a list', 'a.csv', `name;link\r\nAna;"${EVIL}"\r\n`, [EVIL]],
    [
      'a contact',
      'a.vcf',
      `BEGIN:VCARD\r\nFN:Ana\r\nURL;TYPE=work:https\\://login.evil-\r\n portal.example/a\r\nEND:VCARD`,
      [EVIL],
    ],
    ['a text file in an archive', 'a.zip', zipWith({ 'read.txt': EVIL }), [EVIL]],
    ['the text of RTF', 'a.rtf', `{\\rtf1 Sign in: ${EVIL}\\par}`, [EVIL]],
    [
      'the text of RTF, in pieces',
      'a.rtf',
      `{\\rtf1 https://login.{\\b evil-}\\'70{\\fldrslt ortal.example/a}\\par Hello}`,
      [EVIL],
    ],
    ['near-miss: program text', 'a.c', `/* ${EVIL} */`, []],
    ['near-miss: a licence in an archive', 'a.zip', zipWith({ LICENSE: EVIL }), []],
    ['near-miss: names without a scheme', 'a.txt', 'Call Node.js, see example.com/a or ana@partner.example', []],
    [
      'the text of an Outlook message',
      'a.msg',
      outlook({ '__substg1.0_1000001F': Buffer.from(`x ${EVIL}\0`, 'utf16le') }),
      [EVIL],
    ],
    ['its text in eight bits', 'a.msg', outlook({ '__substg1.0_1000001E': Buffer.from(EVIL) }), [EVIL]],
    ['its page', 'a.msg', outlook({ '__substg1.0_10130102': Buffer.from(`<a href="${EVIL}">x</a>`) }), [EVIL]],
    [
      'its page in RTF',
      'a.msg',
      outlook({ '__substg1.0_10090102': asRtf(`{\\rtf1{\\*\\htmltag64 <a href="${EVIL}">}}`) }),
      [EVIL],
    ],
    ['a mail in an archive', 'a.zip', zipWith({ 'b.eml': `From: a@b.example\r\n\r\nSign in: ${EVIL}\r\n` }), [EVIL]],
    [
      'the page of a mail in an archive',
      'a.zip',
      zipWith({
        'b.eml': `From: a@b.example\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`<a href="${EVIL}">x</a>`).toString('base64')}`,
      }),
      [EVIL],
    ],
    ['a binary workbook', 'a.xls', ole('Workbook', `x${EVIL}\0`), [EVIL]],
    [
      'a binary Word document',
      'a.doc',
      ole('WordDocument', Buffer.from(`\x13 HYPERLINK "${EVIL}" \x14`, 'utf16le')),
      [EVIL],
    ],
    ['a binary presentation', 'a.ppt', ole('PowerPoint Document', Buffer.from(`${EVIL}\0`, 'utf16le')), [EVIL]],
    [
      'near-miss: names of vocabularies',
      'a.doc',
      ole('WordDocument', 'http://schemas.openxmlformats.org/drawingml/2006/main\0'),
      [],
    ],
    ['near-miss: a picture from elsewhere', 'a.odt', odf(`<draw:image xlink:href="${EVIL}"/>`), []],
    ['near-miss: a formula to another sheet', 'a.xlsx', sheet('<c><f>HYPERLINK("#Sheet2!A1","Open")</f></c>'), []],
    [
      'near-miss: XML of no document',
      'a.xml',
      `<?xml version="1.0"?><urlset><loc>${EVIL}</loc><a href="${EVIL}"/></urlset>`,
      [],
    ],
  ] as const)('%s', async (_name, fileName, content, urls) => {
    expect(await linksOf(fileName, content as Buffer | string)).toEqual(urls);
  });

  test('what only stands in the text is marked, what is a link too is none of that', async () => {
    const page = `BT (https://text.example/b and ${EVIL}) Tj ET`;
    const content = `%PDF-1.7\n1 0 obj <</URI (${EVIL})>> endobj\n2 0 obj <<>>\nstream\n${page}\nendstream endobj`;
    const { links } = await readAttachments({ parts: [part('a.pdf', content)] });
    expect(links.map(({ url, isWritten }) => [url, isWritten])).toEqual([
      [EVIL, undefined],
      ['https://text.example/b', true],
    ]);
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

  describe('decoys hide no link', () => {
    const decoys = (count: number, hostOf: (at: number) => string): string =>
      Array.from({ length: count }, (_, at) => `<</URI (https://${hostOf(at)}/${at})>>`).join('\n');
    test.each([
      ['of one host', 900, () => 'docs.partner.example', EVIL],
      ['of hosts of one organisation', 900, (at: number) => `h${at}.partner.example`, EVIL],
      ['of brands', 900, (at: number) => ['www.google.com', 'www.microsoft.com', 'www.paypal.com'][at % 3] ?? '', EVIL],
      ['of as many organisations as are kept', 120, (at: number) => `h${at}.example`, EVIL],
      ['of organisations, of a host that anyone can have', 400, (at: number) => `h${at}.example`, 'https://bit.ly/x'],
      ['of organisations, of an address in numbers', 400, (at: number) => `h${at}.example`, 'http://192.0.2.7/x'],
    ])('%s', async (_name, count, hostOf, evil) => {
      const half = decoys(count / 2, hostOf);
      const content = `%PDF-1.7\n${half}\n<</URI (${evil})>>${evil === EVIL ? '' : `\n${half}`}`;
      const urls = await linksOf('a.pdf', content);
      expect(urls.length).toBeLessThanOrEqual(50);
      expect(urls).toContain(evil);
    });
    test('in pages and in text', async () => {
      const hosts = Array.from({ length: 3_000 }, (_, at) => `https://docs.partner.example/${at}`);
      const page = hosts.map((one) => `<a href="${one}">x</a>`).join('');
      expect(await linksOf('a.html', `<html>${page}<a href="${EVIL}">x</a>`)).toContain(EVIL);
      expect(await linksOf('a.txt', `${hosts.join('\n')}\n${EVIL}`)).toContain(EVIL);
    });
  });
});
