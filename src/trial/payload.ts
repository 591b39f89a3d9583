/** What attacks carry and the copied text lacks: a link to a host nobody here has seen, in the words' own format. */
import { headerOf, type Mail } from './mail.ts';
import type { Random } from './random.ts';

/** undefined when no text of the mail can be written into: encoded as base64, or no text at all. */
export function withLink(mail: Mail, random: Random): Mail | undefined {
  const host = `${random.pick(['secure-login', 'account-verify', 'docshare', 'invoice-portal', 'files-view'])}${random.below(100_000)}`;
  const url = `https://${host}.${random.pick(['com', 'net', 'top', 'org', 'info'])}/${random.pick(['view', 'd', 'auth', 'doc'])}/${random.below(1_000_000)}`;
  const type = headerOf(mail, 'content-type') ?? 'text/plain';
  const encoding = headerOf(mail, 'content-transfer-encoding') ?? '';
  const body = /^multipart\//i.test(type) ? inParts(mail.body, url) : inText(mail.body, `${type} ${encoding}`, url);
  return body === mail.body ? undefined : { ...mail, body };
}

/** A delimiter and the headers below it, if any: RFC 2046 §5.1.1. Bounded, because anybody may write lines that look like it. */
const PART_HEAD = /(?<=^|\n)--\S[^\n]{0,99}\n(?<headers>(?:(?:[!-9;-~]{1,80}:|[ \t])[^\n]{0,998}\n){0,30})\n/g;
const MAX_PARTS = 50;

/** In each part that is text to be shown, so that every alternative has it. */
function inParts(body: string, url: string): string {
  const heads = [...body.matchAll(PART_HEAD).take(MAX_PARTS)].map((head) => ({
    headers: head.groups?.headers ?? '',
    start: head.index + head[0].length,
  }));
  const first = heads[0]?.start ?? body.length;
  const pieces = heads.map(({ headers, start }, at) => inText(body.slice(start, heads[at + 1]?.start), headers, url));
  return body.slice(0, first) + pieces.join('');
}

/** `described`: type, encoding and disposition, as they are written. */
function inText(text: string, described: string, url: string): string {
  if (/base64|attachment|multipart\/|message\//i.test(described)) return text;
  const type = described.match(/\b(text|image|audio|video|application)\/([\w.-]+)/i);
  if (type === null || /^text\/plain$/i.test(type[0])) return `Please see ${url}\n\n${text}`;
  if (!/^text\/html$/i.test(type[0])) return text;
  const equals = /quoted-printable/i.test(described) ? '=3D' : '=';
  const paragraph = `<p>Please see\n<a href${equals}"${url}">\n${url}</a></p>\n`;
  const opened = text.match(/<body[^>]{0,2000}>/i);
  const at = opened === null ? 0 : (opened.index ?? 0) + opened[0].length;
  return `${text.slice(0, at)}${paragraph}${text.slice(at)}`;
}
