import { writeFile } from 'node:fs/promises';
import { ExportError } from '../domain/history.ts';
import type { Stripped } from '../domain/strip.ts';
import { ACTIONS, type Action, type Verdict } from '../domain/verdict.ts';
import { type EnvelopeOptions, readMessageFile, toRequest, UsageError } from './files.ts';
import { type Cli, withSession } from './session.ts';
import { printable, verdictText } from './verdictText.ts';

/** The verdict as exit status, so that a shell hook can act on it. */
const EXIT_BY_ACTION: Readonly<Record<Action, number>> = { deliver: 0, strip: 10, hold: 20 };

/** `tidemark score`: one verdict a file, in the order given. Answers the exit status of the most severe. */
export async function scoreFiles(
  files: readonly string[],
  options: EnvelopeOptions & { readonly learn: boolean; readonly stripped?: string },
  cli: Cli,
): Promise<number> {
  const { stripped: target } = options;
  if (target !== undefined && files.length > 1) throw new UsageError('--stripped: takes one message');
  return withSession(cli.open, async ({ service }) => {
    let worst = 0;
    for (const file of files) {
      const raw = await readMessageFile(file, cli);
      // Of a pipe whose writer has failed there is nothing, which must not pass for a harmless mail.
      if (raw.length === 0) throw new ExportError('empty-export', `${file} is empty: there is no message in it`);
      const request = toRequest(raw, options, options.learn ? 'auto' : 'never');
      const { verdict, stripped } =
        target === undefined
          ? { verdict: await service.score(request), stripped: undefined }
          : await service.scoreAndStrip(request);
      cli.out(options.json ? `${JSON.stringify(toJson(file, verdict))}\n` : verdictText(file, verdict));
      if (target !== undefined) cli.err(`tidemark: ${await writeStripped(target, stripped)}\n`);
      worst = Math.max(worst, ACTIONS.indexOf(verdict.action));
    }
    return EXIT_BY_ACTION[ACTIONS[worst] ?? 'hold'];
  });
}

/** What became of it, in words. Without a rewritten message no file is written. */
async function writeStripped(target: string, stripped: Stripped | undefined): Promise<string> {
  if (stripped === undefined) return `${target} not written: the verdict is not strip`;
  if (!stripped.isRewritten) return `${target} not written: ${stripped.refusal}, ${printable(stripped.detail)}`;
  try {
    await writeFile(target, stripped.bytes);
  } catch (error) {
    throw new UsageError(`cannot write ${target}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const count = (kind: string): number => stripped.changes.filter((change) => change.kind === kind).length;
  return `${target} written: ${count('link')} links locked, ${count('file')} files removed`;
}

const toJson = (file: string, verdict: Verdict) => ({
  file,
  ...verdict,
  receivedAt: new Date(verdict.receivedAt).toISOString(),
});
