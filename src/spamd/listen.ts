/** Where spamc and Exim connect: TCP, or a socket in the file system. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { listenAt } from '../sockets.ts';
import { type ConversationParts, converse, createRoom, type Patience } from './converse.ts';

export type SpamdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface SpamdLimits extends Patience {
  readonly maxConnections: number;
  readonly maxBytesInFlight: number;
  readonly drainMs: number;
}

export const DEFAULT_LIMITS: SpamdLimits = {
  maxConnections: 200, // of 96 KiB each before there is a message; spamd itself takes 5
  maxBytesInFlight: 256 * 1024 * 1024, // as over HTTP: five messages of the largest size
  headMs: 10_000, // the head fits into a packet or two
  messageMs: 120_000, // 50 MiB at 3.5 Mbit/s
  replyMs: 30_000,
  drainMs: 25_000, // as for HTTP
};

export interface SpamdListener {
  /** 127.0.0.1:783, unix:/run/tidemark/spamd.sock. */
  readonly name: string;
  readonly port?: number;
  /** Takes no new connections and answers what was asked. Resolves when all are closed, at the latest after `drainMs`. */
  drain(): Promise<void>;
}

/** Rejects when the address cannot be had. */
export async function startSpamd(
  address: SpamdAddress,
  parts: Omit<ConversationParts, 'patience' | 'room'>,
  limits: SpamdLimits = DEFAULT_LIMITS,
): Promise<SpamdListener> {
  const whole: ConversationParts = { ...parts, patience: limits, room: createRoom(limits.maxBytesInFlight) };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }); // spamc closes its half before it reads
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => parts.watcher.refused());
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows it
    socket.once('close', () => sockets.delete(socket));
    void converse(socket, whole);
  });
  await listenAt(server, 'path' in address ? { path: address.path, mode: SOCKET_MODE } : address);
  server.on('error', parts.watcher.failed); // out of file descriptors, say
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : undefined;
  return {
    name: 'path' in address ? `unix:${address.path}` : `${address.host}:${port}`,
    ...(port === undefined ? {} : { port }),
    async drain() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      const limit = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, limits.drainMs);
      await closed;
      clearTimeout(limit);
    },
  };
}

const SOCKET_MODE = 0o666; // as on loopback: whoever is on this machine; the rights of its folder say who else is not
