import { expect, test } from '@jest/globals';
import { isWithin, readNetwork } from '../../src/text/localNetworks.ts';

test.each([
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.1', false],
  ['192.0.2.7', '192.0.2.7', true],
  ['192.0.2.7', '192.0.2.8', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::/32', '192.0.2.1', false],
])('%s holds %s: %s', (network, ip, expected) => {
  const read = readNetwork(network);
  if (read === undefined) throw new Error(`${network} was not read`);
  expect(isWithin([read])(ip)).toBe(expected);
});

test.each([
  '',
  '192.0.2',
  '192.0.2.0/33',
  '2001:db8::/129',
  '192.0.2.0/',
  '192.0.2.0/8/8',
  'acme.example',
  '192.0.2.0/-1',
])('%j is no network', (text) => {
  expect(readNetwork(text)).toBeUndefined();
});
