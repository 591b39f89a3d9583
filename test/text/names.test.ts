import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressIn, nameKey } from '../../src/text/names.ts';
import { cpuClock } from '../cpuTime.ts';

describe('the key of a name', () => {
  test.each([
    'Bea Lind',
    'Lind, Bea',
    'LIND Bea',
    ' bea   lind ',
    '"Lind, Bea"',
    "'Bea Lind' via dev-list",
    'Bea Lind (via Docs)',
    'Bea Lind (Acme GmbH)',
    '[EXTERNAL] Bea Lind',
    'Bea Lind (Acme',
    'Dr. Bea Lind, Ph.D.',
    'Prof. Dr. Bea M. Lind',
    'Frau Bea Lind',
    'Bea Lind <bea@partner.example>',
    'bea@partner.example Bea Lind',
    'bea.lind',
    'Béa Lïnd',
    'Be\u0301a Lind',
    'Веа Lіnd',
    'ｂｅａ　ｌｉｎｄ',
    '𝐁𝐞𝐚 𝕃𝕚𝕟𝕕',
    'Bea\u200b Li\u00adnd',
    'Bea\nLind',
    'Bea Lind 2',
    '★ Bea Lind ★',
  ])('bea lind: %j', (name) => {
    expect(nameKey(name)).toBe('bea lind');
  });

  test.each([
    ['an apostrophe', 'Pat O’Brien', 'obrien pat'],
    ['a hyphen', 'Kern, Anna-Maria', 'anna kern maria'],
    ['letters with strokes', 'Łukasz Ørsted', 'lukasz orsted'],
    ['ß', 'Jörg Weiß', 'jorg weiss'],
    ['initials where there is nothing else', 'J. R. Smith', 'j r smith'],
    ['another script', 'ПЕТРОВ Иван', 'иван петров'],
    ['another script, other way', 'Иван Петров', 'иван петров'],
    ['Arabic with and without vowels', 'مُحَمَّد علي', 'علي محمد'],
    ['Japanese, voiced', '加藤 ガク', 'ガク 加藤'],
    ['m and l as they are', 'Emil Modern', 'emil modern'],
    ['near-miss: "via" in a word', 'Olivia Kern', 'kern olivia'],
    ['near-miss: a title in a word', 'Drew Mister-Smith', 'drew smith'],
    ['near-miss: an @ alone', 'Team @ Acme', 'acme team'],
  ])('%s', (_name, name, key) => {
    expect(nameKey(name)).toBe(key);
  });

  test.each([
    '',
    'Bea',
    'Dr. Lind',
    'Mr Smith',
    'bea@partner.example',
    'bea@partner.example via dev',
    'Anna via Group',
    '(Bea Lind)',
    'Order 12345',
    '12 34',
    '★ ☆',
    '王小明',
    '\ud800 \udc00',
  ])('none: %j', (name) => {
    expect(nameKey(name)).toBeUndefined();
  });

  test('is bounded and whole', () => {
    expect(nameKey('Bea Lind '.repeat(1_000))?.length).toBeLessThanOrEqual(100);
    expect(nameKey(`a${'𐐨'.repeat(60)} b`)).toMatch(/[^\ud800-\udbff]$/);
  });

  test('any text: in order, one line, the same again, the same in any order', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('Bea', 'Lind', 'Dr.', 'M.', '(x)', 'Ёж', 'ß'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (name) => {
          const key = nameKey(name);
          if (key === undefined) return;
          expect(key).toMatch(/^[\p{L}\p{N}\p{M}]+(?: [\p{L}\p{N}\p{M}]+)+$/u);
          expect(key.length).toBeLessThanOrEqual(100);
        },
      ),
    );
    const plain = fc.array(fc.stringMatching(/^[a-z]{2,6}$/), { maxLength: 6 });
    fc.assert(fc.property(plain, (words) => nameKey(words.join(' ')) === nameKey(words.toReversed().join(', '))));
  });

  test('in time', () => {
    const spentMs = cpuClock();
    for (const piece of ['(', '<', ' via ', 'a@', '@', 'a.', "'", '\ufdfa', '\u0301', ', '])
      nameKey(piece.repeat(100_000));
    expect(spentMs()).toBeLessThan(5_000);
  });
});

describe('an address in a name', () => {
  test.each([
    ['alone', 'ceo@acme.example', 'ceo@acme.example'],
    ['as it is written', '"A@X.example"', 'A@X.example'],
    ['via', 'c@y.example via dev', 'c@y.example'],
    ['in brackets', 'Carl <c.ohm+x@acme.co.uk>', 'c.ohm+x@acme.co.uk'],
    ['in quotes', "'john@x.example' (John)", 'john@x.example'],
    ['the first of two', 'a@x.example, b@y.example', 'a@x.example'],
    ['the first that is one', '@acme a@ b@c d@x.example', 'd@x.example'],
    ['wide letters', 'ceo＠acme．com', 'ceo@acme.com'],
    ['an ideographic dot', 'ceo@acme。com', 'ceo@acme.com'],
    ['a character nobody sees', 'ceo\u200b@ac\u00adme.com', 'ceo@acme.com'],
    ['letters beyond ASCII', 'jörg@bücher.example', 'jörg@bücher.example'],
    ['punycode', 'a@xn--bcher-kva.xn--p1ai', 'a@xn--bcher-kva.xn--p1ai'],
    ['a full stop behind', 'Write to a@x.example.', 'a@x.example'],
    ['a scheme in front', 'mailto:a@x.example', 'a@x.example'],
  ])('%s', (_name, text, expected) => {
    expect(addressIn(text)).toBe(expected);
  });

  test.each([
    '',
    '@',
    'Team @ Acme',
    'a@b',
    'a @x.example',
    'a@ x.example',
    '@x.example',
    'a@.example',
    'a@1.2',
    'a@x.e',
    '"@"',
    'Bea Lind',
  ])('none: %j', (text) => {
    expect(addressIn(text)).toBeUndefined();
  });

  test('any', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => addressIn(text)?.includes('@') ?? true));
    const local = fc.stringMatching(/^[a-z][a-z.+_-]{0,20}$/);
    fc.assert(fc.property(local, fc.domain(), (name, host) => addressIn(`x <${name}@${host}>`) === `${name}@${host}`));
  });

  test('in time', () => {
    const spentMs = cpuClock();
    for (const piece of ['@', 'a@', 'a.', '-', `${'a'.repeat(64)}@`, 'a@b.', 'a@b.c', '\ufdfa', '\ufdfa@'])
      addressIn(piece.repeat(100_000));
    expect(spentMs()).toBeLessThan(5_000);
  });
});
