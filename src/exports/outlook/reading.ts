/** Reads Outlook's files in a worker thread, with limits of time and memory: what hangs or grows is stopped, and called corrupt. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { StoreItem } from './store.ts';
import type { OutlookAnswer, OutlookJob } from './worker.ts';

const ITEM_TIMEOUT_MS = 20_000; // for one message; the largest take under a second
const WORKER_HEAP_MB = 512; // pst-extractor keeps the index of a file

export interface OutlookReader {
  /** One .msg. */
  message(bytes: Buffer): Promise<StoreItem>;
  /** All items of a PST or OST. Ends behind an error from which there is no going on. */
  store(path: string): AsyncGenerator<StoreItem>;
  close(): Promise<void>;
}

export function openOutlookReader(): OutlookReader {
  let messages: Worker | undefined; // kept: starting one takes longer than most messages

  return {
    async message(bytes) {
      messages ??= start({ kind: 'msg' });
      const answer = await ask(messages, bytes);
      if (answer !== undefined && answer !== null) return answer;
      await messages.terminate();
      messages = undefined;
      return STOPPED;
    },
    async *store(path) {
      const worker = start({ kind: 'store', path });
      try {
        for (;;) {
          const answer = await ask(worker, undefined);
          if (answer === null) return;
          yield answer ?? STOPPED;
          if (answer === undefined) return;
        }
      } finally {
        await worker.terminate();
      }
    },
    async close() {
      await messages?.terminate();
    },
  };
}

const STOPPED: StoreItem = { folders: [], error: 'stopped: it took too long, or too much memory' };

function start(job: OutlookJob): Worker {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: job,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    stdout: true, // libraries that print do it elsewhere
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.on('error', () => undefined); // whoever waits for an answer hears of it too
  return worker;
}

/** undefined: it was stopped, or has died. */
async function ask(worker: Worker, question: unknown): Promise<OutlookAnswer | undefined> {
  worker.postMessage(question);
  try {
    const [answer] = (await once(worker, 'message', { signal: AbortSignal.timeout(ITEM_TIMEOUT_MS) })) as [
      OutlookAnswer,
    ];
    return answer !== null && 'raw' in answer ? { ...answer, raw: bufferOf(answer.raw) } : answer;
  } catch {
    return undefined;
  }
}

/** What crosses the border between threads is a plain array. */
const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
