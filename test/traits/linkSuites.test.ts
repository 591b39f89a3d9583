/** Suites of others on addresses: web-platform-tests' urltestdata.json (WHATWG URL) and linkify-it's texts. Each difference is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAddress } from '../../src/text/linkAddress.ts';
import { linksOfText } from '../../src/traits/links.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const read = (...path: readonly string[]): string => readFileSync(join(FIXTURES, ...path), 'utf8');

interface UrlCase {
  readonly input: string;
  readonly base: string | null;
  readonly failure?: true;
  readonly protocol: string;
  readonly href: string;
}

const WEB = /^(?:https?|ftp|wss?):/;

describe('web-platform-tests', () => {
  /** Of addresses of the web, on their own or in a page of the web; others lead to no host. */
  const cases = (JSON.parse(read('wpt-url', 'urltestdata.json')) as readonly (UrlCase | string)[]).filter(
    (one): one is UrlCase =>
      typeof one !== 'string' &&
      (one.base === null || /^https?:/.test(one.base)) &&
      (one.failure === true || WEB.test(one.protocol)),
  );
  /** Input → what we read. */
  const DIFFERENCES: Readonly<Record<string, string | undefined>> = {
    // Mail programs of Windows open these as files of another machine.
    '\\\\x\\hello': 'file://x/hello',
    // No letters at all: some browsers may open it yet, and a link too many harms nobody.
    'https://xn--/': 'https://xn--/',
    // A host of one dot is nobody's.
    'http://./': undefined,
  };

  test('522 addresses, three of them read otherwise', () => {
    const url = ({ input, base }: UrlCase): string | undefined => readAddress(input, base ?? undefined)?.url;
    const wanted = ({ failure, href }: UrlCase): string | undefined => (failure === true ? undefined : href);
    // What has no host there (`javascript:`, a file) is no address of the web.
    const read = cases.filter((one) => url(one) === undefined || WEB.test(url(one) ?? '') || one.failure !== true);
    const other = read.filter((one) => url(one) !== wanted(one));
    expect(Object.fromEntries(other.map((one) => [one.input, url(one)]))).toEqual(DIFFERENCES);
    expect(cases.length).toBe(522);
  });
});

describe('linkify-it', () => {
  const blocks = (file: string): readonly string[] =>
    read('linkify-it', file)
      .split('\n')
      .map((line) => line.replace(/(?:^|\s+)%(?: .*)?$/, ''))
      .join('\n')
      .split(/\n\s*\n/)
      .map((block) => block.trim())
      .filter((block) => block !== '');
  const cases = blocks('links.txt').map((block): readonly [string, readonly string[]] => {
    const [line = '', ...urls] = block.split('\n').map((one) => one.trim());
    return [line, urls.length === 0 ? [line] : urls];
  });
  const isOfMail = (url: string): boolean => /^mailto:/i.test(url) || (url.includes('@') && !url.includes('//'));
  const canonical = (url: string): string =>
    readAddress(WEB.test(url.toLowerCase()) ? url : `http://${url}`)?.url ?? url;
  /** Text that we take for no link, or for a shorter or longer one. */
  const DIFFERENCES: readonly string[] = [
    '[https](https://www.ibm.com)[mailto](mailto:someone@ibm.com)', // all up to the @ is read as a user: the host is theirs
    // Without a scheme: program text and version numbers look so.
    '//localhost',
    '//test.123',
    'My ssl //example.com site',
    '4.4.4.4',
    '192.168.1.1/abc',
    'google.xxx // known tld',
    'a.ws',
    '➡.ws/䨹',
    'президент.рф',
    // A quote ends the path, a full-width bar does not; the host is the same.
    'http://foo.com/blah_blah_"doublequoted"',
    "http://foo.com/blah_blah_'singlequoted'",
    '｜www.google.com/www.google.com/foo｜bar',
  ];

  test('its links', () => {
    const web = cases.filter(([, urls]) => !urls.every(isOfMail));
    const missed = web.filter(([line, urls]) => {
      const found = new Set(linksOfText(line).map(({ url }) => url));
      return !urls.filter((url) => !isOfMail(url)).every((url) => found.has(canonical(url)));
    });
    expect(missed.map(([line]) => line).sort()).toEqual(DIFFERENCES.toSorted());
    expect(web.length).toBeGreaterThan(80);
  });

  test('addresses of mail are no links', () => {
    const mail = cases.filter(([, urls]) => urls.every(isOfMail));
    expect(mail.length).toBeGreaterThan(10);
    expect(mail.flatMap(([line]) => linksOfText(line).map(({ url }) => url))).toEqual([]);
  });

  test('what are no links', () => {
    const lines = blocks('not_links.txt').flatMap((block) => block.split('\n'));
    const found = lines.filter((line) => linksOfText(line).length > 0);
    // A scheme stands there: mail programs underline these.
    expect(found).toEqual(['http://-example.com', '_http://example.com', 'http://example.com_']);
  });
});
