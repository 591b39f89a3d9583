import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressSpans } from '../../src/text/addressSpans.ts';
import { linksInText, placeLinks } from '../../src/text/textLinks.ts';
import { linksOfText } from '../../src/traits/links.ts';
import { cpuClock } from '../cpuTime.ts';

const hosts = (text: string) => linksOfText(text).map(({ host, unicodeHost }) => unicodeHost ?? host);
const parts = (text: string) => addressSpans(text).map(({ start, end }) => text.slice(start, end));

describe('the host ends at what no host has', () => {
  test.each([
    ['a typographic quote', '“https://evil.com”, please'],
    ['a low one', '„https://evil.com“ bitte'],
    ['an angle quote', '«https://evil.com».'],
    ['a long dash', 'https://evil.com—sign in'],
    ['an arrow', 'https://evil.com→x'],
    ['JSON', '{"url":"https://evil.com","x":1}'],
    ['an apostrophe', "https://evil.com's pages"],
    ['a backtick', '`https://evil.com`,'],
    ['a list with commas', 'name,https://evil.com,2026'],
    ['a semicolon', 'https://evil.com;x'],
    ['an asterisk', '*https://evil.com*x'],
    ['a bracket', 'https://evil.com]x'],
    ['a note', 'https://evil.com[1]'],
    ['Markdown', '[here](https://evil.com)x'],
    ['Japanese', 'https://evil.comをクリックしてください'],
    ['Korean', 'https://evil.com으로 접속'],
    ['a full-width bracket', 'https://evil.com（登录）'],
    ['a full-width comma', 'https://evil.com，登录'],
    ['an ideographic full stop', 'https://evil.com。次に'],
    ['a picture', 'https://evil.com👈'],
    ['a quote in front of a user', 'https://evil.com”@good.com/'],
    ['a bracket that is no dot', 'https://evil.com(details)'],
    ['half a dot', 'https://evil.com[.'],
    ['a port and a quote', 'https://evil.com:443”x'],
  ])('%s', (_name, text) => {
    expect(hosts(text)).toEqual(['evil.com']);
  });

  test.each([
    ['letters beyond ASCII', 'https://münchen.de/x', 'münchen.de'],
    ['another alphabet', 'https://президент.рф/x', 'президент.рф'],
    ['Chinese', 'https://例子.中国', '例子.中国'],
    ['Chinese before a sentence', 'https://日本.jpです', '日本.jp'],
    ['a picture in it', 'https://✪df.ws/1', '✪df.ws'],
    ['a top level of nobody', 'https://müller.intern/', 'müller.intern'],
    ['full-width letters', 'https://ｅvil。com/', 'evil.com'],
    ['a user', 'https://good.com,x@evil.com/', 'evil.com'],
    ['an encoded dot', 'https://evil%2ecom/', 'evil.com'],
  ])('near-miss: %s', (_name, text, host) => {
    expect(hosts(text)).toEqual([host]);
  });
});

describe('another address that follows without a blank', () => {
  test.each(['|', ',', ';', '"', '”', '`', '→', '*', ')', '](', '。', '"}{"', ''])('behind %s', (between) => {
    expect(hosts(`https://good.com${between}https://evil.com/login`)).toEqual(['good.com', 'evil.com']);
  });

  test.each([
    [
      'in a path, behind what no address has',
      'https://a.com/x"https://b.com/y',
      ['https://a.com/x', 'https://b.com/y'],
    ],
    ['with the sentence’s end', '(https://a.com)(https://b.com/y).', ['https://a.com', 'https://b.com/y']],
    ['in Markdown', '[https://a.com](https://b.com/y)', ['https://a.com', 'https://b.com/y']],
    ['of two schemes', 'https://http://a.com/', ['http://a.com/']],
  ])('%s', (_name, text, expected) => {
    expect(linksInText(text).map(({ href }) => href)).toEqual(expected);
    expect(placeLinks(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });

  test.each([
    ['an archive', 'https://web.archive.org/2020/https://a.com/'],
    ['a picture’s sizes', 'https://cdn.com/fetch/w_1,h_1/https://a.com/'],
    ['an IP address', 'http://[::1]:80/”'],
    ['a file', 'file://a.example/x”y'],
  ])('near-miss: %s', (_name, text) => {
    expect(parts(text)).toEqual([text]);
  });
});

describe('bounds', () => {
  test('any text gives parts of it, in order and apart', () => {
    const piece = fc.constantFrom(
      'https://',
      'a.com',
      '”',
      '|',
      '@',
      '/',
      ':',
      '[',
      ']',
      'を',
      '。',
      '\\',
      '?',
      '80',
      '(.)',
      'ftp',
      '%',
      '\ud83d',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { start, end } of addressSpans(text)) {
          expect(start >= last && end > start && end <= text.length).toBe(true);
          last = end;
        }
      }),
    );
  });

  test.each([
    ['schemes', 'https://'.repeat(8_000)],
    ['short addresses', 'https://a,'.repeat(6_000)],
    ['users', `https://${'a@'.repeat(30_000)}”`],
    ['labels', `https://${'a.zzé.'.repeat(10_000)}`],
    ['quotes', `https://a.com/${'”'.repeat(60_000)}`],
    ['closing brackets', `https://a.com,https://b.com/${')'.repeat(60_000)}`],
    ['slashes', `https://a.com”${'https:/'.repeat(9_000)}`],
  ])('64 kB of %s in time', (_name, text) => {
    const spentMs = cpuClock();
    addressSpans(text);
    expect(spentMs()).toBeLessThan(500);
  });
});
