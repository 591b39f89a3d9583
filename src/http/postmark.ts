/** POST /v1/webhooks/postmark: Postmark's inbound webhook. See docs/webhooks/postmark.md. */
import type { IntakeRequest, Service } from '../domain/service.ts';
import { envelopeRecipient } from '../text/envelopeAddress.ts';
import type { PostmarkInbound } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { type Field, mimeOf, type RebuiltPart } from './rebuilt.ts';
import { verdictJson } from './verdictJson.ts';

const JSON_SIZE = 1.5; // of a message's: files are in base64, and RawEmail may come beside all the rest
const JSON_COPIES = 3; // the bytes, their text, and the message made of it
const MAX_JSON_ITEMS = 20_000; // two for each header field, five for each address

export function postmark(
  service: Service,
  metrics: Metrics,
  maxMessageBytes: number,
): Pick<Handlers, 'postmarkWebhook'> {
  return {
    async postmarkWebhook({ tenant, readBody, checkBody }) {
      const bytes = Math.ceil(maxMessageBytes * JSON_SIZE);
      const body = parseJson(
        await readBody({ bytes, tooLarge: 'message-too-large', copies: JSON_COPIES }),
        MAX_JSON_ITEMS,
      );
      checkBody(body);
      const verdict = await service.score(toIntakeRequest(body as PostmarkInbound, tenant));
      metrics.recordVerdict(verdict);
      return { json: verdictJson(verdict) };
    },
  };
}

function toIntakeRequest(mail: PostmarkInbound, tenant: string): IntakeRequest {
  const { RawEmail: whole = '', OriginalRecipient = '', ToFull = [] } = mail;
  const recipients = OriginalRecipient === '' ? ToFull.map(({ Email }) => Email) : [OriginalRecipient];
  return {
    tenant,
    raw: whole === '' ? rebuilt(mail) : Buffer.from(whole),
    isRebuilt: whole === '' || /[^\0-\x7f]/.test(whole), // what was no UTF-8 is none of the sender's bytes any more
    mailboxes: [],
    rcptTo: recipients.flatMap((address) => envelopeRecipient(address) ?? []),
    learn: 'auto',
  };
}

function rebuilt(mail: PostmarkInbound): Buffer {
  const { Headers = [], TextBody = '', HtmlBody = '', Attachments = [] } = mail;
  const kept = Headers.filter(({ Name }) => !/^(?:content-|mime-version$)/i.test(Name)); // those are about parts that are gone
  const named = new Set(kept.map(({ Name }) => Name.toLowerCase()));
  const fields: readonly Field[] = [
    ...kept.map(({ Name, Value }): Field => [Name, Value]),
    ...topFields(mail).filter(([name, value]) => value !== '' && !named.has(name.toLowerCase())),
  ];
  const html = HtmlBody === '' ? [] : [textPart('html', HtmlBody)];
  return mimeOf(
    fields,
    [textPart('plain', TextBody), ...html],
    Attachments.map(({ Name, Content, ContentType, ContentID = '' }) => ({
      type: ContentType,
      fileName: Name,
      ...(ContentID === '' ? {} : { contentId: ContentID }),
      content: Buffer.from(Content, 'base64'),
    })),
  );
}

const textPart = (subtype: string, text: string): RebuiltPart => ({
  type: `text/${subtype}; charset=utf-8`,
  content: Buffer.from(text),
});

function topFields(mail: PostmarkInbound): readonly Field[] {
  const { From, FromFull, To = '', Cc = '', ReplyTo = '', Subject = '' } = mail;
  return [
    ['From', FromFull === undefined ? From : addressField(FromFull.Name ?? '', FromFull.Email)],
    ['To', To],
    ['Cc', Cc],
    ['Reply-To', ReplyTo],
    ['Subject', Subject],
    ['Date', mail.Date ?? ''],
  ];
}

const addressField = (name: string, email: string): string =>
  name === '' ? email : `"${name.replace(/["\\]/g, '\\$&')}" <${email}>`;
