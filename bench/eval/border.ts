/**
 * Every message as one and the same border would have delivered it, ham and threat alike, so that no collector, archive or list server
 * gives a source away (corpora: "source confound"). What the receiving side and lists add goes; the first hop from outside and the
 * authentication results stay, rewritten into one form under one authserv-id.
 */
import { type Header, headerOf, type Mail, withHeader } from '../../src/trial/mail.ts';
import {
  type Delivered,
  fromDomainOf,
  resultsHeader,
  resultsIn,
  rfc5322Date,
  type Transport,
} from '../../src/trial/transport.ts';

export const BORDER = 'mx.eval.example';

/** Hosts of collectors, archives and list servers of the development mail. */
const INFRASTRUCTURE =
  /(lfdr\.de|ozlabs\.org|(^|\.)01\.org|googlegroups\.com|gmr-mx\.google\.com|infradead\.org|outlook\.com|outlook\.office365\.com|protonmail\.ch|localhost|vlan13)\.?$/i;

/** Written by the receiving side, a list, or a collector. Everything else is the writer's. */
const RECEIVER_SIDE =
  /^(received|received-spf|return-path|delivered-to|x-original-to|authentication-results|arc-.*|dkim-signature|domainkey-signature|list-.*|mailing-list|precedence|sender|errors-to|x-beenthere|x-mailman.*|x-list.*|x-spam.*|x-ms-.*|x-forefront.*|x-microsoft.*|x-eop.*|x-sid.*|x-sender-ip|x-incoming.*|x-google.*|x-gm-.*|x-received|x-forwarded.*|x-original.*|x-pm-.*|x-mailfrom|message-id-hash|x-message-id-hash|archived-at|x-virus.*|x-scanned.*|x-mimedefang.*|x-mc-.*|x-proofpoint.*|x-tm-.*|x-amp.*|x-ironport.*|x-exchange.*|x-organization.*|xref|lines|status|x-status|x-uid|content-length|x-remote.*|x-antiabuse|x-source.*|x-get-message.*|x-authenticated.*|x-report.*|x-sg-.*|x-ses-.*|feedback-id|x-feedback.*)$/i;

export function deliveredOf(sent: Mail): Delivered {
  const mail = asWritten(sent);
  const headers = mail.headers.filter(([name]) => !RECEIVER_SIDE.test(name));
  return {
    transport: transportOf(mail),
    mail: { headers: headers.map(unmark), body: mail.body.replaceAll(FOOTER, '') },
  };
}

/** Of Google Groups, in each part that is text, to the end of that part: it names a brand that the writer does not. Quoted ones stay. */
const FOOTER =
  /\n-- ?(?:=20)?(?:<br ?\/>)?\r?\nYou received this message because you are subscribed to the Google Groups[\s\S]*?(?=\n--[^\s-]|$)/g;

/**
 * A list that puts its own address into From for DMARC's sake, and the author into Reply-To: with the list's headers gone it would look like a
 * forgery of the list.
 */
function asWritten(mail: Mail): Mail {
  const author = headerOf(mail, 'x-original-from');
  return author === undefined ? mail : withHeader(withHeader(mail, 'From', author), 'Reply-To', undefined);
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
  const earlier = at < 0 ? [] : received.slice(at + 1).map((hop): Header => ['Received', hop]);
  const results = [
    ...values('authentication-results'),
    ...values('arc-authentication-results'),
    ...values('x-original-authentication-results'),
  ].join('; ');
  const { dkim, ...said } = resultsIn(results, headerOf(mail, 'received-spf'));
  return {
    trace: [...(from === undefined ? [] : [acceptedFrom(from)]), ...earlier],
    signatures: values('dkim-signature').filter((value) => !/d=(googlegroups|1e100)\./i.test(value)),
    ...said,
    dkim: dkim.filter((domain) => !/googlegroups\.com$/.test(domain)),
  };
}

const OWN_HOP = ` by ${BORDER} with ESMTPS`;

/** The border's own hop, for 'from host (reverse [ip])'; when it was is written when it hands on. */
export const acceptedFrom = (from: string): Header => ['Received', `${from}${OWN_HOP}`];

/** The message as the border hands it on: trace headers on top, then the writer's. */
export function deliver({ transport, mail }: Delivered, at: number): Mail {
  const dated = ([name, value]: Header): Header =>
    value.endsWith(OWN_HOP) ? [name, `${value}; ${rfc5322Date(at, '+0000')}`] : [name, value];
  const trace = [
    resultsHeader(BORDER, transport, fromDomainOf(headerOf(mail, 'from'))),
    ...transport.trace.map(dated),
    ...transport.signatures.map((value): Header => ['DKIM-Signature', value]),
  ];
  return { headers: [...trace, ...mail.headers], body: mail.body };
}
