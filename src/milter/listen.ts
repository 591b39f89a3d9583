/** The socket side of the milter: where it listens, how many may talk, how long they may take, and a drain that drops no message. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSlots, type Slots } from '../slots.ts';
import { isGone, listenAt } from '../sockets.ts';
import { createFrameReader, ProtocolError } from './frames.ts';
import { toPacket } from './packets.ts';
import { PROGRESS } from './reply.ts';
import { createSession, type Session, type SessionParts } from './session.ts';

export type MilterAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string; readonly mode: number; readonly group?: string };

export interface MilterLimits {
  readonly maxConnections: number;
  /** Messages over SMALL_BYTES that are taken in at once. */
  readonly largeMessages: number;
  readonly maxFrameBytes: number;
  /** From the first byte of a command to its last; and from the connection to the first, which MTAs send at once. */
  readonly commandMs: number;
  /** From the first header of a message to its end. */
  readonly contentMs: number;
  /** Between commands: an MTA waits there for its client. */
  readonly idleMs: number;
  readonly drainMs: number;
}

export const DEFAULT_LIMITS: MilterLimits = {
  maxConnections: 500, // Postfix runs 100 smtpd by default, each with one
  largeMessages: 3, // of 50 MiB, and twice that while it is put together; beside them 128 KiB for each connection
  maxFrameBytes: 1024 * 1024, // body chunks have 64 KiB; Postfix sends headers of up to 100 KiB (header_size_limit)
  commandMs: 30_000, // Postfix's milter_command_timeout
  contentMs: 300_000, // Postfix's milter_content_timeout: MTAs send content when they have all of it
  idleMs: 7_210_000, // libmilter's; Sendmail waits an hour for its client
  drainMs: 25_000, // as for HTTP
};
const KEEP_ALIVE_MS = 60_000; // a TCP peer that is gone is noticed
const CHECK_MS = 1000;

/** How things go, beside each message. */
export interface ConnectionWatcher {
  opened(): void;
  closed(): void;
  /** One too many. */
  refused(): void;
  /** The peer broke the protocol or took too long. */
  cutOff(why: string): void;
}

export interface MilterListener {
  /** As MTAs write it: inet:127.0.0.1:8891, unix:/run/tidemark/milter.sock. */
  readonly name: string;
  readonly port?: number;
  /** Takes no new connections, answers the messages under way. Resolves when all are closed, at the latest after `drainMs`. */
  drain(): Promise<void>;
}

interface Connection {
  readonly socket: Socket;
  readonly session: Session;
  /** What it is in the middle of, and since when (performance.now). */
  doing: 'connected' | 'waiting' | 'command' | 'content' | 'working' | 'writing';
  since: number;
}

/** Rejects when the address cannot be had. */
export async function startMilter(
  address: MilterAddress,
  parts: SessionParts,
  watcher: ConnectionWatcher,
  limits: MilterLimits = DEFAULT_LIMITS,
): Promise<MilterListener> {
  const connections = new Set<Connection>();
  const slots = createSlots(limits.largeMessages);
  const state = { isDraining: false };
  // Half open: a peer that has said all gets its answer.
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  });
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => watcher.refused());
  server.on('connection', (socket) => {
    const connection = open(socket, parts, slots);
    connections.add(connection);
    watcher.opened();
    converse(connection, limits, 'path' in address, state)
      .catch((error: unknown) => reportEnd(error, watcher))
      .finally(() => {
        connection.session.close();
        connections.delete(connection);
        socket.destroy();
        watcher.closed();
      });
  });
  await listenAt(server, address);
  server.on('error', (error) => watcher.cutOff(`accept: ${error.message}`)); // out of file descriptors, say
  const checks = setInterval(() => cutOffSlow(connections, limits), Math.min(CHECK_MS, limits.commandMs / 4)).unref();
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : undefined;
  return {
    name: 'path' in address ? `unix:${address.path}` : `inet:${address.host}:${port}`,
    ...(port === undefined ? {} : { port }),
    async drain() {
      state.isDraining = true;
      const closed = once(server, 'close');
      server.close();
      for (const { session, socket } of connections) if (session.isBetweenMessages) socket.destroySoon();
      const limit = new AbortController();
      const cutOff = sleep(limits.drainMs, undefined, { signal: limit.signal }).then(
        () => {
          for (const { socket } of connections) socket.destroy();
        },
        () => undefined, // all are closed
      );
      await closed;
      limit.abort();
      await cutOff;
      clearInterval(checks);
    },
  };
}

function open(socket: Socket, parts: SessionParts, slots: Slots): Connection {
  const session = createSession(parts, slots, (bytes) => {
    if (socket.writable) socket.write(bytes);
  });
  socket.on('error', () => undefined); // whoever reads is told; an answer that finds nobody must not end the process
  return { socket, session, doing: 'connected', since: performance.now() };
}

/** Reads, and reads no further while a message is worked on, waits for its place, or the peer does not read what it is told. */
async function converse(
  connection: Connection,
  limits: MilterLimits,
  isLocal: boolean,
  state: { readonly isDraining: boolean },
): Promise<void> {
  const { socket, session } = connection;
  const frames = createFrameReader(limits.maxFrameBytes);
  for await (const bytes of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const writtenBefore = socket.bytesWritten;
    for (const frame of frames.read(bytes)) {
      const work = session.take(toPacket(frame));
      if (work !== undefined) {
        turnTo(connection, 'working');
        await work;
      }
      if (session.isOver || (state.isDraining && session.isBetweenMessages)) return finishWriting(connection);
    }
    if (!isLocal && session.mayShowProgress && socket.bytesWritten === writtenBefore) socket.write(PROGRESS);
    if (socket.writableNeedDrain) {
      turnTo(connection, 'writing');
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
    const between = session.isAgreed ? 'waiting' : 'connected';
    turnTo(connection, session.isInContent ? 'content' : frames.isMidFrame ? 'command' : between);
  }
  return finishWriting(connection);
}

/** A deadline runs from when a state was entered; of 'waiting' from the last byte. */
function turnTo(connection: Connection, doing: Connection['doing']): void {
  if (connection.doing === doing && doing !== 'waiting') return;
  connection.doing = doing;
  connection.since = performance.now();
}

async function finishWriting(connection: Connection): Promise<void> {
  turnTo(connection, 'writing');
  await new Promise<void>((resolve) => connection.socket.end(resolve));
}

class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

function cutOffSlow(connections: Iterable<Connection>, limits: MilterLimits): void {
  const limitOf: Readonly<Record<Connection['doing'], number>> = {
    connected: limits.commandMs, // silent ones, for hours, would take the places of MTAs
    waiting: limits.idleMs,
    command: limits.commandMs,
    content: limits.contentMs,
    writing: limits.contentMs,
    working: limits.contentMs, // scoring is bounded by less; beyond it no MTA listens any more
  };
  const now = performance.now();
  for (const { socket, doing, since } of connections) {
    if (now - since > limitOf[doing]) socket.destroy(new TooSlow(`${doing} for more than ${limitOf[doing]} ms`));
  }
}

/** A peer that goes away is nothing to speak of: its message was not answered, and it knows. */
function reportEnd(error: unknown, watcher: ConnectionWatcher): void {
  if (error instanceof ProtocolError || error instanceof TooSlow) watcher.cutOff(error.message);
  else if (!isGone(error)) watcher.cutOff(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
