import { expect, test } from '@jest/globals';
import { readMessageId, readMessageIds } from '../../src/parse/messageIds.ts';

test.each([
  ['<a@x.example>', 'a@x.example'],
  ['  <a@x.example> (remark)', 'a@x.example'],
  ['a@x.example', 'a@x.example'],
  ['<a@ x.example>', 'a@x.example'],
  ["Bea's message of 24 Nov <a@x.example>", 'a@x.example'],
  ['<>', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j', (value, expected) => {
  expect(readMessageId(value)).toBe(expected);
});

test('references in order, the newest fifty', () => {
  expect(readMessageIds('<a@x.example><b@x.example>\t<c@x.example>')).toEqual([
    'a@x.example',
    'b@x.example',
    'c@x.example',
  ]);
  const many = readMessageIds(Array.from({ length: 80 }, (_, i) => `<${i}@x.example>`).join(' '));
  expect([many.length, many[0], many.at(-1)]).toEqual([50, '30@x.example', '79@x.example']);
});

test('no record key is broken by what stands in an id', () => {
  expect(readMessageId('<a\n\r\0b@x.example>')).toBe('ab@x.example');
});
