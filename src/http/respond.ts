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

/** Ends early when the client leaves. Rejects when reading fails: too late for a problem, the client sees that bytes are missing. */
export async function respondWithStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { stream, sizeBytes }: { readonly stream: () => AsyncIterable<Buffer>; readonly sizeBytes: number },
): Promise<void> {
  response.writeHead(200, { ...headers, 'Content-Length': sizeBytes });
  if (response.req.method === 'HEAD') response.end();
  else await pipeline(Readable.from(stream()), response);
}

export function respondWithProblem(response: ServerResponse, { status, headers, problem }: ProblemAnswer): void {
  respond(response, status, { ...headers, 'Content-Type': 'application/problem+json' }, JSON.stringify(problem));
}
