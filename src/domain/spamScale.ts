/** A verdict in the terms of spam filters: rspamd's action words, a score between their thresholds, symbols. */
import { plainLine } from './resultHeaders.ts';
import type { Action, Contribution, Verdict } from './verdict.ts';

export type SpamAction = 'no action' | 'add header' | 'soft reject' | 'reject';
/** What a client is told that cannot hold a message. */
export type HoldFallback = 'soft reject' | 'add header';

/** rspamd's own thresholds as shipped. */
export const ADD_HEADER_SCORE = 6;
export const REJECT_SCORE = 15;

/** Clients compare scores with thresholds: the score stays on that side of them on which the action is. */
const BANDS: Readonly<Record<Action, readonly [from: number, to: number]>> = {
  deliver: [0, 5],
  strip: [ADD_HEADER_SCORE, 14],
  hold: [REJECT_SCORE, 20],
};

/** Within the action's band by probability; two decimals. */
export function spamScore({ action, score }: Verdict): number {
  const [from, to] = BANDS[action];
  return rounded(from + (to - from) * score);
}

/** `hold`: what this client does when a message is not to be delivered. */
export function spamAction(action: Action, hold: 'reject' | HoldFallback): SpamAction {
  switch (action) {
    case 'deliver':
      return 'no action';
    case 'strip':
      return 'add header';
    case 'hold':
      return hold;
  }
}

export interface SpamSymbol {
  readonly name: string;
  /** Log-odds, two decimals. All of a verdict add up to the logit of its probability, not to spamScore. */
  readonly score: number;
  readonly description: string;
  readonly options: readonly string[];
}

const MAX_OPTIONS = 5;

/**
 * First the decision (TIDEMARK_HOLD, with attack type and verdict id), then what fired, the heaviest first, then the sum of all that is no hit
 * of a detector: prior, trust, trees. Rules of others match names, so a name stands for a finding that fired and nothing else.
 */
export function spamSymbols(verdict: Verdict): readonly SpamSymbol[] {
  const { action, attackType, id, reason, findings, contributions } = verdict;
  const fired = findings.filter(({ outcome }) => outcome === 'fired');
  const firedIds = new Set(fired.map(({ detector }) => detector));
  const options = [...(attackType === undefined ? [] : [attackType]), id];
  const hits = fired.map((finding): SpamSymbol => {
    const own = contributions.filter(({ source }) => source === finding.detector);
    return {
      name: symbolName(finding.detector),
      score: sumOf(own),
      description: plainLine(own[0]?.sentence ?? ''),
      options: finding.evidence.slice(0, MAX_OPTIONS).map(({ where, quote }) => plainLine(`${where}: ${quote}`)),
    };
  });
  const others = contributions.filter(({ source }) => !firedIds.has(source));
  return [
    { name: symbolName(action), score: 0, description: plainLine(reason), options },
    ...hits.sort((a, b) => Math.abs(b.score) - Math.abs(a.score)),
    { name: 'TIDEMARK_ALL_ELSE', score: sumOf(others), description: 'Prior, trust and small signs', options: [] },
  ];
}

/** 'reply-to-diversion' → TIDEMARK_REPLY_TO_DIVERSION. */
const symbolName = (source: string): string => `TIDEMARK_${source.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;

const sumOf = (contributions: readonly Contribution[]): number =>
  rounded(contributions.reduce((sum, { logOdds }) => sum + logOdds, 0));

const rounded = (value: number): number => Math.round(value * 100) / 100;
