import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defang, refang } from '../../src/text/refang.ts';
import { cpuClock } from '../cpuTime.ts';

describe('refang', () => {
  test.each([
    ['hxxp', 'hxxp://evil.example/x', 'http://evil.example/x'],
    ['hXXps', 'see hXXps://evil.example', 'see httpS://evil.example'.replace('S', 's')],
    ['stars', 'h**p://evil.example', 'http://evil.example'],
    ['one letter', 'htxp://evil.example', 'http://evil.example'],
    ['fxp', 'fxp://evil.example', 'ftp://evil.example'],
    ['[.]', 'evil[.]example[.]com', 'evil.example.com'],
    ['(.) and {.}', 'evil(.)example{.}com', 'evil.example.com'],
    ['[dot]', 'evil[dot]example(DOT)com', 'evil.example.com'],
    ['blanks', 'evil [dot] example [ . ] com', 'evil.example.com'],
    ['an open bracket', 'evil[.com', 'evil.com'],
    ['a backslash', 'evil\\.example\\.com', 'evil.example.com'],
    ['[:]', 'hxxp[:]//evil[.]com', 'http://evil.com'],
    ['[://]', 'hxxps[://]evil[.]com', 'https://evil.com'],
    ['[at]', 'ceo[at]acme[dot]com, ceo (at) acme.com, ceo[@]acme.com', 'ceo@acme.com, ceo@acme.com, ceo@acme.com'],
  ])('%s', (_name, written, expected) => {
    expect(refang(written)).toEqual({ text: expected, isChanged: true });
  });

  test.each([
    '',
    'https://a.example/x',
    'http://[::1]/',
    'all domains (.com) and [.net]',
    'files[.5] and a\\ b',
    'a sentence (see below).',
    'hxxp is how it is written',
    'call me at 5 (about it)',
    '[::1] {:} '.replace('{:} ', ''),
  ])('near-miss: %j', (written) => {
    expect(refang(written)).toEqual({ text: written, isChanged: false });
  });

  test('in time', () => {
    const spentMs = cpuClock();
    for (const piece of ['[', '[.', '[.]', ' ', 'hxxp', '\\.', 'a[.b', '(dot', '[:', ' [ '])
      refang(`hxxp ${piece.repeat(100_000)}`);
    expect(spentMs()).toBeLessThan(5_000);
  });
});

describe('defang', () => {
  test.each([
    ['a page', 'https://a.example/x.html', 'hxxps://a[.]example/x.html'],
    ['capitals', 'HTTP://A.example', 'HxxP://A[.]example'],
    ['a user', 'https://bank.example@evil.example/', 'hxxps://bank[.]example@evil[.]example/'],
    ['a port', 'http://a.example:8080/', 'hxxp://a[.]example:8080/'],
    ['an IP address', 'http://192.0.2.1/', 'hxxp://192[.]0[.]2[.]1/'],
    ['IPv6', 'http://[::1]/', 'hxxp://[::1]/'],
    [
      'one in another',
      'https://r.example/?u=https://evil.example/x',
      'hxxps://r[.]example/?u=hxxps://evil[.]example/x',
    ],
    ['no scheme', 'www.evil.example/x.y', 'www[.]evil[.]example/x.y'],
    ['no scheme but a port', 'evil.example:8080', 'evil[.]example:8080'],
    ['ftp', 'ftp://a.example/', 'fxp://a[.]example/'],
    ['another scheme', 'file://a.example/x', 'file://a[.]example/x'],
    ['a script', 'javascript:go()', 'javascript[:]go()'],
    ['a mail', 'mailto:a@x.example', 'mailto[:]a@x[.]example'],
    ['nothing', '', ''],
  ])('%s', (_name, url, expected) => {
    expect(defang(url)).toBe(expected);
    expect(defang(expected)).toBe(expected);
    expect(refang(expected).text.toLowerCase()).toBe(url.toLowerCase());
  });

  test('nothing to click on; twice is as once; refang undoes it', () => {
    const url = fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https'] });
    fc.assert(
      fc.property(url, (written) => {
        const safe = defang(written);
        expect(safe).not.toMatch(/https?:\/\//);
        expect(defang(safe)).toBe(safe);
      }),
    );
    fc.assert(fc.property(fc.domain(), (host) => refang(defang(`https://${host}/x`)).text === `https://${host}/x`));
    const pieces = fc.constantFrom('http', 's', '://', ':', '.', 'a', '/', '@', '[', ']', 'ftp', '(', ' ', '1', '?');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces })), (text) => {
        expect(defang(text)).not.toMatch(/https?:\/\//i);
        expect(defang(defang(text))).toBe(defang(text));
      }),
    );
  });

  test('in time', () => {
    const spentMs = cpuClock();
    for (const piece of ['.', 'http://', 'http://a.', 'a:', 'a.', ':', 'http', '[.']) defang(piece.repeat(100_000));
    expect(spentMs()).toBeLessThan(5_000);
  });
});
