import type { ServerResponse } from 'node:http';
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

export function respondWithProblem(response: ServerResponse, { status, headers, problem }: ProblemAnswer): void {
  respond(response, status, { ...headers, 'Content-Type': 'application/problem+json' }, JSON.stringify(problem));
}
