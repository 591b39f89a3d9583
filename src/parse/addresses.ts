/** Address headers → NamedAddress, by mailparser's own reader: linear, and it never reads an address out of an encoded word. */
import { parseAddressHeader } from 'mailparser';
import type { NamedAddress } from '../domain/mail.ts';
import { asciiDomain } from '../text/address.ts';
import { withoutUtf7 } from '../text/headerWords.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';

const MAX_ADDRESS_LENGTH = 512; // RFC 5321 §4.5.3.1 allows 64 + 1 + 255
const MAX_NAME_LENGTH = 500;

/** Addresses of a header's values in order, groups flattened, entries without an address left out. */
export function readAddresses(values: readonly string[]): readonly NamedAddress[] {
  return values.flatMap((value) =>
    parseEntries(value).flatMap(({ address, name }) => toNamedAddress(address, name) ?? []),
  );
}

/** The first address, or the one that a reader would find who takes any text around an @ for it. */
export function readFirstAddress(value: string | undefined): NamedAddress | undefined {
  if (value === undefined || !value.includes('@')) return undefined;
  const entries = parseEntries(value);
  for (const { address, name } of entries) {
    // "Help desk, <a@b.example>" is two entries, of which a reader shows the name and the address.
    const found = toNamedAddress(address, name || entries[0]?.name);
    if (found !== undefined) return found;
  }
  return toNamedAddress(lastAddressIn(value), entries[0]?.name);
}

interface Entry {
  readonly address?: string;
  readonly name?: string;
}

/** An address with nothing to unquote, decode or divide, alone or behind plain words: 62 % of the development mail's. No readers differ on it. */
const PLAIN = /^(?:([a-z\d]+(?: [a-z\d]+)*) (?=<))?(<?)([\w+-]+(?:\.[\w+-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)+)(>?)$/i;

function parseEntries(value: string): readonly Entry[] {
  const [, name = '', open, address, close] = PLAIN.exec(value) ?? [];
  if (address !== undefined && (open === '') === (close === '')) return [{ address, name }];
  return parseAddressHeader(withoutUtf7(value), { flatten: true, decodePunycode: false }).value;
}

/** undefined when there is no @ with something on both sides, or it is too long for any mail system. */
export function toNamedAddress(address: string | undefined, name?: string): NamedAddress | undefined {
  if (address === undefined || address.length > MAX_ADDRESS_LENGTH) return undefined;
  // Control characters would break record keys; what they hide is the business of the From readings.
  const clean = withoutControls(address, '').toLowerCase();
  const at = clean.lastIndexOf('@');
  if (at <= 0 || at === clean.length - 1) return undefined;
  const local = clean.slice(0, at);
  const domain = asciiDomain(clean.slice(at + 1));
  const shownName = name === undefined ? '' : oneLine(name.slice(0, MAX_NAME_LENGTH));
  return {
    address: `${local}@${domain === '' ? clean.slice(at + 1) : domain}`,
    local,
    domain,
    orgDomain: domain === '' ? '' : organisationalDomain(domain),
    ...(shownName === '' ? {} : { name: shownName }),
  };
}

const CONTROLS = /\p{Cc}/u;
const ALL_CONTROLS = /\p{Cc}+/gu;

const withoutControls = (text: string, instead: string): string =>
  CONTROLS.test(text) ? text.replace(ALL_CONTROLS, instead) : text;

/** As it stands on a screen: control characters and runs of blanks are one blank. */
export const oneLine = (text: string): string =>
  withoutControls(text, ' ')
    .replace(/\s{2,}/g, ' ')
    .trim();

/** Text around the last @ up to a blank or a bracket: linear, one pass each way. */
function lastAddressIn(value: string): string | undefined {
  const at = value.lastIndexOf('@');
  if (at < 0) return undefined;
  let start = at;
  while (start > 0 && at - start < MAX_ADDRESS_LENGTH && !isBreak(value.charAt(start - 1))) start--;
  let end = at + 1;
  while (end < value.length && end - at < MAX_ADDRESS_LENGTH && !isBreak(value.charAt(end))) end++;
  return value.slice(start, end);
}

const isBreak = (char: string): boolean => ' \t<>(),;:"'.includes(char);
