/** A mailbox's run in a process of its own: both ends of what they say to each other. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { ExportError } from './domain/history.ts';
import {
  type RescoreEnd,
  RescoreError,
  type RescoreExports,
  type RescoreProgress,
  type RescoreRequest,
} from './domain/rescore.ts';
import { IntakeError } from './domain/service.ts';
import { DiedError, STOPPED } from './rescore/partitions.ts';

interface Job {
  readonly exports: readonly string[];
  readonly request: RescoreRequest;
}

type Said = { readonly progress: RescoreProgress } | { readonly end: RescoreEnd } | { readonly failure: Failure };

/** An error in the words that cross the border between processes. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Of an IntakeError. */
  readonly field?: string;
}

const TELL_MS = 200;

/** Either end may close while the other speaks, before it hears of that: no error of the process, which tells more by how it ends. */
const unheard = (): void => undefined;

/** The starting end: `path` is a program that calls `serveRescore` when it is started with `words`. */
export const startRescore =
  (path: string, words: readonly string[]) =>
  async (
    exports: readonly string[],
    request: RescoreRequest,
    progress: (progress: RescoreProgress) => void,
    signal: AbortSignal | undefined,
  ): Promise<RescoreEnd> => {
    if (signal?.aborted) return STOPPED; // it would not say so again
    const child = fork(path, words, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const stop = (): void => void (child.connected && child.disconnect());
    signal?.addEventListener('abort', stop);
    let outcome: Exclude<Said, { readonly progress: RescoreProgress }> | undefined;
    child.on('message', (said: Said) => {
      if ('progress' in said) progress(said.progress);
      else outcome = said;
    });
    child.send({ exports, request } satisfies Job, unheard);
    const [status, killedBy] = await once(child, 'exit');
    signal?.removeEventListener('abort', stop);
    if (outcome !== undefined && 'end' in outcome) return outcome.end;
    if (outcome !== undefined) throw failureOf(outcome.failure);
    if (signal?.aborted) return STOPPED;
    throw new DiedError(`the process for ${request.mailboxes[0]} died: ${killedBy ?? `status ${status}`}`);
  };

function failureOf({ name, message, code = '', field = '' }: Failure): Error {
  if (name === 'RescoreError') return new RescoreError(code as RescoreError['code'], message);
  if (name === 'IntakeError') return new IntakeError(code as IntakeError['code'], field, message);
  return name === 'ExportError' ? new ExportError(code as ExportError['code'], message) : new Error(message);
}

/** The started end: does the one job it is sent. Stops, at a checkpoint, when nobody listens any more. */
export async function serveRescore(rescore: RescoreExports): Promise<void> {
  const stopped = new AbortController();
  process.once('disconnect', () => stopped.abort());
  process.on('SIGINT', () => undefined); // of a terminal, to all of its processes: the starting end decides
  const say = (said: Said): void => void (process.connected && process.send?.(said, unheard));
  let toldAt = Number.NEGATIVE_INFINITY;
  const progress = (told: RescoreProgress): void => {
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    say({ progress: told });
  };
  const [{ exports, request }] = (await once(process, 'message')) as [Job];
  try {
    say({ end: await rescore(exports, request, { signal: stopped.signal, progress }) });
  } catch (error) {
    const { name, message, code, field } = error as Failure;
    say({
      failure: { name, message, ...(code === undefined ? {} : { code }), ...(field === undefined ? {} : { field }) },
    });
  }
  if (process.connected) process.disconnect();
}
