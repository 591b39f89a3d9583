import { type Cli, type DemoCase, withSession } from './session.ts';
import { printable } from './verdictText.ts';

/** `tidemark demo`: each case on a fresh baseline in memory, as a table. Answers 1 when a case differs from what samples/ expects. */
export async function demo({ json }: { readonly json?: boolean }, cli: Cli): Promise<number> {
  const cases = await cli.demoCases();
  if (!json) cli.out(`${row('case', 'action', 'score', 'why')}\n${'-'.repeat(150)}\n`);
  let differing = 0;
  for (const one of cases) {
    const { action, score, reason } = await judge(one, cli);
    if (action !== one.expected) differing += 1;
    const flag = action === one.expected ? '' : ` (expected ${one.expected})`;
    cli.out(
      json
        ? `${JSON.stringify({ case: one.name, action, score, reason, expected: one.expected })}\n`
        : `${row(one.name, action + flag, `${(score * 100).toFixed(1)} %`, printable(reason))}\n`,
    );
  }
  if (!json) cli.out(`\n${cases.length} cases, ${differing} differ from what samples/ expects\n`);
  return differing === 0 ? 0 : 1;
}

const judge = ({ history, request }: DemoCase, cli: Cli) =>
  withSession(cli.openDemo, async ({ service }) => {
    for (const message of history) await service.observe(message);
    return service.score(request);
  });

const row = (name: string, action: string, score: string, why: string): string =>
  `${name.padEnd(50)} ${action.padEnd(8)} ${score.padStart(7)}  ${why}`;
