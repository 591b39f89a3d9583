import { describe, expect, test } from '@jest/globals';
import psl from 'psl';
import hosts from '../../models/hosts.json' with { type: 'json' };
import {
  brandOf,
  brands,
  findBrands,
  hostingSuffixes,
  isFileSharing,
  isFreeHosting,
  isFreemail,
  isShortener,
} from '../../src/text/lists.ts';

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
  ])('ordinary words: %j', (text, expected) => {
    expect(findBrands(text)).toEqual(expected);
  });

  test.each<readonly [string, readonly string[]]>([
    ['PаyРal', ['paypal']], // Cyrillic а and Р
    ['Micr0soft', ['microsoft']],
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

  test('no text', () => {
    expect(findBrands('')).toEqual([]);
    expect(findBrands('\u0000\ud800\udfff\ud835')).toEqual([]);
  });

  test('takes linear time for text made to be slow', () => {
    const startedAt = performance.now();
    findBrands('paypal.'.repeat(50_000));
    findBrands('@paypal'.repeat(50_000));
    findBrands('bank of '.repeat(50_000));
    isFreeHosting(`${'s3-a.'.repeat(2_000)}example`);
    brandOf('a.'.repeat(2_000));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('models/brands.json', () => {
  const domains = brands.flatMap((brand) => brand.domains);

  test('has the brands most abused', () => {
    expect(brands.length).toBeGreaterThanOrEqual(400);
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
    ]);
    expect(lists.filter((list) => !isSorted(list))).toEqual([]);
    const loose = brands.flatMap(({ names, wholeNames = [] }) => [...names, ...wholeNames]);
    expect(loose.filter((name) => name !== name.toLowerCase())).toEqual([]);
    const exact = brands.flatMap(({ exactNames = [] }) => exactNames);
    expect(exact.filter((name) => name === name.toLowerCase() && /\p{L}/u.test(name))).toEqual([]);
  });
  test('each way to write a name is found and names one brand', () => {
    const wrong = brands.flatMap(({ id, names, exactNames = [], wholeNames = [] }) => [
      ...[...names, ...exactNames].filter((name) => findBrands(`to ${name}, now`).join() !== id),
      ...wholeNames.filter((name) => findBrands(name).join() !== id),
    ]);
    expect(wrong).toEqual([]);
  });
  test('each brand can be named', () => {
    expect(brands.filter(({ names, exactNames }) => names.length + (exactNames?.length ?? 0) === 0)).toEqual([]);
  });
});

describe('models/hosts.json', () => {
  test.each([
    ['freemail', hosts.freemail, 900],
    ['pageHosts', hosts.pageHosts, 60],
    ['pageSuffixes', hosts.pageSuffixes, 550],
    ['fileSharing', hosts.fileSharing, 250],
    ['shorteners', hosts.shorteners, 400],
    ['suffixes', hosts.suffixes, 400],
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
      ]),
    ).toEqual([]);
  });
  test('nothing stands below another entry of its list', () => {
    for (const list of [hosts.pageHosts, hosts.pageSuffixes, hosts.fileSharing]) {
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
