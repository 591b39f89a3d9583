import { describe, expect, test } from '@jest/globals';
import type { DefectLog } from '../../src/parse/defects.ts';
import { readHeaders } from '../../src/parse/headers.ts';

function read(text: string | Buffer) {
  const log: DefectLog = new Map();
  const block = readHeaders(Buffer.isBuffer(text) ? text : Buffer.from(text), log);
  return {
    ...block,
    pairs: block.headers.map(({ writtenName, value }) => [writtenName, value]),
    codes: [...log.keys()],
  };
}

describe('readHeaders', () => {
  test.each([
    [
      'in order, names as written',
      'FROM: a\r\nSubject: b\r\nX-A:c\r\n\r\nbody',
      [
        ['FROM', 'a'],
        ['Subject', 'b'],
        ['X-A', 'c'],
      ],
    ],
    ['folding is undone', 'Subject: a\r\n b\r\n\tc\r\n\r\n', [['Subject', 'a b\tc']]],
    [
      'bare newlines',
      'A: 1\nB: 2\n\nC: 3\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    [
      'mixed line ends',
      'A: 1\nB: 2\r\n\r\nC: 3\n\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['a bare CR ends no line', 'A: 1\rB: 2\r\n\r\n', [['A', '1\rB: 2']]],
    [
      'no blank line',
      'A: 1\r\nB: 2',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['an mbox separator', 'From bea Tue Nov 24\nA: 1\n\n', [['A', '1']]],
    ['encoded words stay', 'Subject: =?utf-8?Q?a?=\n\n', [['Subject', '=?utf-8?Q?a?=']]],
    ['a value with colons', 'A: b: c\n\n', [['A', 'b: c']]],
  ])('%s', (_name, text, pairs) => {
    expect(read(text)).toMatchObject({ pairs, codes: [] });
  });

  test.each([
    ['a blank before the colon', 'From : a@b.example\n\n', [['From ', 'a@b.example']]],
    ['a folded name', 'From\r\n : a@b.example\r\n\r\n', [['From\r\n ', 'a@b.example']]],
    [
      'a blank before the first name',
      ' From: a@b.example\nA: 1\n\n',
      [
        [' From', 'a@b.example'],
        ['A', '1'],
      ],
    ],
    [
      'a line that is no header',
      'A: 1\nnothing here\nB: 2\n\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['a sentence with a colon', 'A: 1\nplease note this: x\n\n', [['A', '1']]],
    ['a byte order mark', '\ufeffFrom: a@b.example\n\n', [['\ufeffFrom', 'a@b.example']]],
  ])('malformed: %s', (_name, text, pairs) => {
    expect(read(text)).toMatchObject({ pairs, codes: ['malformed-header'] });
  });

  test('a malformed From counts as From', () => {
    expect(read('From : a@b.example\n\n').index.get('from')).toEqual(['a@b.example']);
  });

  test('the body starts after the blank line', () => {
    const text = 'A: 1\r\n\r\nbody';
    expect(text.slice(read(text).bodyStart)).toBe('body');
    expect(read('\r\nbody')).toMatchObject({ bodyStart: 2, codes: ['no-header'] });
  });

  test('what has no header at all is body', () => {
    expect(read('just text\n\nmore')).toMatchObject({
      headers: [],
      bodyStart: 0,
      codes: ['malformed-header', 'no-header'],
    });
  });

  test('UTF-8 where valid, else ISO 8859-1, line by line', () => {
    expect(read('Subject: Grüße\n\n')).toMatchObject({ pairs: [['Subject', 'Grüße']], codes: [] });
    const mixed = Buffer.concat([Buffer.from('A: Grüße\n'), Buffer.from('B: Grüße\n\n', 'latin1')]);
    expect(read(mixed)).toMatchObject({
      pairs: [
        ['A', 'Grüße'],
        ['B', 'Grüße'],
      ],
      codes: ['invalid-utf8'],
    });
  });

  test('bounds: value, count and block', () => {
    const long = read(`A: ${'x'.repeat(70_000)}\n\n`);
    expect(long.headers[0]?.value).toHaveLength(64 * 1024 - 1);
    expect(long).toMatchObject({ isOverLimit: false, codes: ['size-limit'] });
    expect(read(`${'A: 1\n'.repeat(6_000)}\n`)).toMatchObject({ isOverLimit: true, codes: ['unparseable'] });
    const huge = read(`Subject: top\n${`A: ${'x'.repeat(900)}\n`.repeat(1_500)}\n`);
    expect(huge).toMatchObject({ isOverLimit: true, codes: ['unparseable'] });
    expect(huge.index.get('subject')).toEqual(['top']);
    expect(huge.headers.length).toBeLessThan(100);
  });
});
