import { describe, expect, test } from '@jest/globals';
import { newBudget } from '../../../src/traits/files/budget.ts';
import { unpackRtf } from '../../../src/traits/files/packedRtf.ts';

/** MS-OXRTFCP §4.1: simple, and with a place that crosses the end of what is written. */
describe('RTF as Outlook packs it', () => {
  test.each([
    [
      '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0',
      '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
    ],
    ['1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0', '{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}'],
    ['10000000040000004d454c4100000000{', ''],
  ])('%s', (hex, text) => {
    expect(unpackRtf(Buffer.from(hex, 'hex'), newBudget()).toString('latin1')).toBe(text);
  });
  test('cut anywhere, and with any size', () => {
    const whole = Buffer.from('1a000000ffffffff4c5a4675e2d44b51410004205758595a0d6e7d010eb0', 'hex');
    for (let end = 0; end <= whole.length; end++)
      expect(unpackRtf(whole.subarray(0, end), newBudget()).length).toBeLessThan(300);
  });
});
