import type { HuntEnd, HuntHit, Indicator } from '../domain/hunt.ts';
import { UsageError } from './files.ts';
import { EXIT_INTERRUPTED, skipped } from './learn.ts';
import { counted, progressOn } from './progress.ts';
import { type Cli, withSession } from './session.ts';
import { printable } from './verdictText.ts';

export interface HuntOptions {
  readonly indicator: readonly string[];
  readonly mailbox?: string;
  readonly tenant: string;
  readonly json?: boolean;
}

/** As grep has it. */
const EXIT_NOTHING = 1;

/** `tidemark hunt`: in exports where some are named, else in the log of verdicts. 0: something was found, 1: nothing. */
export async function hunt(exports: readonly string[], options: HuntOptions, cli: Cli): Promise<number> {
  const indicators = options.indicator.map((typed) => knownIndicator(typed, cli));
  if (indicators.length === 0) throw new UsageError('--indicator: say what to look for');
  let hitCount = 0;
  const heard = (hit: HuntHit): void => {
    hitCount += 1;
    cli.out(options.json ? `${JSON.stringify(toJson(hit))}\n` : hitText(hit));
  };
  const signal = cli.interruption();
  const end = exports.length > 0 ? await inExports() : await inVerdicts();
  cli.err(
    `${counted(end.readCount)} ${exports.length > 0 ? 'messages' : 'verdicts'} looked at, ${skipped(end)}: ${counted(hitCount)} hits\n`,
  );
  if (signal.aborted) return EXIT_INTERRUPTED;
  return hitCount > 0 ? 0 : EXIT_NOTHING;

  async function inExports(): Promise<HuntEnd> {
    const progress = progressOn(cli);
    try {
      return await cli.huntExports(exports, indicators, heard, { signal, progress: progress.show });
    } finally {
      progress.clear();
    }
  }

  function inVerdicts(): Promise<HuntEnd> {
    const { tenant, mailbox } = options;
    const where = { tenant, ...(mailbox === undefined ? {} : { mailbox }) };
    return withSession(cli.open, ({ service }) => cli.huntVerdicts(service, where, indicators, heard));
  }
}

function knownIndicator(typed: string, { indicatorOf }: Cli): Indicator {
  const indicator = indicatorOf(typed);
  if (indicator !== undefined) return indicator;
  throw new UsageError(`--indicator: '${typed}' is no domain, address, SHA-256 or subject~PART (3 characters or more)`);
}

const toJson = ({ at, ...hit }: HuntHit) => ({ at: new Date(at).toISOString(), ...hit });

function hitText({ file, index, verdictId, action, at, where, quote, from = '', subject }: HuntHit): string {
  const place =
    file === undefined ? `${verdictId} ${action}` : `${file}${index === undefined ? '' : ` message ${index}`}`;
  const line = `${new Date(at).toISOString()}  ${place}  ${where} “${quote}”  from ${from}, subject “${subject}”`;
  return `${printable(line)}\n`;
}
