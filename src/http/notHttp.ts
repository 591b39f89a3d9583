/** What never becomes a request: bytes that are no HTTP, methods that nobody knows, headers without end, requests that come too slowly. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf, Refusal } from './problem.ts';

export const MAX_HEADER_BYTES = 64 * 1024; // the longest URL that app.ts takes, and a client's usual headers

export class TooSlow extends Error {
  override readonly name = 'TooSlow';
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT'; // Node's own for headers
}

/** Answers and closes. A complete request before it on the same socket still gets its answer. */
export function refuseBelowHttp(error: Error, socket: Socket, responses: ReadonlySet<ServerResponse>): void {
  const pending = [...responses].find((response) => response.socket === socket);
  if (pending?.req.complete && !pending.headersSent) {
    pending.setHeader('Connection', 'close');
    return;
  }
  if (!socket.writable || pending?.headersSent) {
    socket.destroy();
    return;
  }
  refuse(socket, error instanceof Refusal ? error : refusalOf(error));
}

function refuse(socket: Socket, refusal: Refusal): void {
  const { status, problem } = problemOf(refusal);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** What Node's parser says beside the message. */
interface ParserError extends Error {
  readonly code?: unknown;
  /** In words, from a fixed list. */
  readonly reason?: unknown;
  readonly bytesParsed?: unknown;
  /** What came last on the socket. */
  readonly rawPacket?: unknown;
}

function refusalOf(error: ParserError): Refusal {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Refusal('headers-too-large', `URL and headers have more than ${MAX_HEADER_BYTES} bytes`);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Refusal('request-timeout', 'the request was not complete in time');
    case 'HPE_INVALID_METHOD':
      return unknownMethod(error) ?? new Refusal('malformed-request', 'this is not HTTP/1.1');
    default: {
      const why = typeof error.reason === 'string' && error.reason !== '' ? `: ${error.reason}` : '';
      return new Refusal('malformed-request', `this is not HTTP/1.1${why}`);
    }
  }
}

const MAX_METHOD_LENGTH = 32; // the longest registered one has 17
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) [\x21-\x7e]+ HTTP\/1\.[01]\r?\n/; // RFC 9112 §3

/** A request line as it should be, with a method that is none of those registered: RFC 9110 §9.1 wants a 501 for it. */
function unknownMethod({ rawPacket, bytesParsed }: ParserError): Refusal | undefined {
  if (!(rawPacket instanceof Uint8Array) || typeof bytesParsed !== 'number') return undefined;
  const text = Buffer.from(rawPacket.buffer, rawPacket.byteOffset, rawPacket.byteLength).toString('latin1');
  const start = text.lastIndexOf('\n', Math.max(0, bytesParsed - 1)) + 1;
  const method = REQUEST_LINE.exec(text.slice(start, start + MAX_METHOD_LENGTH + MAX_HEADER_BYTES))?.[1];
  if (method === undefined) return undefined;
  return new Refusal('unknown-method', `the method '${method}' is not known here; upper and lower case differ`);
}
