/**
 * Asks a clamd about a whole message over its socket (clamd(8), INSTREAM): the bytes in chunks with their length before them, a chunk of no
 * length at the end, one line as the answer. Nothing here throws: no answer is an answer of its own, "failed".
 */
import { connect, type Socket } from 'node:net';
import type { MalwareScan } from '../domain/message.ts';
import type { Antivirus } from '../domain/ports.ts';

/** A Unix socket, or a host and port. */
export type ClamdAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface ClamdLimits {
  /** From the call to the answer, waiting for a free connection included. */
  readonly timeoutMs: number;
  /** Larger messages are not sent. */
  readonly maxBytes: number;
  readonly connections: number;
}

const DEFAULT_LIMITS: ClamdLimits = {
  timeoutMs: 5_000, // a large archive takes clamd a second or two; a verdict must not wait longer for a stuck one
  maxBytes: 50 * 1024 * 1024, // intake.ts lets no more in; clamd's own StreamMaxLength may be lower, and then it says so
  connections: 8, // clamd's MaxThreads is 10 as shipped
};
const CHUNK_BYTES = 256 * 1024;
const MAX_ANSWER = 4_096; // bytes; names of signatures are short
const MAX_SIGNATURE = 120;

export function createClamd(address: ClamdAddress, limits: ClamdLimits = DEFAULT_LIMITS): Antivirus {
  const waiting: (() => void)[] = [];
  let openCount = 0;

  const isFree = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      if (openCount < limits.connections) {
        openCount++;
        resolve(true);
        return;
      }
      const take = (): void => {
        signal.removeEventListener('abort', giveUp);
        openCount++;
        resolve(true);
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(take), 1);
        resolve(false);
      };
      waiting.push(take);
      signal.addEventListener('abort', giveUp, { once: true });
    });

  return {
    async scan(raw) {
      if (raw.length > limits.maxBytes) return failed(`over ${limits.maxBytes} bytes`);
      const signal = AbortSignal.timeout(limits.timeoutMs);
      if (!(await isFree(signal))) return failed(`busy for ${limits.timeoutMs} ms`);
      try {
        return readAnswer(await ask(address, raw, signal));
      } catch (error) {
        if (signal.aborted) return failed(`no answer within ${limits.timeoutMs} ms`);
        return failed(error instanceof Error ? error.message : String(error));
      } finally {
        openCount--;
        waiting.shift()?.();
      }
    },
  };
}

const failed = (why: string): MalwareScan => ({ outcome: 'failed', why: why.slice(0, 200) });

/** Rejects when the socket fails, closes without an answer, or `signal` aborts. */
function ask(address: ClamdAddress, raw: Buffer, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    let answer = '';
    const finish = (error?: Error): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      // An answer counts even if clamd closed on us while we wrote: it stops reading at its size limit.
      if (answer.includes('\0')) resolve(answer);
      else reject(error ?? new Error('it closed the connection without an answer'));
    };
    const stop = (): void => finish(new Error('timeout'));
    signal.addEventListener('abort', stop, { once: true });
    socket.on('connect', () => send(socket, raw));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (answer.includes('\0') || answer.length > MAX_ANSWER) finish(new Error('an answer without an end'));
    });
    socket.on('error', finish);
    socket.on('close', () => finish());
  });
}

/** Pieces of `raw` itself are handed over: nothing is copied. */
function send(socket: Socket, raw: Buffer): void {
  socket.write('zINSTREAM\0');
  for (let at = 0; at < raw.length; at += CHUNK_BYTES) {
    const chunk = raw.subarray(at, at + CHUNK_BYTES);
    socket.write(lengthOf(chunk));
    socket.write(chunk);
  }
  socket.write(lengthOf(Buffer.alloc(0)));
}

function lengthOf(chunk: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(chunk.length);
  return bytes;
}

/** "stream: OK", "stream: NAME FOUND", "INSTREAM size limit exceeded. ERROR". */
function readAnswer(answer: string): MalwareScan {
  const text = answer.slice(0, answer.indexOf('\0')).trim();
  const found = /^stream: (.+) FOUND$/.exec(text);
  if (found !== null) return { outcome: 'found', signature: (found[1] ?? '').slice(0, MAX_SIGNATURE) };
  return text === 'stream: OK' ? { outcome: 'clean' } : failed(text === '' ? 'an empty answer' : text);
}
