/** A verdict in the terms of spam filters: rspamd's action words, a score between their thresholds, symbols. */
import type { Finding } from './finding.ts';
import { plainLine } from './resultHeaders.ts';
import type { Action, Verdict } from './verdict.ts';

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
  /** Log-odds, two decimals; 0 for what fired and weighs nothing. They do not add up to spamScore. */
  readonly score: number;
  readonly description: string;
  readonly options: readonly string[];
}

const MAX_OPTIONS = 5;

/** First the decision (TIDEMARK_HOLD, with attack type and verdict id), then what it rests on, the heaviest first. */
export function spamSymbols(verdict: Verdict): readonly SpamSymbol[] {
  const { action, attackType, id, reason, findings, contributions } = verdict;
  const fired = new Map(findings.filter(({ outcome }) => outcome === 'fired').map((one) => [one.detector, one]));
  const decision: SpamSymbol = {
    name: symbolName(action),
    score: 0,
    description: plainLine(reason),
    options: [...(attackType === undefined ? [] : [attackType]), id],
  };
  const weighed = contributions.map(({ source, logOdds, sentence }) => ({
    name: symbolName(source),
    score: rounded(logOdds),
    description: plainLine(sentence),
    options: optionsOf(fired.get(source)),
  }));
  const named = new Set(weighed.map(({ name }) => name));
  const weightless = [...fired.values()]
    .filter(({ detector }) => !named.has(symbolName(detector)))
    .map((finding) => ({ name: symbolName(finding.detector), score: 0, description: '', options: optionsOf(finding) }));
  return [decision, ...weighed.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score)), ...weightless];
}

/** 'reply-to-diversion' → TIDEMARK_REPLY_TO_DIVERSION. */
const symbolName = (source: string): string => `TIDEMARK_${source.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`;

const optionsOf = (finding: Finding | undefined): readonly string[] =>
  (finding?.evidence ?? []).slice(0, MAX_OPTIONS).map(({ where, quote }) => plainLine(`${where}: ${quote}`));

const rounded = (value: number): number => Math.round(value * 100) / 100;
