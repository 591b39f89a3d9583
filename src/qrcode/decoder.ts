/**
 * QR codes of pictures, found by zxing in a process of its own: its decoders were not written by us, and WebAssembly can bring down the
 * process that runs it (Node 24: nodejs/node issue 64500). What happens there costs the picture, nothing else.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { hash } from 'node:crypto';
import type { Answer, Bitmap, Question } from './decoderProcess.ts';

export type { Bitmap } from './decoderProcess.ts';

const TIMEOUT_MS = 1_000; // waiting included; the largest picture takes 0.2 s
const MAX_WAITING = 16;
const MAX_SEEN = 2_000; // pictures; texts are few and short

interface Waiting {
  readonly settle: (texts: readonly string[] | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/** The logo under each mail of a company is the same each time. */
const seen = new Map<string, readonly string[]>();
const waiting = new Map<number, Waiting>();
let child: ChildProcess | undefined;
let lastId = 0;

/**
 * Distinct texts of the codes in a PNG, JPEG or GIF, or in pixels; at most four. Empty for what cannot be decoded; undefined when there was
 * no time, or the decoder died of it. What may be handed to it is the caller's to bound. Never throws.
 */
export async function decodeQrCodes(picture: Uint8Array | Bitmap): Promise<readonly string[] | undefined> {
  if (!ArrayBuffer.isView(picture)) return ask(picture);
  const key = hash('sha256', picture, 'base64');
  const known = seen.get(key);
  if (known !== undefined) return known;
  const texts = await ask(picture);
  if (texts !== undefined) {
    if (seen.size >= MAX_SEEN) seen.delete(seen.keys().next().value ?? '');
    seen.set(key, texts);
  }
  return texts;
}

function ask(picture: Question['picture']): Promise<readonly string[] | undefined> {
  if (waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
  return new Promise((settle) => {
    const id = ++lastId;
    child ??= start();
    hold(child);
    // Late: whoever hangs is ended, and what waits behind it goes on with the next.
    waiting.set(id, { settle, timer: setTimeout(() => end(child), TIMEOUT_MS) });
    child.send({ id, picture } satisfies Question, (error) => {
      if (error !== null) answer({ id });
    });
  });
}

function start(): ChildProcess {
  const started = fork(new URL('./decoderProcess.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  started.on('message', (message) => answer(message as Answer));
  started.once('error', () => end(started));
  started.once('exit', () => end(started));
  return started;
}

function answer({ id, texts }: Answer): void {
  const one = waiting.get(id);
  if (one === undefined) return;
  waiting.delete(id);
  clearTimeout(one.timer);
  if (waiting.size === 0) release(child);
  one.settle(texts);
}

/** Nobody gets an answer of it any more. */
function end(ended: ChildProcess | undefined): void {
  if (ended === undefined || ended !== child) return;
  child = undefined;
  ended.kill('SIGKILL');
  release(ended);
  for (const id of [...waiting.keys()]) answer({ id });
}

/** An idle decoder keeps nobody alive; one that is asked must be waited for. */
function hold(one: ChildProcess): void {
  one.ref();
  one.channel?.ref();
}

function release(one: ChildProcess | undefined): void {
  one?.unref();
  one?.channel?.unref();
}
