/** Hands one message to the organisation's own MTA by SMTP, as a stream. */
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { RecipientOutcome } from '../domain/custody.ts';

export interface Delivery {
  /** '' for a bounce. */
  readonly mailFrom: string;
  readonly rcptTo: readonly string[];
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Buffer>;
}

export type DeliveryOutcome =
  | { readonly kind: 'answered'; readonly recipients: readonly RecipientOutcome[] }
  /** No server, or none that went on answering: who got the message is not known. */
  | { readonly kind: 'unreachable'; readonly said: string };

/** Rejects when the content cannot be read. */
export type Deliver = (delivery: Delivery) => Promise<DeliveryOutcome>;

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000; // a milter that thinks, the last answer
const WHOLE_MS = 240_000; // shorter than a claim lasts
const MAX_SAID_LENGTH = 300;

export const createDelivery =
  ({ host, port }: { readonly host: string; readonly port: number }): Deliver =>
  async (delivery) => {
    const connection = new SMTPConnection({
      host,
      port,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      opportunisticTLS: true, // as MTAs do among each other
      tls: { rejectUnauthorized: false },
    });
    const limit = setTimeout(() => connection.emit('error', new Error(`more than ${WHOLE_MS} ms`)), WHOLE_MS);
    try {
      return await converse(connection, delivery);
    } finally {
      clearTimeout(limit);
      connection.on('error', () => undefined); // nobody waits any more
      connection.close();
    }
  };

function converse(connection: SMTPConnection, delivery: Delivery): Promise<DeliveryOutcome> {
  const { rcptTo, sizeBytes, content } = delivery;
  const possible = rcptTo.filter(isPossible);
  if (possible.length === 0) {
    return Promise.resolve({ kind: 'answered', recipients: rcptTo.map((address) => refused(address, IMPOSSIBLE)) });
  }
  return new Promise((resolve, reject) => {
    const fail = (error: SmtpError): void => {
      if (error.code === 'ESTREAM') reject(error);
      else resolve(failure(error, rcptTo));
    };
    connection.once('error', fail);
    connection.connect((error) => {
      if (error !== undefined) return fail(error);
      const from = isPossible(delivery.mailFrom) ? delivery.mailFrom : '';
      const envelope = { from, to: possible, size: sizeBytes, use8BitMime: true };
      connection.send(envelope, Readable.from(content, { objectMode: false }), (problem, info) => {
        if (problem !== null) return fail(problem);
        const refusals = new Map(info.rejectedErrors?.map((one) => [one.recipient, saidBy(one)]));
        const accepted = new Set(info.accepted);
        const recipients = rcptTo.map((address): RecipientOutcome => {
          if (!isPossible(address)) return refused(address, IMPOSSIBLE);
          if (!accepted.has(address)) return refused(address, refusals.get(address));
          return { address, state: 'accepted', said: info.response.slice(0, MAX_SAID_LENGTH) };
        });
        connection.quit();
        resolve({ kind: 'answered', recipients });
      });
    });
  });
}

/** One that cannot stand in a command would have the client refuse all of them. */
const isPossible = (address: string): boolean => address.trim() !== '' && !/[\r\n<>]/.test(address);
const IMPOSSIBLE = 'no SMTP command can carry this address';

const refused = (address: string, said: string | undefined): RecipientOutcome => ({
  address,
  state: 'refused',
  ...(said === undefined ? {} : { said }),
});

interface SmtpError extends Error {
  readonly code?: string | undefined;
  readonly response?: string | undefined;
}

const saidBy = ({ response, message }: SmtpError): string => (response ?? message).slice(0, MAX_SAID_LENGTH);

/** The envelope or the message was refused for all, or there was nobody to refuse it. */
function failure(error: SmtpError, rcptTo: readonly string[]): DeliveryOutcome {
  const said = saidBy(error);
  if (error.response === undefined && error.code !== 'EENVELOPE' && error.code !== 'EMESSAGE') {
    return { kind: 'unreachable', said };
  }
  return { kind: 'answered', recipients: rcptTo.map((address) => refused(address, said)) };
}
