/** `npm run bench -- faults [NAME…] [--messages N] [--hold custody]`: one line of JSON for each fault as it ends, and a table of all. */
import { canRunPostfix, WHY_NOT } from '../../test/e2e/postfix.ts';
import { FAULTS } from './faults.ts';
import { type FaultReport, type RunOptions, runFault } from './run.ts';

export async function measureFaults(names: readonly string[], options: RunOptions): Promise<void> {
  if (!canRunPostfix) throw new Error(WHY_NOT);
  const unknown = names.find((name) => !FAULTS.some((fault) => fault.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no fault '${unknown}', but ${FAULTS.map(({ name }) => name).join(', ')}`);
  }
  const chosen = names.length === 0 ? FAULTS : FAULTS.filter(({ name }) => names.includes(name));
  const reports: FaultReport[] = [];
  for (const fault of chosen) {
    const report = await runFault(fault, options);
    console.log(JSON.stringify(report));
    reports.push(report);
  }
  console.log(`\n${table(reports)}`);
}

const COLUMNS = [
  ['messages', 'messages'],
  ['struck', 'struck'],
  ['Maildir', 'maildir'],
  ['HOLD', 'hold'],
  ['custody', 'custody'],
  ['given back', 'released'],
  ['again', 'releasedAgain'],
  ['at sender', 'atSender'],
  ['lost', 'lost'],
  ['twice', 'twice'],
  ['damaged', 'damaged'],
  ['unmarked', 'unmarked'],
  ['unscored', 'unscored'],
  ['refused for now', 'refusedForNow'],
  ['s in all', 'seconds'],
  ['recovery s', 'recoverySeconds'],
  ['longest pause s', 'longestPauseSeconds'],
  ['peak RSS MB', 'peakMb'],
] as const satisfies readonly (readonly [string, keyof FaultReport])[];

function table(reports: readonly FaultReport[]): string {
  const head = ['fault', ...COLUMNS.map(([title]) => title)];
  const rows = reports.map((report) => [report.what, ...COLUMNS.map(([, field]) => String(report[field]))]);
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
