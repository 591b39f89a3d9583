/** Office files become their text; what has none, or is locked, becomes nothing. */
import { describe, expect, test } from '@jest/globals';
import { flatten } from '../../../src/traits/flatten/flatten.ts';
import { EICAR } from '../../antivirus/clamdServer.ts';
import { zipWith } from '../parts.ts';
import { docxOf } from './documents.ts';

const paragraph = (...runs: readonly string[]): string =>
  `<w:p>${runs.map((run) => `<w:r>${run}</w:r>`).join('')}</w:p>`;

describe('text', () => {
  test('of a document: paragraphs, tabs, cells; no field, nothing deleted, nothing twice', async () => {
    const content = docxOf(
      paragraph('<w:t>Dear Ana,</w:t>') +
        paragraph(
          '<w:t>pay</w:t>',
          '<w:tab/>',
          '<w:t xml:space="preserve">5 &amp; 6</w:t>',
          '<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText>',
          '<w:delText>gone</w:delText>',
        ) +
        `<w:tbl><w:tr><w:tc>${paragraph('<w:t>a</w:t>')}</w:tc><w:tc>${paragraph('<w:t>b</w:t>')}</w:tc></w:tr></w:tbl>` +
        `<mc:AlternateContent><mc:Choice>${paragraph('<w:t>once</w:t>')}</mc:Choice><mc:Fallback>${paragraph('<w:t>once</w:t>')}</mc:Fallback></mc:AlternateContent>`,
    );
    expect(await flatten(content, 'a.docx')).toEqual({
      to: 'text',
      text: 'Dear Ana,\npay\t5 & 6\na\n\tb\n\nonce',
    });
  });
  test('of a workbook: shared and own strings, numbers, results of formulas, sheets by number', async () => {
    const sheet = (cells: string): string => `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>`;
    const content = zipWith({
      '[Content_Types].xml': '<Types/>',
      'xl/workbook.xml': '<workbook/>',
      'xl/sharedStrings.xml': '<sst><si><t>Total</t></si><si><r><t>in</t></r><r><t> euro</t></r></si></sst>',
      'xl/worksheets/sheet10.xml': sheet('<c t="inlineStr"><is><t>last</t></is></c>'),
      'xl/worksheets/sheet2.xml': sheet(
        '<c t="s"><v>0</v></c><c><f>1+1</f><v>2</v></c><c t="s"><v>1</v></c><c t="s"><v>9</v></c>',
      ),
    });
    expect(await flatten(content, 'a.xlsx')).toEqual({ to: 'text', text: 'Total\t2\tin euro\n\nlast' });
  });
  test('of slides', async () => {
    const content = zipWith({
      '[Content_Types].xml': '<Types/>',
      'ppt/presentation.xml': '<p/>',
      'ppt/slides/slide1.xml':
        '<p:sld><a:p><a:r><a:t>One</a:t></a:r></a:p><a:p><a:r><a:t>Two</a:t></a:r></a:p></p:sld>',
    });
    expect(await flatten(content, 'a.pptx')).toEqual({ to: 'text', text: 'One\nTwo' });
  });
  test('a long one is cut, and says so', async () => {
    const result = await flatten(docxOf(paragraph(`<w:t>${'word '.repeat(100_000)}</w:t>`)), 'a.docx');
    if (result.to !== 'text') throw new Error(JSON.stringify(result));
    expect(result.text.length).toBeLessThan(263_000);
    expect(result.text).toMatch(/\n\[The rest was left out\.\]$/);
  });
});

describe('no text', () => {
  test.each([
    ['renamed parts', zipWith({ 'word/other.xml': '<w:document><w:t>x</w:t></w:document>' }), 'a.docx', /no text/],
    ['an archive', zipWith({ 'a.txt': 'x' }), 'a.zip', /no text/],
    ['a program', Buffer.from('MZ\x90\0'), 'a.exe', /its kind/],
    ['no zip at all', Buffer.from('PK\x03\x04'), 'a.docx', /its kind|no text/],
  ])('%s', async (_name, content, fileName, whyNot) => {
    expect(await flatten(content, fileName)).toEqual({ to: 'nothing', whyNot: expect.stringMatching(whyNot) });
  });
  test('what the reader would find in the text too', async () => {
    const result = await flatten(docxOf(paragraph(`<w:t>${EICAR}</w:t>`)), 'a.docx');
    expect(result).toEqual({ to: 'nothing', whyNot: expect.stringMatching(/its text holds test-virus/) });
  });
});
