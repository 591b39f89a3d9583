/** What a mailing list (Mailman 3) adds to a post: RFC 2369, RFC 2919. */
import { domainOf, type Written } from './draft.ts';
import type { Header } from './mime.ts';

export interface MailingList {
  readonly name: string;
  readonly address: string;
}

export function throughList(post: Written, { name, address }: MailingList): Written {
  const id = address.replace('@', '.');
  const host = domainOf(address);
  const added: readonly Header[] = [
    [
      'Message-ID-Hash',
      post.messageId
        .replace(/[^A-Za-z0-9]/g, '')
        .slice(0, 32)
        .toUpperCase(),
    ],
    ['X-Mailman-Version', '3.3.10'],
    ['Precedence', 'list'],
    ['List-Id', `${name} <${id}>`],
    ['List-Archive', `<https://${host}/archives/list/${address}/>`],
    ['List-Help', `<mailto:${address.replace('@', '-request@')}?subject=help>`],
    ['List-Post', `<mailto:${address}>`],
    ['List-Unsubscribe', `<mailto:${address.replace('@', '-leave@')}>`],
  ];
  const headers = post.headers
    .filter(([header]) => header !== 'To')
    .map(([header, value]): Header => (header === 'Subject' ? [header, marked(value, name)] : [header, value]));
  return { ...post, headers: [...headers, ['To', `${name} <${address}>`], ...added] };
}

const marked = (subject: string, name: string): string =>
  subject.includes(`[${name}]`) ? subject : `[${name}] ${subject}`;
