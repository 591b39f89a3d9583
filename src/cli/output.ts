/** Standard output may break: whoever reads it has had enough (`| head`), or the disk is full. Then a command stops as if interrupted. */
import type { Writable } from 'node:stream';

/** By what shells expect of a program that SIGPIPE ended: 128 + 13. */
const EXIT_UNREAD = 141;

export interface Output {
  /** Says nothing once it is broken. */
  write(text: string): void;
  /** Aborted once it is. */
  readonly broken: AbortSignal;
  /** Of the process, once it is broken, whatever the command answers. */
  status(): number | undefined;
}

/** `failed` is told of what is no end of interest, in words; `statusOfFailure` is the exit status then. */
export function openOutput(stream: Writable, statusOfFailure: number, failed: (text: string) => void): Output {
  const broken = new AbortController();
  let status: number | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (status !== undefined) return;
    status = error.code === 'EPIPE' ? EXIT_UNREAD : statusOfFailure;
    if (error.code !== 'EPIPE') failed(`cannot write to standard output: ${error.message}`);
    broken.abort();
  });
  return {
    write(text) {
      if (status === undefined) stream.write(text);
    },
    broken: broken.signal,
    status: () => status,
  };
}
