/** A verdict as a person reads it in a terminal. */
import type { Contribution, Verdict } from '../domain/verdict.ts';

const MAX_TERMS = 6;

export function verdictText(file: string, verdict: Verdict): string {
  const { action, score, attackType, reason, coverage, mailboxes, contributions, counterfactual } = verdict;
  const type = attackType === undefined ? '' : `  ${attackType}`;
  const lines = [
    `${printable(file)}: ${action.toUpperCase()}  ${(score * 100).toFixed(1)} %${type}`,
    `  ${printable(reason)}`,
    ...(verdict.enactedBecause === undefined ? [] : [`  proposed ${verdict.proposed}: ${verdict.enactedBecause}`]),
    ...contributions.slice(0, MAX_TERMS).map(term),
    ...(counterfactual === undefined ? [] : [`  ${printable(counterfactual)}`]),
    ...mailboxes.map(
      ({ mailbox, maturity }) => `  ${mailbox}: baseline ${maturity.stage}, ${maturity.messageCount} messages`,
    ),
    `  ${coverage.ranCount} detectors ran, ${coverage.skippedCount} skipped, ${coverage.failedCount} failed; model ${verdict.modelVersion}`,
  ];
  return `${lines.join('\n')}\n`;
}

const term = ({ logOdds, sentence }: Contribution): string =>
  `  ${(logOdds >= 0 ? '+' : '−') + Math.abs(logOdds).toFixed(2).padStart(5)}  ${printable(sentence)}`;

/** Attackers choose subjects and addresses: no control character or bidi override reaches the terminal. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/gu, '?');
