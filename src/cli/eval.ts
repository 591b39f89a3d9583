import type { TrialReport } from '../domain/trial.ts';
import { UsageError } from './files.ts';
import { EXIT_INTERRUPTED } from './learn.ts';
import { progressOn } from './progress.ts';
import type { Cli } from './session.ts';
import { trialText } from './trialText.ts';

export interface EvalOptions {
  readonly mailbox: readonly string[];
  readonly seed: string;
  readonly json?: boolean;
}

/** `tidemark eval`: attacks put into the user's own exports. Answers the exit status; what is caught does not change it. */
export async function evaluateExports(
  exports: readonly string[],
  { mailbox, seed: seedText, json }: EvalOptions,
  cli: Cli,
  refused: number,
): Promise<number> {
  const seed = Number(seedText);
  if (!Number.isSafeInteger(seed)) throw new UsageError(`--seed: '${seedText}' is not a whole number`);
  const progress = progressOn(cli);
  const signal = cli.interruption();
  let report: TrialReport;
  try {
    report = await cli.tryExports(exports, { mailboxes: mailbox, seed }, { signal, progress: progress.show });
  } finally {
    progress.clear();
  }
  cli.out(json ? `${JSON.stringify(toJson(report))}\n` : trialText(report));
  if (signal.aborted) {
    cli.err('tidemark: interrupted; the report is about what was read until then\n');
    return EXIT_INTERRUPTED;
  }
  return report.mailboxes.length === 0 ? refused : 0;
}

const toJson = (report: TrialReport) => ({
  ...report,
  stopped: report.stopped.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
});
