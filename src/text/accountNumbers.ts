/**
 * Account numbers in running text, each proved by its checksum where it has one: IBAN (ISO 13616), US routing numbers (ABA), UK sort code and
 * account, Bitcoin (base58check; bech32, BIP 173 and 350), Ethereum (by shape), payment cards (Luhn: counted, never handed on).
 */
import { hash } from 'node:crypto';

export type AccountKind = 'iban' | 'us-routing' | 'uk-account' | 'bitcoin' | 'ethereum';

export interface AccountFound {
  readonly kind: AccountKind;
  /** ISO 3166 code; none for wallets. */
  readonly country?: string;
  /** The whole number, in one way of writing: for a mark of it, not for keeping. */
  readonly number: string;
}

export interface AccountsFound {
  /** Distinct, at most 20, in order of kind and appearance. */
  readonly accounts: readonly AccountFound[];
  readonly cardCount: number;
}

const MAX_TEXT = 64 * 1024; // characters: as many as a body is read
const MAX_ACCOUNTS = 20;
const MAX_CANDIDATES = 1_000; // of a kind: more is a table of numbers

/** Never throws. Linear: no pattern can match the same characters in two ways. */
export function findAccounts(text: string): AccountsFound {
  const plain = text.slice(0, MAX_TEXT).normalize('NFKC');
  const found = [...ibans(plain), ...ukAccounts(plain), ...usRoutings(plain), ...wallets(plain)];
  const distinct = new Map(found.map((one) => [`${one.kind} ${one.number}`, one]));
  return { accounts: [...distinct.values()].slice(0, MAX_ACCOUNTS), cardCount: cardCount(plain) };
}

function candidates(text: string, pattern: RegExp): readonly RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(pattern)) if (found.push(match) >= MAX_CANDIDATES) break;
  return found;
}

// IBAN registry, release 99: characters by country.
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 ' +
    'SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const IBAN_HEAD = /(?<![A-Za-z\d])[A-Za-z]{2} ?\d{2}/g;
const MAX_IBAN_SPAN = 102; // characters: 34 with two separators each

interface WrittenIban {
  readonly country: string;
  readonly number: string;
  readonly start: number;
  readonly end: number;
}

/** In one piece or in fours: in any other way a telephone number could be read in the middle, and check digits made to fit. */
const AS_PRINTED = /^[a-z]{2}\d{2}(?:[a-z0-9]+|(?:[ \u00a0-][a-z0-9]{4})+(?:[ \u00a0-][a-z0-9]{1,3})?)$/i;

/** Where a text has account numbers as they are printed, whose checksum is right: digits there are no telephone number. */
export const ibanSpans = (text: string): readonly Pick<WrittenIban, 'start' | 'end'>[] =>
  writtenIbans(text).filter(({ start, end }) => AS_PRINTED.test(text.slice(start, end)));

function ibans(text: string): readonly AccountFound[] {
  return writtenIbans(text).map(({ country, number }) => {
    // A British one names the same account as sort code and number do.
    const isBritish = country === 'GB' && /^\d{14}$/.test(number.slice(8));
    return { kind: isBritish ? 'uk-account' : 'iban', country, number: isBritish ? number.slice(8) : number };
  });
}

/** Each possible beginning is tried to its country's length, whatever follows: "in 20 days to DE89 …" holds two. */
function writtenIbans(text: string): readonly WrittenIban[] {
  const found: WrittenIban[] = [];
  for (const { 0: head, index: start } of text.matchAll(IBAN_HEAD)) {
    const country = head.slice(0, 2).toUpperCase();
    const length = IBAN_LENGTHS.get(country);
    const written = length === undefined ? undefined : lettersFrom(text, start, length);
    if (written === undefined) continue;
    const { letters: number, end } = written;
    if (remainder97(number.slice(4) + number.slice(0, 4)) === 1) found.push({ country, number, start, end });
  }
  return found;
}

/** `length` letters and digits from a place on, with at most two separators between any, and where they end; undefined when others stand there. */
function lettersFrom(
  text: string,
  start: number,
  length: number,
): { readonly letters: string; readonly end: number } | undefined {
  let letters = '';
  let gap = 0;
  let at = start;
  for (; at < Math.min(text.length, start + MAX_IBAN_SPAN) && letters.length < length; at++) {
    const character = text.charAt(at);
    if (/[A-Za-z\d]/.test(character)) {
      letters += character.toUpperCase();
      gap = 0;
    } else if (!/[\s.-]/.test(character) || ++gap > 2) return undefined;
  }
  return letters.length === length ? { letters, end: at } : undefined;
}

/** ISO 7064 MOD 97-10: letters count 10 to 35. */
function remainder97(characters: string): number {
  let remainder = 0;
  for (const character of characters) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

const SORT_CODE = /sort\s?code\W{0,10}(\d{2})[ -]?(\d{2})[ -]?(\d{2})(?!\d)/gi;
const UK_NUMBER = /(?<!\d)\d{8}(?!\d)/;
const NEAR = 120; // characters between sort code and account

/** Neither has a checksum that can be had without the banks' own tables: the words must be there. */
const ukAccounts = (text: string): readonly AccountFound[] =>
  candidates(text, SORT_CODE).flatMap((match) => {
    const end = match.index + match[0].length;
    const around = `${text.slice(end, end + NEAR)} ${text.slice(Math.max(0, match.index - NEAR), match.index)}`;
    const [account] = UK_NUMBER.exec(around) ?? [];
    if (account === undefined) return [];
    return [{ kind: 'uk-account', country: 'GB', number: `${match.slice(1, 4).join('')}${account}` }];
  });

const ROUTING = /\b(?:routing|aba|rtn)\b[^\d\n]{0,30}(\d{9})(?!\d)/gi;
const ABA_WEIGHTS = [3, 7, 1];

/** One number in ten passes the checksum by chance, so that the word must stand before it. */
const usRoutings = (text: string): readonly AccountFound[] =>
  candidates(text, ROUTING).flatMap(([, number = '']) => {
    const sum = [...number].reduce((total, digit, at) => total + Number(digit) * (ABA_WEIGHTS[at % 3] ?? 0), 0);
    return sum > 0 && sum % 10 === 0 ? [{ kind: 'us-routing', country: 'US', number }] : [];
  });

const BASE58 = /(?<![A-Za-z\d])[13][1-9A-HJ-NP-Za-km-z]{25,34}(?![A-Za-z\d])/g;
const BECH32 = /(?<![A-Za-z\d])bc1[a-z\d]{11,71}(?![A-Za-z\d])/gi;
const ETHEREUM = /(?<![A-Za-z\d])0x[\da-f]{40}(?![A-Za-z\d])/gi;

const wallets = (text: string): readonly AccountFound[] => [
  ...candidates(text, BASE58).flatMap(([number]) =>
    isBase58Check(number) ? [{ kind: 'bitcoin' as const, number }] : [],
  ),
  ...candidates(text, BECH32).flatMap(([number]) =>
    isBech32(number) ? [{ kind: 'bitcoin' as const, number: number.toLowerCase() }] : [],
  ),
  ...candidates(text, ETHEREUM).map(([number]) => ({ kind: 'ethereum' as const, number: number.toLowerCase() })),
];

const BASE58_LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE58_BYTES = 25; // version, 20 bytes of hash, 4 of checksum

function isBase58Check(address: string): boolean {
  let value = 0n;
  for (const letter of address) value = value * 58n + BigInt(BASE58_LETTERS.indexOf(letter));
  const hex = value.toString(16).padStart(BASE58_BYTES * 2, '0');
  if (hex.length !== BASE58_BYTES * 2) return false;
  const bytes = Buffer.from(hex, 'hex');
  const digest = hash('sha256', hash('sha256', bytes.subarray(0, -4), 'buffer'), 'buffer');
  return digest.subarray(0, 4).equals(bytes.subarray(-4));
}

const BECH32_LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32_SUMS = [1, 0x2bc830a3]; // BIP 173 (version 0), BIP 350 (from version 1)

function isBech32(address: string): boolean {
  const lower = address.toLowerCase();
  if (address !== lower && address !== address.toUpperCase()) return false;
  const values = [...lower.slice(3)].map((letter) => BECH32_LETTERS.indexOf(letter));
  if (values.includes(-1)) return false;
  let sum = 1;
  // 'bc' expanded: high bits, zero, low bits.
  for (const value of [3, 3, 0, 2, 3, ...values]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of BECH32_GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= generator;
  }
  return BECH32_SUMS.includes(sum >>> 0);
}

/** Visa, Mastercard, American Express: the lengths that people write, in groups or in one. */
const CARD =
  /(?<![\d.-])(?:[45]\d{3}(?:[ -]?\d{4}){3}|2[2-7]\d{2}(?:[ -]?\d{4}){3}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})(?![\d.-]\d|\d)/g;

const cardCount = (text: string): number =>
  new Set(candidates(text, CARD).flatMap(([match]) => (isLuhn(match.replaceAll(/\D/g, '')) ? [match] : []))).size;

/** ISO/IEC 7812-1 annex B. */
function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
