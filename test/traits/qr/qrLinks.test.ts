/** QR codes drawn without a picture, and pictures inside the HTML: each leads where the same code as a picture does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { beforeImport } from '../../qrcode/patient.ts';
import { part } from '../parts.ts';

beforeImport();
const { attachments, readAttachments } = await import('../../../src/traits/attachments.ts');
const { newPictureBudget } = await import('../../../src/traits/qr/qrCodes.ts');
const { drawnLinks } = await import('../../../src/traits/qr/qrLinks.ts');

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'qr');
const TARGET = 'https://login.evil-portal.example/a?u=ana';
const picture = readFileSync(join(FIXTURES, 'sign-in.png'));
/** The same code in half blocks, by zxing's writer. */
const blocks = readFileSync(join(FIXTURES, 'sign-in.txt'), 'utf8');

const found = async (mail: { readonly text?: string; readonly html?: string }): Promise<readonly string[]> =>
  (await drawnLinks({ text: '', html: '', ...mail }, newPictureBudget())).map(({ url, source }) => `${source} ${url}`);

/** Each module a cell; `styled` by style, else by the old attribute. */
function table(styled: boolean): string {
  const rows = blocks
    .split('\n')
    .flatMap((line) => [
      [...line].map((letter) => '▀█'.includes(letter)),
      [...line].map((letter) => '▄█'.includes(letter)),
    ]);
  const cell = (dark: boolean): string => {
    const colour = dark ? '#101010' : '#fff';
    return styled ? `<td style="width:4px; background-color:${colour}"></td>` : `<td bgcolor="${colour}"></td>`;
  };
  return `<table>${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')}</table>`;
}

const DARK = '<td style="width:4px; background-color:#101010"></td>';

/** Each module a square: U+2B1B, U+2B1C. */
const squares = (): string =>
  blocks
    .split('\n')
    .flatMap((line) =>
      ['▀█', '▄█'].map((dark) => [...line].map((letter) => (dark.includes(letter) ? '⬛' : '⬜')).join('')),
    )
    .join('\n');

describe('codes', () => {
  test.each([
    ['letters in text', { text: `Scan this:\n\n${blocks}\n\nThanks` }],
    ['letters in HTML', { html: `<p>Scan:</p><pre>${blocks}</pre>` }],
    [
      'letters in HTML, a line each',
      {
        html: blocks
          .split('\n')
          .map((line) => `<div>${line}</div>`)
          .join(''),
      },
    ],
    [
      'letters as references',
      { html: `<pre>${blocks.replace(/[▀▄█]/g, (letter) => `&#${letter.charCodeAt(0)};`)}</pre>` },
    ],
    ['cells of a table', { html: `<p>Scan:</p>${table(false)}` }],
    ['cells of a table by style', { html: table(true) }],
    ['a table in a table', { html: `<table><tr><td>x</td><td>${table(true)}</td></tr></table>` }],
    [
      'light cells in a dark table',
      { html: table(true).replace('<table>', '<table bgcolor="black">').replaceAll(DARK, '<td></td>') },
    ],
    [
      'light cells in dark rows',
      { html: table(true).replaceAll('<tr>', '<tr style="background:#000">').replaceAll(DARK, '<td></td>') },
    ],
    ['squares', { text: squares() }],
    ['squares as references', { html: `<pre>${squares().replaceAll('⬛', '&#x2b1b;')}</pre>` }],
    ['a picture whose type is another', { html: `<img src="data:image/webp;base64,${picture.toString('base64')}">` }],
    [
      'a picture with a parameter',
      { html: `<img src="data:image/png;charset=utf-8;base64,${picture.toString('base64')}">` },
    ],
    ['a picture inside the HTML', { html: `<img src="data:image/png;base64,${picture.toString('base64')}">` }],
  ])('%s', async (_name, mail) => {
    expect(await found(mail)).toEqual([`qr-code ${TARGET}`]);
  });

  test('a picture that is attached, whatever its type says', async () => {
    const { links } = await readAttachments({ parts: [part('logo.dat', picture)] });
    expect(links.map(({ url, source }) => `${source} ${url}`)).toEqual([`qr-code ${TARGET}`]);
    expect(await attachments({ parts: [part('logo.dat', picture)] })).toHaveLength(1);
  });

  test('near-miss: a chart in blocks, a large table', async () => {
    const chart = Array.from({ length: 40 }, (_, at) => '█'.repeat(at + 1)).join('\n');
    const figures = `<table>${`<tr>${'<td bgcolor="#fff">1</td>'.repeat(30)}</tr>`.repeat(30)}</table>`;
    expect(await found({ text: chart, html: figures })).toEqual([]);
  });

  test('drawings cost no more than pictures', async () => {
    const budget = newPictureBudget();
    const html = table(true).repeat(40);
    await drawnLinks({ text: `${blocks}\n\n`.repeat(500), html }, budget);
    expect(budget.pixels).toBeGreaterThanOrEqual(0);
    expect(budget.pictures).toBeGreaterThanOrEqual(16 - 8);
  });

  test('any text and any table', async () => {
    const piece = fc.constantFrom(
      '<table>',
      '</table>',
      '<tr>',
      '<td bgcolor=black>',
      '<td colspan=99999 style="background:#000">',
      '█',
      '▀',
      '▄',
      '\n',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 3_000, size: 'max' }), async (pieces) => {
        const html = pieces.join('');
        expect(await found({ text: html, html })).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
