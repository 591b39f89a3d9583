/**
 * Received headers (RFC 5321 §4.4) in the dialects of Postfix, Sendmail, Exim, Exchange, Gmail and qmail. A claim, not a proof: only the
 * hops that the own border wrote can be believed. One pass over at most 2,000 characters.
 */
import { isIP } from 'node:net';
import type { ReceivedHop } from '../domain/mail.ts';
import { readDate } from './dates.ts';

export const MAX_HOPS = 50; // lines that are looked at; RFC 5321 §6.3: 100 is a loop
const MAX_LENGTH = 2_000;
const MAX_HOST_LENGTH = 255; // RFC 1035 §2.3.4
const MAX_FROM_WORDS = 2; // fetchmail writes `from host [ip] by …`
const TOKEN = /[()]|[^\s()]+/g;
const CLAUSES: ReadonlySet<string> = new Set(['from', 'by', 'with', 'id', 'via', 'for']);

/** The first word after each keyword, and the words of the comments that follow it. */
interface Clause {
  readonly words: readonly string[];
  readonly comment: readonly string[];
}

export function readReceived(value: string): ReceivedHop {
  const bounded = value.slice(0, MAX_LENGTH);
  const semicolon = bounded.lastIndexOf(';');
  const clauses = splitClauses(semicolon < 0 ? bounded : bounded.slice(0, semicolon));
  const byHost = hostName(clauses.get('by')?.words[0]);
  const protocol = clauses.get('with')?.words[0];
  const at = semicolon < 0 ? undefined : readDate(bounded.slice(semicolon + 1))?.at;
  return {
    ...readFrom(clauses.get('from')),
    ...(byHost === undefined ? {} : { byHost }),
    ...(protocol === undefined ? {} : { protocol: protocol.slice(0, MAX_HOST_LENGTH).toUpperCase() }),
    ...(at === undefined ? {} : { at }),
  };
}

function splitClauses(text: string): ReadonlyMap<string, Clause> {
  const clauses = new Map<string, { words: string[]; comment: string[] }>();
  let depth = 0;
  let current: { words: string[]; comment: string[] } | undefined;
  for (const token of text.match(TOKEN) ?? []) {
    if (token === '(') depth++;
    else if (token === ')') depth = Math.max(0, depth - 1);
    else if (depth > 0) current?.comment.push(token);
    else {
      const keyword = token.toLowerCase();
      // The first of each keyword counts: what stands in "for" or "id" may look like one.
      if (CLAUSES.has(keyword) && !clauses.has(keyword)) {
        current = { words: [], comment: [] };
        clauses.set(keyword, current);
      } else current?.words.push(token);
    }
  }
  return clauses;
}

/**
 * What the client said and what its address resolved to:
 * `said (reverse [ip])` Postfix, Sendmail, Gmail · `reverse ([ip] helo=said)` Exim · `reverse (HELO said) (ip)` qmail · `said (ip)` Exchange.
 */
function readFrom(clause: Clause | undefined): Pick<ReceivedHop, 'fromHost' | 'fromReverse' | 'fromIp'> {
  if (clause === undefined) return {};
  const named = clause.words[0] ?? '';
  const said = saidIn(clause.comment);
  // What the client said may look like an address: it must not stand for the one it came from.
  const seen = clause.comment.filter((word) => word !== said && !word.startsWith('helo='));
  const fromIp = firstDefined([...seen, ...clause.words.slice(0, MAX_FROM_WORDS)], ipAddress);
  const fromHost = hostName(said ?? named);
  const reverse = said === undefined ? firstDefined(clause.comment, reverseName) : hostName(named);
  const isUnresolved = reverse === undefined && (said !== undefined || clause.comment.some(saysUnresolved));
  return {
    ...(fromHost === undefined ? {} : { fromHost }),
    ...(isUnresolved ? { fromReverse: UNRESOLVED } : {}),
    ...(reverse === undefined || reverse === fromHost ? {} : { fromReverse: reverse }),
    ...(fromIp === undefined ? {} : { fromIp }),
  };
}

const UNRESOLVED = 'unknown';

/** Postfix writes `said (unknown [ip])`, Gmail and Sendmail `said ([ip])`. */
const saysUnresolved = (word: string): boolean => word === UNRESOLVED || word.startsWith('[');

function saidIn(comment: readonly string[]): string | undefined {
  const exim = comment.find((word) => word.startsWith('helo='));
  if (exim !== undefined) return exim.slice('helo='.length);
  const qmail = comment.findIndex((word) => word === 'HELO' || word === 'EHLO');
  return qmail < 0 ? undefined : comment[qmail + 1];
}

/** A dotted name, also behind an ident answer (`root@host`): not `may be forged`, `version=TLS1_2`. */
function reverseName(word: string): string | undefined {
  return word.includes('.') && !/[=/]/.test(word) ? hostName(word.slice(word.lastIndexOf('@') + 1)) : undefined;
}

const HOST = /^[a-z0-9_\u0080-\uffff](?:[a-z0-9_.\u0080-\uffff-]*[a-z0-9_\u0080-\uffff])?$/;

/** undefined for addresses, 'unknown' and what is no name. */
function hostName(word: string | undefined): string | undefined {
  if (word === undefined || word.length > MAX_HOST_LENGTH) return undefined;
  const name = (word.endsWith('.') ? word.slice(0, -1) : word).toLowerCase();
  return name === UNRESOLVED || !HOST.test(name) || isAddress(name) ? undefined : name;
}

/** Most words are none, which their end tells before isIP tries its long patterns. */
const isAddress = (word: string): boolean => (word.includes(':') || /\d$/.test(word)) && isIP(word) !== 0;

/** `[1.2.3.4]`, `1.2.3.4`, `[IPv6:2001:db8::1]`, `user@[1.2.3.4]`, `[1.2.3.4]:52612`. */
function ipAddress(word: string): string | undefined {
  if (word.length > MAX_HOST_LENGTH) return undefined;
  const open = word.indexOf('[');
  const close = word.indexOf(']', open);
  const inner = open >= 0 && close > open ? word.slice(open + 1, close) : word.slice(word.lastIndexOf('@') + 1);
  const bare = (/^ipv6:/i.test(inner) ? inner.slice(5) : inner).toLowerCase();
  return isAddress(bare) ? bare : undefined;
}

function firstDefined<T>(words: readonly string[], read: (word: string) => T | undefined): T | undefined {
  for (const word of words) {
    const found = read(word);
    if (found !== undefined) return found;
  }
  return undefined;
}
