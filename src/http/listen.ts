/** The socket side: limits of the HTTP server, refusals below HTTP, and a drain that drops no accepted request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Application } from 'express';
import { mediaType } from './exchange.ts';
import { isJobUpload } from './jobs.ts';
import { MAX_HEADER_BYTES, refuseBelowHttp, TooSlow } from './notHttp.ts';
import { problemOf, Refusal } from './problem.ts';
import { respondWithProblem } from './respond.ts';

const HEADERS_TIMEOUT_MS = 10_000; // headers fit into a few packets; slower is an attack (Slowloris)
const REQUEST_TIMEOUT_MS = 120_000; // 50 MiB at 3.5 Mbit/s
const KEEP_ALIVE_TIMEOUT_MS = 65_000; // longer than the 60 s of common proxies, so that they close first and lose no request
const TIMEOUT_CHECK_MS = 5_000; // how often the two above are looked at
const LAST_CALL_MS = 100; // requests that lie in a socket's buffer when the drain begins are still read
const DRAIN_LIMIT_MS = 25_000; // under the 30 s that Kubernetes and systemd-like supervisors commonly grant

export interface Listener {
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connections, finishes what was accepted, closes idle connections. Resolves when all are closed, at the latest after
   * DRAIN_LIMIT_MS; answers how many requests had to be cut off then.
   */
  drain(): Promise<number>;
}

export interface ListenOptions {
  readonly drainLimitMs?: number;
  readonly requestTimeoutMs?: number;
}

/** Rejects when the address cannot be had. */
export async function startListening(
  app: Application,
  host: string,
  port: number,
  { drainLimitMs = DRAIN_LIMIT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS }: ListenOptions = {},
): Promise<Listener> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: 0, // bodies are watched below: an mbox may take hours
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requireHostHeader: false, // app.ts checks it and says so; Node would send an empty 400
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, requestTimeoutMs),
  });
  const open = trackOpen(server);
  server.on('request', app);
  server.on('request', (request, response) =>
    watchBody(request, response, requestTimeoutMs, () =>
      refuseBelowHttp(new TooSlow('the request was not complete in time'), request.socket, open.responses),
    ),
  );
  server.on('clientError', (error, socket) => refuseBelowHttp(error, socket as Socket, open.responses));
  server.on('connect', (_request, socket) =>
    refuseBelowHttp(
      new Refusal('unknown-method', 'CONNECT is not known here: this is no proxy'),
      socket as Socket,
      open.responses,
    ),
  );
  server.on('checkExpectation', (_request, response) => {
    const refusal = new Refusal('unsupported-expectation', 'only Expect: 100-continue is met', 'Expect', {
      Connection: 'close',
    });
    respondWithProblem(response, problemOf(refusal));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    url: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    port: bound.port,
    drain: () => drain(server, app, open, drainLimitMs),
  };
}

/** A body has to be complete in time. One that is streamed has to get on instead, unless it is us who keep it waiting. */
function watchBody(request: IncomingMessage, response: ServerResponse, limitMs: number, refuse: () => void): void {
  let bytesBefore = 0;
  const timer = setInterval(() => {
    const { bytesRead } = request.socket;
    const isLong = mediaType(request) === 'application/mbox' || isJobUpload(request);
    const isStreamed = isLong && !response.writableEnded;
    const goesOn = isStreamed && (bytesRead > bytesBefore || request.readableLength > 0);
    bytesBefore = bytesRead;
    if (goesOn) return;
    clearInterval(timer);
    if (!request.complete) refuse();
  }, limitMs).unref();
  request.once('close', () => clearInterval(timer));
}

interface Open {
  readonly sockets: ReadonlySet<Socket>;
  readonly responses: ReadonlySet<ServerResponse>;
  /** From now on every answer is the last on its connection. */
  closeAfterAnswer(): void;
}

function trackOpen(server: Server): Open {
  const sockets = new Set<Socket>();
  const responses = new Set<ServerResponse>();
  let isClosing = false;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    responses.add(response);
    if (isClosing) response.setHeader('Connection', 'close');
    response.once('close', () => {
      responses.delete(response);
      if (isClosing) server.closeIdleConnections();
    });
  });
  return {
    sockets,
    responses,
    closeAfterAnswer() {
      isClosing = true;
      for (const response of responses) if (!response.headersSent) response.setHeader('Connection', 'close');
    },
  };
}

async function drain(server: Server, app: Application, open: Open, limitMs: number): Promise<number> {
  app.locals.isDraining = true;
  open.closeAfterAnswer();
  await sleep(LAST_CALL_MS);
  const closed = once(server, 'close');
  server.close(); // also closes idle connections, but not those that never said a word
  for (const socket of open.sockets) if (socket.bytesRead === 0) socket.destroy();

  let cutOffCount = 0;
  const limit = setTimeout(() => {
    cutOffCount = open.responses.size;
    server.closeAllConnections();
  }, limitMs);
  await closed;
  clearTimeout(limit);
  return cutOffCount;
}
