import { describe, expect, test } from '@jest/globals';
import { fileEvidence, hasReordering, readable } from '../../../src/detectors/payload/files.ts';
import { attachment } from '../../messages.ts';

describe('a file name as evidence', () => {
  test.each([
    ['as it stands', 'invoice.pdf', 'invoice.pdf'],
    ['with marks made visible', 'invoice\u202efdp.exe', 'invoice[U+202E]fdp.exe'],
    ['cut in the middle', `${'a'.repeat(200)}.exe`, `${'a'.repeat(60)}…${'a'.repeat(26)}.exe`],
    ['in another script', 'חשבונית.pdf', 'חשבונית.pdf'],
  ])('%s', (_what, name, expected) => expect(readable(name)).toBe(expected));
  test('never longer than evidence may be', () => {
    const { quote } = fileEvidence(attachment('\u202e'.repeat(300)), 'x'.repeat(300));
    expect(quote).toHaveLength(200);
  });
  test('only marks that reorder count as deceit', () => {
    expect(hasReordering('a\u2067b.txt')).toBe(true);
    expect(hasReordering('a\u200bb ü.txt')).toBe(false);
  });
});
