/** POST /v1/webhooks/ses: mail that Amazon SES received, by a topic of SNS. See docs/webhooks/ses.md. */
import type { Logger } from 'pino';
import type { IntakeRequest, Service } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender } from '../text/envelopeAddress.ts';
import type { SnsMessage, SnsReceipt } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';
import { checkSnsMessage, type SnsTrust } from './snsSignature.ts';
import { verdictJson } from './verdictJson.ts';

export interface SesParts {
  readonly service: Service;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Absent: nothing is taken. */
  readonly trust?: SnsTrust;
  readonly now: () => number;
}

const MAX_BODY_BYTES = 1024 * 1024; // SNS takes 256 KiB; in JSON inside JSON they are escaped twice
const CERTIFICATE_URL =
  /^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/SimpleNotificationService-[0-9a-f]+\.pem$/;

export function ses({ service, metrics, log, trust, now }: SesParts): Pick<Handlers, 'sesWebhook'> {
  return {
    async sesWebhook({ tenant, readBody, checkBody }) {
      if (trust === undefined) throw new Refusal('not-configured', 'SNS_CERTIFICATES and SNS_TOPIC_ARN are not set');
      const body = parseJson(await readBody({ bytes: MAX_BODY_BYTES, tooLarge: 'body-too-large', copies: 3 }));
      checkBody(body);
      const message = body as SnsMessage;
      checkTrust(message, trust, now(), log);
      if (message.Type !== 'Notification') {
        // Whoever runs the service opens it; we open no URL that came from outside.
        log.warn({ topic: message.TopicArn, url: message.SubscribeURL }, `SNS: ${message.Type}; open the URL to agree`);
        return { json: { status: 'logged' } satisfies SnsReceipt };
      }
      const request = toIntakeRequest(message.Message, tenant);
      if (request === undefined) return { json: { status: 'ignored' } satisfies SnsReceipt };
      const verdict = await service.score(request);
      metrics.recordVerdict(verdict);
      return { json: verdictJson(verdict) };
    },
  };
}

function checkTrust(message: SnsMessage, trust: SnsTrust, now: number, log: Logger): void {
  try {
    checkSnsMessage(message, trust, now);
  } catch (error) {
    const url = message.SigningCertURL ?? '';
    if (CERTIFICATE_URL.test(url)) log.warn({ url }, 'SNS: not trusted; is this certificate in SNS_CERTIFICATES?');
    throw error;
  }
}

/** undefined for what is no received mail: bounces, complaints, SES's test of the topic. Throws Refusal when it is mail without its content. */
function toIntakeRequest(text: string, tenant: string): IntakeRequest | undefined {
  const { notificationType, mail, receipt, content } = objectIn(text);
  if (notificationType !== 'Received') return undefined;
  if (typeof content !== 'string' || content === '') {
    throw new Refusal(
      'missing-field',
      'content is missing: the receipt rule needs an SNS action; S3 is not read',
      'content',
    );
  }
  const { source, timestamp } = asObject(mail);
  const { recipients, action } = asObject(receipt);
  const isBase64 = asObject(action).encoding === 'BASE64';
  const receivedAt = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return {
    tenant,
    raw: Buffer.from(content, isBase64 ? 'base64' : 'utf8'),
    isRebuilt: !isBase64 && /[^\0-\x7f]/.test(content), // what was no UTF-8 is none of the sender's bytes any more
    mailboxes: [],
    rcptTo: (Array.isArray(recipients) ? recipients : []).flatMap(
      (address) => envelopeRecipient(String(address)) ?? [],
    ),
    ...(typeof source === 'string' ? { mailFrom: envelopeSender(source) } : {}),
    ...(Number.isNaN(receivedAt) ? {} : { receivedAt }),
    learn: 'auto',
  };
}

type Loose = Readonly<Record<string, unknown>>;

const asObject = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});

/** Empty for what is no JSON: SES greets a new topic in plain words. */
function objectIn(text: string): Loose {
  try {
    return asObject(parseJson(Buffer.from(text)));
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}
