import { expect, test } from '@jest/globals';
import { type DefectLog, noteByteDefects } from '../../src/parse/defects.ts';

function codesOf(raw: Buffer): readonly string[] {
  const log: DefectLog = new Map();
  noteByteDefects(raw, log);
  return [...log.keys()];
}

const line = (length: number, end = '\r\n') => `${'x'.repeat(length)}${end}`;

test.each([
  ['plain', 'A: 1\r\n\r\nb\r\n', []],
  ['bare newlines', 'A: 1\n\nb\n', []],
  ['a NUL', 'A: 1\r\n\r\nb\0\r\n', ['nul-byte']],
  ['a bare CR', 'A: 1\r\n\r\nb\rc\r\n', ['bare-cr']],
  ['two CR before the newline', 'A: 1\r\r\n\r\n', ['bare-cr']],
  ['a CR at the end', 'A: 1\r\n\r\nb\r', []],
  ['998 bytes with CRLF', line(998), []],
  ['998 bytes with newline', line(998, '\n'), []],
  ['998 bytes without end', line(998, ''), []],
  ['999 bytes with CRLF', line(999), ['long-line']],
  ['999 bytes with newline', line(999, '\n'), ['long-line']],
  ['999 bytes without end', line(999, ''), ['long-line']],
  ['a long line among short ones', line(70).repeat(50) + line(1_200) + line(70), ['long-line']],
  ['many short lines', line(76).repeat(500), []],
  ['an empty line where a long one could end', `${'\n'.repeat(2_000)}`, []],
  ['short lines of every length', Array.from({ length: 998 }, (_, i) => line(i, '\n')).join(''), []],
  ['the same with CRLF', Array.from({ length: 998 }, (_, i) => line(i)).join(''), []],
])('%s', (_name, text, expected) => {
  expect(codesOf(Buffer.from(text))).toEqual(expected);
});
