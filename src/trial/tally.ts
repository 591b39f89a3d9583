/** What was judged in a trial → its report. Keeps of own mail numbers and the worst, of attacks a line each. */
import type { LearningStep, Stopped, TrialReport } from '../domain/trial.ts';
import { ACTIONS, type Action, type Contribution, type Policy } from '../domain/verdict.ts';
import { type Decision, decide } from '../verdict/decide.ts';
import { CANARY, SYNTHETIC } from './attackers.ts';
import { shareOf, shareOfRows } from './share.ts';
import { HAM, PAYLOAD, type Tried } from './trial.ts';

const MAX_STOPPED = 50;
const MAX_CLUSTER = 120; // characters that tell two threads apart
const SPOOFS = /^(blind|known-domain|known-sender)-spoof|^spoof-reply-to/;
const STEPS = [3, 4, 8, 16, 32, 64]; // mails of the impersonated sender, lower ends
const GOOD = 0.9;

export type Judged = Pick<
  TrialReport,
  | 'held'
  | 'stripped'
  | 'warned'
  | 'stopped'
  | 'classes'
  | 'control'
  | 'learning'
  | 'goodFromCount'
  | 'authenticatedCount'
>;

interface Attempt {
  readonly kind: string;
  readonly cluster: string;
  readonly action: Action;
  /** Delivered with a banner. */
  readonly isWarned: boolean;
  readonly victimCount: number;
}

export interface Tally {
  add(tried: Tried): void;
  report(): Judged;
}

/** By the costs and budgets of `policy`. */
export function newTally(policy: Policy): Tally {
  const threads = new Set<string>();
  const counts = { own: 0, held: 0, stripped: 0, warned: 0, authenticated: 0 };
  const attempts: Attempt[] = [];
  let stopped: Stopped[] = [];

  function addOwn(tried: Tried): void {
    const { cluster, message } = tried;
    const decision = decide([tried.judgement], policy, tried.at);
    threads.add(cluster.slice(0, MAX_CLUSTER));
    counts.own += 1;
    if (message.authentication !== undefined) counts.authenticated += 1;
    if (isWarning(decision)) counts.warned += 1;
    if (decision.action === 'deliver') return;
    counts[decision.action === 'hold' ? 'held' : 'stripped'] += 1;
    stopped.push({
      at: tried.at,
      mailbox: tried.mailbox,
      from: message.sender?.address ?? '',
      subject: message.subject,
      action: decision.action,
      probability: decision.score,
      reason: strongest(decision.contributions),
    });
    if (stopped.length > 4 * MAX_STOPPED) stopped = worst(stopped);
  }

  return {
    add(tried) {
      const { kind, cluster, victimCount = 0 } = tried;
      if (kind === HAM) addOwn(tried);
      else {
        const decision = decide([tried.judgement], policy, tried.at);
        attempts.push({ kind, cluster, victimCount, action: decision.action, isWarned: isWarning(decision) });
      }
    },
    report() {
      const learning = stepsOf(attempts);
      const good = goodFrom(learning);
      return {
        held: shareOf(counts.held, counts.own, threads.size),
        stripped: shareOf(counts.stripped, counts.own, threads.size),
        warned: shareOf(counts.warned, counts.own, threads.size),
        stopped: worst(stopped),
        classes: SYNTHETIC.flatMap((kind) => [kind, kind + PAYLOAD])
          .map((kind) => classOf(kind, attempts))
          .filter(({ caught }) => caught.count > 0),
        control: classOf(CANARY, attempts),
        learning,
        ...(good === undefined ? {} : { goodFromCount: good }),
        authenticatedCount: counts.authenticated,
      };
    },
  };
}

const severity = ({ action }: Stopped): number => ACTIONS.indexOf(action);

const worst = (all: readonly Stopped[]): Stopped[] =>
  [...all]
    .sort((a, b) => severity(b) - severity(a) || b.probability - a.probability || a.at - b.at)
    .slice(0, MAX_STOPPED);

const strongest = (contributions: readonly Contribution[]): string =>
  contributions
    .filter(({ source, isContrary }) => source !== 'prior' && isContrary !== true)
    .reduce<Contribution | undefined>(
      (most, one) => (most === undefined || one.logOdds > most.logOdds ? one : most),
      undefined,
    )?.sentence ?? '';

const isWarning = ({ action, banner }: Decision): boolean => action === 'deliver' && banner !== undefined;

const isCaught = ({ action }: Attempt): boolean => action !== 'deliver';

function classOf(kind: string, attempts: readonly Attempt[]) {
  const rows = attempts.filter((one) => one.kind === kind);
  return {
    kind,
    caught: shareOfRows(rows, isCaught),
    held: shareOfRows(rows, ({ action }) => action === 'hold'),
    warned: shareOfRows(rows, ({ isWarned }) => isWarned),
  };
}

function stepsOf(attempts: readonly Attempt[]): readonly LearningStep[] {
  const spoofs = attempts.filter(({ kind }) => SPOOFS.test(kind));
  return STEPS.map((fromCount, at): LearningStep => {
    const next = STEPS[at + 1];
    const rows = spoofs.filter(
      ({ victimCount }) => victimCount >= fromCount && victimCount < (next ?? Number.POSITIVE_INFINITY),
    );
    return { fromCount, ...(next === undefined ? {} : { toCount: next - 1 }), caught: shareOfRows(rows, isCaught) };
  }).filter(({ caught }) => caught.count > 0);
}

/** The step from which on no later one falls below. */
export function goodFrom(steps: readonly LearningStep[]): number | undefined {
  const lastBad = steps.findLastIndex(({ caught }) => caught.value < GOOD);
  return steps[lastBad + 1]?.fromCount;
}
