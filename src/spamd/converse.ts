/** One connection: one request, one answer, then both sides close. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreAway } from '../domain/ports.ts';
import { isGone } from '../sockets.ts';
import { type AnswerParts, answer } from './answer.ts';
import { lengthIn, parseHead, type SpamdHead } from './head.ts';
import { createReader, type Reader } from './reader.ts';
import { type ExitName, SpamdRefusal } from './refusal.ts';
import { PONG, refusalReply } from './reply.ts';

export interface Patience {
  /** From the first byte to the empty line. */
  readonly headMs: number;
  /** For the message. */
  readonly messageMs: number;
  /** For the client to read its answer. */
  readonly replyMs: number;
}

/** Bytes of all messages held at once, and of the answers that have them in them. */
export interface Room {
  /** False when there is none for so many more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** How requests end. */
export interface Watcher {
  answered(command: SpamdHead['command'] | 'none', exit: ExitName): void;
  failed(error: unknown): void;
  /** One connection too many was turned away. */
  refused(): void;
}

export interface ConversationParts extends AnswerParts {
  readonly maxMessageBytes: number;
  readonly patience: Patience;
  readonly room: Room;
  readonly watcher: Watcher;
}

/** Resolves when the socket is closed. Never throws. */
export async function converse(socket: Socket, parts: ConversationParts): Promise<void> {
  const { patience, watcher } = parts;
  const deadline = createDeadline(socket);
  const share = shareOf(parts.room);
  let head: SpamdHead | undefined;
  try {
    deadline.set(patience.headMs);
    const reader = createReader(socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>);
    const bytes = await reader.head();
    if (bytes === undefined) return;
    head = parseHead(bytes);
    const reply = await replyTo(
      head,
      (length) => {
        deadline.set(patience.messageMs);
        return reader.message(length, share.take).finally(deadline.clear);
      },
      parts,
    );
    watcher.answered(head.command, 'EX_OK');
    deadline.set(patience.replyMs);
    await sendLast(socket, reply, share.giveBack); // it may be as large as the message
  } catch (error) {
    share.giveBack();
    if (isGone(error)) return;
    const refusal = refusalOf(error);
    if (refusal.exit === 'EX_SOFTWARE') watcher.failed(error);
    watcher.answered(head?.command ?? 'none', refusal.exit);
    deadline.set(patience.replyMs);
    await sendLast(socket, refusalReply(refusal, head?.dialect ?? 'spamc'));
  } finally {
    share.giveBack();
    deadline.clear();
    socket.destroy();
  }
}

function refusalOf(error: unknown): SpamdRefusal {
  if (error instanceof SpamdRefusal) return error;
  if (error instanceof StoreAway) return new SpamdRefusal('EX_TEMPFAIL', 'the store is away, or full');
  return new SpamdRefusal('EX_SOFTWARE', 'the service failed');
}

async function replyTo(
  head: SpamdHead,
  readMessage: (length: number) => ReturnType<Reader['message']>,
  parts: ConversationParts,
): Promise<Buffer> {
  if (head.command === 'PING') return Buffer.from(PONG);
  if (head.command === 'SKIP') return Buffer.alloc(0);
  return answer(head, await readMessage(lengthIn(head, parts.maxMessageBytes)), parts);
}

/** Of the room, what one conversation takes. */
function shareOf(room: Room) {
  let taken = 0;
  return {
    take(bytes: number): void {
      if (!room.take(bytes)) {
        throw new SpamdRefusal('EX_TEMPFAIL', 'too many large messages at once; try again later');
      }
      taken += bytes;
    },
    /** All of it, once. */
    giveBack(): void {
      room.give(taken);
      taken = 0;
    },
  };
}

const LINGER_MS = 2_000; // a client that still sends gets to read its answer

/** A socket that is closed with unread bytes takes the answer with it: what still comes is thrown away. */
async function sendLast(socket: Socket, reply: Buffer, onSent: () => void = () => undefined): Promise<void> {
  if (socket.destroyed) return;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const sent = new Promise<void>((resolve) => socket.end(reply, () => resolve()));
  socket.resume();
  await Promise.race([sent, closed]);
  onSent();
  await Promise.race([closed, sleep(LINGER_MS, undefined, { ref: false })]);
}

function createDeadline(socket: Socket) {
  let timer: NodeJS.Timeout | undefined;
  const clear = (): void => clearTimeout(timer);
  return {
    clear,
    set(milliseconds: number): void {
      clear();
      timer = setTimeout(() => socket.destroy(new SpamdRefusal('EX_TIMEOUT', 'too slow')), milliseconds);
    },
  };
}

export const createRoom = (maxBytes: number): Room => {
  let free = maxBytes;
  return {
    take(bytes) {
      if (bytes > free) return false;
      free -= bytes;
      return true;
    },
    give(bytes) {
      free += bytes;
    },
  };
};
