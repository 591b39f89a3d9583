/**
 * Telephone numbers in running text, as they are written. Conservative: a date, a sum, an id, an address or a hash taken for a number would
 * make any mail look like a request to call.
 */
import { ibanSpans } from '../text/accountNumbers.ts';

const MAX_NUMBERS = 10;
const MAX_TEXT = 16 * 1024; // characters searched: a lure gives its number early
const MIN_DIGITS = 8;
const MAX_DIGITS = 15; // ITU-T E.164
const MAX_GROUPS = 7;
const MIN_PLAIN_DIGITS = 10; // behind a plus, without any separator
const TOO_CLOSE = /[\p{L}\p{N}_#@/=%$€£.,:;<&*+-]/u; // it is part of something longer

// One bounded run: digits with blanks, brackets, dots, hyphens or slashes between them.
const CANDIDATE = /\(?\+?\(?\d[\d \t\u00a0().\-\u2010-\u2013/]{6,24}\d/g;

/** Distinct by their digits, in order of appearance, at most 10; digits that stand apart are written together. */
export function findPhoneNumbers(text: string): readonly string[] {
  const searched = withoutGaps(text.slice(0, MAX_TEXT).replaceAll(STYLED_DIGITS, (digit) => digit.normalize('NFKC')));
  const found = new Map<string, string>();
  const accounts = ibanSpans(searched);
  for (const match of searched.matchAll(CANDIDATE)) {
    const written = match[0].trim();
    const end = match.index + match[0].length;
    if (accounts.some((account) => match.index < account.end && end > account.start)) continue;
    if (isAlone(searched, match.index, end) && isNumber(written)) {
      const digits = written.replace(/\D/g, '');
      if (!found.has(digits)) found.set(digits, written.replace(/\s+/g, ' '));
      if (found.size === MAX_NUMBERS) break;
    }
  }
  return [...found.values()];
}

/** Of mathematical alphabets, in circles, of full width: read as the digits that they look like. */
const STYLED_DIGITS = /[\u2460-\u2468\uff10-\uff19]|\ud835[\udfce-\udfff]/g;

/** "+1 ( 8 8 8 ) 5 5 5 - 0 1 4 2": at least seven of ten or eleven digits stand alone, and no table of numbers has this shape. */
const APART =
  /(?<![\p{L}\p{N}]|\d[ ().-]{1,3})(?:\+ ?)?(?:[(-] ?)?\d(?:[ ().\-\u2010-\u2013*_]{1,4}\d|\d){9,10}(?![ .,-]{0,2}[\p{L}\p{N}]*\d)/gu;
const NANP_DIGITS = /^1?[2-9]\d\d[2-9]\d{6}$/;
const MIN_ALONE = 7;

function withoutGaps(text: string): string {
  return text.replaceAll(APART, (written) => {
    const groups = written.split(/\D+/).filter(Boolean);
    const digits = groups.join('');
    const isApart = groups.filter(({ length }) => length === 1).length >= MIN_ALONE && new Set(digits).size > 2;
    if (!isApart || !NANP_DIGITS.test(digits) || isCounting(groups)) return written;
    const local = digits.slice(-10);
    return `${digits.length === 11 ? '+1 ' : ''}${local.slice(0, 3)}-${local.slice(3, 6)}-${local.slice(6)}`;
  });
}

/** 2 3 4 5 6 7 8 9 10 */
const isCounting = (groups: readonly string[]): boolean =>
  groups.filter((group, at) => at > 0 && Number(group) === Number(groups[at - 1]) + 1).length > groups.length / 2;

/** "Tel:+49…" and "(call 030 …)" are fine; "#12…", "v1.2…", "…0000.5" are not. */
function isAlone(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  const after = text.slice(end, end + 2);
  return (
    (before === '' || before === ':' || !TOO_CLOSE.test(before)) && !/^(?:[\p{L}\p{N}_@/=%+-]|[.,:]\d)/u.test(after)
  );
}

function isNumber(written: string): boolean {
  const groups = written.split(/\D+/).filter(Boolean);
  const digits = groups.join('');
  if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS || groups.length > MAX_GROUPS) return false;
  if (new Set(digits).size < 3) return false; // 0000 0000, 1111-1111
  if (/^\(?\+/.test(written)) return groups.length > 1 || digits.length >= MIN_PLAIN_DIGITS;
  if (isDate(groups) || isSum(written, groups) || isIpAddress(written, groups) || isBookNumber(digits, groups))
    return false;
  return isDialled(written, groups);
}

/** 2024-11-24, 24.11.2024 10 00, 2019-2021: a year stands where no number has a group of four at its side. */
function isDate(groups: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = groups;
  if (isYear(first)) return second.length <= 2 || isYear(second);
  if (first.length > 2 || second.length > 2) return false;
  return isYear(third) || (third.length <= 2 && !isFrench(groups));
}

/** 01 23 45 67 89 */
const isFrench = (groups: readonly string[]): boolean =>
  groups.length === 5 && groups[0]?.startsWith('0') === true && groups.every(({ length }) => length === 2);

const isYear = (group: string): boolean => group.length === 4 && (group.startsWith('19') || group.startsWith('20'));

/** 10 000 000 and 1.234.567 */
const isSum = (written: string, [first = '', ...rest]: readonly string[]): boolean =>
  !first.startsWith('0') &&
  first.length <= 3 &&
  rest.length > 0 &&
  rest.every(({ length }) => length === 3) &&
  !/[-(/]/.test(written);

const isIpAddress = (written: string, groups: readonly string[]): boolean =>
  groups.length === 4 && written.includes('.') && groups.every((group) => Number(group) <= 255);

const isBookNumber = (digits: string, groups: readonly string[]): boolean =>
  digits.length === 13 && groups.length === 5 && (digits.startsWith('978') || digits.startsWith('979'));

const NORTH_AMERICAN = /^(?:1[\s.-]{0,2})?\(?[2-9]\d\d\)?[\s.-]{1,3}[2-9]\d\d[\s.-]{1,3}\d{4}$/;

/** Of Brazil: 12.345.678/0001-90. */
const COMPANY_NUMBER = /\.\d{3}\//;
const MIN_TRUNK_DIGITS = 9; // with the trunk prefix; postal codes (05339-900) have eight

/** A trunk prefix (0…) with a separator after it, brackets, or the North American shape. */
function isDialled(written: string, groups: readonly string[]): boolean {
  if (NORTH_AMERICAN.test(written)) return true;
  const [first = ''] = groups;
  const hasTrunk = first.startsWith('0') && first.length >= 2 && first.length <= 6;
  if (hasTrunk ? groups.join('').length < MIN_TRUNK_DIGITS : !written.startsWith('(')) return false;
  if (groups.length === 2 && written.includes('.')) return false; // a decimal
  if (COMPANY_NUMBER.test(written)) return false;
  return groups.length > 1 && groups.every(({ length }) => length <= 8) && (groups.at(-1) ?? '').length > 1;
}
