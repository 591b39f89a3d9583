import { ACTIONS, type Action, type Verdict } from '../domain/verdict.ts';
import { type EnvelopeOptions, readMessageFile, toRequest } from './files.ts';
import { type Cli, withSession } from './session.ts';
import { verdictText } from './verdictText.ts';

/** The verdict as exit status, so that a shell hook can act on it. */
const EXIT_BY_ACTION: Readonly<Record<Action, number>> = { deliver: 0, strip: 10, hold: 20 };

/** `tidemark score`: one verdict a file, in the order given. Answers the exit status of the most severe. */
export async function scoreFiles(
  files: readonly string[],
  options: EnvelopeOptions & { readonly learn: boolean },
  cli: Cli,
): Promise<number> {
  return withSession(cli.open, async ({ service }) => {
    let worst = 0;
    for (const file of files) {
      const raw = await readMessageFile(file, cli);
      const verdict = await service.score(toRequest(raw, options, options.learn ? 'auto' : 'never'));
      cli.out(options.json ? `${JSON.stringify(toJson(file, verdict))}\n` : verdictText(file, verdict));
      worst = Math.max(worst, ACTIONS.indexOf(verdict.action));
    }
    return EXIT_BY_ACTION[ACTIONS[worst] ?? 'hold'];
  });
}

const toJson = (file: string, verdict: Verdict) => ({
  file,
  ...verdict,
  receivedAt: new Date(verdict.receivedAt).toISOString(),
});
