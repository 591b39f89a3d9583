/** What a resource is handed and what it answers. Resources know nothing of Express. */
import type { IncomingMessage } from 'node:http';
import type { OperationFields } from './api.generated.ts';

export interface Call<Fields> {
  readonly tenant: string;
  /** Path and query parameters, checked against openapi.yaml. */
  readonly fields: Fields;
  readonly request: IncomingMessage;
  /** Reads the whole body. Rejects with a Refusal: over the limit, too much in flight, empty, encoded. */
  readonly readBody: (limit: BodyLimit) => Promise<Buffer>;
  /** The body as it comes, for what need not be held; the socket waits while nobody asks. Throws a Refusal when it is encoded. */
  readonly streamBody: () => AsyncIterable<Buffer>;
  /** Throws a Refusal unless the parsed JSON body is what openapi.yaml says. */
  readonly checkBody: (body: unknown) => void;
}

export interface BodyLimit {
  readonly bytes: number;
  readonly tooLarge: 'message-too-large' | 'body-too-large';
  /** How many copies of the body will be held at once. */
  readonly copies: number;
}

interface AnswerHead {
  readonly headers?: Readonly<Record<string, string>>;
}
/** A 200, but for pages that people see in a browser: everything else is thrown as a Refusal. */
export type Answer = AnswerHead &
  (
    | { readonly json: object }
    | { readonly text: string; readonly type: string; readonly status?: 200 | 303 | 403 | 404 }
    | { readonly bytes: Buffer; readonly type: string }
    /** `sizeBytes` of them, as they come. */
    | { readonly stream: () => AsyncIterable<Buffer>; readonly sizeBytes: number; readonly type: string }
  );

export type Handlers = {
  readonly [Id in keyof OperationFields]: (call: Call<OperationFields[Id]>) => Promise<Answer>;
};

/** Media type without parameters, lower-case; '' when there is none. */
export const mediaType = (request: IncomingMessage): string => mediaTypeOf(request.headers['content-type'] ?? '');

export function mediaTypeOf(header: string): string {
  const semicolon = header.indexOf(';');
  return (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase();
}
