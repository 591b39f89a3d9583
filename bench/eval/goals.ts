/** What was to be reached (detection.md §10), beside what is measured. */
import type { Training } from '../train/training.ts';
import type { Evaluation } from './evaluation.ts';
import { type ClassResult, cell } from './report.ts';

/** Detection in % at 1 and at 0.1 false holds per 1,000. */
const GOALS: readonly (readonly [kind: string, atOne: number, atTenth: number])[] = [
  ['blind-spoof', 98, 90],
  ['known-domain-spoof', 97, 88],
  ['known-sender-spoof', 96, 86],
  ['bec-display-name', 96, 75],
  ['look-alike', 99, 92],
  ['thread-hijack-look-alike', 98.5, 88],
  ['account-takeover+payload', 95, 70],
  ['list-threat-phish', 90, 50],
  ['list-threat-419bec', 90, 50],
  ['phish-readdressed', 92, 60],
  ['malware-file-stranger', 99, 97],
  ['malware-file-known', 99, 97],
];

export function goals({ classes, rates }: Evaluation, { unseen }: Training): string {
  const shown = (found: readonly ClassResult[] | undefined, at: readonly number[], kind: string, rate: number) => {
    const share = found?.find((one) => one.kind === kind)?.detected[at.indexOf(rate)];
    return share === undefined ? '–' : cell(share);
  };
  const lines = GOALS.map(([kind, ...wanted]) => {
    const cells = [1e-3, 1e-4].flatMap((rate, at) => [
      wanted[at],
      shown(classes, rates, kind, rate),
      shown(unseen?.byList, unseen?.rates ?? [], kind, rate),
    ]);
    const reached = [1e-3, 1e-4].map((rate, at) => {
      const share = classes.find((one) => one.kind === kind)?.detected[rates.indexOf(rate)];
      return share !== undefined && share.value * 100 >= (wanted[at] ?? 100) ? 'yes' : 'no';
    });
    return `| ${[kind, ...cells, reached.join(', ')].join(' | ')} |`;
  });
  return `## What was to be reached

Detection, %, at 1 and at 0.1 false holds per 1,000: the goal, the shipped model on the development mailboxes, and models on lists that they have not
seen. "Reached" looks at the shipped model.

| class | goal at 1 | shipped | list not seen | goal at 0.1 | shipped | list not seen | reached |
|---|---:|---:|---:|---:|---:|---:|---|
${lines.join('\n')}

\`canary\`, the surgery without an attack, was to stay below twice the rate of false holds: ${rates
    .map((rate) => `${shown(classes, rates, 'canary', rate)} % at ${rate * 1000} per 1,000`)
    .join(', ')}.`;
}
