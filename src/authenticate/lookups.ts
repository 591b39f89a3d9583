/**
 * The questions that one message may put to DNS: so many for each method, until its deadline. What the mail itself drives over its number is
 * its own fault and permanent; what DNS does not answer in time is an outage.
 */
import { codeOf, type Dns, dnsError, isAbsent, type RecordType } from './dns.ts';

export type Method = 'spf' | 'dkim' | 'dmarc' | 'arc';

/**
 * RFC 7208 §4.6.4: 10 terms, each with up to 10 names, of which no honest record needs half; DKIM: see signatures.ts; RFC 9989 §4.10: 8 for
 * one walk, and there are several; RFC 8617: 50 seals and a signature. Apart, so that no method uses up what another needs.
 */
const MAX_LOOKUPS: Readonly<Record<Method, number>> = { spf: 60, dkim: 11, dmarc: 40, arc: 51 };
const FIRST_SHARE = 0.6; // SPF's and DKIM's of the time: slow name servers of a forger must not keep DMARC from its record
const TYPES: ReadonlySet<string> = new Set<RecordType>(['A', 'AAAA', 'TXT', 'MX', 'PTR', 'CNAME']);

export interface Lookups {
  /** In the form that mailauth takes. */
  readonly resolverFor: (method: Method) => (name: string, type: string) => Promise<string[][]>;
  /** A question of this method was not answered. */
  hadOutage(method: Method): boolean;
  close(): void;
}

export function startLookups(dns: Dns, budgetMs: number): Lookups {
  const counts: Record<Method, number> = { spf: 0, dkim: 0, dmarc: 0, arc: 0 };
  const outages = new Set<Method>();
  const first = startDeadline(budgetMs * FIRST_SHARE);
  const last = startDeadline(budgetMs);

  async function resolve(method: Method, name: string, type: string): Promise<string[][]> {
    if (!TYPES.has(type)) throw dnsError('ENODATA', name, type);
    const isKept = dns.isKept(name, type as RecordType);
    const deadline = method === 'spf' || method === 'dkim' ? first : last;
    if (!isKept && ++counts[method] > MAX_LOOKUPS[method]) throw tooMany(name, type);
    try {
      if (!isKept && deadline.isOver()) throw outOfTime();
      const answer = dns.resolve(name, type as RecordType);
      return (await (isKept ? answer : deadline.within(answer))) as string[][];
    } catch (error) {
      const code = codeOf(error);
      if (!isAbsent(code)) outages.add(method);
      // SPF makes a difference; mailauth takes it for an outage in a key's name, which a forger may write as he likes.
      throw code === 'EBADNAME' && method !== 'spf' ? dnsError('ENOTFOUND', name, type) : error;
    }
  }

  return {
    resolverFor: (method) => (name, type) => resolve(method, name, type),
    hadOutage: (method) => outages.has(method),
    close() {
      first.stop();
      last.stop();
    },
  };
}

/** The code is one that mailauth takes for a permanent fault of the DKIM key; spfResult is how it is told SPF's. */
const tooMany = (name: string, type: string): Error =>
  Object.assign(dnsError('EINVALIDVAL', name, type), {
    spfResult: { error: 'permerror', text: 'too many DNS lookups' },
  });

const outOfTime = (): Error => dnsError('ETIMEOUT', 'the time for this message is over', '');

interface Deadline {
  isOver(): boolean;
  /** The answer, or ETIMEOUT at the deadline. */
  within<T>(answer: Promise<T>): Promise<T>;
  stop(): void;
}

function startDeadline(ms: number): Deadline {
  let isOver = false;
  let expire = (): void => {};
  const expired = new Promise<never>((_, reject) => {
    expire = () => {
      isOver = true;
      reject(outOfTime());
    };
  });
  expired.catch(() => {}); // nobody may be waiting
  const timer = setTimeout(expire, ms);
  return {
    isOver: () => isOver,
    within: (answer) => Promise.race([answer, expired]),
    stop: () => clearTimeout(timer),
  };
}
