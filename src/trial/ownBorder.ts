/**
 * Mail that really came taken apart, and attacks handed on as the same border would have: with the trace headers of somebody else's mail that
 * it let in, at another time, with its word about the new sender. The word of a border that nobody configured is not believed by the service
 * (docs/adr/0003), so it is not rewritten either.
 */
import { type Header, headerOf, joinMail, type Mail } from './mail.ts';
import { type Delivered, fromDomainOf, type Results, resultsHeader, resultsIn, rfc5322Date } from './transport.ts';

/** What servers, filters and mail programs of the receiving side write. Lists, platforms and the writer's own server are the writer's. */
const RECEIVER_SIDE =
  /^(received|received-spf|return-path|delivered-to|x-original-to|envelope-to|delivery-date|authentication-results|arc-.*|x-received|x-gm-.*|x-gmail-labels|x-google-(dkim-signature|smtp-source)|x-spam.*|x-rspamd.*|x-virus.*|x-ms-exchange-.*|x-microsoft-antispam.*|x-forefront.*|x-eop.*|x-proofpoint.*|x-mimecast.*|x-ironport.*|x-barracuda.*|x-mozilla-.*|x-status|x-keywords|x-uid|status|content-length|lines)$/i;
const MAX_VALUE = 16 * 1024; // characters of a header that are copied: 300 recipients
const MAX_RESULTS = 8192; // as the parser
const SIGNATURE = /^(dkim|domainkey)-signature$/i;

export interface Border {
  take(mail: Mail): Delivered;
  handOn(delivered: Delivered, at: number): Buffer;
}

/** `authservIds`: those that the service would believe. */
export function ownBorder(authservIds: readonly string[]): Border {
  const isOwnWord = ([name, value]: Header): boolean =>
    name.toLowerCase() === 'authentication-results' && authservIds.includes(authservIdOf(value));

  /** What the border said: its results; where it wrote none, of MAIL FROM alone. */
  function wordOf(trace: readonly Header[]): Results {
    const results = resultsIn(
      trace
        .filter(isOwnWord)
        .map(([, value]) => value)
        .join('; ')
        .slice(0, MAX_RESULTS),
    );
    return { ...results, spfDomain: results.spfDomain || mailFromDomain(trace) };
  }

  return {
    take({ headers: all, body }) {
      const headers = all.map(([name, value]): Header => [name, value.slice(0, MAX_VALUE)]);
      const trace = headers.filter(([name]) => RECEIVER_SIDE.test(name));
      const signatures = headers.filter(([name]) => SIGNATURE.test(name)).map(([, value]) => value);
      const written = headers.filter(([name]) => !RECEIVER_SIDE.test(name) && !SIGNATURE.test(name));
      return { transport: { trace, signatures, ...wordOf(trace) }, mail: { headers: written, body } };
    },

    handOn({ transport, mail }, at) {
      const { trace, signatures, spfDomain } = transport;
      const first = trace.findIndex(isOwnWord);
      const renamed = rename(wordOf(trace).spfDomain, spfDomain);
      const shifted = shift(trace, at);
      const written = trace.flatMap((header, index): readonly Header[] => {
        if (!isOwnWord(header)) return [shifted(renamed(header))];
        if (index !== first) return [];
        return [resultsHeader(authservIdOf(header[1]), transport, fromDomainOf(headerOf(mail, 'from')))];
      });
      const signed = signatures.map((value): Header => ['DKIM-Signature', value]);
      return joinMail({ headers: [...written, ...signed, ...mail.headers].map(folded), body: mail.body });
    },
  };
}

const authservIdOf = (value: string): string => (value.trimStart().split(/[;\s("]/, 1)[0] ?? '').toLowerCase();

/** As the parser has it: the envelope sender stands in Return-Path. */
const mailFromDomain = (trace: readonly Header[]): string =>
  headerOf({ headers: trace }, 'return-path')
    ?.match(/@([\w.-]+)>?\s*$/)?.[1]
    ?.toLowerCase() ?? '';

/** The envelope sender's domain in the headers that repeat it. */
function rename(before: string, after: string): (header: Header) => Header {
  if (before === '' || after === '' || before === after) return (header) => header;
  return ([name, value]) =>
    /^(return-path|received-spf)$/i.test(name) ? [name, value.replaceAll(`@${before}`, `@${after}`)] : [name, value];
}

const HOP_DATE = /;([^;]*)$/;
const MAX_HOP = 2000; // characters: as the parser

/** Hops keep their distance: the newest comes at `at`. */
function shift(trace: readonly Header[], at: number): (header: Header) => Header {
  const dateOf = ([name, value]: Header): number =>
    /^(x-)?received$/i.test(name) && value.length <= MAX_HOP
      ? Date.parse((HOP_DATE.exec(value)?.[1] ?? '').replace(/\(.*\)/, ''))
      : Number.NaN;
  const newest = trace.map(dateOf).find((time) => !Number.isNaN(time));
  return (header) => {
    const time = dateOf(header);
    if (newest === undefined || Number.isNaN(time)) return header;
    const zone = header[1].match(/[+-]\d{4}(?=[^;]*$)/)?.[0] ?? '+0000';
    return [header[0], header[1].replace(HOP_DATE, `; ${rfc5322Date(at + time - newest, zone)}`)];
  };
}

const MAX_LINE = 78; // RFC 5322 §2.1.1 "SHOULD be no more than"

/** At blanks: mail that comes is folded, and a line over 998 bytes would be a trait of its own. */
function folded([name, value]: Header): Header {
  let column = name.length + 1;
  let text = '';
  for (const word of value.split(' ')) {
    const isFull = text !== '' && column + 1 + word.length > MAX_LINE;
    text += text === '' ? word : isFull ? `\r\n ${word}` : ` ${word}`;
    column = isFull ? 1 + word.length : column + 1 + word.length;
  }
  return [name, text];
}
