/** Addresses in what a PDF shows, as programs write it: Chromium, Word and LaTeX each in their own way. */
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { linesShown } from '../../../src/traits/files/pdfShown.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part } from '../parts.ts';

const EVIL = 'https://login.evil-portal.example/a';

interface Parts {
  /** What the page shows. */
  readonly content: Buffer | string;
  /** In its dictionary. */
  readonly entries?: string;
  readonly font?: string;
  /** From object 6 on. */
  readonly more?: readonly (Buffer | string)[];
}

const SIMPLE = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';

function pdf({ content, entries = '', font = SIMPLE, more = [] }: Parts): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    stream(content, entries),
    font,
    ...more,
  ].flatMap((object, index) => [`${index + 1} 0 obj `, object, '\nendobj\n']);
  return Buffer.concat(['%PDF-1.7\n', ...objects].map((one) => (typeof one === 'string' ? latin1(one) : one)));
}

function stream(content: Buffer | string, entries = ''): Buffer {
  const bytes = typeof content === 'string' ? latin1(content) : content;
  return Buffer.concat([latin1(`<< ${entries} /Length ${bytes.length} >>\nstream\n`), bytes, latin1('\nendstream')]);
}

const shown = (show: string): string => `q BT /F1 12 Tf 72 700 Td ${show} ET Q`;
const hexOf = (text: string, codeOf: (letter: string) => number): string =>
  Array.from(text, (letter) => codeOf(letter).toString(16).padStart(4, '0')).join('');

/** Codes are those of ASCII less 29, as in the fonts that Word and Chromium cut down. */
const CUT_FONT = '<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /ToUnicode 6 0 R >>';
const TABLE =
  '/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n' +
  '1 beginbfchar <0012> <002F> endbfchar 3 beginbfrange <0003> <0011> <0020> <0013> <0013> [<0030>] <0014> <0061> <0031> endbfrange endcmap';
const cut = (text: string): string => hexOf(text, (letter) => letter.charCodeAt(0) - 29);

async function linksOf(content: Buffer): Promise<readonly string[]> {
  const { links, defects } = await readAttachments({ parts: [part('a.pdf', content)] });
  expect(defects).toEqual([]);
  return links.map(({ url }) => url);
}

describe('an address is seen', () => {
  test.each([
    ['in one string', { content: shown(`(Sign in at ${EVIL} today) Tj`) }],
    ['with letters as numbers', { content: shown(`(\\150ttps://login.evil-portal.example/\\\na) Tj`) }],
    ['in hex', { content: shown(`<${Buffer.from(EVIL).toString('hex')}> Tj`) }],
    ['with kerning', { content: shown('[(htt)-12(ps://lo)4(gin.evil-por)-30(tal.example/a)-250(now)] TJ') }],
    ['letter by letter', { content: shown(Array.from(EVIL, (one) => `(${one}) Tj 6 0 Td`).join(' ')) }],
    ['letter by letter, each in its place', { content: letterByLetter() }],
    ['in pieces', { content: shown(`(See https://login.evil-por) Tj 90 0 Td (tal.example/a for more) Tj`) }],
    ['behind another one', { content: shown(`(x) Tj 9 0 Td (www) Tj 30 0 Td (.first.com ) Tj 90 0 Td (${EVIL}) Tj`) }],
    ['by the next-line operators', { content: shown(`(Sign in:) Tj 14 TL (${EVIL}) ' (now) '`) }],
    ['packed', { content: deflateSync(latin1(shown(`(${EVIL}) Tj`))), entries: '/Filter /FlateDecode' }],
    [
      'in a stream that calls itself a picture',
      { content: shown(`(${EVIL}) Tj`), entries: '/Subtype /Image /Width 1' },
    ],
    ['in a form', { content: '/Fm0 Do', more: [stream(shown(`(${EVIL}) Tj`), '/Type /XObject /Subtype /Form')] }],
    ['in a cut-down font', { content: shown(`<${cut(EVIL)}> Tj`), font: CUT_FONT, more: [stream(TABLE)] }],
    [
      'in a cut-down font with a packed table',
      {
        content: shown(`<${cut(EVIL)}> Tj`),
        font: CUT_FONT,
        more: [stream(deflateSync(latin1(TABLE)), '/Filter /FlateDecode')],
      },
    ],
    [
      'in a font with other names of glyphs',
      {
        content: shown('(\\001\\002\\002\\003\\004\\005\\006\\006a\\007b.example/a) Tj'),
        font: '<< /Type /Font /Subtype /Type3 /Encoding << /Differences [1 /h /t /p /s /colon /slash /hyphen] >> >>',
      },
    ],
    [
      'in a font without any table',
      { content: shown(`<${hexOf(EVIL, (one) => one.charCodeAt(0))}> Tj`), font: CUT_FONT },
    ],
  ] satisfies readonly (readonly [string, Parts])[])('%s', async (name, parts) => {
    const links = await linksOf(pdf(parts));
    expect(links).toContain(name.includes('glyphs') ? 'https://a-b.example/a' : EVIL);
  });

  test('behind more decoys than are kept of one text', async () => {
    const decoys = Array.from({ length: 40 }, (_, at) => stream(shown(`(${'x'.repeat(60 * 1024)} ${at}) Tj`)));
    expect(await linksOf(pdf({ content: shown(`(${EVIL}) Tj`), more: decoys }))).toEqual([EVIL]);
  });
});

function letterByLetter(): string {
  return Array.from(
    EVIL,
    (one, at) => `q 1 0 0 1 ${72 + at * 6} 700 cm BT /F1 12 Tf 1 0 0 1 0 0 Tm (${one}) Tj ET Q`,
  ).join('\n');
}

describe('near-miss:', () => {
  test.each([
    ['a name without a scheme', shown('(Our new shop is at shop.example.com, write to ana@example.com) Tj')],
    ['a harmless spelling', shown('(Do not open hxxps://login.evil-portal[.]example/a) Tj')],
    ['what is not shown', `% ${EVIL}\n/Alt (${EVIL}) BDC ${shown('(Hello) Tj')} EMC`],
    ['text beside an address', shown('(https://www.partner.com) Tj 200 0 Td (Page 1) Tj')],
  ])('%s', async (name, content) => {
    expect(await linksOf(pdf({ content }))).toEqual(name.startsWith('text') ? ['https://www.partner.com/'] : []);
  });
});

test('lines end where the height changes', () => {
  const content =
    'BT /F1 9 Tf 1 0 0 1 0 700 Tm (a) Tj 5 0 Td [(b) -300 (c)] TJ 0 -12 Td (d) Tj T* (e) Tj ET (no text) BT 0 5 Td <66> Tj ET';
  expect(linesShown(content, (_font, bytes) => bytes)).toEqual([['a', 'b c'], ['d', 'e'], ['f']]);
});

describe('a PDF made to cost', () => {
  const MANY = 2 * 1024 * 1024;
  const page = (content: string, more: Partial<Parts> = {}): Buffer =>
    pdf({ content: deflateSync(latin1(content)), entries: '/Filter /FlateDecode', ...more });
  test.each([
    ['strings without an end', page(shown('( '.repeat(MANY / 8)))],
    ['brackets in brackets', page(shown('('.repeat(MANY / 4) + ')'.repeat(MANY / 4)))],
    ['text objects without an end', page('BT ('.repeat(MANY / 8))],
    ['numbers', page(shown('1 '.repeat(MANY / 2)))],
    ['shown one by one', page(shown('(http://a.b) Tj 0 1 Td '.repeat(40_000)))],
    ['pieces of one line', page(shown('(http://a.b/) Tj '.repeat(60_000)))],
    ['matrices', page('1 0 0 1 0 0 cm BT ET '.repeat(50_000))],
    ['streams', pdf({ content: 'x', more: Array.from({ length: 20_000 }, () => stream('BT (x) Tj ET')) })],
    [
      'fonts under one name',
      pdf({
        content: shown('(x) Tj'),
        more: Array.from({ length: 20_000 }, (_, at) => `<< /Font << /F1 ${at} 0 R >> >>`),
      }),
    ],
    [
      'a table of ranges',
      page(shown(`<${hexOf('x'.repeat(100_000), () => Math.floor(Math.random() * 65_536))}> Tj `.repeat(4)), {
        font: CUT_FONT,
        more: [
          stream(
            deflateSync(latin1(`beginbfrange ${'<0000> <0001> <0041> '.repeat(100_000)}`)),
            '/Filter /FlateDecode',
          ),
        ],
      }),
    ],
    [
      'lists of contents',
      pdf({ content: 'x', more: ['/Contents [ '.repeat(100_000), '/Contents 1 0 R '.repeat(100_000)] }),
    ],
  ])(
    '%s',
    async (_name, content) => {
      const spentMs = cpuClock();
      await readAttachments({ parts: [part('a.pdf', content)] });
      expect(spentMs()).toBeLessThan(4_000); // ms; minutes if it grew with the square
    },
    30_000,
  );
});
