/** One log line a message, by queue id and without addresses, and what is counted. */
import type { Logger } from 'pino';
import type { Problem } from './answer.ts';
import type { ConnectionWatcher } from './listen.ts';
import type { Watcher } from './session.ts';

export interface MilterMetrics {
  milterAnswered(word: string): void;
  milterProblem(problem: Problem): void;
  milterConnections(change: 'opened' | 'closed' | 'refused' | 'cut-off'): void;
  recordVerdict(verdict: ScoredVerdict): void;
}

type ScoredVerdict = Extract<Parameters<Watcher['answered']>[0]['outcome'], { kind: 'scored' }>['verdict'];

const SAID: Readonly<Record<Problem, string>> = {
  'hold-not-possible': 'to be held, but the MTA offers no quarantine: temporary failure',
  'headers-not-possible': 'the MTA lets headers not be added or changed: without a mark, or with a forged one',
  'forged-headers': 'more headers with our name than are taken out: temporary failure',
  'forged-release': 'a header of a release that is forged, too old, or of another message: judged as any mail',
  'custody-full':
    'custody is full: what is to be held gets a temporary failure, what is stripped loses its original, what is unscored stays so',
  'keeping-failed':
    'not kept: what is to be held gets a temporary failure, what is stripped loses its original, what is unscored stays so',
  'too-many-recipients': 'more recipients than are remembered: what is to be held gets a temporary failure',
  'scoring-failed': 'scoring failed',
  'too-late': 'no verdict in time',
  'too-large': 'too large to be scored',
};

export const watchMessages = (log: Logger, metrics: MilterMetrics): Watcher => ({
  answered({ word, outcome, queueId, sizeBytes, milliseconds }) {
    metrics.milterAnswered(word);
    const about = { queueId, answer: word, sizeBytes, milliseconds: Math.round(milliseconds * 10) / 10 };
    if (outcome.kind === 'failed') {
      log.warn({ ...about, why: outcome.why }, 'not scored');
      return;
    }
    if (outcome.kind === 'released') {
      log.info({ ...about, verdict: outcome.verdictId }, 'released');
      return;
    }
    const { verdict } = outcome;
    metrics.recordVerdict(verdict);
    log.info({ ...about, verdict: verdict.id, score: verdict.score, proposed: verdict.proposed }, 'scored');
  },
  problem(problem, queueId, detail) {
    metrics.milterProblem(problem);
    log.warn({ queueId, problem, ...(detail === undefined ? {} : { err: detail }) }, SAID[problem]);
  },
});

export const watchConnections = (log: Logger, metrics: MilterMetrics): ConnectionWatcher => ({
  opened: () => metrics.milterConnections('opened'),
  closed: () => metrics.milterConnections('closed'),
  refused() {
    metrics.milterConnections('refused');
    log.warn('an MTA was turned away: too many connections');
  },
  cutOff(why) {
    metrics.milterConnections('cut-off');
    log.warn({ why }, 'a connection of an MTA was cut off');
  },
});
