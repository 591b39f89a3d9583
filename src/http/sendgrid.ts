/** POST /v1/webhooks/sendgrid: SendGrid's Inbound Parse with the whole message. See docs/webhooks/sendgrid.md. */
import { isIP } from 'node:net';
import type { Service } from '../domain/service.ts';
import { envelopeRecipient, envelopeSender } from '../text/envelopeAddress.ts';
import type { Handlers } from './exchange.ts';
import { type Form, fieldOf, readForm } from './formBody.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { Refusal } from './problem.ts';
import { verdictJson } from './verdictJson.ts';

const FORM_SIZE = 1.1; // other fields beside the message
const FORM_COPIES = 2; // the form, and the message in it
const RAW_HINT = "switch on 'POST the raw, full MIME message'";

export function sendgrid(
  service: Service,
  metrics: Metrics,
  maxMessageBytes: number,
): Pick<Handlers, 'sendgridWebhook'> {
  return {
    async sendgridWebhook({ tenant, request, readBody }) {
      const bytes = Math.ceil(maxMessageBytes * FORM_SIZE);
      const body = await readBody({ bytes, tooLarge: 'message-too-large', copies: FORM_COPIES });
      const form = await readForm(body, request.headers['content-type'] ?? '');
      const clientIp = form.get('sender_ip')?.toString() ?? '';
      const verdict = await service.score({
        tenant,
        raw: fieldOf(form, 'email', RAW_HINT),
        mailboxes: [],
        ...envelopeIn(form),
        ...(isIP(clientIp) === 0 ? {} : { clientIp }),
        learn: 'auto',
      });
      metrics.recordVerdict(verdict);
      return { json: verdictJson(verdict) };
    },
  };
}

/** JSON: {"to": ["ana@acme.example"], "from": "eve@bank.example"}. Throws Refusal for anything else. */
function envelopeIn(form: Form): { readonly rcptTo: readonly string[]; readonly mailFrom?: string } {
  const envelope = parseJson(fieldOf(form, 'envelope', 'it says for whom the message is'));
  const { to, from } = (typeof envelope === 'object' && envelope !== null ? envelope : {}) as Record<string, unknown>;
  if (!Array.isArray(to) || !to.every((address) => typeof address === 'string')) {
    throw new Refusal('invalid-field', 'envelope: to must be a list of addresses', 'envelope');
  }
  return {
    rcptTo: to.flatMap((address) => envelopeRecipient(address) ?? []),
    ...(typeof from === 'string' ? { mailFrom: envelopeSender(from) } : {}),
  };
}
