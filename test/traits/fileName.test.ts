import { expect, test } from '@jest/globals';
import { readFileName } from '../../src/traits/fileName.ts';

test.each([
  ['report.pdf', 'pdf', undefined, false],
  ['Report.PDF', 'pdf', undefined, false],
  ['invoice.pdf.exe', 'exe', 'pdf', false],
  ['invoice.pdf .exe', 'exe', 'pdf', false],
  ['invoice.pdf                    .exe', 'exe', 'pdf', true],
  ['invoice.exe ', 'exe', undefined, false],
  ['invoice.exe\u00a0', 'exe', undefined, false],
  ['invoice.exe. .', 'exe', undefined, false],
  ['ann\u202efdp.exe', 'exe', undefined, true],
  ['a\u2066b\u2069.txt', 'txt', undefined, true],
  ['photo\u2800\u2800.scr', 'scr', undefined, true],
  ['تقرير\u200f.pdf', 'pdf', undefined, false],
  ['Screenshot 2026-11-24 at 10.00.00\u202fAM.png', 'png', undefined, false],
  ['backup.tar.gz', 'gz', 'tar', false],
  ['v1.2.pdf', 'pdf', undefined, false],
  ['bea.lind.docx', 'docx', undefined, false],
  ['README', '', undefined, false],
  ['.profile', 'profile', undefined, false],
  ['folder.pdf/run.exe', 'exe', undefined, false],
  ['strange.extension that is none', '', undefined, false],
  ['', '', undefined, false],
])('%j', (fileName, extension, innerExtension, hasDeceptiveName) => {
  expect(readFileName(fileName)).toEqual({
    extension,
    ...(innerExtension === undefined ? {} : { innerExtension }),
    hasDeceptiveName,
  });
});

test('no name', () => {
  expect(readFileName(undefined)).toEqual({ extension: '', hasDeceptiveName: false });
});
