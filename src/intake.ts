/** Bytes and envelope as an interface received them → Submission: bounds, addresses, times. Refusals are IntakeError. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Direction, DirectionFor, Envelope, Submission } from './domain/mail.ts';
import type { Message } from './domain/message.ts';
import type { Organisation } from './domain/organisation.ts';
import { IntakeError, type IntakeRequest } from './domain/service.ts';
import { isFreemail } from './text/lists.ts';

export const MAX_MESSAGE_BYTES = 50 * 1024 * 1024; // what large providers accept at most (Exchange Online and Gmail: 25–150 MB)
const MAX_MAILBOXES = 1_000; // what Postfix takes in one transaction; each is judged, whoever comes last
const MAX_ADDRESS_LENGTH = 320; // 64 + '@' + 255, RFC 5321 §4.5.3.1
const MAX_TIME_MS = Date.UTC(2200, 0); // dates beyond are typing errors and would freeze every decayed count

/** Checks a request. `now` (ms) and `directionFor` stand in for an absent receivedAt and direction. Throws IntakeError that names the field. */
export function toSubmission(
  request: IntakeRequest,
  now: number,
  directionFor: DirectionFor = ({ user }) => (user === undefined ? 'inbound' : 'outbound'),
): Submission {
  if (request.raw.length > MAX_MESSAGE_BYTES) {
    throw new IntakeError(
      'message-too-large',
      'raw',
      `the message has ${request.raw.length} bytes, the limit is ${MAX_MESSAGE_BYTES}`,
    );
  }
  if (request.mailboxes.length > MAX_MAILBOXES) {
    throw new IntakeError(
      'too-many-mailboxes',
      'mailbox',
      `${request.mailboxes.length} mailboxes, the limit is ${MAX_MAILBOXES}`,
    );
  }
  const envelope = toEnvelope(request);
  return {
    tenant: request.tenant,
    raw: request.raw,
    envelope,
    direction: request.direction ?? directionFor(envelope),
    receivedAt: checkedTime(request.receivedAt ?? now),
    ...(request.isRebuilt === undefined ? {} : { isRebuilt: request.isRebuilt }),
    mailboxes: unique(request.mailboxes.map((mailbox) => checkedAddress(mailbox, 'mailbox'))),
  };
}

function toEnvelope({ mailFrom, rcptTo, clientIp, clientName, helo, user }: IntakeRequest): Envelope {
  if (clientIp !== undefined && isIP(clientIp) === 0) {
    throw new IntakeError('invalid-ip', 'clientIp', `'${clientIp.slice(0, 60)}' is not an IP address`);
  }
  const isBounce = mailFrom === '<>' || mailFrom === '';
  return {
    rcptTo: unique((rcptTo ?? []).map((rcpt) => checkedAddress(rcpt, 'rcptTo'))),
    ...(clientIp === undefined ? {} : { clientIp }),
    ...(clientName === undefined ? {} : { clientName: resolvedName(clientName) }),
    ...(helo === undefined ? {} : { helo: helo.slice(0, 255).toLowerCase() }),
    ...(mailFrom === undefined ? {} : { mailFrom: isBounce ? '' : checkedReversePath(mailFrom) }),
    ...(user === undefined ? {} : { user: user.slice(0, MAX_ADDRESS_LENGTH) }),
  };
}

/** Mail servers write 'unknown', 'NXDOMAIN', or the address in brackets where there is no name. */
const resolvedName = (name: string): string =>
  /^(?=.*\.)[a-z\d._-]{1,255}$/i.test(name) && isIP(name) === 0 ? name.toLowerCase() : 'unknown';

function checkedTime(time: number): number {
  if (Number.isFinite(time) && time >= 0 && time < MAX_TIME_MS) return time;
  throw new IntakeError('invalid-time', 'receivedAt', 'receivedAt must lie between the years 1970 and 2200');
}

/** Lower-case, ASCII domain, without angle brackets. Throws IntakeError. */
export function checkedAddress(text: string, field: string): string {
  const bare = text.replace(/^<(.*)>$/s, '$1').trim();
  const at = bare.lastIndexOf('@');
  const domain = at > 0 && bare.length <= MAX_ADDRESS_LENGTH ? domainToASCII(bare.slice(at + 1)) : '';
  // Control characters and blanks have no place in an address that names a mailbox; they would also break record keys.
  if (domain === '' || /[\s\p{Cc}<>,;]/u.test(bare)) {
    throw new IntakeError('invalid-address', field, `'${text.slice(0, 80)}' is not an e-mail address`);
  }
  return `${bare.slice(0, at).toLowerCase()}@${domain.toLowerCase()}`;
}

const LOCAL_NAME = /^[\w.+=-]{1,64}$/; // 'root': what a program on the border itself hands in
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}]){0,250}"@/u;
const LITERAL = /@\[[\w.:]{3,80}\]$/; // RFC 5321 §4.1.3

/**
 * What the sender's side wrote as MAIL FROM. Any that RFC 5321 allows is taken, quoted local parts and address literals too: refusing it
 * would let the message by unseen. Throws IntakeError for what is no reverse-path at all.
 */
function checkedReversePath(text: string): string {
  const bare = text.replace(/^<(.*)>$/s, '$1').trim();
  if (bare.length <= MAX_ADDRESS_LENGTH && (LOCAL_NAME.test(bare) || isOddButLegal(bare))) return bare.toLowerCase();
  return checkedAddress(text, 'mailFrom');
}

const isOddButLegal = (bare: string): boolean =>
  (QUOTED.test(bare) || LITERAL.test(bare)) && !/[\p{Cc}<>]/u.test(bare) && /^(?:".*"|[^\s",;]+)@[^\s",;]+$/.test(bare);

/**
 * The mailboxes a message is judged for: as asked; else the envelope's recipients; else To and Cc inside the own domains (for mail going
 * out: the writer's own). Throws IntakeError when there is none: a message for nobody has no baseline.
 */
export function mailboxesOf(submission: Submission, message: Message, organisation: Organisation): readonly string[] {
  if (submission.mailboxes.length > 0) return submission.mailboxes;
  const found =
    submission.direction === 'outbound' ? writer(submission, message) : readers(submission, message, organisation);
  if (found.length > 0) return found.slice(0, MAX_MAILBOXES);
  throw new IntakeError(
    'no-mailbox',
    'mailbox',
    'no mailbox given, and none found in the envelope or, inside OWN_DOMAINS, in To and Cc',
  );
}

function readers(submission: Submission, message: Message, organisation: Organisation): readonly string[] {
  if (submission.envelope.rcptTo.length > 0) return submission.envelope.rcptTo;
  return (message.recipients?.addresses ?? []).filter((address) => isOwn(address, organisation));
}

function writer({ envelope }: Submission, message: Message): readonly string[] {
  if (message.sender?.address.includes('@')) return [message.sender.address];
  if (envelope.user?.includes('@')) return [checkedAddress(envelope.user, 'user')];
  return envelope.mailFrom?.includes('@') ? [checkedAddress(envelope.mailFrom, 'mailFrom')] : [];
}

export function isOwn(address: string, { ownDomains }: Organisation): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return ownDomains.some((own) => domain === own || domain.endsWith(`.${own}`));
}

/**
 * Which way mail goes that comes by SMTP: out, or from one to another inside, when its client logged in or stands in an own network; what
 * goes to somebody outside too goes out.
 */
export const directionsIn =
  (organisation: Organisation, isOwnNetwork: (ip: string) => boolean = () => false): DirectionFor =>
  ({ user, clientIp, rcptTo }) => {
    const isOurs = user !== undefined || (clientIp !== undefined && isOwnNetwork(clientIp));
    if (!isOurs) return 'inbound';
    return rcptTo.length > 0 && rcptTo.every((address) => isOwn(address, organisation)) ? 'internal' : 'outbound';
  };

/** Own domains as they hold for one mailbox: the configured ones, else the mailbox's own unless a freemail provider's. */
export function ownDomainsFor(mailbox: string, { ownDomains }: Organisation): readonly string[] {
  if (ownDomains.length > 0) return ownDomains;
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  return isFreemail(domain) ? [] : [domain];
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** The direction a stored mail had, seen from its mailbox: what the owner wrote went out. */
export const directionSeenFrom = (mailbox: string, senderAddress: string | undefined): Direction =>
  senderAddress === mailbox ? 'outbound' : 'inbound';
