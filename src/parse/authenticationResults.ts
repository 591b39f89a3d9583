/**
 * Authentication-Results (RFC 8601 §2.2) as claims, and the domains of DKIM signatures (RFC 6376 §3.5). Whom to believe is decided in
 * traits. A header whose quotes or comments do not close says nothing: Chen+ 2020 inject results that way (espoofer A4–A7).
 */
import type { AuthenticationClaim, AuthResult } from '../domain/mail.ts';
import { asciiDomain } from '../text/address.ts';

const MAX_LENGTH = 8_192; // characters; the longest of 31,278 in the development mail has 518
const MAX_SIGNATURES = 20;

const RESULTS: ReadonlyMap<string, AuthResult> = new Map([
  ['pass', 'pass'],
  ['fail', 'fail'],
  ['hardfail', 'fail'], // RFC 7001's predecessor RFC 5451
  ['softfail', 'softfail'],
  ['neutral', 'neutral'],
  ['none', 'none'],
  ['temperror', 'temperror'],
  ['permerror', 'permerror'],
  ['tempfail', 'temperror'], // written by Proton
  ['permfail', 'permerror'],
  ['policy', 'policy'],
]);

/** `spf=pass smtp.mailfrom=…` → method, result, properties in order. */
interface MethodResult {
  readonly method: string;
  readonly result: string;
  readonly properties: ReadonlyMap<string, string>;
}

export function readAuthenticationResults(value: string): AuthenticationClaim {
  const segments = value.length > MAX_LENGTH ? [] : tokenise(value);
  if (segments === undefined) return { authservId: authservIdOf(value.split(/[;\s("]/, 1)), dkim: [] };
  const [first = []] = segments;
  // Microsoft writes no authserv-id: the first segment is already a result.
  const isAnonymous = first[0] === '=' || first[1] === '=';
  const results = segments.slice(isAnonymous ? 0 : 1).flatMap((tokens) => toResult(tokens) ?? []);
  return { authservId: isAnonymous ? '' : authservIdOf(first), ...collect(results) };
}

const authservIdOf = ([id = '']: readonly string[]): string => id.toLowerCase();

function collect(results: readonly MethodResult[]): Omit<AuthenticationClaim, 'authservId'> {
  const spf = spfOf(results);
  const spfResult = resultOf(spf);
  const spfDomain = domainIn(spf?.properties, ['smtp.mailfrom', 'smtp.mail', 'smtp.helo']);
  const dmarcEntry = results.find(({ method }) => method === 'dmarc');
  const dmarc = resultOf(dmarcEntry);
  const dmarcDomain = domainIn(dmarcEntry?.properties, ['header.from']);
  const arc = resultOf(results.find(({ method }) => method === 'arc'));
  return {
    ...(spfResult === undefined ? {} : { spf: spfResult }),
    ...(spfResult === undefined || spfDomain === undefined ? {} : { spfDomain }),
    dkim: results.flatMap(dkimOf).slice(0, MAX_SIGNATURES),
    ...(dmarc === undefined ? {} : { dmarc }),
    ...(dmarc === undefined || dmarcDomain === undefined ? {} : { dmarcDomain }),
    ...(arc === undefined ? {} : { arc }),
  };
}

/** The result for MAIL FROM where the border reports one for HELO too. */
function spfOf(results: readonly MethodResult[]): MethodResult | undefined {
  const all = results.filter(({ method }) => method === 'spf');
  return all.find(({ properties }) => properties.has('smtp.mailfrom')) ?? all[0];
}

function dkimOf(entry: MethodResult): AuthenticationClaim['dkim'] {
  const result = entry.method === 'dkim' ? resultOf(entry) : undefined;
  if (result === undefined) return [];
  const domain = domainIn(entry.properties, ['header.d', 'header.i']);
  return [{ result, ...(domain === undefined ? {} : { domain }) }];
}

const resultOf = (entry: MethodResult | undefined): AuthResult | undefined =>
  entry === undefined ? undefined : RESULTS.get(entry.result);

function domainIn(properties: ReadonlyMap<string, string> | undefined, names: readonly string[]): string | undefined {
  const value = names.map((name) => properties?.get(name)).find((found) => found !== undefined && found !== '');
  return value === undefined ? undefined : checkedDomain(value);
}

const DOMAIN = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

/** After the last @; undefined when a character stands in it that no domain has. */
function checkedDomain(value: string): string | undefined {
  const domain = asciiDomain(value.slice(value.lastIndexOf('@') + 1).replace(/^<|>$/g, ''));
  return domain.length <= 255 && DOMAIN.test(domain) ? domain : undefined;
}

function toResult(tokens: readonly string[]): MethodResult | undefined {
  const [method, equals, result] = tokens;
  if (method === undefined || equals !== '=' || result === undefined) return undefined;
  const properties = new Map<string, string>();
  for (let i = 3; i + 2 < tokens.length; i++) {
    if (tokens[i + 1] !== '=') continue;
    const name = (tokens[i] ?? '').toLowerCase();
    if (!properties.has(name)) properties.set(name, tokens[i + 2] ?? '');
    i += 2;
  }
  return { method: method.toLowerCase().split('/', 1)[0] ?? '', result: result.toLowerCase(), properties };
}

const SPECIAL = /["();=\s]/g;

/** Words, quoted strings without their quotes and '=' by segment; comments dropped. undefined when something does not close. */
function tokenise(value: string): readonly (readonly string[])[] | undefined {
  const segments: string[][] = [[]];
  let word = '';
  const endWord = () => {
    if (word !== '') segments.at(-1)?.push(word);
    word = '';
  };
  for (let at = 0; at < value.length; ) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(value)?.index ?? value.length;
    word += value.slice(at, next);
    at = next + 1;
    const char = value[next];
    if (char === '"' || char === '(') {
      const end = char === '"' ? quoteEnd(value, at) : commentEnd(value, at);
      if (end < 0) return undefined;
      if (char === '"') word += value.slice(at, end).replace(/\\(.)/g, '$1');
      else endWord();
      at = end + 1;
      continue;
    }
    if (char === ')') return undefined;
    // A value may hold '=' itself (smtp.mailfrom=bounce+a=b.example@c.example): only the first of a pair separates.
    if (char === '=' && segments.at(-1)?.at(-1) === '=') {
      word += char;
      continue;
    }
    endWord();
    if (char === '=') segments.at(-1)?.push('=');
    if (char === ';') segments.push([]);
  }
  endWord();
  return segments;
}

function quoteEnd(value: string, from: number): number {
  for (let at = from; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '"') return at;
  }
  return -1;
}

function commentEnd(value: string, from: number): number {
  let depth = 1;
  for (let at = from; at < value.length; at++) {
    if (value[at] === '\\') at++;
    else if (value[at] === '(') depth++;
    else if (value[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

/** d= of a DKIM-Signature or ARC-Seal, unverified. */
export function signatureDomain(value: string): string | undefined {
  const domain = signatureTag(value, 'd');
  return domain === undefined ? undefined : checkedDomain(domain);
}

/** A tag of a DKIM-Signature or ARC-Seal (RFC 6376 §3.2), blanks taken out. */
export function signatureTag(value: string, name: string): string | undefined {
  for (const tag of value.slice(0, MAX_LENGTH).split(';')) {
    const equals = tag.indexOf('=');
    if (equals > 0 && tag.slice(0, equals).trim() === name) return tag.slice(equals + 1).replace(/\s/g, '');
  }
  return undefined;
}
