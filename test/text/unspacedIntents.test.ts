/** Phrases of Japanese and Chinese; how many of a list of sentences they find is asked in requests.test.ts. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import data from '../../models/unspaced-intents.json' with { type: 'json' };
import { findIntentCues, findPressure } from '../../src/text/intents.ts';
import { cpuClock } from '../cpuTime.ts';

const intentsIn = (text: string): readonly string[] => findIntentCues(text).map(({ intent }) => intent);

test.each([
  ['ja', 'アカウントが停止されました。', 'アカウントが停止され'],
  ['zh', '您的邮箱容量已满。', '容量已满'],
])('%s: a cue with its language and its words', (language, text, quote) => {
  expect(findIntentCues(text)).toEqual([{ intent: 'credential-request', language, quote }]);
});

test('haste', () => {
  expect(findPressure('24時間以内に至急ご対応ください。')).toEqual(['24時間以内', '至急']);
  expect(findPressure('请您务必尽快处理这件事情。')).toEqual(['尽快']);
});

describe('spelling', () => {
  test.each([
    ['line breaks within words', 'お客様のアカ\nウントの更新\nをお願いします'],
    ['blanks between characters', 'ア カ ウ ン ト の 更 新 を お 願 い し ま す'],
    ['half-width kana', 'ｱｶｳﾝﾄの更新をお願いします'],
    ['zero-width characters', 'アカ\u200bウントの更\u200b新をお願いします'],
    ['beside words of another language', 'Amazon: アカウントの更新をお願いします (Account Service)'],
  ])('%s', (_name, text) => {
    expect(intentsIn(text)).toEqual(['credential-request']);
  });

  test.each([
    ['another sentence', 'アカウントがあります。更新をお願いします'],
    ['another paragraph', 'こちらがアカウントです\n\n更新をお願いします'],
    ['too far apart', 'アカウントについては先日の会議で皆様にご説明いたしましたとおり更新をお願いします'],
  ])('not across %s', (_name, text) => {
    expect(intentsIn(text)).toEqual([]);
  });
});

test.each([
  ['ja', 'アカウントの更新をお願いすることはありません。'],
  ['ja', '認証コードの入力をメールでお願いすることは決してありません。'],
  ['zh', '我们绝不会请您更新账户。'],
  ['zh', '请勿点击链接验证邮箱。'],
])('%s: what is denied is silent: %s', (_language, text) => {
  expect(intentsIn(text)).toEqual([]);
});

test('a few characters in a mail of another language are no sentence', () => {
  expect(findPressure('The label says 至急.')).toEqual([]);
});

describe('models/unspaced-intents.json', () => {
  const lexicons = Object.entries(data.languages).map(([language, { lists, ...kinds }]) => ({
    language,
    lists: Object.entries(lists),
    phrases: Object.values(kinds).flat(),
  }));

  test('is written in nothing but letters, digits, lists, choices and gaps', () => {
    const entries = lexicons.flatMap(({ lists, phrases }) => [...phrases, ...lists.flatMap(([, list]) => list)]);
    expect(entries.filter((entry) => !/^(?:[\p{L}\p{N}ー]|<\w+>|\(|\||\)\??|…)+$/u.test(entry))).toEqual([]);
    expect(entries.filter((entry) => entry !== entry.normalize('NFKC').replaceAll('...', '…'))).toEqual([]);
  });

  test('at most two gaps in a phrase: what a text can cost', () => {
    const wide = lexicons.flatMap(({ phrases }) => phrases.filter((one) => one.split('…').length > 3));
    expect(wide).toEqual([]);
  });

  test('no phrase stands there twice, and every list is used', () => {
    for (const { lists, phrases } of lexicons) {
      expect(phrases.filter((one, at) => phrases.indexOf(one) !== at)).toEqual([]);
      expect(lists.filter(([name]) => !phrases.some((one) => one.includes(`<${name}>`)))).toEqual([]);
    }
  });
});

describe('any text', () => {
  const pieces = Object.values(data.languages).flatMap(({ lists }) => Object.values(lists).flat());

  test('is read without failing', () => {
    const text = fc.array(
      fc.oneof(fc.constantFrom(...pieces), fc.constantFrom('。', '\n\n', ' ', 'を', '请', '\ud835')),
    );
    fc.assert(
      fc.property(text, (parts) => {
        for (const { quote } of findIntentCues(parts.join(''))) expect(quote.length).toBeLessThanOrEqual(80);
      }),
    );
  });

  test.each(['アカウント', 'アカウント更新', '请', '链接', '请更新', 'ア\n\n'])(
    'is read in bounded time: %s over and over',
    (part) => {
      const spentMs = cpuClock();
      for (let nth = 0; nth < 20; nth += 1) findIntentCues(`${part.repeat(20_000)}${nth}`);
      expect(spentMs()).toBeLessThan(5_000);
    },
  );
});
