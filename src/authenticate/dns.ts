/**
 * Our own resolver: Node's (c-ares) behind a bounded cache, one question in flight per name and type. Answers are kept for fixed times, for
 * Node does not tell the TTL of TXT records, which nearly all of them are.
 */
import { Resolver } from 'node:dns/promises';
import NodeCache from 'node-cache';

/** TXT: lists of strings; MX: objects; the others: strings. As `Resolver.resolve` answers. */
export type Records = readonly unknown[];
export type RecordType = 'A' | 'AAAA' | 'TXT' | 'MX' | 'PTR' | 'CNAME';

export interface Dns {
  /** Rejects with an error whose `code` is c-ares' (`ENOTFOUND`, `ENODATA`, `ETIMEOUT` …). */
  resolve(name: string, type: RecordType): Promise<Records>;
  /** An answer that is there already is at hand whatever the time. */
  isKept(name: string, type: RecordType): boolean;
  close(): void;
}

export interface DnsParts {
  /** `address` or `address:port`; empty: the system's. */
  readonly servers: readonly string[];
  /** For one try; there are two. */
  readonly timeoutMs: number;
}

const TRIES = 2;
const FOUND_SECONDS = 300; // what most SPF and DKIM records ask for at least; a revoked key is believed no longer than this
const ABSENT_SECONDS = 60;
const FAILED_SECONDS = 10; // an outage is not asked about again by every message
const SWEEP_SECONDS = 60;
const MAX_ANSWERS = 5_000;
const MAX_ANSWER_CHARS = 16_384; // SPF and DKIM records are below 2,000; with MAX_ANSWERS at most 80 MB
const MAX_IN_FLIGHT = 1_000; // questions: a flood of mail may not hold more sockets
const ABSENT_CODES = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

type Answer = { readonly records: Records } | { readonly code: string };

export const isAbsent = (code: string): boolean => ABSENT_CODES.has(code);

export function openDns({ servers, timeoutMs }: DnsParts): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  const cache = new NodeCache({ useClones: false, checkperiod: SWEEP_SECONDS, maxKeys: MAX_ANSWERS });
  const inFlight = new Map<string, Promise<Answer>>();

  function keep(key: string, answer: Answer): void {
    const seconds = 'records' in answer ? FOUND_SECONDS : isAbsent(answer.code) ? ABSENT_SECONDS : FAILED_SECONDS;
    if (cache.getStats().keys >= MAX_ANSWERS) cache.flushAll(); // what is asked often comes back by itself
    cache.set(key, answer, seconds);
  }

  async function ask(key: string, name: string, type: RecordType): Promise<Answer> {
    const answer = await resolver.resolve(name, type).then(
      (records): Answer => ({ records: withinBounds(records as Records) }),
      (error: unknown): Answer => ({ code: codeOf(error) }),
    );
    inFlight.delete(key);
    keep(key, answer);
    return answer;
  }

  const keyOf = (name: string, type: RecordType): string => `${type} ${name.toLowerCase()}`;
  return {
    async resolve(name, type) {
      const key = keyOf(name, type);
      const kept = cache.get<Answer>(key);
      if (kept !== undefined) return recordsOf(kept, name, type);
      let answer = inFlight.get(key);
      if (answer === undefined) {
        if (inFlight.size >= MAX_IN_FLIGHT) throw dnsError('ECANCELLED', name, type);
        answer = ask(key, name, type);
        inFlight.set(key, answer);
      }
      return recordsOf(await answer, name, type);
    },
    isKept: (name, type) => cache.has(keyOf(name, type)),
    close() {
      resolver.cancel();
      cache.close();
    },
  };
}

/** A new error each time: mailauth writes on the one that it gets. */
function recordsOf(answer: Answer, name: string, type: RecordType): Records {
  if ('records' in answer) return [...answer.records];
  throw dnsError(answer.code, name, type);
}

export const dnsError = (code: string, name: string, type: string): Error =>
  Object.assign(new Error(`${code} for ${type} ${name.slice(0, 255)}`), { code });

/** c-ares' or ours; an error without one is a failure of the server. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'ESERVFAIL';

/** The first of them, up to the bound: a zone that answers with more does it to fill memory. */
function withinBounds(records: Records): Records {
  let chars = 0;
  const end = records.findIndex((record) => {
    chars += JSON.stringify(record).length;
    return chars > MAX_ANSWER_CHARS;
  });
  return end < 0 ? records : records.slice(0, end);
}
