/** What the MTA says of client, sender and recipients, as intake takes it. Odd addresses are bent into shape: mail to or from them is judged too. */
import { isIP } from 'node:net';
import type { DirectionFor } from '../domain/mail.ts';
import type { IntakeRequest } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender } from '../text/envelopeAddress.ts';

/** One connection of an SMTP client; several messages may come over it. */
export interface Client {
  /** The name that its address resolved to, as the MTA gives it. */
  readonly name?: string;
  readonly address?: string;
  readonly helo?: string;
  readonly tlsVersion?: string;
  /** The MTA's own name. */
  readonly mta?: string;
}

export interface Transaction {
  readonly mailFrom?: string;
  readonly rcptTo: readonly string[];
  /** Whom the client logged in as. */
  readonly user?: string;
  readonly queueId?: string;
}

export type EnvelopeFacts = Omit<IntakeRequest, 'tenant' | 'raw' | 'learn'>;

/** Whose mail it is that goes to this recipient, as intake writes it. */
export const mailboxOf = (recipient: string, client: Client): string =>
  ofMta(recipient, nameOfMta(client)).toLowerCase();

const nameOfMta = ({ mta = 'localhost' }: Client): string => mta;

export function toEnvelope(client: Client, transaction: Transaction, directionFor: DirectionFor): EnvelopeFacts {
  const { user, mailFrom } = transaction;
  const mta = nameOfMta(client);
  const rcptTo = [...new Set(transaction.rcptTo.map((address) => ofMta(address, mta)))];
  const who = {
    rcptTo,
    ...(isIP(client.address ?? '') === 0 ? {} : { clientIp: client.address ?? '' }),
    ...(user === undefined ? {} : { user }),
  };
  return {
    ...who,
    mailboxes: [],
    ...(client.helo === undefined ? {} : { helo: client.helo }),
    ...(mailFrom === undefined ? {} : { mailFrom: envelopeSender(mailFrom) === '<>' ? '<>' : ofMta(mailFrom, mta) }),
    direction: directionFor(who),
  };
}

const MAX_WORD_LENGTH = 255;

/** A name without a domain is the MTA's own. */
const ofMta = (path: string, mta: string): string =>
  envelopeRecipient(path) ?? envelopeRecipient(`${path.replace(/^<(.*)>$/s, '$1')}@${mta}`) ?? '';

/**
 * The Received header that the MTA is about to write and does not show: history that is learned from mailboxes has it, with the client's
 * resolved name, so what is judged has it too.
 */
export function traceHeader(client: Client, { user, queueId }: Transaction, receivedAt: number): string {
  const { name, address = '', helo, tlsVersion, mta } = client;
  if (isIP(address) === 0) return '';
  const literal = isIP(address) === 6 ? `IPv6:${address}` : address;
  const protocol = `ESMTP${tlsVersion ? 'S' : ''}${user === undefined ? '' : 'A'}`;
  const from = `from ${word(helo)} (${word(name?.startsWith('[') ? undefined : name)} [${literal}])`;
  const date = new Date(receivedAt).toUTCString().replace('GMT', '+0000');
  return `Received: ${from}\r\n by ${word(mta)} with ${protocol} id ${word(queueId)}; ${date}\r\n`;
}

/** One word of a header; the client chose it. */
const word = (text: string | undefined): string =>
  (text ?? '').replace(/[^\w.:[\]-]/g, '').slice(0, MAX_WORD_LENGTH) || 'unknown';
