/**
 * Reads stored messages on worker threads, a batch at a time, and leaves the main thread to learn. Large or oddly built ones are a task of
 * their own; a task that is stopped is read again message by message under the limits that hold for any message (readApart.ts).
 */
import { Piscina } from 'piscina';
import type { Message } from './domain/message.ts';
import type { Organisation } from './domain/organisation.ts';
import {
  type LearnTask,
  type StoredAbout,
  type StoredMail,
  submissionOf,
  type Taught,
  taughtBy,
} from './learnWorker.ts';
import type { Read } from './read.ts';
import { isOrdinary } from './readApart.ts';

export interface RawMail extends StoredMail {
  readonly raw: Buffer;
}

/** T is what is wanted of each message. */
export interface BatchReader<T> {
  /** How many batches keep all threads busy. */
  readonly depth: number;
  /** One answer a message, in their order. Never rejects because of a message. */
  read(mails: readonly RawMail[], about: StoredAbout): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** What they teach, and nothing else of them. */
export type LearnReader = BatchReader<Taught>;
/** The messages themselves, to be judged. */
export type MessageReader = BatchReader<Message>;

export interface LearnReaderParts {
  readonly organisation: Organisation;
  /** For the messages of a batch that was stopped. */
  readonly read: Read;
  readonly threads: number;
}

const WORKER_HEAP_MB = 256; // as for single messages: readApart.ts
const WORKER_YOUNG_MB = 16; // what a message leaves behind dies at once
const TASK_MESSAGES = 64;
const TASK_TIMEOUT_MS = 10_000; // 64 ordinary messages take 0.1 s; waiting for a thread counts
const IDLE_MS = 30_000; // 30 MB a thread are given back
const WAITING_BATCHES = 2; // beside those that are being read

export const openLearnReader = (parts: LearnReaderParts): LearnReader => openBatchReader(parts, 'readAll', taughtBy);

export const openMessageReader = (parts: LearnReaderParts): MessageReader =>
  openBatchReader(parts, 'readMessages', (message) => message);

/** `entry` of learnWorker.ts answers a batch; `answerOf` does so for a message that was read by itself. */
function openBatchReader<T>(
  { organisation, read, threads }: LearnReaderParts,
  entry: 'readAll' | 'readMessages',
  answerOf: (message: Message, mail: RawMail, about: StoredAbout, organisation: Organisation) => T,
): BatchReader<T> {
  let pool: Piscina | undefined;
  let lastAlone: Promise<unknown> = Promise.resolve();
  const startPool = () =>
    new Piscina({
      filename: new URL('./learnWorker.ts', import.meta.url).href,
      name: entry,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB, maxYoungGenerationSizeMb: WORKER_YOUNG_MB },
    });

  /** One after the other, whatever the number of batches: the time of the limits counts while waiting, too. */
  function readAlone(mails: readonly RawMail[], about: StoredAbout): Promise<readonly T[]> {
    const result = lastAlone.then(async () => {
      const answers: T[] = [];
      for (const mail of mails) {
        const { message } = await read(submissionOf(mail.raw, mail, about));
        answers.push(answerOf(message, mail, about, organisation));
      }
      return answers;
    });
    lastAlone = result.catch(() => undefined);
    return result;
  }

  async function readTogether(mails: readonly RawMail[], about: StoredAbout): Promise<readonly T[]> {
    pool ??= startPool();
    const bytes = packed(mails);
    const sizes = mails.map(({ raw, receivedAt, isSent }) => ({ receivedAt, isSent, sizeBytes: raw.length }));
    const task: LearnTask = { about, organisation, mails: sizes, bytes };
    try {
      const options = { signal: AbortSignal.timeout(TASK_TIMEOUT_MS), transferList: [bytes.buffer] };
      return (await pool.run(task, options)) as readonly T[];
    } catch {
      // Stopped, or out of memory: which message it was shows when each is read by itself.
      return readAlone(mails, about);
    }
  }

  return {
    depth: threads + WAITING_BATCHES,
    async read(mails, about) {
      const tasks = tasksOf(mails);
      return (await Promise.all(tasks.map((task) => readTogether(task, about)))).flat();
    },
    async close() {
      await pool?.destroy();
    },
  };
}

/** In their order; what is not ordinary by itself. */
function tasksOf(mails: readonly RawMail[]): readonly (readonly RawMail[])[] {
  const tasks: RawMail[][] = [];
  let open: RawMail[] | undefined;
  for (const mail of mails) {
    const isAlone = !isOrdinary(mail.raw);
    if (open !== undefined && !isAlone && open.length < TASK_MESSAGES) open.push(mail);
    else {
      const task = [mail];
      tasks.push(task);
      open = isAlone ? undefined : task;
    }
  }
  return tasks;
}

function packed(mails: readonly RawMail[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(mails.reduce((sum, { raw }) => sum + raw.length, 0));
  let at = 0;
  for (const { raw } of mails) {
    bytes.set(raw, at);
    at += raw.length;
  }
  return bytes;
}
