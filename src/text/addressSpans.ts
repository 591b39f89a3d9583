/**
 * Where the addresses in a piece of running text end that has no blank. The finder reads on up to one; mail programs end a host where a
 * character stands that none has, and find the address behind it.
 */
import { isTopLevel } from './organisationalDomain.ts';

/** `start` up to, without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Nearly all: a host of ASCII, and in the path only characters that addresses have (RFC 3986 §2). */
const PLAIN = /^(?:[a-z]{2,5}:\/\/)?[\w.-]+(?::\d+)?(?:[/?#][\w\-.~:/?#[\]@!$&'()*+,;=%]*)?$/i;

const SCHEME = /(?:https?|ftp):\/\//gi;
const SCHEME_HERE = /(?:https?|ftp):\/\//iy;
const OTHER_SCHEME = /^[a-z][a-z0-9+-]{1,30}:(?:\/\/|[^\d/])/i; // file:, mailto:
const SCHEME_AT_END = /(?:https?|ftp)$/i;
const END_OF_AUTHORITY = /[/?#\\]/g;
/** What no address has (RFC 3986, RFC 3987): quotes of all kinds, bars, dashes that are longer than a hyphen. */
const FOREIGN = /[^\p{L}\p{N}\p{M}\-._~:/?#[\]@!$&'()*+,;=%]/u;
const NEXT_ADDRESS = /[^\p{L}\p{N}\p{M}\-._~:/?#[\]@!$&'()*+,;=%](?=(?:https?|ftp):\/\/)/giu;
/** Letters of all kinds, the dots that browsers take for one (UTS 46 §4), pictures (there are hosts of them), and what is left out when it is looked up. */
const HOST = /^[\p{L}\p{N}\p{M}\p{So}\p{Cf}_.\-%·・\u3002\uff0e\uff61]*/u;
const IP6 = /^\[[\da-f:.]*\]/i;
const DEFANGED_DOT = /^[[({](?:[.:]|dot)/i;
const PORT = /^:\d*/;
const ASCII = /^[\x21-\x7e]*$/;
const DOTS = /[.\u3002\uff0e\uff61]/;
/** A label of ASCII that other writing follows directly: `a.comを…` */
const ENDS_IN_ASCII = /(?<=[^.][.\u3002\uff0e\uff61])[a-z]{2,24}(?=[^\x21-\x7e])/gi;
const MAX_HOST = 300; // characters: longer ones lead nowhere
const MAX_LABEL = 64; // with the dot in front
const MAX_TRIES = 8; // labels that are looked up

/** The addresses in what a finder took for one, in order, apart from each other. Linear, never throws. */
export function addressSpans(written: string): readonly Span[] {
  if (PLAIN.test(written)) return [{ start: 0, end: written.length }];
  const spans: Span[] = [];
  for (let start = 0; start >= 0; ) {
    const { hostStart, end } = readOne(written, start);
    const kept = start === 0 && end === written.length ? end : trimmedEnd(written, hostStart, end);
    if (kept > hostStart) spans.push({ start, end: kept });
    start = indexFrom(SCHEME, written, Math.max(hostStart, end));
  }
  return spans;
}

function readOne(written: string, start: number): { readonly hostStart: number; readonly end: number } {
  SCHEME_HERE.lastIndex = start;
  const scheme = SCHEME_HERE.exec(written)?.[0] ?? '';
  if (scheme === '' && OTHER_SCHEME.test(written)) return { hostStart: start, end: written.length };
  const authorityStart = start + scheme.length;
  const found = indexFrom(END_OF_AUTHORITY, written, authorityStart);
  const authorityEnd = found < 0 ? written.length : found;
  const { from, to } = hostPart(written.slice(authorityStart, authorityEnd));
  const hostStart = authorityStart + from;
  const hostEnd =
    hostStart + lengthOfHost(written.slice(hostStart, authorityStart + to), written.startsWith('//', authorityEnd));
  if (isDefanged(written, hostStart, hostEnd)) return { hostStart, end: hostStart };
  if (hostEnd < authorityEnd) return { hostStart, end: hostEnd };
  const next = indexFrom(NEXT_ADDRESS, written, authorityEnd);
  return { hostStart, end: next < 0 ? written.length : next };
}

/** evil[.]com, evil(dot)com: refang.ts reads the whole of it. But a host that ends in a top level is one as it stands. */
function isDefanged(written: string, hostStart: number, hostEnd: number): boolean {
  if (!DEFANGED_DOT.test(written.slice(hostEnd, hostEnd + 4))) return false;
  const last =
    written
      .slice(Math.max(hostStart, hostEnd - MAX_LABEL), hostEnd)
      .split(DOTS)
      .at(-1) ?? '';
  return !isTopLevel(last);
}

/** Behind the user, in whose name no foreign character stands: such a one ends the address before it gets there. */
function hostPart(authority: string): { readonly from: number; readonly to: number } {
  const from = authority.lastIndexOf('@') + 1;
  const foreign = from === 0 ? -1 : authority.slice(0, from).search(FOREIGN);
  return foreign < 0 ? { from, to: authority.length } : { from: 0, to: foreign };
}

/** `isScheme`: two slashes follow, so that letters and a colon at the end are a scheme: `a.comhttps://b.com`. */
function lengthOfHost(text: string, isScheme: boolean): number {
  const host = (IP6.exec(text) ?? HOST.exec(text))?.[0] ?? '';
  if (host === '') return 0;
  const rest = text.slice(host.length);
  if (isScheme && rest === ':') {
    const glued = SCHEME_AT_END.exec(host);
    if (glued !== null) return glued.index;
  }
  const shorter = ASCII.test(host) || host.length > MAX_HOST ? host : upToTopLevel(host);
  return shorter.length < host.length ? shorter.length : host.length + (PORT.exec(rest)?.[0].length ?? 0);
}

/** A host whose last label nobody can register, but an earlier one anybody: what follows there is the sentence. */
function upToTopLevel(host: string): string {
  const last = host.split(DOTS).at(-1) ?? '';
  if (last !== '' && isTopLevel(last)) return host;
  let tries = 0;
  for (const { 0: label, index } of host.matchAll(ENDS_IN_ASCII)) {
    if (isTopLevel(label)) return host.slice(0, index + label.length);
    if (++tries >= MAX_TRIES) break;
  }
  return host;
}

const PUNCTUATION = '.,;:!?"\'';
const OPENED_BY: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Without the punctuation of the sentence, and brackets that were opened in front of it. */
function trimmedEnd(written: string, start: number, end: number): number {
  const text = written.slice(start, end);
  const closers = Object.keys(OPENED_BY).filter((closer) => !text.includes(OPENED_BY[closer] ?? ''));
  let length = text.length;
  while (length > 0 && (PUNCTUATION.includes(text.charAt(length - 1)) || closers.includes(text.charAt(length - 1))))
    length--;
  return start + length;
}

function indexFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}
