/** The message under way: what the MTA has said of it so far. */

import { RELEASE_HEADER } from '../domain/custody.ts';
import type { DirectionFor } from '../domain/mail.ts';
import type { Mail } from './answer.ts';
import { type Collected, createCollected } from './collected.ts';
import { type Client, mailboxOf, type Transaction, toEnvelope, traceHeader } from './envelope.ts';
import { createForgedHeaders, type ForgedHeaders } from './forged.ts';
import type { Agreement } from './negotiate.ts';

export interface Message {
  /** With the MTA's domain where the client named none. */
  readonly rcptTo: string[];
  /** The same as the MTA wrote them. */
  readonly paths: string[];
  /** There were more than are remembered. */
  hasAllRecipients: boolean;
  mailFrom?: string;
  readonly content: Collected;
  readonly forged: ForgedHeaders;
  /** The topmost header that says that a person restored it; not yet believed. */
  releaseMark?: string;
  /** It has begun to come in. */
  hasContent: boolean;
  /** Gives back its place among the large ones. */
  release?: () => void;
}

/** Names to values, of one message. */
export type Macros = ReadonlyMap<string, string>;

export const MESSAGE_MACROS: ReadonlySet<string> = new Set(['i', 'auth_authen', 'mail_addr', 'rcpt_addr']);

const MAX_RECIPIENTS = 1000; // as many as are judged for one message
const TRACE_ROOM = 2048; // bytes that the header put before a message may need

export const newMessage = (maxMessageBytes: number, { hasLeadingSpace }: Agreement): Message => ({
  rcptTo: [],
  paths: [],
  hasAllRecipients: true,
  content: createCollected(maxMessageBytes - TRACE_ROOM, hasLeadingSpace),
  forged: createForgedHeaders(),
  hasContent: false,
});

/** The MTA's resolved form of a recipient has a domain where the client named none. */
export function addRecipient(message: Message, address: string, resolved: string | undefined): void {
  const { rcptTo, paths } = message;
  message.hasAllRecipients = rcptTo.length < MAX_RECIPIENTS;
  if (!message.hasAllRecipients) return;
  rcptTo.push(resolved?.includes('@') ? resolved : address);
  paths.push(address);
}

/** Remembers it where it says that a person restored the message. */
export function noteRelease(message: Message, name: string, value: string): void {
  if (name.toLowerCase() === RELEASE) message.releaseMark ??= value;
}

const RELEASE = RELEASE_HEADER.toLowerCase();

/** Known of the client by macros, beside what the connection said. */
export function clientOf(values: Macros, { address, ...known }: Client): Client {
  const [mta, name, tlsVersion] = [values.get('j'), values.get('client_name'), values.get('tls_version')];
  const seenAddress = address ?? values.get('client_addr');
  return {
    ...known,
    ...(mta === undefined ? {} : { mta }),
    ...(name === undefined ? {} : { name }),
    ...(seenAddress === undefined ? {} : { address: seenAddress }),
    ...(tlsVersion === undefined ? {} : { tlsVersion }),
  };
}

export interface MailParts {
  readonly tenant: string;
  readonly directionFor: DirectionFor;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** Empties the message's content into one buffer. */
export function mailOf(message: Message, client: Client, macros: Macros, parts: MailParts): Mail {
  const { tenant, directionFor, receivedAt } = parts;
  const transaction = transactionOf(message, macros);
  const trace = Buffer.from(traceHeader(client, transaction, receivedAt), 'latin1');
  const whole = message.content.take(trace);
  return {
    raw: whole.subarray(trace.length),
    headerBytes: message.content.headerBytes,
    hasTrace: trace.length > 0,
    forged: message.forged,
    said: {
      recipients: message.paths.map((path, at) => ({ path, mailbox: mailboxOf(message.rcptTo[at] ?? path, client) })),
      hasAllRecipients: message.hasAllRecipients,
      ...(message.mailFrom === undefined ? {} : { mailFrom: message.mailFrom }),
    },
    request: { ...toEnvelope(client, transaction, directionFor), tenant, raw: whole, receivedAt, learn: 'auto' },
  };
}

function transactionOf({ rcptTo, mailFrom }: Message, macros: Macros): Transaction {
  const [user = '', id, parsed] = [macros.get('auth_authen'), macros.get('i'), macros.get('mail_addr')];
  const from = parsed?.includes('@') ? parsed : mailFrom; // what the MTA made of it, before what the client wrote
  return {
    rcptTo,
    ...(from === undefined ? {} : { mailFrom: from }),
    ...(user === '' ? {} : { user }),
    ...(id === undefined ? {} : { queueId: id }),
  };
}
