/** Milter clients as no MTA is: silent, stopped in the middle of a word, half closed, or a byte a second. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { frame } from '../../src/milter/frames.ts';

const OPTIONS = frame('O', 6, 0x1ff, 0x1fffff);
const BEGUN = Buffer.concat([OPTIONS, frame('M', '<eve@bank.example>'), frame('R', '<ana@acme.example>')]);
const MESSAGE = Buffer.concat([BEGUN, frame('L', 'From', ' eve@bank.example'), frame('B', Buffer.alloc(60_000))]);
const BYTE_EVERY_MS = 1000;
const QUEUE_FULL_MS = 20;

export interface Clients {
  close(): void;
}

async function open(path: string, count: number, speak: (socket: Socket, serial: number) => void): Promise<Clients> {
  const sockets: Socket[] = [];
  for (let serial = 0; serial < count; serial++) {
    const socket = await connected(path);
    socket.on('error', () => undefined); // the service has closed it: that is what it is for
    socket.resume();
    speak(socket, serial);
    sockets.push(socket);
  }
  return {
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Waits while the listener's queue is full. */
async function connected(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect({ path, allowHalfOpen: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await sleep(QUEUE_FULL_MS);
    }
  }
}

/** In turns: says nothing; stops in the middle of a command. */
export const openHalfOpen = (path: string, count: number): Promise<Clients> =>
  open(path, count, (socket, serial) => {
    if (serial % 2 === 1) socket.write(BEGUN.subarray(0, BEGUN.length - 3));
  });

/** Closes its side in the middle of a message, and stays. */
export const openHalfClosed = (path: string, count: number): Promise<Clients> =>
  open(path, count, (socket) => socket.end(BEGUN));

export const openDripping = (path: string, count: number): Promise<Clients> =>
  open(path, count, (socket) => {
    let at = 0;
    const drip = setInterval(() => socket.write(MESSAGE.subarray(at, ++at)), BYTE_EVERY_MS);
    socket.once('close', () => clearInterval(drip));
  });
