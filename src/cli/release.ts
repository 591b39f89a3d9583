/** `tidemark release ID`: the original of a held or stripped message goes to its recipients. */
import type { RestoreOutcome } from '../domain/custody.ts';
import { plainLine } from '../domain/resultHeaders.ts';
import { type Cli, withSession } from './session.ts';

interface ReleaseOptions {
  readonly again?: true;
  readonly safe?: true;
  readonly tenant: string;
}

interface Statuses {
  readonly refused: number;
  readonly again: number;
  readonly config: number;
}

/** Exit status 0: everybody who could has it, now or before. */
export async function release(
  id: string,
  { again, safe, tenant }: ReleaseOptions,
  cli: Pick<Cli, 'open' | 'out' | 'err'>,
  exit: Statuses,
): Promise<number> {
  const request = { again: again === true, ...(safe === true ? { feedback: 'safe' as const } : {}) };
  const outcome = await withSession(cli.open, ({ service }) => service.restore(tenant, id, request));
  if (outcome.kind === 'restored') {
    for (const { address, state, said } of outcome.recipients) {
      cli.out(`${state.padEnd(8)}  ${plainLine(`${address}  ${said ?? ''}`)}\n`);
    }
    return outcome.recipients.some(({ state }) => state === 'refused') ? exit.again : 0;
  }
  cli.err(`tidemark: ${plainLine(`${id}: ${saidOf(outcome)}`)}\n`);
  switch (outcome.kind) {
    case 'already-restored':
      return 0;
    case 'not-configured':
      return exit.config;
    case 'unknown-verdict':
    case 'nothing-kept':
      return exit.refused;
    case 'being-restored':
    case 'refused':
    case 'unreachable':
      return exit.again;
  }
}

function saidOf(outcome: Exclude<RestoreOutcome, { kind: 'restored' }>): string {
  switch (outcome.kind) {
    case 'unknown-verdict':
      return 'there is no such verdict';
    case 'nothing-kept':
      return 'no original is kept';
    case 'already-restored':
      return 'every recipient has it; --again delivers it once more';
    case 'being-restored':
      return 'somebody else is restoring it';
    case 'not-configured':
      return 'RELEASE_SMTP and RELEASE_SECRET are not set';
    case 'refused':
      return `the mail server refused it: ${outcome.said}`;
    case 'unreachable':
      return `the mail server cannot be reached: ${outcome.said}`;
  }
}
