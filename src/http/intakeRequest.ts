/** POST bodies and queries → IntakeRequest, for /v1/messages and /v1/observations alike. */
import type { IntakeRequest } from '../domain/service.ts';
import type { Return, ScoreMessageFields, SubmittedMessage } from './api.generated.ts';
import { type Call, mediaType } from './exchange.ts';
import { parseJson } from './json.ts';
import { Refusal } from './problem.ts';
import { toMillis } from './times.ts';

const MAX_ENVELOPE_BYTES = 256 * 1024; // 100 mailboxes and 100 recipients of 320 characters, escaped and indented
const JSON_COPIES = 3; // the bytes, their text and the decoded message exist side by side for a moment

type EnvelopeCall = Call<ScoreMessageFields>;

/** What is asked for, and what is wanted in answer. */
export interface MessageCall {
  readonly request: IntakeRequest;
  readonly returns: Return;
}

/** Rejects with a Refusal. `maxMessageBytes` holds for the message itself in both forms. */
export async function readMessageCall(
  call: EnvelopeCall,
  maxMessageBytes: number,
  otherTypes: readonly string[] = [],
): Promise<MessageCall> {
  const type = mediaType(call.request);
  if (type === 'message/rfc822') {
    const raw = await call.readBody({ bytes: maxMessageBytes, tooLarge: 'message-too-large', copies: 1 });
    return toMessageCall(call.tenant, raw, call.fields);
  }
  if (type === 'application/json') {
    const { raw, ...envelope } = await readSubmitted(call, maxMessageBytes);
    return toMessageCall(call.tenant, decodeRaw(raw, maxMessageBytes), envelope);
  }
  throw new Refusal(
    'unsupported-media-type',
    `send message/rfc822, or application/json with the message in base64; not '${type.slice(0, 80)}'`,
    'Content-Type',
    { Accept: ['message/rfc822', 'application/json', ...otherTypes].join(', ') }, // RFC 9110 §12.5.1: what would have been taken
  );
}

async function readSubmitted(call: EnvelopeCall, maxMessageBytes: number): Promise<SubmittedMessage> {
  const bytes = Math.ceil(maxMessageBytes / 3) * 4 + MAX_ENVELOPE_BYTES;
  const text = await call.readBody({ bytes, tooLarge: 'message-too-large', copies: JSON_COPIES });
  const [misplaced] = Object.keys(call.fields);
  if (misplaced !== undefined) {
    throw new Refusal('misplaced-field', `with application/json ${misplaced} belongs in the body`, misplaced);
  }
  const body = parsed(text, maxMessageBytes);
  call.checkBody(body);
  return body as SubmittedMessage;
}

/** Base64 needs a third more than the message, so a longer body may be right; one that is no JSON is too long in any form. */
function parsed(text: Buffer, maxMessageBytes: number): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (text.length <= maxMessageBytes) throw error;
    throw new Refusal(
      'message-too-large',
      `the body has more than ${maxMessageBytes} bytes and is not the JSON expected`,
    );
  }
}

/** Base64 or base64url, padded or not. Node skips what is neither, so a decoded message that is too short tells of it. */
function decodeRaw(text: string, maxMessageBytes: number): Buffer {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = text.length - padding;
  if (length === 0) throw new Refusal('empty-body', 'raw is empty', 'raw');
  const raw = Buffer.from(text, 'base64');
  if (length % 4 === 1 || raw.length !== Math.floor((length * 3) / 4)) {
    throw new Refusal('invalid-base64', 'raw has characters that are not base64', 'raw');
  }
  if (raw.length > maxMessageBytes) {
    throw new Refusal('message-too-large', `the message has more than ${maxMessageBytes} bytes`, 'raw');
  }
  return raw;
}

function toMessageCall(
  tenant: string,
  raw: Buffer,
  { mailbox = [], receivedAt, learn = 'auto', return: returns = 'verdict', ...envelope }: ScoreMessageFields,
): MessageCall {
  const request = {
    tenant,
    raw,
    mailboxes: mailbox,
    learn,
    ...envelope,
    ...(receivedAt === undefined ? {} : { receivedAt: toMillis(receivedAt, 'receivedAt') }),
  };
  return { request, returns };
}
