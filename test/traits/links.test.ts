/** Long because it is a table: every way in which a mail can write a link, and what is read of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Link } from '../../src/domain/message.ts';
import { readAddress } from '../../src/text/linkAddress.ts';
import { linksInText } from '../../src/text/textLinks.ts';
import { readHtml } from '../../src/traits/html.ts';
import { hostShown, links, linksOfHtml, linksOfText } from '../../src/traits/links.ts';
import { cpuClock } from '../cpuTime.ts';

const ofHtml = (html: string) => links({ text: '' }, readHtml(html));
const ofText = (text: string) => links({ text }, readHtml(''));
const urls = (found: readonly Link[]) => found.map(({ url }) => url);

describe('one address', () => {
  const plain = { hasUserinfo: false, isIpHost: false };
  test.each([
    [
      'a page',
      'HTTPS://Www.Example.COM:443/a b?q#f',
      {
        url: 'https://www.example.com/a%20b?q#f',
        scheme: 'https',
        host: 'www.example.com',
        orgDomain: 'example.com',
        ...plain,
      },
    ],
    ['a port', 'http://a.example:8081/', { url: 'http://a.example:8081/', port: 8081 }],
    ['a user', 'https://bank.example@evil.example/', { host: 'evil.example', hasUserinfo: true }],
    ['an IP address', 'http://192.168.0.1/x', { host: '192.168.0.1', orgDomain: '192.168.0.1', isIpHost: true }],
    ['an IP address as a number', 'http://3232235521/', { host: '192.168.0.1', isIpHost: true }],
    ['an IP address in octal and hex', 'http://0300.0xa8.1/', { host: '192.168.0.1', isIpHost: true }],
    ['IPv6', 'http://[::ffff:1.2.3.4]/', { host: '[::ffff:102:304]', isIpHost: true }],
    [
      'letters beyond ASCII',
      'https://müller.example/',
      { host: 'xn--mller-kva.example', unicodeHost: 'müller.example' },
    ],
    ['punycode', 'https://xn--mller-kva.example/', { unicodeHost: 'müller.example' }],
    ['full-width letters and dot', 'https://ｅvil。example/', { host: 'evil.example' }],
    ['a closing dot', 'https://a.example./x', { host: 'a.example' }],
    ['no scheme but slashes', '//a.example/x', { url: 'https://a.example/x' }],
    ['a bare www', 'www.a.example', { url: 'http://www.a.example/' }],
    ['a bare host with port', 'a.example:8080/x', { host: 'a.example', port: 8080 }],
    ['backslashes', 'https:\\\\a.example\\x', { url: 'https://a.example/x' }],
    ['breaks inside', ' ht\ntps://a.exa\tmple/ ', { url: 'https://a.example/' }],
    ['a script', 'JavaScript:alert(1)', { url: 'JavaScript:alert(1)', scheme: 'javascript', host: '' }],
    ['a broken script', 'java\nscript:alert(1)', { scheme: 'javascript', host: '' }],
    ['a page in itself', 'data:text/html,<p>', { scheme: 'data', host: '' }],
    ['a file', 'file://share.example/x', { scheme: 'file', host: '' }],
    ['a UNC path', '\\\\share.example\\x', { url: 'file://share.example/x', scheme: 'file', host: '' }],
    ['a program', 'search-ms:query=x', { scheme: 'search-ms', host: '' }],
  ])('%s', (_name, written, expected) => {
    expect(readAddress(written)).toMatchObject(expected);
  });

  test.each([
    'mailto:a@b.example',
    'cid:1@x',
    'tel:+491',
    '#top',
    '/path',
    'index.html',
    '',
    ' ',
    'http://',
    'https://a b.example/',
    '{{link}}',
    'http://%zz',
  ])('none: %s', (written) => {
    expect(readAddress(written)).toBeUndefined();
  });

  const long = 9_000;
  test.each([
    ['blanks before it', `${' '.repeat(long)}https://a.example/`, 'a.example'],
    ['blanks and control characters', `${'\0 \u001f'.repeat(long)}https://a.example/`, 'a.example'],
    ['breaks in it', `https:${'\n'.repeat(long)}//a.exa${'\t'.repeat(long)}mple/`, 'a.example'],
    ['a long user', `https://bank.example;${'x'.repeat(long)}@a.example/`, 'a.example'],
    ['a long user, and a sign behind', `https:\\\\bank.example;${'x@'.repeat(long)}a.example\\@b.example`, 'a.example'],
    ['a long path with a sign', `https://a.example/${'x'.repeat(long)}@b.example/`, 'a.example'],
    ['no scheme', `//${'x'.repeat(long)}@a.example?y`, 'a.example'],
  ])('long: %s', (_name, written, host) => {
    expect(readAddress(written)?.host).toBe(host);
    expect(ofHtml(`<a href="${written}">x</a>`).all.map((link) => link.host)).toEqual([host]);
  });

  test('a long user is one', () => {
    expect(readAddress(`https://${'x'.repeat(long)}@a.example/`)).toMatchObject({
      url: 'https://x@a.example/',
      hasUserinfo: true,
    });
  });

  test('is cut at 2,048 characters', () => {
    expect(readAddress(`https://a.example/${'x'.repeat(9_000)}`)?.url).toHaveLength(2_048);
  });

  test('any string is read', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => (readAddress(text)?.url.length ?? 0) <= 2_048));
    fc.assert(fc.property(fc.webUrl(), (url) => readAddress(url)?.host === new URL(url).hostname));
  });
});

describe('links in text', () => {
  test.each([
    ['an address', 'See https://a.example/x, please.', ['https://a.example/x']],
    ['in brackets', '(https://a.example/x) <https://b.example/>', ['https://a.example/x', 'https://b.example/']],
    [
      'behind an angle bracket',
      'https://a.example/x-->https://b.example/y',
      ['https://a.example/x--', 'https://b.example/y'],
    ],
    ['www', 'at www.example.com now', ['http://www.example.com/']],
    ['a bare host of a common ending', 'on example.com today', ['http://example.com/']],
    ['a bare host with a path', 'go to bit.ly/x1', ['http://bit.ly/x1']],
    ['a share', 'file://files.example.com/x', ['file://files.example.com/x']],
    ['once each', 'https://a.example/ https://a.example/', ['https://a.example/']],
  ])('%s', (_name, text, expected) => {
    expect(urls(ofText(text).all)).toEqual(expected);
  });

  test.each([
    ['a file name', 'see README.md, setup.py and notes.zip'],
    ['a path', 'a/tools/parser.py b/include/config.mk'],
    ['program text', 'arch.mm = cell->data.read(self.id)'],
    ['a mail address', 'ana@example.com'],
    ['a sentence without a blank', 'the end.Then more'],
    ['a file of a recipe', 'SRC_URI = "file://0001-fix.patch"'],
  ])('none: %s', (_name, text) => {
    expect(ofText(text).all).toEqual([]);
  });

  test.each([
    ['hxxps://evil.example/x', 'https://evil.example/x'],
    ['h**ps://evil.example/y', 'https://evil.example/y'],
    ['htxp://evil.example/z', 'http://evil.example/z'],
    ['hxxp://evil[.]example/x', 'http://evil.example/x'],
    ['https://evil[.]example/x', 'https://evil.example/x'],
  ])('defanged: %s', (text, url) => {
    expect(linksOfText(`Do not open ${text} !`)).toMatchObject([{ url, isDefanged: true, source: 'text' }]);
  });

  test('defanged ones are looked for in as much of the whole text as others', () => {
    const long = (i: number) => `hxxps://a${i}[.]example/${'x'.repeat(1_990)}`;
    const lines = Array.from({ length: 100 }, (_, i) => long(i)).join('\n');
    expect(linksInText(lines)).toHaveLength(25); // 48 KiB of 2,008 characters each
    const plain = Array.from({ length: 600 }, (_, i) => `https://b${i}.example/${'x'.repeat(100)}`).join('\nhtxp ');
    expect(linksInText(`${plain}\n${long(0)}`).at(-1)).toMatchObject({ isDefanged: true }); // what stands plain uses none of it up
  });

  test('a link beside a defanged one is not defanged', () => {
    expect(linksOfText('hxxp://evil.example/ and https://good.example/')).toMatchObject([
      { host: 'good.example', isDefanged: false },
      { host: 'evil.example', isDefanged: true },
    ]);
  });
});

describe('links in HTML', () => {
  test('each kind has its source; pictures are not clickable', () => {
    const { all, clickable } = ofHtml(
      '<a href="https://a.example/">a</a><form action="https://b.example/"></form><img src="https://c.example/i.png">' +
        '<meta http-equiv=refresh content="0;url=https://d.example/"><iframe src="https://e.example/"></iframe><img src="data:image/png;base64,xx">',
    );
    expect(all.map(({ source, host }) => `${source} ${host}`)).toEqual([
      'html a.example',
      'form b.example',
      'image c.example',
      'meta-refresh d.example',
      'html e.example',
    ]);
    expect(clickable.map(({ host }) => host)).toEqual(['a.example', 'b.example', 'd.example', 'e.example']);
  });

  const decoys = (count: number, inside: string) =>
    Array.from({ length: count }, (_, i) => `<a href="https://d${i}.example/">${inside}</a>`).join('');
  test.each([
    ['nothing', 210, ''],
    ['blanks', 210, ' &nbsp;&zwnj; '],
    ['hidden words', 210, '<b style="display:none">x</b>'],
    ['a counter', 210, '<img src="cid:x" width=1 height=1>'],
    ['nothing, more than are kept', 5_000, ''],
  ])('anchors around %s do not crowd out what a reader clicks on', (_name, count, inside) => {
    const { all } = links(
      { text: 'https://a.example/' },
      readHtml(
        `${decoys(count, inside)}<a href="https://b.example/">Go</a><a href="https://c.example/"><img src=x></a>`,
      ),
    );
    expect(all).toHaveLength(200);
    expect(all.filter(({ host }) => !host.startsWith('d')).map(({ host }) => host)).toEqual([
      'b.example',
      'c.example',
      'a.example',
    ]);
  });

  test('few stay in their order, and many are read all the same', () => {
    const page = (count: number) => `${decoys(count, '')}<a href="https://b.example/">Go</a>`;
    expect(ofHtml(page(9)).all.at(-1)?.host).toBe('b.example');
    expect(ofHtml(page(60)).all).toHaveLength(61);
    expect(linksOfHtml(readHtml(page(60)), 'attachment')[0]?.host).toBe('b.example');
  });

  test('base resolves what is relative', () => {
    expect(urls(ofHtml('<base href="https://b.example/x/"><a href="y">1</a><a href="/z">2</a>').all)).toEqual([
      'https://b.example/x/',
      'https://b.example/x/y',
      'https://b.example/z',
    ]);
    expect(ofHtml('<a href="y">1</a>').all).toEqual([]);
  });

  test('of two anchors to one place the one that shows another is kept', () => {
    const { all, totalCount } = ofHtml(
      '<a href="https://evil.example/">here</a><a href="https://evil.example/">https://bank.example</a><a href="https://evil.example/">there</a>',
    );
    expect(all).toMatchObject([{ shownText: 'https://bank.example', shownHost: 'bank.example' }]);
    expect(totalCount).toBe(1);
  });

  test('what an anchor shows is no link of its own; other addresses in the text are', () => {
    const { all } = ofHtml('<a href="https://evil.example/">www.example.com</a><p>or copy https://other.example/x</p>');
    expect(all.map(({ source, host }) => `${source} ${host}`)).toEqual(['html evil.example', 'text other.example']);
  });

  test.each([
    ['another page of a host that is shown', 'www.example.com', 'https://www.example.com/login', 1],
    ['a host above one that is shown', 'www.example.com', 'https://example.com/', 1],
    ['a second mention of what is shown', 'https://www.example.com/', 'https://www.example.com/', 1],
    ['what is shown, twice', 'www.example.com</a> <a href="https://evil.example/">www.example.com', '', 0],
    ['what is shown, with more than is kept of it', `https://www.example.com/${'x'.repeat(300)}`, '', 0],
  ])('in the text beside an anchor: %s', (_name, shown, written, count) => {
    const { all } = ofHtml(`<a href="https://evil.example/">${shown}</a><p>or copy ${written}</p>`);
    expect(all.filter(({ source }) => source === 'text')).toHaveLength(count);
  });

  test('a link of text and HTML counts once, with what it shows', () => {
    const { all } = links({ text: 'https://a.example/' }, readHtml('<a href="https://a.example/">Go</a>'));
    expect(all).toMatchObject([{ source: 'html', shownText: 'Go' }]);
  });

  test('of an attached page all links are the attachment’s but its pictures', () => {
    const page = readHtml('<form action="https://a.example/"></form><img src="https://b.example/">');
    expect(linksOfHtml(page, 'attachment').map(({ source }) => source)).toEqual(['attachment', 'image']);
  });
});

describe('the end of a click', () => {
  const EVIL = 'https://evil.example/login?a=1';
  const coded = encodeURIComponent(EVIL);
  test.each([
    ['Safe Links', `https://eur01.safelinks.protection.outlook.com/?url=${coded}&data=x`],
    ['Proofpoint v1', `https://urldefense.proofpoint.com/v1/url?u=${coded}&k=x`],
    ['Proofpoint v2', 'https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_login-3Fa-3D1&d=x'],
    ['Proofpoint v3', `https://urldefense.com/v3/__${EVIL}__;!!x!y$`],
    ['Sophos', `https://eu.protection.sophos.com/?d=evil.example&u=${Buffer.from(EVIL).toString('base64url')}`],
    ['Cisco', `https://secure-web.cisco.com/1abc/${coded}`],
    [
      'two gateways',
      `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(`https://urldefense.com/v3/__${EVIL}__;!!x!y$`)}`,
    ],
    ['a web mail', `https://www.google.com/url?q=${coded}&sa=D`],
    ['an open redirect', `https://shop.example/out?redirect_url=${coded}`],
    ['Proofpoint of the US government', `https://urldefense.us/v3/__${EVIL}__;!!x!y$`],
    ['Check Point', `https://protect.checkpoint.com/v2/___${EVIL}___.YzJ1OnBhcnQ`],
    ['Check Point, in rounds', `https://protect.checkpoint.com/v2/r02/___${EVIL}___.YzJ1`],
    ['Avanan', `https://url.avanan.click/v2/___${EVIL}___.YXAxZTp4`],
    ['Safe Links in China', `https://nam.safelinks.protection.partner.outlook.cn/?url=${coded}`],
    ['Bing', `https://www.bing.com/ck/a?!&&p=x&u=a1${Buffer.from(EVIL).toString('base64url')}&ntb=1`],
    ['DuckDuckGo', `https://duckduckgo.com/l/?uddg=${coded}&rut=x`],
    ['Yahoo', `https://r.search.yahoo.com/_ylt=A/RV=2/RU=${coded}/RK=2/RS=x`],
    ['Tumblr', `https://t.umblr.com/redirect?z=${coded}&t=x`],
    ['an advertisement', `https://googleads.g.doubleclick.net/aclk?sa=l&adurl=${coded}`],
    ['an advertisement whose query is the address', `https://ad.doubleclick.net/ddm/clk/1;2;3?${EVIL}`],
    ['Google’s AMP viewer', `https://www.google.de/amp/s/evil.example/login?a=1`],
    ['an AMP cache', 'https://evil-example.cdn.ampproject.org/c/s/evil.example/login?a=1'],
    ['a translator', 'https://evil-example.translate.goog/login?a=1'],
    ['an open redirect, encoded twice', `https://shop.example/out?url=${encodeURIComponent(coded)}`],
    ['an open redirect, in base64', `https://shop.example/out?url=${Buffer.from(EVIL).toString('base64')}`],
    ['an open redirect without a scheme', `https://shop.example/out?next=${encodeURIComponent(EVIL.slice(6))}`],
    [
      'an open redirect with backslashes',
      `https://shop.example/out?url=${encodeURIComponent(EVIL.replaceAll('/', '\\'))}`,
    ],
    ['an open redirect with one slash', `https://shop.example/out?url=${encodeURIComponent(EVIL.replace('//', '/'))}`],
  ])('behind %s', (_name, wrapped) => {
    expect(urls(ofHtml(`<a href="${wrapped.replaceAll('&', '&amp;')}">x</a>`).all)).toEqual([
      new URL(wrapped).href,
      EVIL,
    ]);
  });

  test.each([
    ['an address in a path', 'https://web.archive.example/2020/https://a.example/'],
    ['an address in another parameter', `https://a.example/?utm_source=${coded}`],
    ['words', 'https://a.example/?url=login'],
    ['a path', 'https://a.example/?next=//account/settings'],
    ['a path of Google', 'https://www.google.com/amplify/s/evil.example'],
    ['the path of a cache elsewhere', 'https://a.example/amp/s/evil.example/'],
    ['what is no base64 of an address', 'https://a.example/?u=aHR0cGFzcw=='],
    ['three underscores elsewhere', 'https://a.example/v2/___https://b.example/___.x'],
  ])('near-miss: %s', (_name, url) => {
    expect(urls(ofHtml(`<a href="${url}">x</a>`).all)).toEqual([new URL(url).href]);
  });

  test.each([
    ['https://a--b-example.translate.goog/', 'a-b.example'],
    ['https://xn--mller-example-wob.translate.goog/', 'xn--mller-kva.example'],
    ['https://translate.goog/?url=https://a.example/', 'a.example'],
  ])('the host that a translator writes as %s', (wrapped, host) => {
    expect(ofHtml(`<a href="${wrapped}">x</a>`).all[1]?.host).toBe(host);
  });

  test.each([
    ['another browser', 'microsoft-edge:https://evil.example/'],
    ['another browser, by its scheme with a name', 'microsoft-edge-holographic:https://evil.example/'],
    ['Word', 'ms-word:ofe|u|https://evil.example/'],
    ['Excel, encoded', 'ms-excel:ofv%7Cu%7Chttps%3A%2F%2Fevil.example%2F'],
    ['a browser, behind padding', `microsoft-edge:?launch=${'x'.repeat(2_100)}|https://evil.example/`],
    ['the source', 'view-source:https://evil.example/'],
    ['a redirect within', 'microsoft-edge:https://shop.example/out?url=https%3A%2F%2Fevil.example%2F'],
  ])('an address that a scheme passes to %s', (_name, href) => {
    const { all } = ofHtml(`<a href="${href}">x</a>`);
    expect(all[0]?.scheme).toBe(href.slice(0, href.indexOf(':')));
    expect(all.at(-1)).toMatchObject({ url: 'https://evil.example/', source: 'html' });
  });

  test.each(['javascript:open("https://a.example/")', 'data:text/html,https://a.example/', 'ms-settings:network'])(
    'near-miss: no address is passed: %s',
    (href) => {
      expect(ofHtml(`<a href='${href}'>x</a>`).all).toHaveLength(1);
    },
  );

  const v3 = (target: string, replaced: string) =>
    `https://urldefense.com/v3/__${target}__;${Buffer.from(replaced).toString('base64url')}!!x!y$`;
  test.each([
    [
      'Mimecast, which names the host alone',
      'https://protect-us.mimecast.com/s/abc?domain=evil.example',
      'evil.example',
    ],
    ['a gateway that names no host', 'https://protect-us.mimecast.com/s/abc?domain=evil', undefined],
    ['Proofpoint: a letter beyond ASCII', v3('https://b*cher.example/', 'ü'), 'xn--bcher-kva.example'],
    ['Proofpoint: a slash', v3('https:/*evil.example/', '/'), 'evil.example'],
    ['Proofpoint: a slash that got lost', v3('https:/evil.example/a*b', '+'), 'evil.example'],
    ['Proofpoint: some in a row', v3('https://**Aer.example/**Bx', 'übabc'), 'xn--ber-goa.example'],
    ['Proofpoint: fewer than marks', v3('https://b*cher*.example/', 'ü'), 'xn--bcher*-3ya.example'],
    ['Proofpoint: none', v3('https://evil.example/a*b', ''), 'evil.example'],
  ])('behind a gateway: %s', (_name, wrapped, host) => {
    expect(ofHtml(`<a href="${wrapped}">x</a>`).all[1]?.host).toBe(host);
  });

  const within = (target: string) =>
    `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(target)}`;
  const passed = (target: string) => `https://shop.example/out?url=${encodeURIComponent(target)}`;
  test.each([
    ['a redirector within a gateway', within(passed(EVIL)), [within(passed(EVIL)), passed(EVIL), EVIL]],
    ['a gateway within a redirector', passed(within(EVIL)), [passed(within(EVIL)), within(EVIL), EVIL]],
    ['two redirectors', passed(passed(EVIL)), [passed(passed(EVIL)), passed(EVIL), EVIL]],
  ])('each step of %s', (_name, wrapped, expected) => {
    expect(urls(ofHtml(`<a href="${wrapped}">x</a>`).all)).toEqual(expected);
  });

  test.each([2_100, 7_900])('behind %d characters of padding', (length) => {
    const padded = (target: string) => `https://www.google.com/url?sa=${'x'.repeat(length)}&amp;q=${target}`;
    const { all } = ofHtml(`<a href="${padded('https://a.example/')}">x</a><a href="${padded(coded)}">y</a>`);
    expect(all.map(({ host }) => host)).toEqual(expect.arrayContaining(['a.example', 'evil.example']));
    expect(all.every((link) => link.url.length <= 2_048 && !('uncut' in link))).toBe(true);
  });

  test('at most four steps', () => {
    const nested = Array.from({ length: 6 }).reduce<string>((target) => passed(target), EVIL);
    expect(ofHtml(`<a href="${nested}">x</a>`).all).toHaveLength(5);
  });

  test('pictures lead nowhere', () => {
    expect(ofHtml(`<img src="https://a.example/?url=${coded}">`).all).toHaveLength(1);
  });
});

describe('the host shown', () => {
  test.each([
    ['https://www.bank.example/login', 'www.bank.example'],
    [' “https://bank.example/…” ', 'bank.example'],
    ['www.bank.com', 'www.bank.com'],
    ['bank.com/login', 'bank.com'],
    ['(Bank.COM)', 'bank.com'],
    ['» bank.com >', 'bank.com'],
    ['https://münchen.example', 'xn--mnchen-3ya.example'],
  ])('%s', (shown, host) => {
    expect(hostShown(shown)).toBe(host);
  });

  test.each([
    'Click here',
    'Visit https://bank.example now',
    'invoice.pdf',
    'ana@bank.com',
    '12.50',
    'e.g.',
    '',
    '...',
    'Mr.Smith',
  ])('none: %s', (shown) => {
    expect(hostShown(shown)).toBeUndefined();
  });
});

describe('bounds', () => {
  const anchors = (count: number, host: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => `<a href="https://${host(i)}/${i}">x</a>`).join('');

  test('repetition of one host cannot crowd out another', () => {
    const { all, totalCount } = ofHtml(`${anchors(500, () => 'a.example')}<a href="https://evil.example/">x</a>`);
    expect(all.map(({ host }) => host)).toContain('evil.example');
    expect(all.length).toBeLessThanOrEqual(200);
    expect(totalCount).toBe(501);
  });

  test('at most 200, at most 60 pictures', () => {
    expect(ofHtml(anchors(900, (i) => `h${i}.example`)).all).toHaveLength(200);
    const pictures = Array.from({ length: 100 }, (_, i) => `<img src="https://h${i}.example/">`).join('');
    expect(ofHtml(pictures).all).toHaveLength(60);
  });

  test.each([
    ['100,000 anchors', () => ofHtml('<a href="https://a.example/">https://b.example/</a>'.repeat(100_000))],
    ['200 kB of hosts', () => ofText('a.com '.repeat(35_000))],
    ['200 kB of dots', () => ofText('a.'.repeat(100_000))],
    ['200 kB of openings', () => ofText('http://a.com/'.repeat(15_000))],
    ['200 kB of defanged hosts', () => ofText('evil[.]com\n'.repeat(20_000))],
    ['200 kB of brackets', () => ofText(`https://a.example/${'('.repeat(200_000)}`)],
  ])('%s in time', (_name, find) => {
    const spentMs = cpuClock();
    expect(find().all.length).toBeLessThanOrEqual(200);
    expect(spentMs()).toBeLessThan(5_000);
  });
});

describe('many links of the mail and of its files', () => {
  const hosts = (count: number, name: string): string =>
    Array.from({ length: count }, (_, at) => `https://${name}${at}.example/`).join('\n');
  const evil = linksOfText('https://login.evil-portal.example/a', 'attachment');
  test('a full body leaves room for what stands in a file', () => {
    const found = links({ text: hosts(300, 'b') }, readHtml(''), evil);
    expect(urls(found.all)).toContain('https://login.evil-portal.example/a');
    expect(found.all.length).toBeLessThanOrEqual(200);
  });
  test('what is written in a file and a link elsewhere is a link', () => {
    const written = evil.map((link) => ({ ...link, inFile: 'a1', isWritten: true as const }));
    expect(links({ text: 'See https://login.evil-portal.example/a' }, readHtml(''), written).all).toMatchObject([
      { source: 'text', inFile: 'a1' },
    ]);
    expect(links({ text: '' }, readHtml(''), [...written, ...evil]).all[0]?.isWritten).toBeUndefined();
    expect(links({ text: '' }, readHtml(''), written).all[0]?.isWritten).toBe(true);
  });
  test('and full files for each other', () => {
    const files = linksOfText(hosts(400, 'f'), 'attachment');
    expect(urls(links({ text: hosts(300, 'b') }, readHtml(''), [...files, ...evil]).all)).toContain(evil[0]?.url);
  });
});
