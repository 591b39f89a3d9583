/**
 * QR codes of pictures, found by zxing in a process of its own: its decoders were not written by us, and WebAssembly can bring down the
 * process that runs it (Node 24: nodejs/node issue 64500). It gets one picture at a time. What happens there costs that picture, nothing else.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import type { Answer, Bitmap, Question, READY } from './decoderProcess.ts';
import { DECODER_LIMITS } from './limits.ts';

export type { Bitmap } from './decoderProcess.ts';

/** 'busy': others were before it for too long. 'stopped': it took too long itself, or the decoder died of it. */
export type Decoded = readonly string[] | 'busy' | 'stopped';

const { timeoutMs: TIMEOUT_MS, startMs: START_MS, maxStartMs: MAX_START_MS, patienceMs: PATIENCE_MS } = DECODER_LIMITS;
const MAX_WAITING = 16;
const MAX_SEEN = 2_000; // pictures; texts are few and short

interface Waiting {
  readonly picture: Question['picture'];
  readonly settle: (decoded: Decoded) => void;
  readonly patience: NodeJS.Timeout;
}

interface Current {
  readonly id: number;
  readonly settle: (decoded: Decoded) => void;
  readonly timer: NodeJS.Timeout;
}

/** The logo under each mail of a company is the same each time. */
const seen = new Map<string, readonly string[]>();
const queue: Waiting[] = [];
let current: Current | undefined;
let child: ChildProcess | undefined;
/** Until it has said that it is ready; then there is none. */
let starting: NodeJS.Timeout | undefined;
let startedAt = 0;
let lastId = 0;

/**
 * Distinct texts of the codes in a PNG, JPEG or GIF, or in pixels; at most four. Empty for what cannot be decoded. What may be handed to it is
 * the caller's to bound. Never throws.
 */
export async function decodeQrCodes(picture: Uint8Array | Bitmap): Promise<Decoded> {
  if (!ArrayBuffer.isView(picture)) return ask(picture);
  const key = hash('sha256', picture, 'base64');
  const known = seen.get(key);
  if (known !== undefined) return known;
  const decoded = await ask(picture);
  if (typeof decoded !== 'string') {
    if (seen.size >= MAX_SEEN) seen.delete(seen.keys().next().value ?? '');
    seen.set(key, decoded);
  }
  return decoded;
}

function ask(picture: Question['picture']): Promise<Decoded> {
  if (queue.length >= MAX_WAITING) return Promise.resolve('busy');
  return new Promise((settle) => {
    const one: Waiting = { picture, settle, patience: after(PATIENCE_MS, () => giveUp(one)) };
    queue.push(one);
    takeNext();
  });
}

/** An answer that came while this thread was busy elsewhere is read first. */
const after = (ms: number, act: () => void): NodeJS.Timeout => setTimeout(() => setImmediate(act), ms);

function giveUp(one: Waiting): void {
  const at = queue.indexOf(one);
  if (at < 0) return;
  queue.splice(at, 1);
  one.settle('busy');
  if (queue.length === 0 && current === undefined) release(child);
}

/** One at a time, so that the clock of a picture counts its own time and nobody else's, nor that of a process that starts. */
function takeNext(): void {
  if (current !== undefined) return;
  if (queue.length === 0) {
    release(child);
    return;
  }
  child ??= start();
  const asked = child;
  hold(asked);
  if (starting !== undefined) return;
  const one = queue.shift();
  if (one === undefined) return;
  clearTimeout(one.patience);
  const sinceStartMs = performance.now() - startedAt;
  const timeoutMs = TIMEOUT_MS + Math.max(0, START_MS - sinceStartMs);
  const id = ++lastId;
  current = { id, settle: one.settle, timer: after(timeoutMs, () => end(asked, id)) };
  asked.send({ id, picture: one.picture } satisfies Question, (error) => {
    if (error !== null) end(asked);
  });
}

/** 28 MB less of glibc, sources without types as here (it starts again after each picture that stopped it), and nothing of our environment, in which secrets may stand. */
function environment() {
  const cache = getCompileCacheDir(); // a folder of this version of Node in the one that was set
  return { MALLOC_ARENA_MAX: '1', ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }) };
}

function start(): ChildProcess {
  const started = fork(new URL('./decoderProcess.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    env: environment(),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  startedAt = performance.now();
  starting = setTimeout(() => end(started), MAX_START_MS).unref();
  started.on('message', (message: Answer | typeof READY) => {
    if (message === 'ready') ready(started);
    else answer(message);
  });
  started.once('error', () => end(started));
  started.once('exit', () => end(started));
  return started;
}

function ready(started: ChildProcess): void {
  if (started !== child) return;
  clearTimeout(starting);
  starting = undefined;
  takeNext();
}

function answer({ id, texts }: Answer): void {
  if (current?.id !== id) return;
  const { settle, timer } = current;
  clearTimeout(timer);
  current = undefined;
  settle(texts ?? 'stopped');
  takeNext();
}

/** Whoever hangs or died is ended; what waits behind it goes on with another. `late`: the picture it hangs at, unless it was answered since. */
function end(ended: ChildProcess, late?: number): void {
  if (ended !== child || (late !== undefined && late !== current?.id)) return;
  child = undefined;
  ended.kill('SIGKILL');
  release(ended);
  if (starting !== undefined) refuseAll();
  else if (current !== undefined) answer({ id: current.id });
}

/** Another that is started would end as this one did, before it was ready. */
function refuseAll(): void {
  clearTimeout(starting);
  starting = undefined;
  for (const { settle, patience } of queue.splice(0)) {
    clearTimeout(patience);
    settle('busy');
  }
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
