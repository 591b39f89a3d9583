import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { rewriteHtml } from '../../../src/verdict/strip/htmlPart.ts';
import { newLocks } from '../../../src/verdict/strip/locks.ts';
import { spliced } from '../../../src/verdict/strip/splices.ts';

const locks = newLocks({ links: [{ to: 'evil.example' }, { to: 'javascript:' }] });
const rewritten = (html: string, of = locks): string => spliced(html, rewriteHtml(html, of).splices);
const LABEL = '[hxxps[:]//evil[.]example/... link locked by Tidemark] ';
const TEXT = 'hxxps[:]//evil[.]example/... [link locked by Tidemark]';

describe('locked', () => {
  const rows: readonly (readonly [what: string, before: string, after: string])[] = [
    ['a link', '<a href="https://evil.example/x">Sign in</a>', `<a >${LABEL}Sign in</a>`],
    ['single quotes, capitals', "<A HREF='HTTPS://EVIL.EXAMPLE/x'>x</A>", `<A >${LABEL}x</A>`],
    ['no quotes', '<a href=https://evil.example/x class=b>x</a>', `<a  class=b>${LABEL}x</a>`],
    ['slashes and blanks around', '<a/href =  "https://evil.example/x" >x</a>', `<a/ >${LABEL}x</a>`],
    ['a style that does not end', '<p style="background:url(https://evil.example/b">', '<p style="background:url(">'],
    ['entities in the address', '<a href="&#104;ttps://evil&period;example/?a=1&amp;b">x</a>', `<a >${LABEL}x</a>`],
    ['breaks in the address', '<a href="ht\ntps://ev\til.example/x">x</a>', `<a >${LABEL}x</a>`],
    ['a host below', '<a href="//login.evil.example">x</a>', `<a >${LABEL.replace('//', '//login[.]')}x</a>`],
    [
      'twice: a browser takes the first',
      '<a href="/a" href="https://evil.example">x</a>',
      `<a href="/a" >${LABEL}x</a>`,
    ],
    ['in another alphabet', '<a href="https://ｅvil.example">x</a>', `<a >${LABEL}x</a>`],
    ['with a user in front', '<a href="https://bank.example@evil.example/">x</a>', `<a >${LABEL}x</a>`],
    ['script', '<a href="javascript:alert(1)">x</a>', '<a >[javascript[:]... link locked by Tidemark] x</a>'],
    [
      'through a gateway',
      '<a href="https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fx">x</a>',
      `<a >${LABEL}x</a>`,
    ],
    ['through a redirect', '<a href="https://good.example/r?u=https://evil.example/x">x</a>', `<a >${LABEL}x</a>`],
    [
      'through a redirect within a gateway',
      '<a href="https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Fgood.example%2Fr%3Fu%3Dhttps%253A%252F%252Fevil.example%252Fx">x</a>',
      `<a >${LABEL}x</a>`,
    ],
    ['through another browser', '<a href="microsoft-edge:https://evil.example/x">x</a>', `<a >${LABEL}x</a>`],
    ['an area', '<map><area href="https://evil.example"></map>', `<map><area >${LABEL}</map>`],
    [
      'an SVG link',
      '<svg><a xlink:href="https://evil.example"><rect/></a></svg>',
      `<svg><a >${LABEL}<rect/></a></svg>`,
    ],
    [
      'what an animation makes of it',
      '<svg><a><set attributeName=href to="https://evil.example"/><animate values="#a;https://evil.example"/></a></svg>',
      '<svg><a><set attributeName=href to=""/><animate values=""/></a></svg>',
    ],
    [
      'by any prefix',
      '<svg:a><svg:set attributeName="l:href" to=https://evil.example /><x:animate from="#;https://evil.example"/></svg:a>',
      '<svg:a><svg:set attributeName="l:href" to="" /><x:animate from=""/></svg:a>',
    ],
    ['as a colour', '<svg><a><animateColor by="https://evil.example"/>x', '<svg><a><animateColor by=""/>x'],
    [
      'behind many others',
      `<svg><a><animate values="${'#;'.repeat(500)}https://evil.example"/>x`,
      '<svg><a><animate values=""/>x',
    ],
    ['an SVG link by any prefix', '<s:a l:href="https://evil.example">x</s:a>', '<s:a l:href="about:blank">x</s:a>'],
    ['text that is shown as it is', '<xmp>https://evil.example/x</xmp>', `<xmp>${TEXT}</xmp>`],
    ['a form', '<form method=post action="https://evil.example/p">', `<form method=post action="about:blank">${LABEL}`],
    ['a button', '<button formaction="https://evil.example">x', '<button formaction="about:blank">x'],
    ['a picture', '<img src="https://evil.example/p.png" alt=a>', '<img src="about:blank" alt=a>'],
    ['pictures', '<img srcset="a.png 1x, https://evil.example/b.png 2x">', '<img srcset="">'],
    ['a background', '<td background=https://evil.example/b.png>x', '<td background="about:blank">x'],
    [
      'a background by style',
      '<p style="color:red;background:url( \'https://evil.example/b\' ) top">x',
      '<p style="color:red;background:url( ) top">x',
    ],
    ['a style with escapes', '<p style="background:url(\\68 ttps://evil.example/b)">', '<p style="background:url()">'],
    ['a style sheet', '<style>a{background:url(https://evil.example/b)}</style>', '<style>a{background:url()}</style>'],
    ['a frame', '<iframe src="https://evil.example"></iframe>', '<iframe src="about:blank"></iframe>'],
    [
      'a refresh',
      '<meta http-equiv=Refresh content="0; url=\'https://evil.example\'">',
      '<meta http-equiv=Refresh content="">',
    ],
    [
      'a refresh without url=',
      '<meta http-equiv=refresh content="0;https://evil.example">',
      '<meta http-equiv=refresh content="">',
    ],
    [
      'what a base makes of it',
      '<a href="login">x</a><base href="https://evil.example/">',
      `<a >${LABEL}x</a><base href="about:blank">`,
    ],
    ['text that mail programs make a link of', '<p>See https://evil.example/x.</p>', `<p>See ${TEXT}.</p>`],
    [
      'text behind an angle bracket',
      '<p>a<img>https://good.example/y-->https://evil.example/x',
      `<p>a<img>https://good.example/y-->${TEXT}`,
    ],
    ['text with entities', '<p>See https&#58;//evil.ex&#97;mple/x</p>', `<p>See ${TEXT}</p>`],
    [
      'text of a locked link',
      '<a href="https://evil.example">https://evil.example/</a>',
      `<a >${LABEL}hxxps[:]//evil[.]example/...</a>`,
    ],
    [
      'for Outlook only',
      '<!--[if mso]><a href="https://evil.example">x</a><![endif]-->',
      `<!--[if mso]><a >${LABEL}x</a><![endif]-->`,
    ],
    [
      'a VML button',
      '<!--[if mso]><v:roundrect href="https://evil.example"/><![endif]-->',
      '<!--[if mso]><v:roundrect href="about:blank"/><![endif]-->',
    ],
    ['what SVG does not hide', '<svg><style><p><a href="https://evil.example">x', `<svg><style><p><a >${LABEL}x`],
    ['text after it', '<svg><style><p>https://evil.example/x', `<svg><style><p>${TEXT}`],
    ['nor character data', '<![CDATA[><a href="https://evil.example">x', `<![CDATA[><a >${LABEL}x`],
    [
      'a page in a frame',
      '<iframe title=a srcdoc="&lt;a href=https://evil.example/x&gt;x"></iframe>',
      '<iframe title=a ></iframe>',
    ],
    ['a page in an address', '<embed src="data:text/html,<a href=//evil.example>x">', '<embed >'],
    ['AMP', '<form action-xhr="https://evil.example">', `<form action-xhr="about:blank">${LABEL}`],
    ['text to be copied', '<textarea>https://evil.example/x</textarea>', `<textarea>${TEXT}</textarea>`],
    ['a tag that never ends', '<p>x<a href="https://evil.example', '<p>x<a '],
    ['nor does its address, without quotes', '<a class=b href=https://evil.example/x', '<a class=b '],
    ['nor with other quotes', "<a href='https://evil.example/x y", '<a '],
    ['an end tag that never comes', '<a href="https://evil.example">x', `<a >${LABEL}x`],
  ];
  test.each(rows)('%s', (_what, before, after) => {
    // what is written for a browser needs no entities here but for brackets' neighbours
    expect(decoded(rewritten(before))).toBe(after);
  });
});

/** Entities that the rewriting writes. */
const decoded = (html: string): string => html.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

describe('left alone, to the character', () => {
  test.each([
    '<a href="https://good.example/?q=evil.example">evil.example.good.example</a>',
    '<a href="https://notevil.example/">x</a>',
    '<a href="mailto:eve@evil.example">eve@evil.example</a>',
    '<a href="cid:evil.example">x</a><img src="cid:1@evil.example">',
    "<p  class = 'a'\n>x &amp; y &nbsp;</P><br/>< b>&bogus; &#xZZ;",
    '<!-- https://evil.example --><script>"https://evil.example"</script><title>https://evil.example</title>',
    '<p style="background:url(https://good.example/a">x',
    '<iframe srcdoc="<a href=https://good.example/x>x</a>"></iframe>',
  ])('%s', (html) => {
    expect(rewritten(html)).toBe(html);
  });
});

test('with a lock page the link leads there, and says where it led; forms do not', () => {
  const page = newLocks({ links: 'all' }, { template: 'https://lock.example/l?"{token}', secret: 's' });
  const token = createHmac('sha256', 's').update('https://evil.example/x').digest('base64url').slice(0, 21);
  const link = rewritten('<a href="https://evil.example/x">Sign in</a>', page);
  expect(decoded(link)).toMatch(/^<a href="https:\/\/lock\.example\/l\?"[\w-]{22}">\[hxxps\[:\]\/\/evil\[\.\]example/);
  expect(link).toContain(`/l?&#34;${token}`);
  expect(decoded(rewritten('<form action="https://evil.example/x">', page))).toBe(
    `<form action="about:blank">${LABEL}`,
  );
  expect(decoded(rewritten('https://evil.example/x', page))).toMatch(
    /^https:\/\/lock\.example\/l\?"[\w-]{22} \[leads to hxxps\[:\]\/\/evil\[\.\]example\/\.\.\., link locked by Tidemark\]$/,
  );
});

test('a link without a host, or too long to be kept whole, has no page', () => {
  const page = newLocks({ links: 'all' }, { template: 'https://lock.example/{token}', secret: 's' });
  for (const href of ['javascript:alert(1)', 'data:text/html,x', `https://evil.example/${'x'.repeat(2048)}`]) {
    expect(decoded(rewritten(`<a href="${href}">Sign in</a>`, page))).not.toContain('lock.example');
  }
  expect(page.withPage.size).toBe(0);
});

test('each link that has a page is told once, 200 of them; the others lead nowhere', () => {
  const page = newLocks({ links: 'all' }, { template: 'https://lock.example/{token}', secret: 's' });
  const html = Array.from({ length: 300 }, (_, at) => `<a href="https://evil.example/${at}">x</a>`).join('');
  const stripped = decoded(rewritten(`${html}${html}`, page));
  expect(page.withPage.size).toBe(200);
  const led = [...stripped.matchAll(/https:\/\/lock\.example\/([\w-]{22})/g)].map(([, token = '']) => token);
  expect(led).toHaveLength(400);
  expect(new Set(led)).toEqual(new Set(page.withPage.keys()));
  expect(stripped).not.toContain('evil.example');
});

test("'all' leaves pictures", () => {
  const all = newLocks({ links: 'all' });
  expect(rewritten('<img src="https://any.example/a.png">', all)).toBe('<img src="https://any.example/a.png">');
});

describe('where a banner goes', () => {
  test.each([
    ['<p>Hi', '|<p>Hi'],
    ['Hi', '|Hi'],
    ['', '|'],
    ['\ufeff \n<p>Hi', '\ufeff \n|<p>Hi'],
    [
      '<!DOCTYPE html><html><head><title>T</title><style>a{}</style></head><body class="b"><p>Hi',
      '<!DOCTYPE html><html><head><title>T</title><style>a{}</style></head><body class="b">|<p>Hi',
    ],
    ['<html><meta charset=utf-8><p>Hi', '<html><meta charset=utf-8>|<p>Hi'],
    ['<!-- <body> --><div hidden><body>Hi', '<!-- <body> -->|<div hidden><body>Hi'],
    ['<!--[if mso]><p>x</p><![endif]--><p>Hi', '<!--[if mso]><p>x</p><![endif]-->|<p>Hi'],
    ['<head></he  and no more </', '<head></he  and no more </|'],
    ['<title><body></title><p>Hi', '<title><body></title>|<p>Hi'],
  ])('%j', (html, expected) => {
    const { bannerAt } = rewriteHtml(html, locks);
    expect(`${html.slice(0, bannerAt)}|${html.slice(bannerAt)}`).toBe(expected);
  });
});

test('a list of more links than anybody writes is refused', () => {
  const many = `<svg><a><animate values="${'#;'.repeat(1_001)}https://evil.example"/>`;
  expect(() => rewritten(many)).toThrow('a list of');
});
