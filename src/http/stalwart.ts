/** POST /v1/hooks/stalwart: Stalwart's MTA hooks, all stages at one address. Only that with the message is judged. */
import { isIP } from 'node:net';
import { RESULT_HEADERS, resultHeaders } from '../domain/resultHeaders.ts';
import type { IntakeRequest, Service } from '../domain/service.ts';
import type { Verdict } from '../domain/verdict.ts';
import { envelopeRecipient, envelopeSender } from '../text/envelopeAddress.ts';
import type { StalwartModification, StalwartReply, StalwartRequest } from './api.generated.ts';
import type { Handlers } from './exchange.ts';
import { parseJson } from './json.ts';
import type { Metrics } from './metrics.ts';
import { type Field, headOf } from './rebuilt.ts';

const JSON_SIZE = 1.5; // of a message's: line ends and quotes are escaped
const JSON_COPIES = 3; // the bytes, their text, and the message made of it
const MAX_JSON_ITEMS = 20_000; // three for each header field

export function stalwart(service: Service, metrics: Metrics, maxMessageBytes: number): Pick<Handlers, 'stalwartHook'> {
  return {
    async stalwartHook({ tenant, readBody, checkBody }) {
      const bytes = Math.ceil(maxMessageBytes * JSON_SIZE);
      const body = parseJson(
        await readBody({ bytes, tooLarge: 'message-too-large', copies: JSON_COPIES }),
        MAX_JSON_ITEMS,
      );
      checkBody(body);
      const hook = body as StalwartRequest;
      if (hook.message === undefined) return { json: { action: 'accept', modifications: [] } satisfies StalwartReply };
      const request = toIntakeRequest(hook, hook.message, tenant);
      const verdict = await service.score(request);
      metrics.recordVerdict(verdict);
      return { json: reply(verdict, hook.message.headers, request.user !== undefined) };
    },
  };
}

type Message = NonNullable<StalwartRequest['message']>;

function toIntakeRequest({ context, envelope }: StalwartRequest, message: Message, tenant: string): IntakeRequest {
  const { ip = '', ptr, helo, ehlo } = context.client ?? {};
  const name = helo ?? ehlo;
  const user = context.sasl?.login;
  const fields = [...(message.serverHeaders ?? []), ...message.headers].map(
    ([field = '', value = '']): Field => [field, value],
  );
  return {
    tenant,
    raw: Buffer.from(`${headOf(fields)}\r\n${message.contents}`),
    isRebuilt: true, // bytes that are no UTF-8 were replaced
    mailboxes: [],
    rcptTo: (envelope?.to ?? []).flatMap(({ address }) => envelopeRecipient(address) ?? []),
    ...(envelope === undefined ? {} : { mailFrom: envelopeSender(envelope.from.address) }),
    ...(isIP(ip) === 0 ? {} : { clientIp: ip }),
    ...(typeof ptr === 'string' ? { clientName: ptr } : {}),
    ...(typeof name === 'string' ? { helo: name } : {}),
    ...(user === undefined ? {} : { user }),
    learn: 'auto',
  };
}

/** A strip is delivered marked: verdict/strip does not rewrite what is not the message's own bytes. */
function reply(verdict: Verdict, headers: Message['headers'], isLeaving: boolean): StalwartReply {
  const ours = resultHeaders(verdict, { isLeaving, isNotRewritten: verdict.action === 'strip' });
  return {
    action: verdict.action === 'hold' ? 'quarantine' : 'accept',
    modifications: [
      ...forgedIn(headers),
      ...ours.map(({ name, value }): StalwartModification => ({ type: 'addHeader', name, value })),
    ],
  };
}

/** Counted by name from 1, as milters do; the last first, so that no other changes its number. */
function forgedIn(headers: Message['headers']): readonly StalwartModification[] {
  return RESULT_HEADERS.flatMap((name) => {
    const count = headers.filter(([field = '']) => field.trim().toLowerCase() === name.toLowerCase()).length;
    return Array.from(
      { length: count },
      (_, at): StalwartModification => ({ type: 'deleteHeader', index: count - at, name }),
    );
  });
}
