import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProblemAnswer } from './problem.ts';

/** Sends a whole answer; leaner than Express's send, which looks for ETags and charsets that we do not use. */
export function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** The first piece is waited for: while it cannot be had there is still a problem to answer. A client that goes away ends it. HEAD reads nothing. */
export async function respondWithStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { stream, sizeBytes }: { readonly stream: () => AsyncIterable<Buffer>; readonly sizeBytes: number },
): Promise<void> {
  const head = { ...headers, 'Content-Length': sizeBytes };
  if (response.req.method === 'HEAD') {
    response.writeHead(200, head).end();
    return;
  }
  const pieces = stream()[Symbol.asyncIterator]();
  const first = await pieces.next();
  const body = async function* () {
    for (let next = first; next.done !== true; next = await pieces.next()) yield next.value;
  };
  try {
    response.writeHead(200, head);
    await pipeline(Readable.from(body(), { objectMode: false }), response);
  } catch (error) {
    if (!response.closed) throw error;
  } finally {
    await pieces.return?.(); // here, not in `body`, which never begins for a client that has gone already
  }
}

export function respondWithProblem(response: ServerResponse, { status, headers, problem }: ProblemAnswer): void {
  respond(response, status, { ...headers, 'Content-Type': 'application/problem+json' }, JSON.stringify(problem));
}
