/** Dates and address lists of the same suite as mime.vectors.test.ts. Where we read something else than its authors, the difference is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAddresses } from '../../src/parse/addresses.ts';
import { readDate } from '../../src/parse/dates.ts';

interface Vector<T> {
  readonly header: string;
  readonly expected: T;
}

const vectors = <T>(name: string): readonly Vector<T>[] =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', 'fixtures', 'stalwart', `${name}.json`), 'utf8'),
  ) as Vector<T>[];

/** As headers.ts hands it on. */
const unfolded = (header: string): string => header.replace(/\r?\n/g, '').trim();

describe('dates', () => {
  interface DateTime {
    readonly [field: string]: number;
  }
  const all = vectors<(DateTime & { readonly tz_before_gmt: boolean }) | null>('date');
  const at = (one: (typeof all)[number]['expected']): number | undefined => {
    if (one === null || !one.year) return undefined;
    const { year = 0, month = 1, day = 1, hour, minute, second, tz_hour = 0, tz_minute = 0, tz_before_gmt } = one;
    const zoneMs = (tz_hour * 60 + tz_minute) * 60_000;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (tz_before_gmt ? zoneMs : -zoneMs);
  };
  const DIFFERENCES: Readonly<Record<string, string>> = {
    'Tue, 30 Dec 1969 23:32:54 -0330': 'before 1970: no date to us',
    'Thu, 13 Feb 1969 23:32:54 -0330': 'likewise',
    'Thu,   13  Feb    1969  23:32  -0330 (Newfoundland Time)': 'likewise',
    '1 Jul 2003 (comment about date) 10:52:37 +0200': 'a comment in the middle: no date to us, which is a defect',
    'Tue, 1 Jul 2003 ((tricky) comment) 10:52:37 +0200': 'likewise',
    '20 11 (some  44 comments(more comments )) 79 05:34:27 -0300': 'likewise',
    '4 8 15 16 23 42, 4 8 15 16 23 42, 4 8 15 16 23 42,': 'no month: no date to us',
    'by 2002:aa7:cd10:0:b0:45c:2c83:1208 with SMTP id b16-20020aa7cd10000000b0045c2c831208mr4220805edw.81.1665423075119;\tMon, 10 Oct 2022 10:31:15 -0700 (PDT)':
      'a Received header, of which received.ts reads the date',
    'Thu, 10 Jul 1997 14:53:31 EST5EDT': 'a zone of no RFC is UTC here',
    'Thu, 10 Jul 1997 14:53:31 A': 'military zones mean nothing (RFC 5322 §4.3): no date to us',
    'Thu, 10 Jul 1997 14:53:31 ZZZZ': 'a zone of no RFC',
  };
  test('40, eleven of them read otherwise', () => {
    expect(all).toHaveLength(40);
    const other = all.filter(({ header, expected }) => readDate(unfolded(header))?.at !== at(expected));
    expect(other.map(({ header }) => unfolded(header)).sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});

describe('address lists', () => {
  interface Person {
    readonly name: string | null;
    readonly address: string | null;
  }
  type List = {
    readonly List?: readonly Person[];
    readonly Group?: readonly { readonly addresses: readonly Person[] }[];
  };
  const all = vectors<List | 'Empty' | null>('address');
  const people = (list: List | 'Empty' | null): string => {
    const found =
      list === null || list === 'Empty' ? [] : (list.List ?? list.Group?.flatMap((group) => group.addresses) ?? []);
    return found
      .filter(({ address }) => address?.includes('@') === true)
      .map(({ name, address }) => `${(name ?? '').replace(/\s+/g, ' ').trim()}<${address?.toLowerCase()}>`)
      .join(', ');
  };
  const read = (header: string): string =>
    readAddresses([unfolded(header)])
      .map(({ name, address }) => `${name ?? ''}<${address}>`)
      .join(', ');

  const COMMENT = 'a comment is no name to us';
  const BLANKS = 'blanks in a domain: it ends there to us';
  /** By how it begins. */
  const DIFFERENCES: readonly (readonly [begins: string, why: string])[] = [
    ['Pete(A nice \\) chap) <pete', COMMENT],
    ['Pete(A nice  \\ ) chap) <pete', COMMENT],
    ['A Group(Some people)', COMMENT],
    ['Mary Smith <@node.test', `a route is left out here; ${BLANKS}`],
    ['John Doe <jdoe@machine(comment)', `${COMMENT}; ${BLANKS}`],
    ['Nathaniel Borenstein <nsb@', COMMENT],
    ['test@test.cominvalid', 'a line that is no fold is part of none of our headers: here the test joins it'],
    ['"=?ISO-8859-1?Q =?ISO', 'likewise'],
    ['"phil@example.com" <phil', 'a name that is the address is none to us'],
    ['phil@example.com <phil', 'likewise'],
    ['Name (comment) =?utf-8', COMMENT],
  ];
  test('60, eleven of them read otherwise', () => {
    expect(all).toHaveLength(60);
    const other = all
      .filter(({ header, expected }) => read(header) !== people(expected))
      .map(({ header }) => unfolded(header));
    expect(other.filter((header) => !DIFFERENCES.some(([begins]) => header.startsWith(begins)))).toEqual([]);
    expect(DIFFERENCES.filter(([begins]) => !other.some((header) => header.startsWith(begins)))).toEqual([]);
  });
});
