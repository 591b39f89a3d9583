/** Zips that a strict reader refuses, or that list less than they hold: others open them, so their files are named here. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { latin1, part, zip, zipOf, zipWith } from '../parts.ts';

const PROGRAM = latin1(`MZ\x90\0${'\0'.repeat(80)}`);
const program = zipWith({ 'invoice.exe': PROGRAM });
const letter = zipWith({ 'a.pdf': '%PDF-1.4' });
const both = zipWith({ 'a.pdf': '%PDF-1.4', 'invoice.exe': PROGRAM });

const changed = (content: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(content);
  change(copy);
  return copy;
};
const directoryAt = (content: Buffer): number => content.indexOf('PK\x01\x02');
const endAt = (content: Buffer): number => content.lastIndexOf('PK\x05\x06');

/** Puts an extra field behind the name of the first entry of the directory. */
function withExtra(content: Buffer, extra: Buffer): Buffer {
  const at = directoryAt(content);
  const nameEnd = at + 46 + content.readUInt16LE(at + 28);
  const whole = Buffer.concat([content.subarray(0, nameEnd), extra, content.subarray(nameEnd)]);
  whole.writeUInt16LE(extra.length, at + 30);
  const end = endAt(whole);
  whole.writeUInt32LE(whole.readUInt32LE(end + 12) + extra.length, end + 12);
  return whole;
}
const unicodePath = (name: string): Buffer => {
  const head = Buffer.from([0x75, 0x70, 0, 0, 1, 0, 0, 0, 0]);
  head.writeUInt16LE(5 + Buffer.byteLength(name), 2);
  return Buffer.concat([head, Buffer.from(name)]);
};

async function read(fileName: string, content: Buffer) {
  const { attachments, defects } = await readAttachments({ parts: [part(fileName, content)] });
  return { ...attachments[0], isOdd: defects.some(({ code }) => code === 'odd-archive') };
}

describe('the program is named, and that something is odd', () => {
  test.each([
    ['a byte behind the end', Buffer.concat([program, latin1('\n')]), ['invoice.exe']],
    [
      'junk that looks like a zip before it',
      Buffer.concat([latin1(`PK\x03\x04${'junk'.repeat(9)}`), program]),
      ['invoice.exe'],
    ],
    ['a picture before it', Buffer.concat([latin1('GIF89a junk '), program]), ['invoice.exe']],
    ['two in one', Buffer.concat([letter, program]), ['a.pdf', 'invoice.exe']],
    ['the same the other way round', Buffer.concat([program, letter]), ['invoice.exe', 'a.pdf']],
    ['one of two counted', changed(both, (copy) => copy.writeUInt16LE(1, endAt(copy) + 10)), ['a.pdf', 'invoice.exe']],
    [
      'marked as strongly encrypted and not encrypted',
      changed(both, (copy) => copy.writeUInt16LE(0x40, directoryAt(copy) + 8)),
      ['a.pdf', 'invoice.exe'],
    ],
    ['an extra field longer than there is', withExtra(both, latin1('\x99\x99\xff\x7f')), ['a.pdf', 'invoice.exe']],
    ['said to be the second disk', changed(program, (copy) => copy.writeUInt16LE(1, endAt(copy) + 4)), ['invoice.exe']],
    [
      'another name in an extra field',
      withExtra(zip(['invoice.pdf']), unicodePath('invoice.exe')),
      ['invoice.pdf', 'invoice.exe'],
    ],
    [
      'another name before the data',
      changed(zip(['invoice.exe']), (copy) => copy.write('invoice.pdf', directoryAt(copy) + 46)),
      ['invoice.pdf', 'invoice.exe'],
    ],
    ['cut off before its list', program.subarray(0, directoryAt(program)), ['invoice.exe']],
  ])('%s', async (_name, content, entryNames) => {
    const seen = await read('a.zip', content);
    expect(seen).toMatchObject({ trueType: 'zip', isOdd: true });
    expect(seen.entryNames).toEqual(expect.arrayContaining(entryNames));
  });
});

describe('the program is named, and nothing is odd', () => {
  test.each([
    ['the mark of a zip in one part', Buffer.concat([latin1('PK00'), program]), true],
    ['a folder that has bytes', zipWith({ 'invoice.exe/': PROGRAM }), false],
    ['the 1,001st', zip([...Array.from({ length: 1_000 }, (_, i) => `${i}.txt`), 'invoice.exe']), false],
  ])('%s', async (_name, content, isOdd) => {
    const { entryNames, isOdd: found } = await read('a.zip', content);
    expect(entryNames).toContain('invoice.exe');
    expect(found).toBe(isOdd);
  });
  test('at the end of a name of 300 letters', async () => {
    const { entryNames } = await read('a.zip', zip([`${'\u7968'.repeat(300)}.exe`]));
    expect(entryNames).toEqual([expect.stringMatching(/^\u7968{200,251}\.exe$/)]);
  });
});

describe('ordinary archives are not odd', () => {
  const inner = zipWith({ 'run.js': 'x' });
  const stored = zipOf([{ name: 'inner.zip', data: inner, method: 0, size: inner.length }]);
  test.each([
    ['a zip', both, ['a.pdf', 'invoice.exe']],
    ['a zip kept unpacked in a zip', stored, ['inner.zip', 'inner.zip/run.js']],
    [
      'a name spelt twice, with an umlaut',
      withExtra(zip(['Gr\u00fc\u00dfe.txt']), unicodePath('Gruesse.txt')),
      ['Gr\u00fc\u00dfe.txt', 'Gruesse.txt'],
    ],
    ['folders', zip(['a/', 'a/b.txt']), ['a/b.txt']],
    ['none', latin1('PK\x05\x06').fill(0, 4), []],
  ])('%s', async (_name, content, entryNames) => {
    expect(await read('a.zip', content)).toMatchObject({ entryNames, isOdd: false });
  });
  test('a picture is no zip although one stands in its bytes', async () => {
    expect(await read('a.gif', Buffer.concat([latin1('GIF89a junk '), program]))).toMatchObject({ trueType: 'gif' });
  });
});

test('a document with a byte behind its end has its hazards', async () => {
  const target = 'https://evil.example/t.dotm';
  const relation = `<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="${target}" TargetMode="External"/>`;
  const document = zipWith({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml': '<w:p/>',
    'word/_rels/settings.xml.rels': `<Relationships>${relation}</Relationships>`,
  });
  const { hazards } = await read('a.docx', Buffer.concat([document, latin1('\n')]));
  expect(hazards).toEqual([{ kind: 'remote-template', quote: `attachedTemplate ${target}` }]);
});

test('names beyond twenty thousand are not listed, and that is told', async () => {
  const names = Array.from({ length: 20_100 }, (_, i) => `${i}`);
  const file = { name: '', data: deflateRawSync('x'), method: 8, size: 1 };
  const content = zipOf(names.map((name) => ({ ...file, name })));
  const { defects } = await readAttachments({ parts: [part('a.zip', content)] });
  expect(defects[0]?.detail).toMatch(/^names in archives beyond the first 20,000/);
});
