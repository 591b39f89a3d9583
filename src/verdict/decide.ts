/** Scores per mailbox + Policy → action: the least that defuses, the most severe of all mailboxes for the message. */
import type { Baseline, Maturity } from '../domain/baseline.ts';
import type { Finding } from '../domain/finding.ts';
import {
  ACTIONS,
  type Action,
  type AttackType,
  type Coverage,
  type MailboxVerdict,
  type Policy,
  type Score,
  type Verdict,
} from '../domain/verdict.ts';
import { reasonFor } from './reason.ts';

/** What the stages found for one mailbox. */
export interface Judgement {
  readonly baseline: Baseline;
  readonly findings: readonly Finding[];
  readonly score: Score;
}

/**
 * Read on the calibrated probability; the false holds they cause are in docs/EVALUATION.md. By cost alone (detection.md §6: a false hold 10
 * for a known sender and 4 for a stranger, a missed threat 100 and more) a hold would pay from 0.09 and 0.04: they stay above, because trust
 * in the tool goes with every false hold, and a correspondent's mail is missed sooner than a stranger's.
 */
export const DEFAULT_POLICY: Policy = {
  mode: 'act',
  thresholds: {
    known: { holdAt: 0.9, stripAt: 0.5 },
    stranger: { holdAt: 0.4, stripAt: 0.2 },
  },
};
const HOLD_WHILE_LEARNING_AT = 0.99; // a young baseline knows too few people to hold on less: detection.md §2 "Cold start"

export type Decision = Pick<
  Verdict,
  | 'action'
  | 'score'
  | 'attackType'
  | 'mailboxes'
  | 'findings'
  | 'contributions'
  | 'proposed'
  | 'enacted'
  | 'enactedBecause'
  | 'reason'
  | 'coverage'
  | 'modelVersion'
>;

/** `judgements` holds one per mailbox, at least one. */
export function decide(judgements: readonly [Judgement, ...Judgement[]], policy: Policy): Decision {
  const rulings = judgements.map((judgement) => ({ judgement, ...ruleOn(judgement, policy) }));
  const deciding = rulings.reduce((worst, next) => (isWorse(next, worst) ? next : worst));
  const { score, findings } = deciding.judgement;
  const attackType = attackTypeOf(deciding);
  const proposed = mostSevere(rulings.map((ruling) => ruling.proposed));
  return {
    action: deciding.enacted,
    score: score.probability,
    ...(attackType === undefined ? {} : { attackType }),
    mailboxes: rulings.map(toMailboxVerdict),
    findings,
    contributions: score.contributions,
    proposed,
    enacted: deciding.enacted,
    ...(proposed === deciding.enacted ? {} : { enactedBecause: deciding.because ?? 'another mailbox decided' }),
    reason: reasonFor(deciding.enacted, proposed, score),
    coverage: coverageOf(findings),
    modelVersion: score.modelVersion,
  };
}

interface Ruling {
  readonly proposed: Action;
  readonly enacted: Action;
  readonly because?: string;
}

interface Judged extends Ruling {
  readonly judgement: Judgement;
}

function ruleOn({ score, baseline }: Judgement, policy: Policy): Ruling {
  const proposed = actionFor(score, policy);
  if (policy.mode === 'passive' && proposed !== 'deliver') {
    return { proposed, enacted: 'deliver', because: 'passive mode: nothing is acted on' };
  }
  if (proposed === 'hold' && isTooEarlyToHold(score, baseline.maturity)) {
    const { stage, messageCount } = baseline.maturity;
    const because = `policy: the baseline is ${stage} (${messageCount} messages), so a hold needs ${HOLD_WHILE_LEARNING_AT}`;
    return { proposed, enacted: 'strip', because };
  }
  return { proposed, enacted: proposed };
}

export function actionFor({ probability, gate }: Pick<Score, 'probability' | 'gate'>, { thresholds }: Policy): Action {
  const { holdAt, stripAt } = thresholds[gate];
  if (probability >= holdAt) return 'hold';
  return probability >= stripAt ? 'strip' : 'deliver';
}

const isTooEarlyToHold = ({ probability, certain }: Score, { stage }: Maturity): boolean =>
  stage !== 'steady' && certain.length === 0 && probability < HOLD_WHILE_LEARNING_AT;

const severity = (action: Action): number => ACTIONS.indexOf(action);
const mostSevere = (actions: readonly Action[]): Action =>
  actions.reduce<Action>((worst, action) => (severity(action) > severity(worst) ? action : worst), 'deliver');

function isWorse(a: Judged, b: Judged): boolean {
  const difference = severity(a.enacted) - severity(b.enacted);
  return difference > 0 || (difference === 0 && a.judgement.score.probability > b.judgement.score.probability);
}

/** Of what is proposed to be delivered the likeliest type would be read as a claim. */
const attackTypeOf = ({ proposed, judgement: { score } }: Judged): AttackType | undefined =>
  proposed === 'deliver' ? undefined : score.attackType;

function toMailboxVerdict(judged: Judged): MailboxVerdict {
  const { baseline, score } = judged.judgement;
  const attackType = attackTypeOf(judged);
  return {
    mailbox: baseline.mailbox,
    action: judged.enacted,
    score: score.probability,
    gate: score.gate,
    ...(attackType === undefined ? {} : { attackType }),
    maturity: baseline.maturity,
  };
}

function coverageOf(findings: readonly Finding[]): Coverage {
  const count = (outcome: Finding['outcome']) => findings.filter((finding) => finding.outcome === outcome).length;
  const skippedCount = count('skipped');
  const failedCount = count('failed');
  return {
    ranCount: findings.length - skippedCount - failedCount,
    skippedCount,
    failedCount,
    missing: [...new Set(findings.flatMap((finding) => finding.why ?? []))],
  };
}
