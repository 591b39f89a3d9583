import { expect, test } from '@jest/globals';
import { findPhoneNumbers } from '../../src/traits/phoneNumbers.ts';
import { cpuClock } from '../cpuTime.ts';

test.each([
  ['+49 30 5550 1234'],
  ['+1 (202) 555-0143'],
  ['+1-202-555-0143'],
  ['+12025550143'],
  ['(202) 555-0143'],
  ['202-555-0143'],
  ['202.555.0143'],
  ['1-800-555-0199'],
  ['1 (888) 555-0199'],
  ['030 5550 1234'],
  ['0171 5550123'],
  ['0800 555 0199'],
  ['01 23 45 67 89'],
  ['(11) 5555-0143'],
  ['+44 (0)20 7946 0958'],
  ['0049 30 5550123'],
])('%s', (number) => {
  expect(findPhoneNumbers(`Please call ${number} today.`)).toEqual([number]);
  expect(findPhoneNumbers(`Tel:${number}\n`)).toEqual([number]);
});

test.each([
  ['+1 ( 8 8 8 ) 555 - 0 1 4 2', '+1 888-555-0142'],
  ['8-8-8-5-5-5-0-1-4-2', '888-555-0142'],
  ['𝟖𝟖𝟖-𝟓𝟓𝟓-𝟎𝟏𝟒𝟐', '888-555-0142'],
])('written apart or in other digits: %s', (written, number) => {
  expect(findPhoneNumbers(`Please call ${written} today.`)).toEqual([number]);
});

test.each([
  ['counting', '2 3 4 5 6 7 8 9 10 11'],
  ['a row of a table', '2 5 7 2 8 9 1 2 3 4 5 6'],
  ['bits', '0 1 0 1 1 0 1 0 1 1'],
  ['a date', '2026-11-24 10:00'],
  ['a date in German', '24.11.2026 um 10.15'],
  ['a time stamp', '2026-11-24T10:00:00.123456'],
  ['years', '2019-2021 2022'],
  ['an IP address', '192.168.100.200'],
  ['a version', '10.0.19041.1234'],
  ['an order', 'order 123456789012'],
  ['an id with hyphens', 'ref 4711-0815-2342-11-a'],
  ['a hash', 'commit 1234567890abcdef1234567890'],
  ['a sum', '1 234 567 890 EUR, 12.345.678'],
  ['an account', 'DE89 3704 0044 0532 0130 00'],
  ['an account that ends like a number', 'NL91 ABNA 0417 1643 00'],
  ['an account with hyphens', 'NL91-ABNA-0417-1643-00'],
  ['a card', '4111 1111 1111 1111'],
  ['a book', '978-3-16-148410-0'],
  ['a postal code', '05339-900 São Paulo'],
  ['a decimal', '0123.456789'],
  ['a tracking number in a link', 'https://a.example/202-555-0143'],
  ['an id behind a mark', '#202-555-0143'],
  ['zeros', '0000 000000'],
  ['a patch', '@@ -123,7 +123,8 @@ 00000000 00000001'],
])('none: %s', (_name, text) => {
  expect(findPhoneNumbers(`It says ${text} here.`)).toEqual([]);
});

test('letters in front do not make an account of a number to call', () => {
  expect(findPhoneNumbers('Call NL92 ABNA 0417 1643 00 now.')).toEqual(['0417 1643 00']); // the checksum is wrong
  expect(findPhoneNumbers('Pay NL91 ABNA 0417 1643 00 or call 030 5550 1234.')).toEqual(['030 5550 1234']);
});

test('nor check digits that are made to fit words around the number', () => {
  for (let check = 2; check < 99; check += 1) {
    const reference = `DE${String(check).padStart(2, '0')} SUPPORT 1-888-555-0123`;
    expect(findPhoneNumbers(`Call us, ref. ${reference} now.`)).toEqual(['1-888-555-0123']);
  }
});

test('once each, at most 10', () => {
  expect(findPhoneNumbers('202-555-0143, (202) 555-0143')).toEqual(['202-555-0143']);
  const many = Array.from({ length: 30 }, (_, i) => `+1 202 555 01${10 + i}`).join('\n');
  expect(findPhoneNumbers(many)).toHaveLength(10);
});

test.each([['1'], ['1 '], ['+1('], ['(0 '], ['12-34 ']])('a text full of %j in time', (piece) => {
  const spentMs = cpuClock();
  findPhoneNumbers(piece.repeat(30_000));
  expect(spentMs()).toBeLessThan(5_000);
});
