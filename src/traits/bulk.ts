/** Whether the mail came by a list, offers to unsubscribe, or was written by a machine: claims, for anyone can write these headers. */
import type { ParsedMail } from '../domain/mail.ts';
import type { Bulk } from '../domain/message.ts';

/** Of lists that people write to. */
const DISCUSSION_HEADERS: ReadonlySet<string> = new Set([
  'list-owner',
  'list-subscribe',
  'mailing-list',
  'x-mailing-list',
  'x-mailman-version',
]);
const AUTOMATIC_HEADERS: ReadonlySet<string> = new Set([
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
]);
const BULK_PRECEDENCE: ReadonlySet<string> = new Set(['bulk', 'junk', 'auto_reply']);
const MAX_LIST_ID_LENGTH = 255; // RFC 2919 §3

/** List-Id alone is a list's; beside List-Unsubscribe and nothing else it is a bulk mailer's, who numbers campaigns with it. */
export function bulk({ headers }: ParsedMail): Bulk {
  let isDiscussion = false;
  let hasUnsubscribe = false;
  let isAutomatic = false;
  let listId: string | undefined;
  for (const { name, value } of headers) {
    const word = value.length < MAX_LIST_ID_LENGTH ? value.toLowerCase() : '';
    if (name === 'list-id') listId ??= listIdIn(value);
    if (DISCUSSION_HEADERS.has(name) || isPosting(name, word)) isDiscussion = true;
    if (name === 'list-unsubscribe') hasUnsubscribe = true;
    if (AUTOMATIC_HEADERS.has(name) || isMachine(name, word)) isAutomatic = true;
  }
  const isList = isDiscussion || (listId !== undefined && !hasUnsubscribe);
  return { isList, ...(listId === undefined ? {} : { listId }), hasUnsubscribe, isAutomatic };
}

/** RFC 2369 §3.4: NO is said of lists that nobody may post to. */
const isPosting = (name: string, value: string): boolean =>
  (name === 'list-post' && !/^\s*no\b/.test(value)) || (name === 'precedence' && value === 'list');

/** RFC 3834 §5, the null reverse-path of a bounce (RFC 5321 §4.5.5), and the older Precedence. */
function isMachine(name: string, value: string): boolean {
  if (name === 'auto-submitted') return value !== '' && !value.startsWith('no');
  if (name === 'return-path') return value === '<>';
  return name === 'precedence' && BULK_PRECEDENCE.has(value);
}

/** RFC 2919: what stands in angle brackets, else the whole. */
function listIdIn(value: string): string | undefined {
  const open = value.lastIndexOf('<');
  const close = value.indexOf('>', open);
  const id = (open >= 0 && close > open ? value.slice(open + 1, close) : value).trim().toLowerCase();
  return id === '' || id.length > MAX_LIST_ID_LENGTH ? undefined : id;
}
