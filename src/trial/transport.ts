/** How a mail came, apart from what its writer wrote: an attacker has the servers of one person and the words of another. */
import type { Header, Mail } from './mail.ts';

export interface Transport {
  /** What the receiving side wrote on top, topmost first; signatures apart. */
  readonly trace: readonly Header[];
  readonly signatures: readonly string[];
  /** What the border says of the sender, in RFC 8601's words. */
  readonly spf: string;
  readonly spfDomain: string;
  /** Domains whose signature held. */
  readonly dkim: readonly string[];
  readonly dmarc: string;
}

export interface Delivered {
  readonly transport: Transport;
  /** Headers of the writer and the body. */
  readonly mail: Mail;
}

export type Results = Pick<Transport, 'spf' | 'spfDomain' | 'dkim' | 'dmarc'>;

/** What stands in Authentication-Results; `receivedSpf` where they say nothing of SPF. */
export function resultsIn(results: string, receivedSpf = ''): Results {
  const spf = results.match(/\bspf=(\w+)/i)?.[1] ?? receivedSpf.match(/^\s*(\w+)/)?.[1] ?? 'none';
  const spfDomain =
    results.match(/smtp\.mailfrom=(?:[^\s;@]*@)?([\w.-]+)/i)?.[1] ??
    receivedSpf.match(/envelope-from=\S*?@([\w.-]+)/i)?.[1] ??
    '';
  return {
    spf: spf.toLowerCase(),
    spfDomain: spfDomain.toLowerCase(),
    dkim: passDomains(results),
    dmarc: (results.match(/\bdmarc=(\w+)/i)?.[1] ?? 'none').toLowerCase().replace('bestguesspass', 'none'),
  };
}

function passDomains(results: string): readonly string[] {
  const found = [...results.matchAll(/\bdkim=pass[^;]*?header\.(?:d|i)=(?:[^\s;@]*@)?([\w.-]+)/gi)];
  return [...new Set(found.map(([, domain = '']) => domain.toLowerCase()))];
}

/** The same as a border writes it under its own name. */
export function resultsHeader(
  authservId: string,
  { spf, spfDomain, dkim, dmarc }: Results,
  fromDomain: string,
): Header {
  const results = [
    `spf=${spf} smtp.mailfrom=${spfDomain || 'unknown'}`,
    ...(dkim.length === 0 ? ['dkim=none'] : dkim.map((domain) => `dkim=pass header.d=${domain}`)),
    `dmarc=${dmarc} header.from=${fromDomain}`,
  ];
  return ['Authentication-Results', `${authservId}; ${results.join('; ')}`];
}

export const fromDomainOf = (from: string | undefined): string =>
  from?.match(/@([\w.-]+)>?\s*$/)?.[1]?.toLowerCase() ?? 'unknown';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 §3.3 date of a moment (ms) in a zone like '+0200'. */
export function rfc5322Date(at: number, zone: string): string {
  const sign = zone.startsWith('-') ? -1 : 1;
  const offsetMinutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const local = new Date(at + offsetMinutes * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${DAYS[local.getUTCDay()]}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()} ${time} ${zone}`;
}
