/** One or two plain sentences for a person: what was done, the strongest reasons, and what spoke against it. */
import type { Action, AttackType, Contribution, Score, Treatment } from '../domain/verdict.ts';

const WORTH_SAYING = 0.3; // log-odds: less than that moves a probability by under 8 points
const MAX_REASONS = 2;

const done: Readonly<Record<Action, string>> = { deliver: 'Delivered', strip: 'Stripped', hold: 'Held' };

const asWhat: Readonly<Record<AttackType, string>> = {
  'credential-phishing': 'credential phishing',
  bec: 'business e-mail compromise',
  'vendor-compromise': 'supplier compromise or impersonation',
  'account-takeover': 'account takeover',
  malware: 'malware',
  extortion: 'extortion',
  'advance-fee': 'advance-fee fraud',
  'callback-phishing': 'callback phishing',
  recon: 'reconnaissance',
  spam: 'spam',
};

export function reasonFor(
  enacted: Action,
  proposed: Action,
  { probability, attackType, contributions }: Score,
): string {
  const against = strongest(contributions, (term) => term.logOdds);
  const inFavour = strongest(contributions, (term) => -term.logOdds).slice(0, 1);
  const likelihood = probability < 0.5 ? 'possible' : 'probable';
  const suspicion = `as ${likelihood} ${asWhat[attackType ?? 'spam']} (${percent(probability)})`;
  if (proposed === 'deliver') {
    const nothing = against.length > 0 ? 'too little speaks against it' : 'nothing speaks strongly against it';
    const why = inFavour.length > 0 ? inFavour : [nothing];
    const note = against.length > 0 ? ` Worth a look: ${against.slice(0, 1).join('')}.` : '';
    return `${done[enacted]} (${percent(probability)}): ${why.join('; ')}.${note}`;
  }
  const would = enacted === proposed ? '' : ` although ${done[proposed].toLowerCase()} was proposed`;
  const despite = inFavour.length > 0 ? ` In its favour: ${inFavour.join('')}.` : '';
  return `${done[enacted]}${would} ${suspicion}: ${against.join('; ') || 'many small signs'}.${despite}`;
}

/** What the reader of a delivered or stripped message is told; undefined for one that is as usual, or held. */
export function bannerFor(enacted: Treatment, score: Score): string | undefined {
  if (enacted === 'deliver' || enacted === 'hold') return undefined;
  if (enacted === 'strip') return warningFor(score);
  const against = strongest(score.contributions, (term) => term.logOdds);
  return `This message is unusual: ${against.length > 0 ? against.join('; ') : 'many small signs'}.`;
}

/** For the reader of a stripped message: what it may be, and the strongest reason. */
export function warningFor({ attackType, contributions }: Pick<Score, 'attackType' | 'contributions'>): string {
  const [first] = strongest(contributions, (term) => term.logOdds);
  const what = attackType === undefined ? 'dangerous' : asWhat[attackType];
  return `Be careful: this message may be ${what}.${first === undefined ? '' : ` ${first}.`}`;
}

function strongest(terms: readonly Contribution[], by: (term: Contribution) => number): readonly string[] {
  return terms
    .filter((term) => term.source !== 'prior' && term.isContrary !== true && by(term) >= WORTH_SAYING)
    .sort((a, b) => by(b) - by(a))
    .slice(0, MAX_REASONS)
    .map((term) => term.sentence);
}

const percent = (probability: number): string => {
  const value = probability * 100;
  return value > 99.9 ? '> 99.9 %' : value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`;
};
