/** A request of rspamd's HTTP protocol (docs.rspamd.com, "protocol"): the message is the body, all about it are request headers. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { IntakeRequest } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender, withoutPort } from '../text/envelopeAddress.ts';
import type { Call } from './exchange.ts';
import { Refusal } from './problem.ts';

/** What the client can do with the answer. */
export interface RspamdClient {
  /** It acts for a milter: it takes a body without headers, and quarantines. */
  readonly isMilter: boolean;
  /** It takes a rewritten message behind the JSON. */
  readonly takesMessage: boolean;
  /** It holds what is rejected with milter.reject = 'quarantine', or acts on nothing. */
  readonly honoursQuarantine: boolean;
}

export async function readRspamdRequest(
  call: Pick<Call<unknown>, 'tenant' | 'request' | 'readBody'>,
  maxMessageBytes: number,
): Promise<IntakeRequest> {
  const { tenant, request, readBody } = call;
  const compression = headerOf(request, 'compression');
  if (compression !== undefined) {
    throw new Refusal('unsupported-encoding', `Compression: ${compression.slice(0, 40)} is not read`, 'Compression');
  }
  const raw = await readBody({ bytes: maxMessageBytes, tooLarge: 'message-too-large', copies: 1 });
  const clientIp = withoutPort(headerOf(request, 'ip') ?? ''); // rspamd's proxy adds the port; mail from a local socket has no address
  const mailFrom = headerOf(request, 'from') ?? (isFromQueue(request) ? '<>' : undefined);
  const clientName = headerOf(request, 'hostname');
  const helo = headerOf(request, 'helo');
  const user = headerOf(request, 'user');
  return {
    tenant,
    raw,
    mailboxes: addressesIn(request, 'deliver-to'),
    rcptTo: addressesIn(request, 'rcpt'),
    ...(mailFrom === undefined ? {} : { mailFrom: envelopeSender(mailFrom) }),
    ...(isIP(clientIp) === 0 ? {} : { clientIp }),
    ...(clientName === undefined ? {} : { clientName }),
    ...(helo === undefined ? {} : { helo }),
    ...(user === undefined ? {} : { user }),
    learn: 'auto',
  };
}

export function rspamdClient(request: IncomingMessage): RspamdClient {
  const flags = new Set((headerOf(request, 'flags') ?? '').split(',').map((flag) => flag.trim()));
  const isMilter = flags.has('milter');
  return {
    isMilter,
    takesMessage: flags.has('body_block'),
    honoursQuarantine: isMilter || /^rspamc\b/.test(headerOf(request, 'user-agent') ?? ''),
  };
}

/** A mail server asks, and that always knows a sender: Haraka leaves out the one of bounces. */
const isFromQueue = (request: IncomingMessage): boolean => headerOf(request, 'queue-id') !== undefined;

const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  const first = (Array.isArray(value) ? value[0] : value)?.trim();
  return first === '' ? undefined : first;
};

const addressesIn = ({ headersDistinct }: IncomingMessage, name: string): readonly string[] =>
  (headersDistinct[name] ?? []).flatMap((path) => envelopeRecipient(path) ?? []);
