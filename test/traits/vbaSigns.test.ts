import { describe, expect, test } from '@jest/globals';
import { newBudget } from '../../src/traits/files/budget.ts';
import { newHazardList } from '../../src/traits/files/hazards.ts';
import { unpackVba } from '../../src/traits/files/vbaProject.ts';
import { addVbaHazards } from '../../src/traits/files/vbaSigns.ts';

const seen = (source: string): readonly string[] => {
  const list = newHazardList();
  addVbaHazards(source, list);
  return list.found.slice(1).map(({ quote }) => quote);
};

describe('what macro source does', () => {
  test.each([
    ['Sub AutoOpen()\nShell "cmd /c calc", 0\nEnd Sub', ['AutoOpen', 'Shell', 'cmd.exe']],
    [
      'Private Sub Document_Open()\nCreateObject("WScript.Shell").Run x\nEnd Sub',
      ['Document_Open', 'WScript.Shell', 'CreateObject'],
    ],
    ['Sub Workbook_Open()\nx = "power" & "shell"\nEnd Sub', ['Workbook_Open', 'PowerShell']],
    [
      'Private Declare PtrSafe Function URLDownloadToFile Lib "urlmon" Alias "URLDownloadToFileA" () As Long',
      ['URLDownloadToFile', 'Declare'],
    ],
    [`s = ${'Chr(65) & '.repeat(60)}""`, ['letters written as numbers']],
    ['Sub Auto_Close()\nEnd Sub', ['Auto_Close']],
    ['Private Sub InkPicture1_Painted(ByVal hDC As Long)\nEnd Sub', ['InkPicture1_Painted']],
  ])('%j', (source, expected) => expect(seen(source)).toEqual(expected));

  test.each([
    '\' Shell is mentioned here, AutoOpen too\nSub Total()\nRange("B2").Value = WorksheetFunction.Sum(Range("A1:A9"))\nEnd Sub',
    'Sub Button1_Click()\nActiveSheet.PrintOut\nEnd Sub',
    'Function Marshell(x)\nMarshell = x\nEnd Function',
  ])('a table that calculates: %j', (source) => expect(seen(source)).toEqual([]));
});

describe('packed source (MS-OVBA §3.2, the examples of the specification)', () => {
  test.each([
    [
      'no copies',
      '01 19 b0 00 61 62 63 64 65 66 67 68 00 69 6a 6b 6c 6d 6e 6f 70 00 71 72 73 74 75 76 2e',
      'abcdefghijklmnopqrstuv.',
    ],
    [
      'some copies',
      '01 2f b0 00 23 61 61 61 62 63 64 65 82 66 00 70 61 67 68 69 6a 01 38 08 61 6b 6c 00 30 6d 6e 6f 70 06 71 02 70 04 10 72 73 74 75 76 10 77 78 79 7a 00 3c',
      '#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa',
    ],
    ['one letter', '01 03 b0 02 61 45 00', 'a'.repeat(73)],
  ])('%s', (_name, hex, expected) => {
    expect(unpackVba(Buffer.from(hex.replaceAll(' ', ''), 'hex'), 0).toString('latin1')).toBe(expected);
  });
  test('no more than the limit', () => {
    const chunk = Buffer.from('03b0026145ff', 'hex').subarray(0, 5);
    const many = Buffer.concat([
      Buffer.from([1]),
      ...Array.from({ length: 5_000 }, () => Buffer.concat([chunk, Buffer.from([0xff])])),
    ]);
    expect(unpackVba(many, 0, 10_000).length).toBeLessThanOrEqual(10_000);
    expect(newBudget().bytes).toBeGreaterThan(0);
  });
});
