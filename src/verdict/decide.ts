/**
 * Scores per mailbox + Policy → action: of the least expected cost, within budgets of false alarms; the most severe of all mailboxes for the
 * message (docs/adr/0014).
 */
import type { Baseline } from '../domain/baseline.ts';
import type { Finding } from '../domain/finding.ts';
import { shareHere } from '../domain/rarity.ts';
import {
  type Action,
  type AttackType,
  type Budgets,
  type Coverage,
  type MailboxVerdict,
  type Policy,
  type Score,
  TREATMENTS,
  type Treatment,
  type Verdict,
} from '../domain/verdict.ts';
import { cheapest, type ExpectedCosts, expectedCosts } from './cost.ts';
import { counterfactualOf } from './counterfactual.ts';
import { bannerFor, reasonFor } from './reason.ts';

/** What the stages found for one mailbox. */
export interface Judgement {
  readonly baseline: Baseline;
  readonly findings: readonly Finding[];
  readonly score: Score;
}

const DAY_MS = 86_400_000;
const AUTHENTICATED = 0.1; // of the budget of holds, for known senders whose domain vouches for them: detection.md §6
const MIN_FAMILIES = 2; // a hold by one kind of evidence would stand on one detector's mistake
const SURE = 0.99; // from here on a hold takes no token, and needs no steady baseline: detection.md §2 "Cold start"
const RELEASED_FOR_DAYS = 30; // detection.md §6: not a lasting allow-list

/** Why a message is delivered that looks like one that was released. */
export const RELEASED = 'a person released the same from this sender lately';

export type Decision = Pick<
  Verdict,
  | 'action'
  | 'score'
  | 'attackType'
  | 'mailboxes'
  | 'findings'
  | 'contributions'
  | 'certain'
  | 'proposed'
  | 'enacted'
  | 'enactedBecause'
  | 'reason'
  | 'counterfactual'
  | 'banner'
  | 'coverage'
  | 'modelVersion'
>;

/** `judgements` holds one per mailbox, at least one; `now` in milliseconds. */
export function decide(judgements: readonly [Judgement, ...Judgement[]], policy: Policy, now: number): Decision {
  const rulings = judgements.map((judgement) => ruleOn(judgement, policy, now));
  const deciding = rulings.reduce((worst, next) => (isWorse(next, worst) ? next : worst));
  const { score, findings } = deciding.judgement;
  const attackType = attackTypeOf(deciding);
  const proposed = mostSevere(rulings.map((ruling) => ruling.proposed));
  const enacted = actionOf(deciding.enacted);
  const reason = reasonFor(enacted, actionOf(proposed), score);
  const counterfactual = counterfactualOf(score, (other) => actionOf(proposedFor(other, policy).treatment));
  const banner = bannerFor(deciding.enacted, score);
  return {
    action: enacted,
    score: score.probability,
    ...(attackType === undefined ? {} : { attackType }),
    mailboxes: rulings.map(toMailboxVerdict),
    findings,
    contributions: score.contributions,
    certain: score.certain,
    proposed: actionOf(proposed),
    enacted,
    ...(actionOf(proposed) === enacted ? {} : { enactedBecause: deciding.because ?? 'another mailbox decided' }),
    reason,
    ...(counterfactual === undefined ? {} : { counterfactual }),
    ...(banner === undefined ? {} : { banner }),
    coverage: coverageOf(findings),
    modelVersion: score.modelVersion,
  };
}

/** A banner delivers. */
const actionOf = (treatment: Treatment): Action => (treatment === 'banner' ? 'deliver' : treatment);

interface Ruling {
  readonly judgement: Judgement;
  readonly costs: ExpectedCosts;
  readonly falseAlarmShare: number;
  readonly proposed: Treatment;
  readonly enacted: Treatment;
  readonly because?: string;
}

/** What is proposed follows from the message alone; what is enacted, also from what the mailbox has been through. */
function ruleOn(judgement: Judgement, policy: Policy, now: number): Ruling {
  const { score, baseline } = judgement;
  const { treatment: proposed, costs } = proposedFor(score, policy);
  const falseAlarmShare = shareHere(score.falseAlarmShare, baseline.rarity[score.gate]);
  const ruling = { judgement, costs, falseAlarmShare, proposed };
  if (policy.mode === 'passive') {
    return { ...ruling, enacted: 'deliver', because: 'passive mode: nothing is acted on' };
  }
  if (score.certain.length > 0) return { ...ruling, enacted: proposed };
  if (wasReleased(judgement, now)) {
    return { ...ruling, enacted: 'deliver', because: RELEASED };
  }
  const whyNot = proposed === 'hold' ? whyNotHold(score, baseline) : undefined;
  const allowed = whyNot === undefined ? proposed : 'strip';
  const enacted = withinBudget(allowed, falseAlarmShare, budgetsFor(score, policy.budgets));
  if (enacted === proposed) return { ...ruling, enacted };
  const usual = `policy: ${(falseAlarmShare * 1000).toPrecision(2)} in 1,000 legitimate mails of this mailbox score so high`;
  return { ...ruling, enacted, because: enacted === allowed && whyNot !== undefined ? whyNot : usual };
}

/** By expected cost, and no severer than the budget of the gate lets it be. */
function proposedFor(
  score: Pick<Score, 'probability' | 'gate' | 'attackType' | 'certain' | 'falseAlarmShare' | 'isAuthenticated'>,
  { costs, budgets }: Policy,
): { readonly treatment: Treatment; readonly costs: ExpectedCosts } {
  const expected = expectedCosts(score, costs);
  const wanted = cheapest(expected);
  const treatment =
    score.certain.length > 0 ? wanted : withinBudget(wanted, score.falseAlarmShare, budgetsFor(score, budgets));
  return { treatment, costs: expected };
}

/** A correspondent who is who it says may be taken over, which a strip defuses too: a hold needs more. */
function budgetsFor(
  { gate, isAuthenticated }: Pick<Score, 'gate' | 'isAuthenticated'>,
  budgets: Policy['budgets'],
): Budgets {
  const own = budgets[gate];
  return gate === 'known' && isAuthenticated ? { ...own, hold: own.hold * AUTHENTICATED } : own;
}

function withinBudget(wanted: Treatment, falseAlarmShare: number, budgets: Budgets): Treatment {
  const affordable = TREATMENTS.filter((one) => one === 'deliver' || falseAlarmShare <= budgets[one]);
  return [...affordable].reverse().find((one) => severity(one) <= severity(wanted)) ?? 'deliver';
}

function whyNotHold({ probability, families }: Score, { maturity, holds }: Baseline): string | undefined {
  if (families.length < MIN_FAMILIES)
    return `policy: a hold needs two kinds of evidence, and there is ${families[0] ?? 'none'} alone`;
  if (probability >= SURE) return undefined;
  if (maturity.stage !== 'steady')
    return `policy: the baseline is ${maturity.stage} (${maturity.messageCount} messages), so a hold needs ${SURE}`;
  return holds.tokens < 1 ? 'policy: this mailbox has had its share of uncertain holds' : undefined;
}

/** The same sender, and nothing that was not odd in what was released. */
function wasReleased({ baseline: { holds }, findings }: Judgement, now: number): boolean {
  const { lastOfSender: last } = holds;
  if (last === undefined || !last.isReleased || now - last.at > RELEASED_FOR_DAYS * DAY_MS) return false;
  return firedIn(findings).every((detector) => last.detectors.has(detector));
}

export const firedIn = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ outcome }) => outcome === 'fired').map(({ detector }) => detector);

/** A hold that may be wrong, and counts against the mailbox's share. */
export const takesToken = ({ enacted, score, certain }: Decision): boolean =>
  enacted === 'hold' && score < SURE && certain.length === 0;

const severity = (treatment: Treatment): number => TREATMENTS.indexOf(treatment);
const mostSevere = (treatments: readonly Treatment[]): Treatment =>
  treatments.reduce<Treatment>((worst, next) => (severity(next) > severity(worst) ? next : worst), 'deliver');

function isWorse(a: Ruling, b: Ruling): boolean {
  const difference = severity(a.enacted) - severity(b.enacted);
  return difference > 0 || (difference === 0 && a.judgement.score.probability > b.judgement.score.probability);
}

/** Of what is proposed to be delivered the likeliest type would be read as a claim. */
const attackTypeOf = ({ proposed, judgement: { score } }: Ruling): AttackType | undefined =>
  actionOf(proposed) === 'deliver' ? undefined : score.attackType;

function toMailboxVerdict(ruling: Ruling): MailboxVerdict {
  const { baseline, score } = ruling.judgement;
  const attackType = attackTypeOf(ruling);
  return {
    mailbox: baseline.mailbox,
    action: actionOf(ruling.enacted),
    score: score.probability,
    gate: score.gate,
    falseAlarmShare: significant(ruling.falseAlarmShare),
    expectedCosts: {
      deliver: significant(ruling.costs.deliver),
      banner: significant(ruling.costs.banner),
      strip: significant(ruling.costs.strip),
      hold: significant(ruling.costs.hold),
    },
    ...(attackType === undefined ? {} : { attackType }),
    maturity: baseline.maturity,
  };
}

const significant = (value: number): number => Number(value.toPrecision(3));

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
