/** Refusals in the form of RFC 9457, and the one table of what each code means. */
import { StoreAway } from '../domain/ports.ts';
import { IntakeError } from '../domain/service.ts';
import type { Problem, ProblemCode } from './api.generated.ts';

/** 400: the request does not follow openapi.yaml. 422: it does and cannot be used. */
export const MEANINGS: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'malformed-request': [400, 'The request is not HTTP that can be understood'],
  'malformed-url': [400, 'The URL is not well-formed'],
  'malformed-json': [400, 'The body is not the JSON that is expected'],
  'malformed-form': [400, 'The body is not the form that is expected'],
  'unknown-field': [400, 'There is no such field'],
  'missing-field': [400, 'A field is missing'],
  'repeated-field': [400, 'A field is given twice'],
  'misplaced-field': [400, 'A field is in the wrong place'],
  'invalid-field': [400, 'A field has a value it cannot take'],
  'invalid-base64': [400, 'The message is not valid base64'],
  'empty-body': [400, 'The body is empty'],
  'key-required': [401, 'An API key is needed'],
  'invalid-key': [401, 'The API key is not known'],
  'invalid-signature': [401, 'The signature is not valid'],
  'wrong-role': [403, 'The API key does not allow this'],
  'foreign-host': [403, 'Without an API key only local names are answered'],
  'cross-site': [403, 'Without an API key other web sites are not answered'],
  'not-found': [404, 'There is nothing here'],
  'not-configured': [404, 'This is not configured here'],
  'unknown-verdict': [404, 'There is no such verdict'],
  'unknown-mailbox': [404, 'Nothing is known about this mailbox'],
  'unknown-correspondent': [404, 'The mailbox does not know this correspondent'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'message-too-large': [413, 'The message is too large'],
  'body-too-large': [413, 'The body is too large'],
  'url-too-long': [414, 'The URL is too long'],
  'unsupported-media-type': [415, 'The media type is not supported'],
  'unsupported-encoding': [415, 'The content coding is not supported'],
  'unsupported-expectation': [417, 'The expectation cannot be met'],
  'invalid-address': [422, 'An address is not valid'],
  'invalid-ip': [422, 'An IP address is not valid'],
  'invalid-time': [422, 'A time is not valid'],
  'invalid-direction': [422, 'A direction is not valid'],
  'too-many-mailboxes': [422, 'There are too many mailboxes'],
  'no-mailbox': [422, 'There is no mailbox to judge the message for'],
  'not-an-mbox': [422, 'The body is not an mbox'],
  'headers-too-large': [431, 'The request headers are too large'],
  'internal-error': [500, 'The service failed'],
  'unknown-method': [501, 'The method is not known'],
  overloaded: [503, 'Too much is being received at once'],
  draining: [503, 'The service is about to stop'],
  'not-ready': [503, 'The service cannot work now'],
};

const RETRY_AFTER_SECONDS = 1; // a message takes milliseconds: a second later there is room again

/** A request that is answered with a problem. The message goes to the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  readonly field: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(code: ProblemCode, detail: string, field?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.code = code;
    this.field = field;
    this.headers = headers;
  }
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
}

/** What the client is told about an error. Anything that is no refusal is a bug: its text stays inside. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof Refusal) return toAnswer(error.code, error.message, error.field, error.headers);
  if (error instanceof IntakeError) return toAnswer(error.code, error.message, error.field);
  if (error instanceof StoreAway) return toAnswer('not-ready', 'the store is away, or full');
  // The router marks a path that cannot be percent-decoded so.
  if (error instanceof URIError) return toAnswer('malformed-url', 'the path has a percent-escape that is not UTF-8');
  return toAnswer('internal-error', 'the fault is in the service and was logged');
}

function toAnswer(
  code: ProblemCode,
  detail: string,
  field?: string,
  headers: Readonly<Record<string, string>> = {},
): ProblemAnswer {
  const [status, title] = MEANINGS[code];
  return {
    status,
    headers: status === 503 ? { 'Retry-After': String(RETRY_AFTER_SECONDS), ...headers } : headers,
    problem: {
      type: `urn:tidemark:problem:${code}`,
      title,
      status,
      detail,
      code,
      ...(field === undefined ? {} : { field }),
    },
  };
}
