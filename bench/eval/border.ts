/**
 * Every message as one and the same border would have delivered it, ham and threat alike, so that no collector, archive or list server
 * gives a source away (corpora: "source confound"). What the receiving side and lists add goes; the first hop from outside and the
 * authentication results stay, rewritten into one form under one authserv-id.
 */
import { headerOf, type Mail } from './mail.ts';

export const BORDER = 'mx.eval.example';

/** What the border says of the sender, in RFC 8601's words. */
export interface Transport {
  /** "from host (rdns [ip])" of the first hop from outside, or undefined. */
  readonly from?: string;
  /** Received headers below it, newest first. */
  readonly earlier: readonly string[];
  readonly signatures: readonly string[];
  readonly spf: string;
  readonly spfDomain: string;
  readonly dkim: readonly string[];
  readonly dmarc: string;
}

export interface Delivered {
  readonly transport: Transport;
  /** Headers of the writer and the body. */
  readonly mail: Mail;
}

/** Hosts of collectors, archives and list servers of the development mail. */
const INFRASTRUCTURE =
  /(lfdr\.de|ozlabs\.org|(^|\.)01\.org|googlegroups\.com|gmr-mx\.google\.com|infradead\.org|outlook\.com|outlook\.office365\.com|protonmail\.ch|localhost|vlan13)\.?$/i;

/** Written by the receiving side, a list, or a collector. Everything else is the writer's. */
const RECEIVER_SIDE =
  /^(received|received-spf|return-path|delivered-to|x-original-to|authentication-results|arc-.*|dkim-signature|domainkey-signature|list-.*|mailing-list|precedence|sender|errors-to|x-beenthere|x-mailman.*|x-list.*|x-spam.*|x-ms-.*|x-forefront.*|x-microsoft.*|x-eop.*|x-sid.*|x-sender-ip|x-incoming.*|x-google.*|x-gm-.*|x-received|x-forwarded.*|x-original.*|x-pm-.*|x-mailfrom|message-id-hash|x-message-id-hash|archived-at|x-virus.*|x-scanned.*|x-mimedefang.*|x-mc-.*|x-proofpoint.*|x-tm-.*|x-amp.*|x-ironport.*|x-exchange.*|x-organization.*|xref|lines|status|x-status|x-uid|content-length|x-remote.*|x-antiabuse|x-source.*|x-get-message.*|x-authenticated.*|x-report.*|x-sg-.*|x-ses-.*|feedback-id|x-feedback.*)$/i;

export function deliveredOf(mail: Mail): Delivered {
  const headers = mail.headers.filter(([name]) => !RECEIVER_SIDE.test(name));
  return { transport: transportOf(mail), mail: { headers: headers.map(unmark), body: mail.body } };
}

/** A list's tag in the subject is the list's, not the writer's. */
const unmark = ([name, value]: readonly [string, string]): readonly [string, string] =>
  name.toLowerCase() === 'subject'
    ? [name, value.replace(/^((re|fwd?|aw):\s*)?\[(openbmc|linux-nvdimm|jailhouse-dev|ndctl)\]\s*/i, '$1')]
    : [name, value];

function transportOf(mail: Mail): Transport {
  const values = (name: string) => mail.headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
  const received = values('received');
  const at = received.findIndex((hop) => {
    const from = hop.match(/^from\s+(\S+)(?:\s+\(([^)]*)\))?/i);
    return (
      from !== null &&
      !INFRASTRUCTURE.test(from[1] ?? '') &&
      !INFRASTRUCTURE.test((from[2] ?? '').split(/[\s[]/)[0] ?? '')
    );
  });
  const from = at < 0 ? undefined : received[at]?.match(/^from\s+\S+(?:\s+\((?:[^()]|\([^()]*\))*\))?/i)?.[0];
  const results = [
    ...values('authentication-results'),
    ...values('arc-authentication-results'),
    ...values('x-original-authentication-results'),
  ].join('; ');
  const spfHeader = headerOf(mail, 'received-spf') ?? '';
  const spf = results.match(/\bspf=(\w+)/i)?.[1] ?? spfHeader.match(/^\s*(\w+)/)?.[1] ?? 'none';
  const spfDomain =
    results.match(/smtp\.mailfrom=(?:[^\s;@]*@)?([\w.-]+)/i)?.[1] ??
    spfHeader.match(/envelope-from=\S*?@([\w.-]+)/i)?.[1] ??
    '';
  return {
    ...(from === undefined ? {} : { from }),
    earlier: at < 0 ? [] : received.slice(at + 1),
    signatures: values('dkim-signature').filter((value) => !/d=(googlegroups|1e100)\./i.test(value)),
    spf: spf.toLowerCase(),
    spfDomain: spfDomain.toLowerCase(),
    dkim: passDomains(results),
    dmarc: (results.match(/\bdmarc=(\w+)/i)?.[1] ?? 'none').toLowerCase().replace('bestguesspass', 'none'),
  };
}

function passDomains(results: string): readonly string[] {
  const found = [...results.matchAll(/\bdkim=pass[^;]*?header\.(?:d|i)=@?([\w.-]+)/gi)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
  return [...new Set(found)].filter((domain) => !/googlegroups\.com$/.test(domain));
}

/** The message as the border hands it on: trace headers on top, then the writer's. */
export function deliver({ transport, mail }: Delivered, at: number): Mail {
  const { from, earlier, signatures, spf, spfDomain, dkim, dmarc } = transport;
  const fromDomain =
    headerOf(mail, 'from')
      ?.match(/@([\w.-]+)>?\s*$/)?.[1]
      ?.toLowerCase() ?? 'unknown';
  const results = [
    `spf=${spf} smtp.mailfrom=${spfDomain || 'unknown'}`,
    ...(dkim.length === 0 ? [`dkim=none`] : dkim.map((domain) => `dkim=pass header.d=${domain}`)),
    `dmarc=${dmarc} header.from=${fromDomain}`,
  ];
  const trace: [string, string][] = [
    ['Authentication-Results', `${BORDER}; ${results.join('; ')}`],
    ...(from === undefined
      ? []
      : [['Received', `${from} by ${BORDER} with ESMTPS; ${rfc5322Date(at, '+0000')}`] as [string, string]]),
    ...earlier.map((hop): [string, string] => ['Received', hop]),
    ...signatures.map((value): [string, string] => ['DKIM-Signature', value]),
  ];
  return { headers: [...trace, ...mail.headers], body: mail.body };
}

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
