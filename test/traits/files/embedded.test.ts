/** Documents and files that documents keep inside, as objects or as text that is taken in: each is looked into as a file of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { compound } from '../compound.ts';
import { latin1, part, zip, zipWith } from '../parts.ts';

const oletools = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'oletools', name));
const word = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zipWith({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w:document/>', ...parts });

async function read(name: string, content: Buffer) {
  const { attachments, links, defects } = await readAttachments({ parts: [part(name, content)] });
  const [file] = attachments;
  return {
    names: file?.entryNames.filter((entry) => !/^(?:word|\[)/.test(entry)),
    hazards: file?.hazards.map(
      ({ kind, quote, inside }) => `${kind}: ${quote}${inside === undefined ? '' : ` in ${inside}`}`,
    ),
    links: links.map(({ url }) => url),
    defects: defects.map(({ detail }) => detail),
  };
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
/** An \x01Ole10Native stream. */
const native = (label: string, content: Buffer, path = `C:\\${label}`, temporary = path): Buffer => {
  const rest = Buffer.concat([
    latin1(`\x02\0${label}\0${path}\0\0\0\x03\0`),
    number(temporary.length + 1),
    latin1(`${temporary}\0`),
    number(content.length),
    content,
  ]);
  return Buffer.concat([number(rest.length), rest]);
};
const packageOf = (label: string, content: Buffer, path?: string, temporary?: string): Buffer =>
  compound({ '\u0001Ole10Native': native(label, content, path, temporary) });
const PROGRAM = Buffer.concat([latin1('MZ\x90\0'), Buffer.alloc(96)]);
const XLM = oletools('excel4_sample_macro.xlsm');
const XLM_HAZARDS = (inside: string): readonly string[] => [
  `macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.xml in ${inside}`,
  `macro-auto-run: Auto_Open in ${inside}`,
];

describe('an object in a Word file', () => {
  test.each([
    ['a program', packageOf('invoice.exe', PROGRAM), ['embedded-program: invoice.exe']],
    [
      'that is called otherwise when it is opened',
      packageOf('a.txt', latin1('x'), 'C:\\a.txt', 'C:\\T\\a.js'),
      ['embedded-program: a.js'],
    ],
    ['a workbook with macros in a package', packageOf('a.xlsm', XLM), XLM_HAZARDS('a.xlsm')],
    ['a workbook with macros', XLM, XLM_HAZARDS('word/embeddings/a.bin')],
    ['a workbook with macros in an object of Excel', compound({ Package: XLM }), XLM_HAZARDS('package')],
    [
      'an old workbook with macros',
      oletools('excel4_sample_macro.xls'),
      ['macro: Excel 4.0 macro sheet Macro1', 'macro-auto-run: Auto_Open'],
    ],
    [
      'a document with such an object in it',
      word({ 'word/embeddings/b.docx': packageOf('run.exe', PROGRAM) }),
      ['embedded-program: run.exe in word/embeddings/a.bin'],
    ],
    // Twins.
    ['a table', oletools('embedded-simple-2007.xlsx'), []],
    ['a table in an object of Excel', compound({ Package: oletools('embedded-simple-2007.xlsx') }), []],
    ['a text', packageOf('notes.txt', latin1('hello')), []],
    ['a picture', packageOf('a.png', latin1('\x89PNG\r\n\x1a\n')), []],
    ['a document', oletools('harmless-clean.docx'), []],
    ['an old document', oletools('harmless-clean.doc'), []],
  ])('%s', async (_name, content, hazards) => {
    const found = await read('a.docx', word({ 'word/embeddings/a.bin': content }));
    expect([found.hazards, found.defects]).toEqual([hazards, []]);
  });

  test('an archive: what is in it is listed', async () => {
    const { names } = await read('a.docx', word({ 'word/embeddings/a.bin': packageOf('a.zip', zip(['run.js'])) }));
    expect(names).toEqual(['a.zip/run.js']);
  });
  test('a deck with a table for each of its fifty charts is nothing odd', async () => {
    const tables = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`ppt/embeddings/Sheet${n}.xlsx`, oletools('harmless-clean.docx')]),
    );
    const deck = zipWith({ '[Content_Types].xml': '<Types/>', 'ppt/presentation.xml': '<p:presentation/>', ...tables });
    const { hazards, defects } = await read('a.pptx', deck);
    expect([hazards, defects]).toEqual([[], []]);
  });
  test('in each other without end is told', async () => {
    let inner = word({});
    for (let depth = 0; depth < 8; depth++) inner = word({ 'word/embeddings/a.docx': inner });
    expect((await read('a.docx', inner)).defects.join()).toContain('documents in documents, too deep');
  });
});

describe('what Word takes into a text (altChunk)', () => {
  const text = (value: string): string => {
    const bytes = latin1(`${value}\0`);
    return Buffer.concat([number(bytes.length), bytes]).toString('hex');
  };
  const RTF = `{\\rtf1{\\object{\\*\\objdata 0105000002000000${text('Equation.3')}${'00'.repeat(20)}}}}`;
  test.each([
    ['RTF', 'word/afchunk.rtf', RTF, ['embedded-program: Equation.3 object in word/afchunk.rtf'], []],
    ['RTF under another name', 'word/a.dat', RTF, ['embedded-program: Equation.3 object in word/a.dat'], []],
    [
      'a document',
      'word/a.docx',
      word({ 'word/vbaProject.bin': oletools('harmless-clean.doc') }),
      ['macro: VBA project in word/a.docx'],
      [],
    ],
    [
      'a page',
      'word/a.html',
      '<html><body><script>alert(1)</script><p>See the <a href="https://a.example/x">terms</a> of the contract.',
      [],
      ['https://a.example/x'],
    ],
  ])('%s', async (_name, name, content, hazards, links) => {
    const found = await read('a.docx', word({ [name]: content }));
    expect([found.hazards, found.links]).toEqual([hazards, links]);
  });
});

describe('objects of OLE', () => {
  const id = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const URL_MONIKER = id('e0c9ea79f9bace118c8200aa004ba90b');
  const FILE_MONIKER = id('0303000000000000c000000000000046');
  const EQUATION = id('02ce020000000000c000000000000046');
  const link = (moniker: Buffer): Buffer =>
    compound({ '\u0001Ole': Buffer.concat([number(1), Buffer.alloc(20), moniker]) });
  const url = (target: string): Buffer =>
    Buffer.concat([URL_MONIKER, number(99), Buffer.from(`${target}\0`, 'utf16le')]);
  const path = (target: string): Buffer =>
    Buffer.concat([FILE_MONIKER, Buffer.alloc(2), number(99), latin1(`${target}\0`)]);
  const equation = (...records: readonly number[]): Buffer =>
    compound({
      'Equation Native': Buffer.concat([Buffer.alloc(28), Buffer.from([3, 1, 1, 3, 0x0a, ...records])]),
      x: EQUATION,
    });
  test.each([
    [
      'a link to a page',
      link(url('https://evil.example/a.hta')),
      ['remote-template: oleLink https://evil.example/a.hta'],
    ],
    [
      'a link to a share',
      link(path('\\\\evil.example\\a\\b.docx')),
      ['remote-template: oleLink \\\\evil.example\\a\\b.docx'],
    ],
    ['a link to the writer\u2019s own disk', link(path('C:\\Plans\\2026.xlsx')), []],
    [
      'a moniker that runs a script',
      link(id('d30b2906aa48d2118432006008c3fbfc')),
      ['embedded-program: script moniker'],
    ],
    ['an equation', equation(...Array.from({ length: 40 }, () => [2, 0x83, 0x61, 0]).flat()), []],
    [
      'an equation with a font of a hundred letters',
      equation(8, 0x5a, 0x5a, ...new Array<number>(100).fill(0x41)),
      ['embedded-program: Equation.3 object that overruns its reader'],
    ],
    [
      'of the equation editor, and no equation',
      compound({ '\u0001CompObj': EQUATION }),
      ['embedded-program: Equation.3 object without one'],
    ],
  ])('%s', async (_name, content, hazards) => {
    expect((await read('a.docx', word({ 'word/embeddings/oleObject1.bin': content }))).hazards).toEqual(hazards);
    const hex = `${number(0x501).toString('hex')}02000000${number(9).toString('hex')}${latin1('OLE2Link\0').toString('hex')}${'00'.repeat(12)}${content.toString('hex')}`;
    expect((await read('a.rtf', latin1(`{\\rtf1{\\object{\\*\\objdata ${hex}}}}`))).hazards).toEqual(hazards);
  });
  test('a workbook with macros in RTF', async () => {
    const xls = oletools('excel4_sample_macro.xls');
    const hex = `0105000002000000${number(8).toString('hex')}${latin1('Excel.8\0').toString('hex')}${'00'.repeat(12)}${xls.toString('hex')}`;
    expect((await read('a.doc', latin1(`{\\rtf1{\\object{\\*\\objdata ${hex}}}}`))).hazards).toEqual([
      'macro: Excel 4.0 macro sheet Macro1',
      'macro-auto-run: Auto_Open',
    ]);
  });
});
