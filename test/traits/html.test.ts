import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHtml } from '../../src/traits/html.ts';
import { cpuClock } from '../cpuTime.ts';

describe('visible text', () => {
  test.each([
    ['blocks are lines', '<p>One</p><p>two</p><div>three<br>four</div>', 'One\ntwo\nthree\nfour'],
    ['blanks of the source are one', '<p>One\n   two\t three</p>', 'One two three'],
    ['cells stand apart', '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['lines of preformatted text stay', '<pre>a\nb</pre>', 'a\nb'],
    ['entities are decoded', '<p>a&amp;b&nbsp;&euro;&#x41;</p>', 'a&b €A'],
    ['styles, scripts and titles are no text', '<title>t</title><style>p{}</style><script>x()</script>a', 'a'],
    ['comments and conditional comments are no text', 'a<!-- b --><!--[if mso]>c<![endif]-->d', 'ad'],
    ['soft hyphens and zero-width marks go', 'pass&shy;wo\u200brd', 'password'],
    ['what is not closed ends with the text', '<p>a<b>b', 'ab'],
    ['a self-closing shape does not swallow the rest', '<svg><path d="x"/></svg><p>a</p>', 'a'],
    ['nothing', '', ''],
  ])('%s', (_name, html, expected) => {
    expect(readHtml(html).text).toBe(expected);
  });

  test('is cut at 64 KiB', () => {
    expect(readHtml(`<p>${'word '.repeat(40_000)}</p>`).text).toHaveLength(64 * 1024);
  });
});

describe('hidden text', () => {
  test.each([
    ['display', '<span style="display:none">secret</span>'],
    ['display, important', '<span style="DISPLAY : none !important">secret</span>'],
    ['visibility', '<span style="visibility: hidden">secret</span>'],
    ['no size', '<span style="font-size:0">secret</span>'],
    ['one pixel', '<span style="font-size:1px">secret</span>'],
    ['no size in the shorthand', '<span style="font: 0/0 arial">secret</span>'],
    ['clear', '<span style="opacity:0">secret</span>'],
    ['no height', '<div style="max-height:0;overflow:hidden">secret</div>'],
    ['no height, cut', '<div style="height:0px;overflow:hidden">secret</div>'],
    ['attribute', '<div hidden>secret</div>'],
    ['same colour', '<div style="background:#fff"><b style="color:white">secret</b></div>'],
    ['nearly the same colour', '<td bgcolor="#FFFFFF"><font color="#fdfdfd">secret</font></td>'],
    ['colour in numbers', '<p style="background-color:rgb(1, 2, 3);color:#010203">secret</p>'],
    ['no colour', '<p style="color:transparent">secret</p>'],
    ['page colour', '<body bgcolor="black" text="#000"><p>secret</p></body>'],
    ['off the screen', '<div style="position:absolute;left:-9999px">secret</div>'],
    ['indented away', '<div style="text-indent:-9999px">secret</div>'],
    ['clipped', '<div style="clip: rect(0, 0, 0, 0)">secret</div>'],
    ['inherited', '<div style="display:none"><table><tr><td><b>secret</b></td></tr></table></div>'],
  ])('%s', (_name, html) => {
    const facts = readHtml(`<p>seen</p>${html}<p>too</p>`);
    expect(facts.text.replace(/\s+/g, ' ')).toBe('seen too');
    expect({ text: facts.hiddenText, count: facts.hiddenCharCount }).toEqual({ text: 'secret', count: 6 });
  });

  test.each([
    [
      'a size set again inside, as mail tools do',
      '<td style="font-size:0"><div style="font-size:16px">seen</div></td>',
    ],
    ['a visible child', '<div style="visibility:hidden"><b style="visibility:visible">seen</b></div>'],
    ['white on a picture', '<td background="x.png" bgcolor="#fff"><b style="color:#fff">seen</b></td>'],
    ['white on a gradient', '<p style="background:linear-gradient(#fff,#fff);color:#fff">seen</p>'],
    ['white on nothing known', '<p style="color:#fff">seen</p>'],
    [
      'white on black inside white',
      '<div style="background:#fff"><p style="background:#000;color:#fff">seen</p></div>',
    ],
    ['a paragraph after a hidden one that is not closed', '<p style="display:none"><p>seen</p>'],
    ['a cell after a hidden one that is not closed', '<table><tr><td style="display:none"><td>seen</td></tr></table>'],
    ['a stray end tag inside a cell', '<div><table><tr><td></div>seen</td></tr></table></div>'],
    ['a small relative size', '<p style="font-size:90%">seen</p>'],
    ['a full height', '<p style="max-height:100px">seen</p>'],
    ['far below', '<p style="position:absolute;top:4000px">seen</p>'],
  ])('not %s', (_name, html) => {
    expect(readHtml(html)).toMatchObject({ text: 'seen', hiddenCharCount: 0 });
  });

  test('padding of a preview line is not counted, the rest is bounded', () => {
    const facts = readHtml(`<div style="display:none">Hi${'&nbsp;&zwnj;'.repeat(100)}</div>`);
    expect(facts.hiddenCharCount).toBe(2);
    const long = readHtml(`<div style="display:none">${'a'.repeat(9_000)}</div>`);
    expect([long.hiddenCharCount, long.hiddenText.length]).toEqual([9_000, 500]);
  });
});

describe('targets', () => {
  test('in order, with the text shown in their place', () => {
    const { targets } = readHtml(
      '<base href="https://b.example/"><meta http-equiv="Refresh" content="0; URL=\'/go\'"><a href="x">one <b>two</b><br>three</a>' +
        '<a href="y"><img src="i.png"></a><map><area href="z"></map><form action="/f"><input type="submit" formaction="/g"></form>' +
        '<iframe src="/h"></iframe><a name="anchor">no link</a>',
    );
    expect(targets).toEqual([
      { kind: 'base', href: 'https://b.example/' },
      { kind: 'meta-refresh', href: '/go' },
      { kind: 'anchor', href: 'x', shownText: 'one two three' },
      { kind: 'anchor', href: 'y' },
      { kind: 'image', href: 'i.png' },
      { kind: 'anchor', href: 'z' },
      { kind: 'form', href: '/f' },
      { kind: 'form', href: '/g' },
      { kind: 'frame', href: '/h' },
    ]);
  });

  test.each([
    [
      'hidden words are not shown',
      '<a href="x"><span style="display:none">no</span>https://a.example</a>',
      'https://a.example',
    ],
    ['an anchor ends where the next begins', '<a href="x">one<a href="y">two</a>', 'one'],
    ['at most 200 characters', `<a href="x">${'a'.repeat(900)}</a>`, 'a'.repeat(200)],
    ['text after the anchor is not its own', '<a href="x">one</a> two', 'one'],
  ])('%s', (_name, html, shownText) => {
    expect(readHtml(html).targets[0]).toEqual({ kind: 'anchor', href: 'x', shownText });
  });

  test.each([
    ['for Outlook only', '<!--[if mso]><a href="x">one</a><![endif]--><p>two</p>', ['x']],
    ['after all others', '<!-- [IF gte mso 9]><a href="x"></a><form action="y"><![endif]--><a href="z"></a>', 'zxy'],
    ['one in another', '<!--[if mso]><!--[if vml]><a href="x"><![endif]-->', ['x']],
    [
      'a button that Outlook draws',
      '<!--[if mso]><v:roundrect href="x" arcsize="5%">Go</v:roundrect><![endif]-->',
      ['x'],
    ],
    ['the same without a condition', '<v:rect href="x"/><w:oval href="y">Go</w:oval>', ['x', 'y']],
    ['what others show, too, once', '<!--[if mso]><a href="x">one</a><![endif]--><a href="x">one</a>', ['x']],
    ['no picture, no base', '<!--[if mso]><img src="x" href="x"><base href="y"><v:fill src="z"><![endif]-->', []],
    ['a comment to everybody', '<!-- <a href="x">one</a> --><!--[endif]><a href="x">-->', []],
    ['a decoy before the address', '<area src="x" href="y"><base src="x" href="z"><object src="x" data="u">', 'yzu'],
  ])('where to: %s', (_name, html, hrefs) => {
    expect(readHtml(html).targets.map(({ href }) => href)).toEqual([...hrefs]);
  });

  test.each([
    ['0; https://a.example/', 'https://a.example/'],
    ['0;https://a.example/?url=x', 'https://a.example/?url=x'],
    [' 3.5 , \n URL = "https://a.example/"; x', 'https://a.example/'],
    [".5 'https://a.example/'x", 'https://a.example/'],
    ["0;url='https://a.example/", 'https://a.example/'],
    ['0;ur/l', 'ur/l'],
    ['0;url', 'url'],
    ['url=https://a.example/', undefined],
    ['0x;url=https://a.example/', undefined],
    ['5', undefined],
    ['5;', undefined],
  ])('a refresh: %s', (content, expected) => {
    const html = `<meta http-equiv=refresh content="${content.replaceAll('"', '&quot;')}">`;
    expect(readHtml(html).targets[0]?.href).toBe(expected);
  });

  test('event handlers do not push an address out, nor do blanks', () => {
    const handlers = Array.from({ length: 45 }, (_, i) => `on${i}=1`).join(' ');
    expect(readHtml(`<a ${handlers} href="x">Go</a>`).targets).toEqual([
      { kind: 'anchor', href: 'x', shownText: 'Go' },
    ]);
    const blanks = '&#10; '.repeat(9_000);
    expect(readHtml(`<meta http-equiv=refresh content="0;${blanks}url=${blanks}x">`).targets[0]?.href).toBe('x');
    expect(readHtml(`<a href="${'x'.repeat(9_000)}">`).targets[0]?.href).toHaveLength(8_192);
  });

  test('the words of a link stay when Outlook has one of its own', () => {
    const { targets, targetCount } = readHtml('<!--[if mso]><v:rect href="x"><![endif]--><a href="x">Go</a>');
    expect({ targets, targetCount }).toEqual({
      targets: [{ kind: 'anchor', href: 'x', shownText: 'Go' }],
      targetCount: 1,
    });
  });

  const dataPage = (page: string) => `data:text/html;base64,${Buffer.from(page).toString('base64')}`;
  test.each([
    ['srcdoc', `<iframe srcdoc="<a href='x'>Go</a>"></iframe>`, ['x']],
    ['srcdoc, in entities, after all others', `<iframe srcdoc="&lt;form action=x&gt;"></iframe><a href=y>`, ['y', 'x']],
    ['data:', '<iframe src=" data:text/html,<a href=x>Go</a>"></iframe>', ['x']],
    ['data: in percent signs', '<embed src="DATA:image/svg+xml;charset=utf-8,%3Ca href=%78>%zz">', ['x']],
    ['data: as base64', `<object data="${dataPage('<a href=x>Go</a>')}"></object>`, ['x']],
    ['behind 100 kB', `<iframe srcdoc="${'<b>'.repeat(33_000)}<a href='x'>Go</a>"></iframe>`, ['x']],
    ['not a frame in it', `<iframe srcdoc="<iframe srcdoc='<a href=x>'>"></iframe>`, []],
    [
      'no text, no picture',
      '<iframe src="data:text/plain,<a href=x>"></iframe><iframe srcdoc="<img src=y>"></iframe>',
      [],
    ],
  ])('of a page in a frame: %s', (_name, html, hrefs) => {
    const found = readHtml(html).targets.map(({ href }) => href);
    expect(found.filter((href) => !/^\s*data:/i.test(href))).toEqual(hrefs);
  });

  test('what a page in a frame asks for and runs', () => {
    const inner = '<form action=x><input type=password onfocus=a()></form><script>b()</script>text';
    expect(readHtml(`<iframe srcdoc="${inner}"></iframe>`)).toMatchObject({
      text: '',
      formCount: 1,
      passwordFieldCount: 1,
      scriptCount: 1,
      scriptText: '\na()\nb()',
      handlers: ['onfocus'],
    });
  });

  test('of conditional comments at most 200', () => {
    const many = Array.from({ length: 300 }, (_, i) => `<!--[if mso]><a href="${i}"><![endif]-->`).join('');
    expect(readHtml(many).targets).toHaveLength(200);
  });

  test('what an anchor beyond the bound shows is not taken for the last one’s', () => {
    const { targets } = readHtml(`${'<a href="x">one</a>'.repeat(2_000)}<a href="y">two</a>`);
    expect(targets.at(-1)).toEqual({ kind: 'anchor', href: 'x', shownText: 'one' });
  });

  test('at most 2,000, of these 300 pictures; all are counted', () => {
    const many = readHtml('<img src=a><a href=b>c</a>'.repeat(3_000));
    expect(many.targets).toHaveLength(2_000);
    expect(many.targets.filter(({ kind }) => kind === 'image')).toHaveLength(300);
    expect(many.targetCount).toBe(6_000);
  });
});

describe('SVG and MathML', () => {
  test.each([
    ['a link by any prefix', '<s:a l:href="x">Go</s:a>', ['x']],
    ['by a long one', `<a ${'l'.repeat(30)}:href="x">Go</a>`, ['x']],
    ['what is set', '<svg><a><set attributeName=href to="x"/>Go</a></svg>', ['x']],
    ['by any prefix', '<s:a><s:set attributeName="l:href" to="x"/>Go</s:a>', ['x']],
    [
      'what is animated',
      '<svg><a href="u"><animate attributeName="href" values="#a; v;w" by=y />Go</a></svg>',
      ['u', 'y', 'v', 'w'],
    ],
    ['as a colour', '<svg><a><animateColor attributeName=" HREF" from="x"/>Go</a></svg>', ['x']],
    ['for Outlook alone', '<!--[if mso]><s:set attributeName="href" to="x"/><![endif]-->', ['x']],
    ['not what moves', '<svg><rect><animate attributeName="x" values="0;10" to="20"/></rect></svg>', []],
    ['nor what is no animation', '<p to="x" values="y">', []],
  ])('where it leads: %s', (_what, html, expected) => {
    expect(readHtml(html).targets.map(({ href }) => href)).toEqual(expected);
  });

  test.each([
    ['its style is an element like others, which a paragraph ends', '<svg><style><p>a</p>', 'a'],
    ['so is its script', '<svg><script><p>a', 'a'],
    ['and its title, in MathML', '<math><title><p>a', 'a'],
    ['an end tag without a beginning ends it, too', '<svg><style></p>a', 'a'],
    ['but not text as such', '<svg><style>a<g>b</g></style></svg>c', 'c'],
    ['a font ends it by its looks only', '<math><title><font>a<font size=1>b', 'b'],
    ['HTML may stand in it', '<svg><foreignObject><style><p>a</style><p>b</svg>', 'b'],
    ['and end with it', '<svg><desc>a</desc><style><p>b', 'a\nb'],
    ['what ends outside ends it', '<table><tr><td><svg></td><td><style><p>a</style>b</table>', 'b'],
    ['what no browser lets end outside does not', '<td><x><div><svg></x></td></body></form><style><p>a', 'a'],
    ['what closes itself', '<svg><style/><title/><path/></svg><p>a</p>', 'a'],
    ['character data', '<svg><text><![CDATA[<p>a]]></text></svg>b', '<p>ab'],
    ['which there is none of elsewhere', '<![CDATA[>a<p>b]]>', 'a\nb]]>'],
    ['nor in an attribute', '<svg></svg><p title="<![CDATA[">a<b title="]]>">b', 'ab'],
    ['a picture is a picture in both', '<image src=x><svg><image href=y /></svg>a', 'a'],
  ])('%s', (_name, html, expected) => {
    expect(readHtml(html).text).toBe(expected);
  });

  test.each(['<svg><style>', '<svg><script>', '<math><title>', '<svg></x><style>', '<svg></body><style>'])(
    'a link behind %s is found',
    (opening) => {
      expect(readHtml(`${opening}<p><a href="x">Go</a>`).targets).toEqual([
        { kind: 'anchor', href: 'x', shownText: 'Go' },
      ]);
    },
  );

  test('its script is one', () => {
    expect(readHtml('<svg><script><![CDATA[go("<p>")]]></script></svg>')).toMatchObject({
      scriptCount: 1,
      scriptText: 'go("<p>")',
    });
  });
});

describe('forms, pictures and scripts', () => {
  test.each([
    ['a form with a password', '<form action=a><input type=PASSWORD></form>', { formCount: 1, passwordFieldCount: 1 }],
    ['a password without a form', '<input name=p type="password">', { formCount: 0, passwordFieldCount: 1 }],
    ['a search', '<form><input type=text name=q></form>', { formCount: 1, passwordFieldCount: 0 }],
    ['a password that is seen', '<form><input name=userPassword></form>', { formCount: 1, passwordFieldCount: 1 }],
    ['a card', '<form><input type=tel placeholder="Card number"></form>', { formCount: 1, passwordFieldCount: 1 }],
    [
      'no field to type in',
      '<form><input type=submit name=resetPassword></form>',
      { formCount: 1, passwordFieldCount: 0 },
    ],
    ['pictures without pixels', '<img src=a width=600><img src=b width=1 height=1>', { imageCount: 1 }],
    ['a hidden picture', '<div hidden><img src=a></div>', { imageCount: 0 }],
    ['a script', '<script>go("x")</script>', { scriptCount: 1, scriptText: 'go("x")' }],
    ['data for search engines', '<script type="application/ld+json">{}</script>', { scriptCount: 0, scriptText: '' }],
    ['a handler', '<body onload="go()"><img src=x ONERROR=a>', { handlers: ['onload', 'onerror'], scriptCount: 0 }],
    ['frames', '<iframe src=a></iframe><object data=b></object>', { frameCount: 2 }],
  ])('%s', (_name, html, expected) => {
    expect(readHtml(html)).toMatchObject(expected);
  });
});

describe('text of one’s own', () => {
  const rest = '<p>Old words</p>';
  test.each([
    ['nothing quoted', '<p>New</p>', 'New'],
    [
      'Gmail',
      `<div>New</div><div class="gmail_quote">On Mon<blockquote class="gmail_quote">${rest}</blockquote></div>`,
      'New\nOn Mon\n>',
    ],
    ['Thunderbird, answered below', `<blockquote type="cite">${rest}</blockquote><p>New</p>`, '>\nNew'],
    ['Outlook', `<p>New</p><div id="appendonsend"></div><hr>${rest}`, 'New\n>'],
    ['Yahoo', `<p>New</p><div class="yahoo_quoted">${rest}</div>`, 'New\n>'],
    ['a plain indentation', '<p>New</p><blockquote>words</blockquote>', 'New\nwords'],
  ])('%s', (_name, html, expected) => {
    expect(readHtml(html).ownText).toBe(expected);
  });
});

describe('hostile pages', () => {
  const MAX_MS = 900; // far above the few milliseconds they take, far below a second that a step per pair of elements would
  test.each([
    ['100,000 nested elements', '<div>'.repeat(100_000)],
    ['nested elements and end tags of others', `${'<div>'.repeat(25_000)}${'</b>'.repeat(60_000)}`],
    ['end tags that match nothing near', `<b>${'<div>'.repeat(250)}${'</b>'.repeat(60_000)}`],
    ['an attribute of 1 MB', `<a href="${'x'.repeat(1_000_000)}">`],
    ['an attribute of entities', `<a href="${'&#10;x'.repeat(40_000)}">`],
    ['long attributes', `<a href="${' '.repeat(8_200)}x">`.repeat(30)],
    ['a style of 1 MB', `<a style="${'left:0;'.repeat(150_000)}">`],
    ['100,000 attributes', `<a ${'b '.repeat(100_000)}>`],
    ['100,000 anchors', '<a href=x>y</a>'.repeat(100_000)],
    ['100,000 open forms', '<form>'.repeat(100_000)],
    ['nothing but openings', '<'.repeat(260_000)],
    ['nothing but entities', '&amp;&#'.repeat(40_000)],
    ['nothing but blanks', '<b> \u00a0'.repeat(60_000)],
    ['an open comment', '<!--'.repeat(65_000)],
    ['conditional comments', '<!--[if]>href-->'.repeat(16_000)],
    ['conditional comments in another', `<!--[if]>${'<!--[if]>href'.repeat(20_000)}`],
    ['nested shapes and end tags of others', `<svg><y>${'<g>'.repeat(40_000)}${'</y></z>'.repeat(20_000)}`],
    ['HTML and SVG in turns', '<svg><desc><p>'.repeat(20_000)],
    ['character data in comments', '<![CDATA['.repeat(28_000)],
    ['character data', `<svg>${'<![CDATA[x]]>'.repeat(20_000)}`],
    ['a refresh of blanks', `<meta http-equiv=refresh content="0${' '.repeat(8_000)}x">`.repeat(30)],
    ['frames with pages', '<iframe srcdoc="<a>"></iframe>'.repeat(10_000)],
    ['a page in a frame', `<iframe srcdoc="${'<a>'.repeat(80_000)}">`],
    ['many different styles', Array.from({ length: 9_000 }, (_, i) => `<b style="left:${i}px">`).join('')],
  ])('%s', (_name, html) => {
    const spentMs = cpuClock();
    const facts = readHtml(html);
    expect(spentMs()).toBeLessThan(MAX_MS);
    expect(facts.targets.length).toBeLessThanOrEqual(2_000);
  });

  test('text below the depth limit is still text', () => {
    expect(readHtml(`${'<div>'.repeat(1_000)}deep${'</div>'.repeat(1_000)}<p>after</p>`).text).toBe('deep\nafter');
  });

  test('any string is read', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<p',
      '<a href="',
      '"',
      "'",
      '&',
      ';',
      '<script>',
      '<svg>',
      '<desc>',
      '<iframe srcdoc=',
      '<![CDATA[',
      ']]>',
      '<!--[if mso]>',
      '<!--',
      '-->',
      'style=',
      'x',
      ' ',
      '=',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const facts = readHtml(pieces.join(''));
        return facts.hiddenCharCount === 0 || facts.hiddenText.length > 0;
      }),
    );
  });
});
