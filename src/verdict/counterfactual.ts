/**
 * The smallest change that would have flipped the verdict (Wachter+ 2018): the fewest terms of the score, largest first, without which the
 * action is another one. Terms add up to the score, so a person can check it on the list of contributions.
 */
import { shareAtLeast } from '../domain/tail.ts';
import type { Action, Contribution, Score } from '../domain/verdict.ts';

const MAX_TERMS = 3; // more is no small change

/** One sentence; undefined when no few terms decide. `actionFor` is the policy without what the mailbox has been through. */
export function counterfactualOf(score: Score, actionFor: (score: Score) => Action): string | undefined {
  const action = actionFor(score);
  if (score.certain.length > 0) return undefined;
  const wouldBe = action === 'deliver' ? removing(score, actionFor, -1) : removing(score, actionFor, 1);
  if (wouldBe === undefined) return undefined;
  const { terms, action: other, probability } = wouldBe;
  const without = terms.map(({ sentence }) => `“${sentence}”`).join(' and ');
  return `Without ${without} it would have been ${done[other]} (${(probability * 100).toFixed(1)} %).`;
}

const done: Readonly<Record<Action, string>> = { deliver: 'delivered', strip: 'stripped', hold: 'held' };

/** Takes away the largest terms of that sign, one after the other. */
function removing(
  score: Score,
  actionFor: (score: Score) => Action,
  sign: 1 | -1,
): { readonly terms: readonly Contribution[]; readonly action: Action; readonly probability: number } | undefined {
  const action = actionFor(score);
  const candidates = score.contributions
    .filter(({ source, logOdds }) => source !== 'prior' && source !== 'small-signs' && logOdds * sign > 0)
    .sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
    .slice(0, MAX_TERMS);
  let logOdds = score.contributions.reduce((sum, term) => sum + term.logOdds, 0);
  for (const [at, term] of candidates.entries()) {
    logOdds -= term.logOdds;
    const probability = 1 / (1 + Math.exp(-logOdds));
    const changed = actionFor({ ...score, probability, falseAlarmShare: shareAtLeast(score.tail, logOdds) });
    if (changed !== action) return { terms: candidates.slice(0, at + 1), action: changed, probability };
  }
  return undefined;
}
