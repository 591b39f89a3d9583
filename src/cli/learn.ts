import type { HistoryOutcome, HistoryProgress } from '../domain/history.ts';
import { type EnvelopeOptions, toRequest } from './files.ts';
import { counted, progressOn } from './progress.ts';
import type { Cli } from './session.ts';
import { printable } from './verdictText.ts';

/** By what shells expect of a program that SIGINT ended: 128 + 2. */
export const EXIT_INTERRUPTED = 130;

/** `tidemark learn`: teaches from exports in the order their messages arrived. Answers the exit status. */
export async function learnExports(
  exports: readonly string[],
  options: EnvelopeOptions,
  cli: Cli,
  refused: number,
): Promise<number> {
  const { raw: _, learn: __, ...request } = toRequest(Buffer.alloc(0), options, 'auto');
  const progress = progressOn(cli);
  const signal = cli.interruption();
  let end: HistoryProgress;
  try {
    end = await cli.learnExports(exports, request, {
      signal,
      progress: progress.show,
      ...(options.json ? { outcome: (outcome) => cli.out(`${JSON.stringify(toJson(outcome))}\n`) } : {}),
    });
  } finally {
    progress.clear();
  }
  const say = options.json ? cli.err : cli.out;
  say(summary(end, signal.aborted));
  if (signal.aborted) return EXIT_INTERRUPTED;
  return end.skippedCounts['no-mailbox'] === end.readCount ? refused : 0;
}

const toJson = ({ file, index, result }: HistoryOutcome) => ({
  file,
  ...(index === undefined ? {} : { index }),
  ...result,
});

/** Read = learned + known + skipped. */
function summary(end: HistoryProgress, isInterrupted: boolean): string {
  const { readCount, learnedCount, knownCount } = end;
  const lines = [
    `read ${counted(readCount)} messages: ${counted(learnedCount)} learned, ${counted(knownCount)} known before, ${skipped(end)}`,
  ];
  if (end.skippedCounts['no-mailbox'] !== undefined)
    lines.push('no mailbox: give it by --mailbox ADDRESS, or set OWN_DOMAINS so that it is found in To and Cc');
  if (isInterrupted) lines.push('interrupted; the same command goes on from here');
  return `${lines.map(printable).join('\n')}\n`;
}

export function skipped({ skippedCounts }: Pick<HistoryProgress, 'skippedCounts'>): string {
  const reasons = Object.entries(skippedCounts);
  const count = reasons.reduce((sum, [, n]) => sum + n, 0);
  if (count === 0) return '0 skipped';
  return `${counted(count)} skipped (${reasons.map(([reason, n]) => `${reason} ${counted(n)}`).join(', ')})`;
}
