/** Long because it is a table: names of brands in each script, where they count, and what comes near and must not. */
import { describe, expect, test } from '@jest/globals';
import psl from 'psl';
import hosts from '../../models/hosts.json' with { type: 'json' };
import {
  brandOf,
  brands,
  findBrands,
  hostingSuffixes,
  isClickCounter,
  isFileSharing,
  isFreeHosting,
  isFreemail,
  isPublisher,
  isShortener,
  isSoftwareName,
} from '../../src/text/lists.ts';
import { cpuClock } from '../cpuTime.ts';

type Row = readonly [string, boolean];

const repeated = (all: readonly string[]): readonly string[] => all.filter((one, index) => all.indexOf(one) !== index);
const isSorted = (all: readonly string[]): boolean =>
  all.every((one, index) => index === 0 || (all[index - 1] ?? '') < one);

describe('isFreemail', () => {
  test.each<Row>([
    ['gmail.com', true],
    ['googlemail.com', true],
    ['hotmail.co.uk', true],
    ['outlook.com.br', true],
    ['gmx.de', true],
    ['web.de', true],
    ['t-online.de', true],
    ['orange.fr', true],
    ['laposte.net', true],
    ['ziggo.nl', true],
    ['terra.es', true],
    ['sapo.pt', true],
    ['uol.com.br', true],
    ['mail.ru', true],
    ['163.com', true],
    ['proton.me', true],
    ['notgmail.com', false],
    ['gmail.com.evil.example', false],
    ['mail.gmail.com', false],
    ['gmail.example', false],
    ['google.com', false],
    ['microsoft.com', false],
    ['com', false],
    ['', false],
  ])('%s %s', (domain, expected) => {
    expect(isFreemail(domain)).toBe(expected);
  });
});

describe('isFreeHosting', () => {
  test.each<Row>([
    ['sign-in-here.web.app', true],
    ['acme_settlement_review.web.app', true],
    ['user.github.io', true],
    ['deep.er.user.github.io', true],
    ['x.pages.dev', true],
    ['x.workers.dev', true],
    ['pub-1.r2.dev', true],
    ['quota.weebly.com', true],
    ['www.quota.weebly.com', true],
    ['x.blogspot.com.br', true],
    ['x.azurewebsites.net', true],
    ['x.blob.core.windows.net', true],
    ['x.z13.web.core.windows.net', true],
    ['x.duckdns.org', true],
    ['1234.ngrok-free.app', true],
    ['sites.google.com', true],
    ['m.blog.naver.com', true],
    ['plaza.rakuten.co.jp', true],
    ['storage.googleapis.com', true],
    ['ipfs.io', true],
    ['bafy.ipfs.dweb.link', true],
    ['bucket.s3.amazonaws.com', true],
    ['s3.eu-west-1.amazonaws.com', true],
    ['b.s3-website-us-east-1.amazonaws.com', true],
    ['b.s3.dualstack.eu-west-1.amazonaws.com', true],
    ['www.weebly.com', false],
    ['support.wordpress.com', false],
    ['github.io', false],
    ['evilgithub.io', false],
    ['github.io.evil.example', false],
    ['web.app.example', false],
    ['github.com', false],
    ['google.com', false],
    ['mail.google.com', false],
    ['www.rakuten.co.jp', false],
    ['ec2-192-0-2-1.compute.amazonaws.com', false],
    ['email.s3things.amazonaws.com', false],
    ['s3.amazonaws.com.evil.example', false],
    ['files.partner.example', false],
    ['', false],
  ])('%s %s', (host, expected) => {
    expect(isFreeHosting(host)).toBe(expected);
  });
});

describe('isFileSharing', () => {
  test.each<Row>([
    ['drive.google.com', true],
    ['docs.google.com', true],
    ['forms.gle', true],
    ['www.dropbox.com', true],
    ['1drv.ms', true],
    ['onedrive.live.com', true],
    ['acme-my.sharepoint.com', true],
    ['we.tl', true],
    ['app.box.com', true],
    ['mega.nz', true],
    ['forms.office.com', true],
    ['form.typeform.com', true],
    ['acme.notion.site', true],
    ['mail.google.com', false],
    ['www.live.com', false],
    ['outlook.office.com', false],
    ['notdropbox.com', false],
    ['dropbox.com.evil.example', false],
    ['files.partner.example', false],
  ])('%s %s', (host, expected) => {
    expect(isFileSharing(host)).toBe(expected);
  });
});

test.each([
  ['u123.ct.sendgrid.net', true],
  ['firm.us12.list-manage.com', true],
  ['sendgrid.com', false],
  ['notsendgrid.net', false],
  ['sendgrid.net.evil.example', false],
])('isClickCounter(%s): %s', (host, expected) => expect(isClickCounter(host)).toBe(expected));

test.each([
  ['WordPress', true],
  ['GitLab', true],
  ['WordPress Security', false],
  ['PayPal', false],
])('isSoftwareName(%s): %s', (name, expected) => expect(isSoftwareName(name)).toBe(expected));

describe('isShortener', () => {
  test.each<Row>([
    ['bit.ly', true],
    ['www.bit.ly', true],
    ['t.co', true],
    ['tinyurl.com', true],
    ['cutt.ly', true],
    ['is.gd', true],
    ['rabbit.ly', false],
    ['x.bit.ly', false],
    ['bit.ly.evil.example', false],
    ['b.example', false],
    ['www.', false],
  ])('%s %s', (host, expected) => {
    expect(isShortener(host)).toBe(expected);
  });
});

describe('brandOf', () => {
  test.each<readonly [string, string | undefined]>([
    ['paypal.com', 'paypal'],
    ['mail.paypal.com', 'paypal'],
    ['email.teams.microsoft.com', 'microsoft'],
    ['login.microsoftonline.com', 'microsoft'],
    ['www.office.com', 'microsoft'],
    ['eumail.docusign.net', 'docusign'],
    ['reply.github.com', 'github'],
    ['www.amazon.co.uk', 'amazon'],
    ['www.linkedin.com', 'linkedin'],
    ['tax.service.gov.uk', 'hmrc'],
    ['sites.google.com', 'google'],
    ['acme.sharepoint.com', 'microsoft'],
    ['gmail.com', 'google'],
    ['t.co', 'twitter'],
    ['qa.jcb.co.jp', 'jcb-card'],
    ['contact.vpass.ne.jp', 'smbc'],
    ['mail.rakuten-sec.co.jp', 'rakuten'],
    ['cr.mufg.jp', 'mufg'],
    ['www.eki-net.com', 'jr-east'],
    ['ml.etc-meisai.jp', 'etc-meisai'],
    ['mail.kuronekoyamato.co.jp', 'yamato-transport'],
    ['www.e-tax.nta.go.jp', 'nta-japan'],
    ['jp-bank.japanpost.jp', 'japan-post'],
    ['smt.docomo.ne.jp', 'docomo'],
    ['mynumbercard.point.soumu.go.jp', 'mynaportal'],
    ['ebanks.ccb.com', 'china-construction-bank'],
    ['nid.naver.com', 'naver'],
    ['www.hometax.go.kr', 'hometax-korea'],
    ['www.soumu.go.jp', undefined],
    ['customer.sakura.ne.jp', undefined],
    ['eki-net.example', undefined],
    ['notpaypal.com', undefined],
    ['paypal.com.evil.example', undefined],
    ['paypal.example', undefined],
    ['other.service.gov.uk', undefined],
    ['x.blob.core.windows.net', undefined],
    ['ec2-192-0-2-1.compute.amazonaws.com', undefined],
    ['com', undefined],
    ['', undefined],
  ])('%s %s', (host, expected) => {
    expect(brandOf(host)).toBe(expected);
  });
});

describe('findBrands', () => {
  test.each<readonly [string, readonly string[]]>([
    ['PayPal Service', ['paypal']],
    ['Dear customer of PAYPAL,', ['paypal']],
    ['[GitHub] Unusual sign-in', ['github']],
    ['Ihr PayPal-Konto', ['paypal']],
    ['Netflix’s offer', ['netflix']],
    ['PayPal_Service', ['paypal']],
    ['您的PayPal账户', ['paypal']],
    ['log in at paypal.com.', ['paypal']],
    ['Tom Okafor via DocuSign', ['docusign']],
    ['Amazon, then Netflix, then amazon', ['amazon', 'netflix']],
    ['Microsoft Teams and Office 365', ['microsoft']],
    ['Bank  of\nAmerica alert', ['bank-of-america']],
    ['Crédit Agricole; credit agricole', ['credit-agricole']],
    ['AT&T', ['att']],
    ['Booking.com', ['booking-com']],
    ['Royal Mail', ['royal-mail']],
    ['Caixa Econômica Federal', ['caixa-federal']],
  ])('names: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['Your Apple ID was locked', ['apple']],
    ['Apple', ['apple']],
    [' apple ', ['apple']],
    ['an apple a day', []],
    ['pineapple', []],
    ['Chase Bank alert', ['chase']],
    ['Chase the deadline', []],
    ['Chase Conklin', []],
    ['UPS delivery', ['ups']],
    ['ups and downs', []],
    ['ING-DiBa', ['ing']],
    ['doing', []],
    ['Orange', ['orange-telecom']],
    ['orange juice', []],
    ['Your Uber ride', ['uber']],
    ['über uns', []],
    ['Santander', ['santander']],
    ['Ana Santander', []],
    ['Banco Santander', ['santander']],
    ['Discover our offers', []],
    ['on target, wise choice, box office, live stream, shell script, zoom in, square metre', []],
    ['papier orangé', []],
    ['Implement MSI(-X) support', []],
  ])('ordinary words: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['PаyРal', ['paypal']], // Cyrillic а and Р
    ['Micr0soft', ['microsoft']],
    ['Recent Iedger breach', ['ledger']], // a name in one case alone: Ledger
    ['Co\u0337rreio\u0337s', ['correios']], // strokes through letters
    ['PayPaI', ['paypal']], // capital I
    ['Pay\u200bPal', ['paypal']],
    ['Micro\u00adsoft', ['microsoft']],
    ['Nétflïx', ['netflix']],
    ['𝐏𝐚𝐲𝐏𝐚𝐥', ['paypal']],
    ['ＰａｙＰａｌ', ['paypal']],
    ['call 02 12', []], // no O2
    ['Term: 1/1/2027', []], // no 1&1
  ])('disguises: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['write to bea@gmail.com or bea.paypal@partner.example', []],
    ['https://www.linkedin.com/in/bea', []],
    ['www.facebook.com', []],
    ['facebook.com/acme', []],
    ['<https://github.com/acme>', []],
    ['https://github.com/acme is on GitHub', ['github']],
  ])('addresses: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['メルカリ', ['mercari']],
    ['【三井住友カード】ご利用確認のお願い', ['smbc']],
    ['三井住友カード株式会社よりお知らせ', ['smbc']],
    ['楽天カード', ['rakuten']],
    ['イオンカードからの重要なお知らせ', ['aeon-card']],
    ['お荷物のお届けについて（佐川急便）', ['sagawa-express']],
    ['ヤマト運輸より再配達のお知らせ', ['yamato-transport']],
    ['日本郵便', ['japan-post']],
    ['えきねっとアカウントの自動退会処理について', ['jr-east']],
    ['国税庁からのお知らせ', ['nta-japan']],
    ['ETC利用照会サービス', ['etc-meisai']],
    ['アマゾンジャパン合同会社', ['amazon']],
    ['アップルサポート', ['apple']],
    ['マイクロソフトとペイパル', ['microsoft', 'paypal']],
    ['dアカウント・d払い', ['docomo']],
    ['お名前.comをご利用のお客様', ['gmo']],
    ['您的支付宝账户异常', ['aliexpress']],
    ['微信团队', ['qq']],
    ['【中国银行】您的信用卡', ['bank-of-china']],
    ['中國銀行', ['bank-of-china']],
    ['顺丰速运', ['sf-express']],
    ['国家税务总局', ['china-tax']],
    ['滙豐銀行', ['hsbc']],
    ['네이버 고객센터', ['naver']],
    ['카카오톡에서 알려드립니다', ['kakao-corp']],
    ['[국세청]전자세금계산서', ['hometax-korea']],
    ['쿠팡', ['coupang']],
    ['Amazonと楽天市場', ['amazon', 'rakuten']],
  ])('scripts without spaces: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['JCBカードのご利用', ['jcb-card']],
    ['お客様のJCBアカウント', ['jcb-card']],
    ['【JCB】', []], // no letter of such a script
    ['JCB', ['jcb-card']],
    ['our JCB digger', []],
    ['【LINE】安全のお知らせ', ['line-app']],
    ['手順のcommand lineの引数', []],
    ['【ANA】マイルのお知らせ', ['ana-airlines']],
    ['Ana wrote', []],
    ['佐藤さんへ ana@partner.example', []],
    ['佐藤さんへ bea.ana@mail.partner.example', []],
    ['詳しくは https://ana.partner.example', []],
    ['バナナはbanana', []],
  ])('Latin letters that name a brand in such a text: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['ﾒﾙｶﾘ事務局', ['mercari']],
    ['ｱﾏｿﾞﾝ', ['amazon']],
    ['ＪＣＢカード', ['jcb-card']],
    ['三井 住友 カード', ['smbc']],
    ['三　井　住　友　銀　行', ['smbc']],
    ['アメリカン・エキスプレス', ['american-express']],
    ['メル\u200bカリ', ['mercari']],
    ['メル力リ', ['mercari']], // 力, the Chinese character
    ['イオン力―ド', ['aeon-card']], // and a dash
    ['\u30b0\u30fc\u30af\u3099\u30eb', ['google']], // グ as ク and a mark
    ['\u1102\u1166\u110b\u1175\u1107\u1165', ['naver']], // hangul in parts
    ['楽\n天', ['rakuten']],
    ['楽    天', []],
  ])('disguises in scripts without spaces: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<string>([
    'みずほさん、明日の会議の資料を送ります',
    'アップルパイを焼きました',
    'バージョンアップルールの件', // アップル within
    'パイナップル',
    'アマゾン川の環境調査',
    'コストコントロールの資料',
    'そうゆうちょっとした話です',
    'IDカードとSDカード',
    'JR東海道線は遅れています',
    '三井住友海上の件',
    '彼は楽天的だ',
    '東京東部の郵便局と税務署に行く',
    '北京东城区南京东路',
    '中国银行业协会',
    '人民币安全和数字货币安全',
    '互联网易用性',
    '占领英国',
    '中国の銀行',
    '우리 은행 직원이 하나 있습니다',
    '애플리케이션 개발',
    '카카오 초콜릿',
  ])('ordinary words of scripts without spaces: %j', (text) => {
    expect(findBrands(text)).toEqual([]);
  });

  test.each<readonly [string, readonly string[]]>([
    ['https://ja.wikipedia.org/wiki/楽天', []],
    ['partner.example/佐川急便', []],
    ['詳細はhttps://partner.example/ 楽天カードより', ['rakuten']],
    ['楽天カードhttps://partner.example/', ['rakuten']],
    ['楽天カード<info@partner.example>', ['rakuten']],
  ])('addresses in scripts without spaces: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test('words of several banks are read as the longest', () => {
    expect(findBrands('Agricultural Bank of China')).toEqual(['agricultural-bank-of-china']);
    expect(findBrands("the People's Bank of China")).toEqual([]);
    expect(findBrands('Bank of China')).toEqual(['bank-of-china']);
    expect(findBrands('三井住友信託銀行')).toEqual(['sumitomo-mitsui-trust']);
  });

  test('no text', () => {
    expect(findBrands('')).toEqual([]);
    expect(findBrands('\u0000\ud800\udfff\ud835')).toEqual([]);
  });

  test('takes linear time for text made to be slow', () => {
    const spentMs = cpuClock();
    findBrands('paypal.'.repeat(50_000));
    findBrands('@paypal'.repeat(50_000));
    findBrands('bank of '.repeat(50_000));
    for (const part of ['アマゾ', '三井・住友', 'https://b.example/楽天', '中国银', 'jcb', 'a楽天', '一', 'ｱ'])
      findBrands(`楽${part.repeat(50_000)}`);
    isFreeHosting(`${'s3-a.'.repeat(2_000)}example`);
    brandOf('a.'.repeat(2_000));
    expect(spentMs()).toBeLessThan(5_000);
  });
});

describe('models/brands.json', () => {
  const domains = brands.flatMap((brand) => brand.domains);

  test('has the brands most abused', () => {
    expect(brands.length).toBeGreaterThanOrEqual(600);
  });
  test('ids are in order, each once, kebab-case', () => {
    const ids = brands.map(({ id }) => id);
    expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(repeated(ids)).toEqual([]);
    expect(isSorted(ids)).toBe(true);
  });
  test('no domain belongs to two brands or stands below another of its brand', () => {
    expect(repeated(domains)).toEqual([]);
    expect(domains.filter((domain) => brandOf(domain.slice(domain.indexOf('.') + 1)) === brandOf(domain))).toEqual([]);
  });
  test('each domain can be registered and is lower-case', () => {
    expect(domains.filter((domain) => domain !== domain.toLowerCase() || !psl.isValid(domain))).toEqual([]);
  });
  test('no domain is for customers’ pages alone', () => {
    expect(domains.filter((domain) => isFreeHosting(domain))).toEqual([]);
  });
  test('lists are sorted; names are lower-case, exact names are not', () => {
    const lists = brands.flatMap((brand) => [
      brand.domains,
      brand.names,
      brand.exactNames ?? [],
      brand.wholeNames ?? [],
      brand.eastAsianNames ?? [],
      brand.otherWords ?? [],
    ]);
    expect(lists.filter((list) => !isSorted(list))).toEqual([]);
    const loose = brands.flatMap(({ names, wholeNames = [], eastAsianNames = [], otherWords = [] }) => [
      ...names,
      ...wholeNames,
      ...eastAsianNames,
      ...otherWords,
    ]);
    expect(loose.filter((name) => name !== name.toLowerCase() || name !== name.normalize('NFKC'))).toEqual([]);
    const exact = brands.flatMap(({ exactNames = [] }) => exactNames);
    expect(exact.filter((name) => name === name.toLowerCase() && /\p{L}/u.test(name))).toEqual([]);
  });
  test('each way to write a name is found and names one brand', () => {
    const wrong = brands.flatMap(({ id, names, exactNames = [], wholeNames = [], eastAsianNames = [] }) => [
      ...[...names, ...exactNames].filter((name) => findBrands(`to ${name}, now`).join() !== id),
      ...wholeNames.filter((name) => findBrands(name).join() !== id),
      ...eastAsianNames.filter((name) => findBrands(`${name}のご案内`).join() !== id),
    ]);
    expect(wrong).toEqual([]);
  });
  test('each other word would name the brand and does not', () => {
    const wrong = brands.flatMap(({ names, otherWords = [] }) =>
      otherWords.filter((word) => findBrands(word).length > 0 || !names.some((name) => word.includes(name))),
    );
    expect(wrong).toEqual([]);
  });
  test('each brand can be named', () => {
    expect(brands.filter(({ names, exactNames }) => names.length + (exactNames?.length ?? 0) === 0)).toEqual([]);
  });
});

test.each([
  ['handelsblatt.com', true],
  ['www.handelsblatt.com', true],
  ['m.faz.net', true],
  ['eur-lex.europa.eu', true],
  ['kunden.handelsblatt.com', false],
  ['www.www.handelsblatt.com', false],
  ['handelsblatt.com.evil.example', false],
  ['europa.eu', false],
])('a publisher: %s, %s', (host, expected) => {
  expect(isPublisher(host)).toBe(expected);
});

describe('models/hosts.json', () => {
  test.each([
    ['freemail', hosts.freemail, 900],
    ['pageHosts', hosts.pageHosts, 60],
    ['pageSuffixes', hosts.pageSuffixes, 550],
    ['fileSharing', hosts.fileSharing, 250],
    ['shorteners', hosts.shorteners, 400],
    ['clickCounters', hosts.clickCounters, 30],
    ['suffixes', hosts.suffixes, 400],
    ['publishers', hosts.publishers, 60],
  ])('%s: sorted, lower-case ASCII, host names, many', (_name, list, floor) => {
    expect(list.filter((host) => !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host))).toEqual([]);
    expect(isSorted(list)).toBe(true);
    expect(list.length).toBeGreaterThanOrEqual(floor);
  });
  test('no host is in two lists', () => {
    expect(
      repeated([
        ...hosts.freemail,
        ...hosts.pageHosts,
        ...hosts.pageSuffixes,
        ...hosts.fileSharing,
        ...hosts.shorteners,
        ...hosts.clickCounters,
        ...hosts.publishers,
      ]),
    ).toEqual([]);
  });
  test('nothing stands below another entry of its list', () => {
    for (const list of [hosts.pageHosts, hosts.pageSuffixes, hosts.fileSharing, hosts.clickCounters]) {
      const all = new Set(list);
      expect(
        list.filter((host) =>
          host.split('.').some((_label, at, labels) => at > 0 && all.has(labels.slice(at).join('.'))),
        ),
      ).toEqual([]);
    }
  });
  test('suffixes are what psl lacks', () => {
    expect(hostingSuffixes.filter((suffix) => psl.get(`x.${suffix}`) === `x.${suffix}`)).toEqual([]);
  });
  test('each page suffix is a suffix here or in psl', () => {
    const own = new Set(hostingSuffixes);
    expect(hosts.pageSuffixes.filter((suffix) => !own.has(suffix) && psl.get(`x.${suffix}`) !== `x.${suffix}`)).toEqual(
      [],
    );
  });
  test('no organisation of a brand is a suffix, but where its customers have names', () => {
    const shared = hostingSuffixes.filter((suffix) => brandOf(suffix) !== undefined);
    expect(shared).toEqual(['powerpages.microsoft.com', 'sharepoint.com', 'substack.com', 'wordpress.com']);
  });
});
