/** POST /v1/webhooks/mailgun/mime: a route's forward() of Mailgun, signed by it. See docs/webhooks/mailgun.md. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Service } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender } from '../text/envelopeAddress.ts';
import type { Handlers } from './exchange.ts';
import { type Form, fieldOf, readForm } from './formBody.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';
import { verdictJson } from './verdictJson.ts';

export interface MailgunParts {
  readonly service: Service;
  readonly metrics: Metrics;
  readonly maxMessageBytes: number;
  /** Absent: nothing is taken. */
  readonly signingKey?: string;
  readonly now: () => number;
}

const FORM_SIZE = 1.5; // of a message's: a form that is not multipart escapes what is no letter
const FORM_COPIES = 3; // the form, its field as text, the message
const MAX_AGE_MS = 12 * 3_600_000; // Mailgun tries again for eight hours
const URL_HINT = "Mailgun sends the whole message only to a URL that ends with 'mime'";

export function mailgun(parts: MailgunParts): Pick<Handlers, 'mailgunWebhook'> {
  const { service, metrics, maxMessageBytes, signingKey, now } = parts;
  return {
    async mailgunWebhook({ tenant, request, readBody }) {
      if (signingKey === undefined) throw new Refusal('not-configured', 'MAILGUN_SIGNING_KEY is not set');
      const bytes = Math.ceil(maxMessageBytes * FORM_SIZE);
      const body = await readBody({ bytes, tooLarge: 'message-too-large', copies: FORM_COPIES });
      const form = await readForm(body, request.headers['content-type'] ?? '');
      checkSignature(form, signingKey, now());
      const sender = form.get('sender')?.toString();
      const verdict = await service.score({
        tenant,
        raw: fieldOf(form, 'body-mime', URL_HINT),
        mailboxes: [],
        rcptTo: recipientsIn(form),
        ...(sender === undefined ? {} : { mailFrom: envelopeSender(sender) }),
        learn: 'auto',
      });
      metrics.recordVerdict(verdict);
      return { json: verdictJson(verdict) };
    },
  };
}

const recipientsIn = (form: Form): readonly string[] =>
  (form.get('recipient')?.toString() ?? '').split(',').flatMap((address) => envelopeRecipient(address) ?? []);

/** HMAC-SHA256 of timestamp and token. It does not cover the message: whoever sees one such form can send another until it is too old. */
function checkSignature(form: Form, signingKey: string, now: number): void {
  const [timestamp, token, signature] = ['timestamp', 'token', 'signature'].map(
    (name) => form.get(name)?.toString() ?? '',
  );
  const expected = createHmac('sha256', signingKey).update(`${timestamp}${token}`).digest();
  const given = Buffer.from(signature ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Refusal('invalid-signature', 'the signature does not fit MAILGUN_SIGNING_KEY', 'signature');
  }
  if (!(Math.abs(now - Number(timestamp) * 1000) <= MAX_AGE_MS)) {
    throw new Refusal('invalid-signature', 'the signature is older than 12 hours', 'timestamp');
  }
}
