/** Habits of the program that wrote the mail: only what its author's side wrote, nothing that a relay or a list adds. */
import { hash } from 'node:crypto';
import type { ParsedMail, RawHeader } from '../domain/mail.ts';
import type { Client } from '../domain/origin.ts';
import { organisationalDomain } from '../text/organisationalDomain.ts';
import { boundaryShape, messageIdShape } from './shapes.ts';

const NONE = 'none';

export function client(mail: ParsedMail): Client {
  return {
    mailer: mailerName(firstValue(mail.headers, 'x-mailer') ?? firstValue(mail.headers, 'user-agent')),
    timeZone: mail.dateZoneMinutes === undefined ? NONE : zoneText(mail.dateZoneMinutes),
    messageIdDomain: messageIdDomain(mail.messageId),
    messageIdPattern: mail.messageId === undefined ? NONE : messageIdShape(mail.messageId),
    headerOrder: headerOrder(mail.headers),
    structure: mail.structure ?? NONE,
    boundaryPattern: boundaryShape(firstValue(mail.headers, 'content-type') ?? ''),
    contentTypeForm: contentTypeForm(mail.headers),
  };
}

const firstValue = (headers: readonly RawHeader[], name: string): string | undefined =>
  headers.find((header) => header.name === name)?.value;

const MAX_MAILER_LENGTH = 60;
const MAX_MAILER_SOURCE = 200;

/** Words without versions and remarks: 'Mozilla/5.0 (X11) Thunderbird/68.3.1' → 'mozilla thunderbird'. */
function mailerName(value: string | undefined): string {
  const words = withoutComments((value ?? '').slice(0, MAX_MAILER_SOURCE).toLowerCase())
    .split(/\s+/)
    .map((word) => word.split('/', 1)[0] ?? '')
    .filter((word) => word !== '' && !/^v?\d/.test(word));
  return words.length === 0 ? NONE : words.join(' ').slice(0, MAX_MAILER_LENGTH);
}

function withoutComments(text: string): string {
  let depth = 0;
  let kept = '';
  for (const piece of text.split(/([()])/)) {
    if (piece === '(') depth++;
    else if (piece === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += piece;
  }
  return kept;
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes);
  const digits = String(Math.trunc(size / 60) * 100 + (size % 60)).padStart(4, '0');
  return `${minutes < 0 ? '-' : '+'}${digits}`;
}

const MAX_DOMAIN_LENGTH = 80;

/** Organisational, because providers put the name of a changing server there. */
function messageIdDomain(messageId: string | undefined): string {
  const domain = messageId?.slice(messageId.lastIndexOf('@') + 1).toLowerCase() ?? '';
  if (domain === '' || !messageId?.includes('@')) return NONE;
  return organisationalDomain(domain.slice(0, 255)).slice(0, MAX_DOMAIN_LENGTH);
}

/**
 * Written by the author's program in its own order and case, whatever the mail is about. Cc, In-Reply-To, References, Reply-To and
 * Thread-Index come and go with the mail: with them 5.8 % of a sender's list mails have an order not seen from it before, without them
 * 2.7 %; another sender's mail matches by chance in 4.6 and 7.7 % (list ham, senders with ten mails or more).
 */
const AUTHOR_HEADERS: ReadonlySet<string> = new Set([
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-language',
  'user-agent',
  'x-mailer',
  'organization',
  'importance',
  'x-priority',
  'thread-topic',
  'accept-language',
]);
const HASH_LENGTH = 8;

function headerOrder(headers: readonly RawHeader[]): string {
  const names = new Map<string, string>();
  for (const { name, writtenName } of headers) {
    if (AUTHOR_HEADERS.has(name) && !names.has(name)) names.set(name, writtenName);
  }
  return names.size === 0 ? NONE : hash('sha256', [...names.values()].join(' ')).slice(0, HASH_LENGTH);
}

const MAX_FORM_SOURCE = 400; // characters of Content-Type
const MAX_ENCODING = 40;

/** Case, order, quotes and what the program writes by itself; a boundary, a file name and a summary are the message's. */
function contentTypeForm(headers: readonly RawHeader[]): string {
  const type = firstValue(headers, 'content-type')?.slice(0, MAX_FORM_SOURCE);
  const encoding = firstValue(headers, 'content-transfer-encoding')?.slice(0, MAX_ENCODING).trim();
  if (type === undefined && encoding === undefined) return NONE;
  const form = type
    ?.replace(PARAMETER, (whole, name: string, value: string) =>
      PROGRAMS_PARAMETERS.has(name.toLowerCase()) ? whole : `;${name}=${value.startsWith('"') ? '""' : ''}`,
    )
    .replace(PIECES, '$1');
  return hash('sha256', `${form?.replace(/\s+/g, ' ')}\n${encoding}`).slice(0, HASH_LENGTH);
}

const PARAMETER = /;\s*([\w-]+)(?:\*\d*)*\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)/g;
const PIECES = /(;[\w-]+=(?:"")?)\1+/g; // RFC 2231 §3: a long name comes in several
const PROGRAMS_PARAMETERS: ReadonlySet<string> = new Set(['charset', 'format', 'delsp', 'type', 'micalg', 'protocol']);
