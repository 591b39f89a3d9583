import { describe, expect, test } from '@jest/globals';
import type { Content } from '../../src/domain/message.ts';
import { content } from '../../src/traits/content.ts';
import { readHtml } from '../../src/traits/html.ts';

interface Written {
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  readonly structure?: string;
  readonly name?: string;
}

const ALTERNATIVE = 'multipart/alternative(plain/qp,html/qp)';
const FOOTER = 'multipart/mixed(multipart/alternative(plain/qp,multipart/related(html/qp,file)),plain/7bit)';
const RELATED = 'multipart/alternative(plain/qp,multipart/related(html/qp,file))';
const MIXED = 'multipart/mixed(plain/7bit,html/7bit)';

function of({ text = '', html = '', subject = '', structure = ALTERNATIVE, name }: Written): Content {
  return content({ text, html, subject, structure }, readHtml(html), name === undefined ? undefined : { name });
}

describe('text', () => {
  test.each([
    [
      'plain alone',
      { text: 'Hello you\n' },
      { text: 'Hello you\n', newText: 'Hello you\n', wordCount: 2, htmlToTextRatio: 0 },
    ],
    [
      'the HTML half of an alternative',
      { text: 'harmless', html: '<p>the lure</p>' },
      { text: 'the lure', wordCount: 2 },
    ],
    [
      'both, one after the other',
      { text: 'the lure', html: '<p>footer</p>', structure: MIXED },
      { text: 'the lure\nfooter' },
    ],
    [
      'the HTML half, with its pictures',
      { text: 'x', html: '<p>the lure</p>', structure: RELATED },
      { text: 'the lure' },
    ],
    [
      'text after an alternative',
      { text: 'x\nthe lure', html: '<p>x</p>', structure: FOOTER },
      { text: 'x\nthe lure\nx' },
    ],
    [
      'plain, where the HTML shows nothing',
      { text: 'words in text', html: '<img src="https://a.example/">' },
      { text: 'words in text', wordCount: 0, imageCount: 1 },
    ],
    ['HTML alone', { html: '<p>one</p><p>two</p>' }, { text: 'one\ntwo', wordCount: 2 }],
    ['nothing', {}, { text: '', newText: '', wordCount: 0, language: 'unknown' }],
    ['without what is quoted', { text: 'New words\n> old words\n' }, { newText: 'New words', wordCount: 5 }],
    [
      'quoted in HTML',
      { html: '<p>New</p><blockquote type="cite">old</blockquote>' },
      { text: 'New\nold', newText: 'New' },
    ],
    ['nothing but quoted', { text: '> old words\n' }, { text: '> old words\n', newText: '' }],
    ['without marks that split words', { text: 'pass\u200bword' }, { text: 'password' }],
  ] satisfies readonly [string, Written, Partial<Content>][])('%s', (_name, written, expected) => {
    expect(of(written)).toMatchObject(expected);
  });

  test('at most 64 KiB', () => {
    expect(of({ text: 'word '.repeat(40_000) }).text).toHaveLength(64 * 1024);
  });
});

const intents = (written: Written) => [...new Set(of(written).intents.map(({ intent }) => intent))];

describe('what is asked for', () => {
  test.each([
    ['in the text', { text: 'Please buy five gift cards and send me the codes.' }, ['gift-card']],
    ['in HTML', { html: '<p>Please buy five <b>gift</b> cards and send me the codes.</p>' }, ['gift-card']],
    [
      'in a lure dressed up as a quotation',
      { text: '> Please buy five gift cards and send me the codes.' },
      ['gift-card'],
    ],
    ['quoted under an answer', { text: 'No.\n> Please buy five gift cards and send me the codes.' }, []],
    ['in nothing', { text: 'The talk is at ten.' }, []],
  ] satisfies readonly [string, Written, readonly string[]][])('%s', (_name, written, expected) => {
    expect(intents(written)).toEqual(expected);
  });

  test('telephone numbers of subject and text, not of what is quoted', () => {
    expect(of({ subject: 'Call 202-555-0143', text: 'or 202-555-0144\n> not 202-555-0145' }).phoneNumbers).toEqual([
      '202-555-0143',
      '202-555-0144',
    ]);
  });
});

test('brands in Japanese with the place where they are named', () => {
  const { brands } = of({ name: 'ﾒﾙｶﾘ', subject: '【メルカリ】ご確認のお願い', text: 'メルカリをご利用のお客様' });
  expect(brands).toEqual([
    { brand: 'mercari', where: 'display-name' },
    { brand: 'mercari', where: 'subject' },
    { brand: 'mercari', where: 'text' },
  ]);
});

test('brands with the place where they are named', () => {
  const { brands } = of({ name: 'PayPal Service', subject: 'Your PayPal account', text: 'Dear customer of PayPal,' });
  expect(brands).toEqual([
    { brand: 'paypal', where: 'display-name' },
    { brand: 'paypal', where: 'subject' },
    { brand: 'paypal', where: 'text' },
  ]);
});

test.each<readonly [string, readonly string[]]>([
  ['N e t f l i x !', ['netflix']],
  ['P.a.y.P.a.l', ['paypal']],
  ['A. N. Etflix', []],
  ['vitamins A D E K', []],
])('letters set apart in a name: %j', (name, expected) => {
  expect(of({ name }).brands.map(({ brand }) => brand)).toEqual(expected);
});

test('facts of the page', () => {
  const html = '<form><input type=password></form><script>x()</script><img src=a><p hidden>secret</p><p>ab</p>';
  expect(of({ html })).toMatchObject({
    formCount: 1,
    hasPasswordField: true,
    hasScript: true,
    imageCount: 1,
    hiddenText: 'secret',
    hiddenCharCount: 6,
    htmlToTextRatio: html.length / 2,
  });
  expect(of({ html: '<p onclick="x()">a</p>' }).hasScript).toBe(true);
  expect(of({ html: '<p>a</p>' })).toMatchObject({ hasScript: false, hasPasswordField: false });
});
