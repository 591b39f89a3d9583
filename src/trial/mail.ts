/** Mail as a list of headers and a body, for surgery on raw messages. Only trials do that; what is judged is parsed by mailparser. */

export type Header = readonly [name: string, value: string];

export interface Mail {
  readonly headers: readonly Header[];
  /** Bytes as latin1, so that nothing is changed by reading them. */
  readonly body: string;
}

export function splitMail(raw: Buffer): Mail {
  const text = raw.toString('latin1').replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  const head = (end < 0 ? text : text.slice(0, end)).replace(/^From [^\n]*\n/, '');
  const headers = head
    .replace(/\n[ \t]+/g, '\n\t')
    .split(/\n(?!\t)/)
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [
        line.slice(0, colon),
        line
          .slice(colon + 1)
          .trim()
          .replaceAll('\n\t', ' '),
      ];
    })
    .filter(([name]) => /^[!-9;-~]+$/.test(name));
  return { headers, body: end < 0 ? '' : text.slice(end + 2) };
}

export function joinMail({ headers, body }: Mail): Buffer {
  const head = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  return Buffer.from(`${head}\r\n\r\n${body.replace(/\n/g, '\r\n')}`, 'latin1');
}

/** The first of that name, given in lower case. */
export const headerOf = ({ headers }: Pick<Mail, 'headers'>, name: string): string | undefined =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1];

/** Replaces a header where it stands (so that the order of headers stays a trait), drops it for undefined, appends when absent. */
export function withHeader(mail: Mail, name: string, value: string | undefined): Mail {
  const index = mail.headers.findIndex(([one]) => one.toLowerCase() === name.toLowerCase());
  const rest = mail.headers.filter(([one], at) => at === index || one.toLowerCase() !== name.toLowerCase());
  if (value === undefined)
    return { ...mail, headers: rest.filter(([one]) => one.toLowerCase() !== name.toLowerCase()) };
  if (index < 0) return { ...mail, headers: [...rest, [name, value]] };
  return {
    ...mail,
    headers: rest.map(([one, old]) => (one.toLowerCase() === name.toLowerCase() ? [one, value] : [one, old])),
  };
}

export interface Mailer {
  readonly name: string;
  readonly address: string;
  readonly domain: string;
}

const MAX_SEARCHED = 2000; // characters: what stands further behind is no sender that a reader sees

/** First address of a From value, with the name as it is encoded there. */
export function mailerOf(written: string | undefined): Mailer | undefined {
  const value = written?.slice(0, MAX_SEARCHED);
  const address = value?.match(/[^\s<>"(),:;]+@[\w.-]+/)?.[0]?.toLowerCase();
  if (value === undefined || address === undefined) return undefined;
  const name = value.split('<')[0]?.replaceAll('"', '').trim() ?? '';
  return { name: name.includes('@') ? '' : name, address, domain: address.slice(address.indexOf('@') + 1) };
}

const REPLIES = /^\s*((re|aw|fwd?|sv)\s*:\s*)+/i;

export const withoutReplyMark = (subject: string): string => subject.replace(REPLIES, '');

/** What mails of one thread share. */
export const threadOf = (mail: Mail): string =>
  withoutReplyMark((headerOf(mail, 'subject') ?? '').slice(0, MAX_SEARCHED))
    .replace(/\[[^\]]*\]/g, '')
    .trim()
    .toLowerCase();
