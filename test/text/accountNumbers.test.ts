import { describe, expect, test } from '@jest/globals';
import { findAccounts } from '../../src/text/accountNumbers.ts';
import { cpuClock } from '../cpuTime.ts';

const found = (text: string) => findAccounts(text).accounts.map(({ kind, number }) => `${kind} ${number}`);

// Numbers are the examples of the standards themselves: the IBAN registry, BIP 173, BIP 350, the Bitcoin genesis block, the ABA's own.
test.each([
  ['IBAN: DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX', 'iban DE89370400440532013000'],
  ['iban de89370400440532013000.', 'iban DE89370400440532013000'],
  ['DE89-3704-0044-0532-0130-00', 'iban DE89370400440532013000'],
  ['DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000', 'iban DE89370400440532013000'],
  ['ＤＥ８９ 3704 0044 0532 0130 00', 'iban DE89370400440532013000'],
  ['pay in 20 days to DE89 3704 0044 0532 0130 00', 'iban DE89370400440532013000'],
  ['FR14 2004 1010 0505 0001 3M02 606', 'iban FR1420041010050500013M02606'],
  ['NO93 8601 1117 947', 'iban NO9386011117947'],
  ['MT84 MALT 0110 0001 2345 MTLC AST0 01S', 'iban MT84MALT011000012345MTLCAST001S'],
  ['GB29 NWBK 6016 1331 9268 19', 'uk-account 60161331926819'],
  ['Sort code: 60-16-13, account number 31926819', 'uk-account 60161331926819'],
  ['Account 31926819\nSort Code 601613', 'uk-account 60161331926819'],
  ['Routing number: 021000021', 'us-routing 021000021'],
  ['ABA/routing 021000021', 'us-routing 021000021'],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'bitcoin bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  [
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    'bitcoin bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'ethereum 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
])('%s', (text, expected) => expect(found(text)).toEqual([expected]));

describe('near-misses', () => {
  test.each([
    ['one digit off', 'DE88 3704 0044 0532 0130 00'],
    ['too short for its country', 'DE89 3704 0044 0532 0130'],
    ['no such country', 'ZZ89 3704 0044 0532 0130 00'],
    ['inside a longer word', 'XDE89370400440532013000'],
    ['words between', 'DE89 3704 or 0044 0532 0130 00'],
    ['eight digits without a sort code', 'Order 31926819 of 60-16-13'],
    ['nine digits without the word', 'Order 021000021'],
    ['a routing number one digit off', 'Routing number 021000022'],
    ['Bitcoin, one letter off', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
    ['bech32, one letter off', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    ['bech32 in mixed case', 'bc1qw508D6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['a commit', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA'],
  ])('%s: %s', (_what, text) => expect(found(text)).toEqual([]));
});

test.each([
  ['4111 1111 1111 1111', 1],
  ['5555555555554444', 1],
  ['3782 822463 10005', 1],
  ['4111 1111 1111 1112', 0],
  ['Tracking 94111111111111111', 0],
  ['4111-1111-1111-1111 and 4111-1111-1111-1111', 1],
])('cards: %s', (text, count) => {
  expect(findAccounts(text).cardCount).toBe(count);
  expect(JSON.stringify(findAccounts(text))).not.toContain('1111');
});

test.each([
  ['DE89 3704 0044 0532 0130 0'],
  ['DE89370400440532013'],
  ['sort code '],
  ['routing '],
  ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb '],
  ['bc1q'],
  ['4111-1111-'],
  ['0x5a'],
  ['a1'],
])('a megabyte of %j takes no time', (piece) => {
  const hostile = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const spentMs = cpuClock();
  findAccounts(hostile);
  expect(spentMs()).toBeLessThan(400);
});
test('many numbers are cut', () => {
  const wallets = Array.from({ length: 99 }, (_, n) => `0x${n.toString(16).padStart(40, '0')}`).join(' ');
  expect(findAccounts(wallets).accounts).toHaveLength(20);
});
