import { readFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostingSuffixes } from '../../src/text/lists.ts';
import { isIpLiteral, isTopLevel, organisationalDomain } from '../../src/text/organisationalDomain.ts';
import { cpuClock } from '../cpuTime.ts';

/** [host, registered part or null], from `checkPublicSuffix('a', 'b');` */
const vectors = readFileSync(new URL('../fixtures/psl/test_psl.txt', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => /^checkPublicSuffix\((null|'.*'), (null|'.*')\);$/.exec(line))
  .filter((found) => found !== null)
  .map(([, host = '', expected = '']): [string, string | null] => [unquoted(host) ?? '', unquoted(expected)]);

function unquoted(text: string): string | null {
  return text === 'null' ? null : text.slice(1, -1);
}

describe('the vectors of the public suffix list', () => {
  test.each(vectors)('%j → %j', (host, expected) => {
    expect(organisationalDomain(host)).toBe(expected ?? host.toLowerCase());
  });

  test('all 78 are here', () => {
    expect(vectors).toHaveLength(78);
  });

  test('in ASCII as in Unicode', () => {
    for (const [host, expected] of vectors) {
      if (expected === null || expected.includes('xn--')) continue;
      expect(organisationalDomain(domainToASCII(host))).toBe(domainToASCII(expected));
    }
  });
});

describe('the organisational domain', () => {
  test.each([
    ['a page', 'www.example.com', 'example.com'],
    ['a closing dot and capitals', 'WWW.Example.CO.UK.', 'example.co.uk'],
    ['a user of a hosting company', 'a.user.github.io', 'user.github.io'],
    ['the hosting company', 'github.io', 'github.io'],
    ['an unlisted top level', 'mail.partner.example', 'partner.example'],
    ['a Windows domain', 'pc7.corp.local', 'corp.local'],
    ['an underscore', 'a_b.evil.com', 'evil.com'],
    ['hyphens where none may be', '-a.b-.evil.com', 'evil.com'],
    ['what only browsers accept', "a!b.$('.evil.com", 'evil.com'],
    ['an @, which psl takes for a mail address', 'good.com@x.evil.com', 'evil.com'],
    ['other dots', 'www。example．com', 'example.com'],
    ['a rule of one letter', 'a.b.x.se', 'b.x.se'],
    ['five numbers', '1.2.3.4.5', '4.5'],
  ])('%s', (_name, host, expected) => {
    expect(organisationalDomain(host)).toBe(expected);
  });

  test.each([
    '192.168.1.1',
    '[::1]',
    '2001:db8::1',
    '[192.0.2.1]',
    '[ipv6:::1]',
    'localhost',
    'com',
    '',
    'co.uk',
    'a..com',
  ])('%j is its own', (host) => {
    expect(organisationalDomain(host)).toBe(host);
    expect(organisationalDomain(`${host}.`)).toBe(host);
  });

  test.each([
    ['names', 'a.b.'.repeat(25_000)],
    ['dots', '.'.repeat(100_000)],
    ['a label', 'x'.repeat(100_000)],
    ['hyphens', `${'-'.repeat(100_000)}.com`],
    ['letters beyond ASCII', 'ü'.repeat(100_000)],
    ['colons', ':'.repeat(100_000)],
    ['brackets', '['.repeat(100_000)],
  ])('100 kB of %s in time', (_name, host) => {
    const spentMs = cpuClock();
    for (let run = 0; run < 10; run++) organisationalDomain(host);
    expect(spentMs()).toBeLessThan(5_000);
  });

  test('hosting that psl does not know, but where it knows a longer suffix (*.run.app)', () => {
    const found = (suffix: string) => organisationalDomain(`x.page.${suffix}`);
    const wrong = hostingSuffixes.filter(
      (suffix) =>
        ![`page.${suffix}`, `x.page.${suffix}`].includes(found(suffix)) || organisationalDomain(suffix) !== suffix,
    );
    expect(wrong).toEqual([]);
    expect(found('000webhostapp.com')).toBe('page.000webhostapp.com');
  });

  test('a long host keeps its owner', () => {
    expect(organisationalDomain(`${'login.bank.'.repeat(9_000)}evil.com`)).toBe('evil.com');
  });

  test('more hosts than it remembers', () => {
    for (let run = 0; run < 2; run++)
      for (let host = 0; host < 25_000; host += 1 + run * 24)
        expect(organisationalDomain(`h${host}.a${host % 7}.example`)).toBe(`a${host % 7}.example`);
  });

  test('any string is read, and what is found is found again', () => {
    const label = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('com', 'co', 'uk', 'github', 'io', 'mm', 'kobe', 'jp', 'xn--fiqs8s'),
    );
    const host = fc.oneof(
      fc.domain(),
      fc.string({ unit: 'binary' }),
      fc.array(label).map((labels) => labels.join('.')),
    );
    fc.assert(
      fc.property(host, (text) => {
        const found = organisationalDomain(text);
        expect(organisationalDomain(text)).toBe(found);
        const bare = text.endsWith('.') ? text.slice(0, -1) : text;
        if (/^[a-z0-9.-]*$/.test(text)) expect(`.${bare}`.endsWith(`.${found}`)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(
        fc.domain(),
        (text) => organisationalDomain(organisationalDomain(text)) === organisationalDomain(text),
      ),
    );
  });
});

describe('an IP address', () => {
  test.each([
    '192.0.2.1',
    '0.0.0.0',
    '255.255.255.255',
    '[::1]',
    '::1',
    '[2001:DB8::1]',
    '::ffff:192.0.2.1',
    '[192.0.2.1]',
    '[IPv6:2001:db8::1]',
  ])('%s', (host) => {
    expect(isIpLiteral(host)).toBe(true);
  });

  test.each([
    '',
    '256.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1.2.3.a',
    'a.example',
    '[::1',
    '::1]',
    '[]',
    '[a.example]',
    ':',
    ':::',
    'a:80',
    '::1]/[::',
    '1:2:3:4:5:6:7:8:9',
  ])('near-miss: %j', (host) => {
    expect(isIpLiteral(host)).toBe(false);
  });

  test('each there is', () => {
    fc.assert(fc.property(fc.ipV4(), isIpLiteral));
    fc.assert(fc.property(fc.ipV6(), (ip) => isIpLiteral(ip) && isIpLiteral(`[${ip}]`)));
    fc.assert(fc.property(fc.domain(), (host) => !isIpLiteral(host)));
  });
});

test.each([
  ['com', true],
  ['DE', true],
  ['рф', true],
  ['xn--p1ai', true],
  ['comを', false],
  ['example', false],
  ['', false],
  ['a b', false],
])('%s is a top level: %s', (label, expected) => {
  expect(isTopLevel(label)).toBe(expected);
});
