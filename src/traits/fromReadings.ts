/**
 * Who a mail may be from, by every reading that some mail program makes of its From: Chen+ 2020 "Composition Kills" §5, Mailsploit.
 * Linear in the header's length, which is cut; a reading that agrees with the address shown is no reading.
 */
import type { ParsedMail, RawHeader } from '../domain/mail.ts';
import type { FromCandidate } from '../domain/message.ts';
import { asciiDomain } from '../text/address.ts';
import { decodedWords, decodeWords } from './encodedWords.ts';

const MAX_READINGS = 16;
const MAX_LENGTH = 4_000; // characters of one From that are looked at
const MAX_ADDRESSES = 32; // per text
const MAX_LOCAL = 255; // RFC 5321 §4.5.3.1 allows 64; bounce addresses go beyond
const MAX_DOMAIN = 255;

export type Reading = FromCandidate['reading'];

export function fromReadings(mail: ParsedMail, shown: string): readonly FromCandidate[] {
  const froms = mail.headers.filter(({ name }) => name === 'from');
  const found = [
    ...froms.slice(0, MAX_READINGS).flatMap((header, i) => readHeader(header.value, i === 0)),
    ...standIns(mail, froms),
  ];
  const byAddress = new Map<string, FromCandidate>();
  for (const candidate of found) {
    if (candidate.address !== shown && !byAddress.has(candidate.address)) byAddress.set(candidate.address, candidate);
  }
  return [...byAddress.values()].slice(0, MAX_READINGS);
}

function readHeader(value: string, isFirst: boolean): readonly FromCandidate[] {
  const text = value.slice(0, MAX_LENGTH);
  const plain = text.includes('@') ? readSegments(text) : [];
  const encoded = text.includes('=?') ? readEncoded(text) : [];
  if (isFirst) return [...plain, ...encoded];
  return [...plain, ...encoded].map(({ address }) => ({ address, reading: 'other-from-header' }));
}

/**
 * Headers that stand in for From to a reader who sees none, because "From :" or " From:" is none to it (espoofer A12, A13). Beside a
 * well-formed From, Sender and Resent-From are legal and mean someone else (RFC 5322 §3.6.2): no reading.
 */
function standIns(mail: ParsedMail, froms: readonly RawHeader[]): readonly FromCandidate[] {
  if (froms.every(({ writtenName }) => writtenName.length === 'from'.length)) return [];
  return mail.headers
    .filter(({ name }) => name === 'sender' || name === 'resent-from')
    .flatMap(({ value }) => addressesIn(value.slice(0, MAX_LENGTH)))
    .map((address) => ({ address, reading: 'other-from-header' }));
}

type SegmentKind = 'angle' | 'quoted' | 'comment' | 'bare';

interface Segment {
  readonly kind: SegmentKind;
  readonly text: string;
}

function readSegments(text: string): readonly FromCandidate[] {
  const segments = splitSegments(text);
  const hasAngle = segments.some(({ kind }) => kind === 'angle');
  let isAfterAngle = false;
  return segments.flatMap((segment) => {
    const addresses = addressesIn(segment.text);
    const reading = readingOf(segment, addresses.length, hasAngle && !isAfterAngle);
    if (segment.kind === 'angle') isAfterAngle = true;
    // The comma that separates two mailboxes starts a new one, whose display name may come next.
    if (segment.kind === 'bare' && segment.text.includes(',')) isAfterAngle = false;
    const hosts: readonly string[] = segment.kind === 'angle' && isRoute(segment.text) ? routeHosts(segment.text) : [];
    return [
      ...addresses.map((address) => ({ address, reading })),
      ...hosts.map((address) => ({ address, reading: ROUTE })),
    ];
  });
}

const ROUTE: Reading = 'route';

function readingOf({ kind, text }: Segment, addressCount: number, isBeforeAngle: boolean): Reading {
  if (text.includes('\0')) return 'after-nul';
  if (kind === 'comment') return 'comment';
  if (kind === 'angle') return addressCount > 1 || isRoute(text) ? ROUTE : 'other-address';
  if (kind === 'quoted') return 'in-display-name';
  // "a@x.example <b@y.example>" is a name to RFC 5322 readers; "a@x.example, <b@y.example>" two mailboxes to all.
  if (isBeforeAngle) return text.includes(',') ? 'other-address' : 'in-display-name';
  return addressCount > 1 && text.includes(',') ? 'other-address' : 'raw';
}

/** RFC 5322 §4.4: `@a.example,@b.example:c@d.example`. */
const isRoute = (text: string): boolean => text.trimStart().startsWith('@');

/** A checker that takes the first host for the sender's sees an address without a local part. */
const routeHosts = (text: string): readonly string[] =>
  text
    .slice(0, text.includes(':') ? text.indexOf(':') : text.length)
    .split(',', MAX_READINGS)
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host.startsWith('@') && host.includes('.'));

/** Angle brackets, quoted strings and comments as a strict reader sees them; what is unclosed ends with the text. */
function splitSegments(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let bare = 0;
  for (let at = 0; at < text.length; at++) {
    const kind = OPENERS.get(text.charAt(at));
    if (kind === undefined) continue;
    const end = closing(text, at, kind);
    // A quoted local part belongs to its address.
    if (kind === 'quoted' && text[end + 1] === '@') {
      at = end;
      continue;
    }
    segments.push({ kind: 'bare', text: text.slice(bare, at) }, { kind, text: text.slice(at + 1, end) });
    at = end;
    bare = end + 1;
  }
  segments.push({ kind: 'bare', text: text.slice(bare) });
  return segments;
}

const OPENERS: ReadonlyMap<string, SegmentKind> = new Map([
  ['<', 'angle'],
  ['"', 'quoted'],
  ['(', 'comment'],
]);

function closing(text: string, open: number, kind: SegmentKind): number {
  if (kind === 'angle') {
    const end = text.indexOf('>', open);
    return end < 0 ? text.length : end;
  }
  let depth = 1;
  for (let at = open + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (kind === 'quoted' && char === '"') return at;
    else if (kind === 'comment' && char === '(') depth++;
    else if (kind === 'comment' && char === ')' && --depth === 0) return at;
  }
  return text.length;
}

/** A reader that decodes first sees an address where a standard one sees a name (espoofer A15), or cuts at a NUL or newline (Mailsploit). */
function readEncoded(text: string): readonly FromCandidate[] {
  const inWords = decodedWords(text).flatMap(({ text: word, end }) => {
    const isInAddress = text[end] === '@' || text.startsWith('=?', end);
    return addressesIn(word).map((address): FromCandidate => ({ address, reading: wordReading(word, isInAddress) }));
  });
  const decoded = decodeWords(text);
  const cutAt = decoded.search(/[\0\n\r]/);
  const beforeCut = cutAt < 0 ? [] : addressesIn(decoded.slice(0, cutAt));
  return [...beforeCut.map((address): FromCandidate => ({ address, reading: 'after-nul' })), ...inWords];
}

const wordReading = (word: string, isInAddress: boolean): Reading =>
  isInAddress || /[<>,;\0\n\r]/.test(word) ? 'encoded-word' : 'in-display-name';

/** What stands around each @, lower-case, in order; at most 32. The domain must have a dot. */
export function addressesIn(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = text.indexOf('@'); at >= 0 && found.length < MAX_ADDRESSES; at = text.indexOf('@', at + 1)) {
    const local = text.slice(localStart(text, at), at).replace(/^'+/, '');
    const domain = DOMAIN.exec(text.slice(at + 1, at + 1 + MAX_DOMAIN))?.[0];
    if (local !== '' && domain?.includes('.')) found.push(`${local}@${asciiDomain(domain) || domain}`.toLowerCase());
  }
  return found;
}

const DOMAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/u;
const LOCAL_BREAK = /[\s<>()[\],;:"@\\\p{Cc}]/u;

function localStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < MAX_LOCAL && !LOCAL_BREAK.test(text.charAt(start - 1))) start--;
  return start;
}
