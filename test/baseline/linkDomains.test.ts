/** Whose links are looked up of a mail that has more than there is room for. */
import { expect, test } from '@jest/globals';
import { linkDomainsOf } from '../../src/baseline/observe.ts';
import type { Link } from '../../src/domain/message.ts';
import { linksOfText } from '../../src/traits/links.ts';
import { message } from '../messages.ts';

const hosts = (count: number, name: string): readonly Link[] =>
  linksOfText(Array.from({ length: count }, (_, at) => `https://${name}${at}.example/`).join('\n'));
const inFile = (links: readonly Link[]): readonly Link[] => links.map((link) => ({ ...link, inFile: 'a1' }));
const written = (links: readonly Link[]): readonly Link[] =>
  inFile(links).map((link) => ({ ...link, isWritten: true }));
const looksUp = (all: readonly Link[]): readonly string[] =>
  linkDomainsOf(message({ links: { all, clickable: all, totalCount: all.length } }));

test('a full body does not keep a file’s from being looked up', () => {
  expect(looksUp([...hosts(30, 'b'), ...inFile(hosts(1, 'evil'))])).toEqual([
    ...hosts(20, 'b').map(({ orgDomain }) => orgDomain),
    'evil0.example',
  ]);
});

test('nor do those that only stand in its text', () => {
  const found = looksUp([...written(hosts(30, 'w')), ...inFile(hosts(1, 'evil'))]);
  expect([found.length, found[0]]).toEqual([20, 'evil0.example']);
});
