import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { labelSkeleton, latinReading, skeleton } from '../../src/text/confusables.ts';
import { cpuClock } from '../cpuTime.ts';

const decoded = (hex: string): string =>
  String.fromCodePoint(...hex.split(' ').map((code) => Number.parseInt(code, 16)));

/** Unicode's own file: `source ; prototype ; MA`. */
const pairs = gunzipSync(readFileSync(new URL('../fixtures/uts39/confusables.txt.gz', import.meta.url)))
  .toString('utf8')
  .split('\n')
  .map((line) => /^([0-9A-F]+) ;\t([0-9A-F ]+) ;\tMA/.exec(line))
  .filter((found) => found !== null)
  .map(([, source = '', prototype = '']): [string, string] => [decoded(source), decoded(prototype)]);

const text = fc.string({ unit: 'binary' });
const likely = fc.string({ unit: fc.constantFrom(...'0125abcdilmnoprsvw-.', ...'аеорсіӏΙΟṃéл', '\u0301', '\u200b') });

describe('the skeleton (UTS 39 §4)', () => {
  test('all 6,565 pairs collapse', () => {
    expect(pairs).toHaveLength(6_565);
    expect(pairs.filter(([source, prototype]) => skeleton(source) !== skeleton(prototype))).toEqual([]);
    expect(pairs.filter(([source, prototype]) => skeleton(`x${source}y`) !== skeleton(`x${prototype}y`))).toEqual([]);
  });

  test.each([
    ['Cyrillic а', 'pаypal', 'paypal'],
    ['all of it Cyrillic', 'сосо', 'coco'],
    ['mathematical letters', '𝐩𝐚𝐲𝐩𝐚𝐥', 'paypal'],
    ['m is r and n', 'modem', 'rnodern'],
    ['1, I and | are l', '1I|l', 'llll'],
    ['an invisible character', 'pay\u200bp\u00adal', 'paypal'],
    ['é in either form', 'é', 'e\u0301'],
    ['near-miss: a letter that only Russian has', 'жук', 'жук'],
  ])('%s', (_name, a, b) => {
    expect(skeleton(a)).toBe(skeleton(b));
  });

  test.each([
    ['a', 'b'],
    ['é', 'e'],
    ['a', 'A'],
    ['paypal', 'paypa'],
    ['cl', 'd'],
  ])('%j is not %j', (a, b) => {
    expect(skeleton(a)).not.toBe(skeleton(b));
  });

  test('any text; the same for each canonical form', () => {
    fc.assert(
      fc.property(
        text,
        (a) => skeleton(a) === skeleton(a.normalize('NFC')) && skeleton(a) === skeleton(a.normalize('NFD')),
      ),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (a) => skeleton(a).length >= a.length));
    expect(skeleton('\ud800a')).toBe('\ud800a');
  });
});

describe('what a reader of Latin takes it for', () => {
  test.each([
    ['ASCII as it is', 'Modem 10 I|', 'Modem 10 I|'],
    ['Cyrillic', 'Веа Кіm', 'Bea Kim'],
    ['a capital', 'Ӏda', 'Ida'],
    ['strokes and accents', 'Łukasz Ørsted é', 'Lukasz Orsted e'],
    ['wide m', 'ｍ', 'm'],
    ['small capitals', 'вᴀнк.ɢ', 'bahk.g'],
    ['near-miss: marks on other letters', 'กิ', 'กิ'],
    ['near-miss: letters that look like none', 'жд', 'жд'],
  ])('%s', (_name, written, read) => {
    expect(latinReading(written)).toBe(read);
  });
});

describe('the skeleton of a label', () => {
  test.each([
    ['1 for l', 'paypa1', 'paypal'],
    ['a capital I for l', 'paypaI', 'paypal'],
    ['Cyrillic а', 'pаypal', 'paypal'],
    ['punycode', 'xn--pypal-4ve', 'paypal'],
    ['an accent', 'pàypal', 'paypal'],
    ['a small capital, in punycode', 'xn--oogle-wmc', 'google'],
    ['a dot below', 'ạmazon', 'amazon'],
    ['Cyrillic к', 'bаnк', 'bank'],
    ['0 for o', 'micr0s0ft', 'microsoft'],
    ['rn for m', 'arnazon', 'amazon'],
    ['rn for m, other way round', 'rnicrosoft', 'microsoft'],
    ['wide m', 'ａｍazon', 'amazon'],
    ['vv for w', 'vvellsfargo', 'wellsfargo'],
    ['all at once', 'ARNАZ0N', 'amazon'],
    ['whole names', 'xn--pypal-4ve.com', 'paypal.com'],
    ['a letter nobody sees', 'pay\u200dpal', 'paypal'],
  ])('%s', (_name, a, b) => {
    expect(labelSkeleton(a)).toBe(labelSkeleton(b));
  });

  test.each([
    ['cl for d', 'cloud', 'doud'],
    ['nn for m', 'connect', 'comect'],
    ['5 for s', 'pay5', 'pays'],
    ['hyphens', 'pay-pal', 'paypal'],
    ['an edit', 'paypai', 'paypa'],
    ['an honest Cyrillic name', 'почта', 'noyta'],
    ['two Cyrillic names', 'почта', 'мечта'],
  ])('near-miss: %s', (_name, a, b) => {
    expect(labelSkeleton(a)).not.toBe(labelSkeleton(b));
  });

  test('punycode that is none is read as it stands', () => {
    expect(labelSkeleton('xn--')).toBe('xn--');
    expect(labelSkeleton('xn--\u0430')).toBe(labelSkeleton('xn--a'));
  });

  test('twice is as once, and case does not matter', () => {
    fc.assert(fc.property(likely, (label) => labelSkeleton(labelSkeleton(label)) === labelSkeleton(label)));
    fc.assert(fc.property(fc.domain(), (label) => labelSkeleton(label.toUpperCase()) === labelSkeleton(label)));
  });

  test('any text, and 100 kB of it in time', () => {
    fc.assert(fc.property(text, (label) => typeof labelSkeleton(label) === 'string'));
    const spentMs = cpuClock();
    for (const piece of ['rn', 'vv', '0', 'а', 'xn--', '\u0301', 'a\u0301', '\ufdfa', '\u200b'])
      labelSkeleton(piece.repeat(100_000 / piece.length));
    expect(spentMs()).toBeLessThan(5_000);
  });
});
