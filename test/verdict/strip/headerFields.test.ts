import { describe, expect, test } from '@jest/globals';
import type { HeaderEdit } from '../../../src/domain/strip.ts';
import { editedHead, fieldsOf, settingField } from '../../../src/verdict/strip/headerFields.ts';

const HEAD = 'From me\r\nA: 1\r\nB : two\r\n\tfolded\r\nnonsense\r\na: 3\r\n\r\n';
const edited = (edits: readonly HeaderEdit[], head = HEAD, hasBody = true): string =>
  editedHead(Buffer.from(head, 'latin1'), edits, '\r\n', hasBody).toString('latin1');

test('fields with their places; what is none is left out', () => {
  expect(fieldsOf(Buffer.from(HEAD)).map(({ name, index, value }) => [name, index, value])).toEqual([
    ['a', 1, ' 1'],
    ['b', 1, ' two\r\n\tfolded'],
    ['a', 2, ' 3'],
  ]);
});

describe('edits', () => {
  test.each<readonly [string, readonly HeaderEdit[], string]>([
    ['none', [], HEAD],
    ['change', [{ kind: 'change', name: 'A', index: 2, value: 'x' }], HEAD.replace('a: 3', 'A: x')],
    [
      'a folded one',
      [{ kind: 'change', name: 'B', index: 1, value: 'x' }],
      HEAD.replace('B : two\r\n\tfolded', 'B: x'),
    ],
    ['remove', [{ kind: 'remove', name: 'a', index: 1 }], HEAD.replace('A: 1\r\n', '')],
    ['one that is not there', [{ kind: 'remove', name: 'a', index: 3 }], HEAD],
    ['add', [{ kind: 'add', name: 'C', value: 'x' }], HEAD.replace('3\r\n', '3\r\nC: x\r\n')],
    [
      'on top, as listed, folded',
      [
        { kind: 'top', name: 'X', value: '1\r\n 2' },
        { kind: 'top', name: 'Y', value: '3' },
      ],
      `X: 1\r\n 2\r\nY: 3\r\n${HEAD}`,
    ],
  ])('%s', (_what, edits, expected) => {
    expect(edited(edits)).toBe(expected);
  });
  test('the first field and one on top of it', () => {
    const edits: readonly HeaderEdit[] = [
      { kind: 'change', name: 'A', index: 1, value: '2' },
      { kind: 'top', name: 'X', value: '1' },
    ];
    expect(edited(edits, 'A: 1\r\n\r\n')).toBe('X: 1\r\nA: 2\r\n\r\n');
  });
  test.each([
    ['no blank line, no body', 'A: 1', false, 'A: 1\r\nC: x\r\n'],
    ['no blank line, a body now', 'A: 1\r\n', true, 'A: 1\r\nC: x\r\n\r\n'],
    ['nothing at all', '', true, 'C: x\r\n\r\n'],
    ['a blank line alone', '\r\n', true, 'C: x\r\n\r\n'],
  ])('%s', (_what, head, hasBody, expected) => {
    expect(edited([{ kind: 'add', name: 'C', value: 'x' }], head, hasBody)).toBe(expected);
  });
});

test('a value for a name: the first is changed, others go; added where there is none', () => {
  const fields = fieldsOf(Buffer.from(HEAD));
  expect(settingField(fields, 'A', 'x')).toEqual([
    { kind: 'change', name: 'A', index: 1, value: 'x' },
    { kind: 'remove', name: 'a', index: 2 },
  ]);
  expect(settingField(fields, 'C', 'x')).toEqual([{ kind: 'add', name: 'C', value: 'x' }]);
  expect(settingField(fields, 'a', undefined)).toHaveLength(2);
  expect(settingField(fields, 'C', undefined)).toEqual([]);
});
