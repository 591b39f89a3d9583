/**
 * Findings, trust credits and circumstances → calibrated probability, as a sum of log-odds that a person can check: weights, and trees for
 * what only means something together (docs/adr/0004).
 * Two gates, because first contacts and known senders differ in what is odd and in how often it happens (docs/adr/0004).
 */
import { type Baseline, isWrittenTo } from '../domain/baseline.ts';
import { FAMILIES, type Family, type Finding } from '../domain/finding.ts';
import type { Message } from '../domain/message.ts';
import { shareAtLeast } from '../domain/tail.ts';
import type { AttackType, Contribution, Gate, Score } from '../domain/verdict.ts';
import { ATTACK_TYPES } from '../domain/verdict.ts';
import { type Circumstance, circumstanceOf } from './circumstances.ts';
import { creditsOf } from './credits.ts';
import { forestSays } from './forest.ts';
import type { Combination, Model } from './model.ts';
import { sentenceOf } from './sentences.ts';

/** One input of the linear model. */
export interface Feature {
  readonly id: string;
  /** 0–1. */
  readonly value: number;
  readonly sentence: string;
  /** A trust credit, one that persuades. */
  readonly speaksFor?: boolean;
  readonly attack?: string;
}

const MET_AFTER_DAYS = 3; // separate days: a value becomes normal after three, detection.md §2 "Learning rules"

/** A mailbox has met a sender that its owner wrote to, or that wrote on several days: one mail sent ahead of the lure is no acquaintance. */
const gateOf = ({ correspondent }: Baseline): Gate =>
  isWrittenTo(correspondent) || (correspondent?.received?.distinctDays ?? 0) >= MET_AFTER_DAYS ? 'known' : 'stranger';

/** All inputs that are not zero. Also what the fitter trains on. */
export function featuresOf(
  findings: readonly Finding[],
  message: Message,
  baseline: Baseline,
  model: Model,
): readonly Feature[] {
  const fired = findings.filter((finding) => finding.outcome === 'fired');
  const strengths = new Map(fired.map((finding) => [finding.detector, finding.strength]));
  const identityHolds = 1 - strongestOf(model.identityBreakers, strengths);
  return [
    ...fired.map((finding) => ({
      id: finding.detector,
      value: finding.strength,
      sentence: sentenceOf(finding),
      ...attackOf(finding),
    })),
    ...model.combinations.map((combination) => combined(combination, strengths)).filter((feature) => feature.value > 0),
    ...creditsOf(message, baseline)
      .map(({ isHollow = false, ...credit }) => ({
        ...credit,
        value: credit.value * identityHolds,
        speaksFor: !isHollow,
      }))
      .filter((credit) => credit.value > 0),
  ];
}

export function score(findings: readonly Finding[], message: Message, baseline: Baseline, model: Model): Score {
  const gate = gateOf(baseline);
  const { prior, weights } = model.gates[gate];
  const features = featuresOf(findings, message, baseline, model);
  const { base, moved } = forestSays(model.forests[gate], features, message, baseline);
  const contributions = [
    { source: 'prior', logOdds: prior + base, sentence: priorSentence[gate] },
    ...termsOf(features, weights, moved, (group, raised) => circumstanceOf(group, raised, message, baseline)),
  ];
  const floored = [...contributions, ...floorOf(features, sumOf(contributions), model)];
  const logOdds = sumOf(floored);
  const attackType = attackTypeOf(features, model);
  return {
    probability: sigmoid(logOdds),
    gate,
    isAuthenticated: message.authentication?.isAligned === true,
    falseAlarmShare: shareAtLeast(model.tails[gate], logOdds),
    tail: model.tails[gate],
    ...(attackType === undefined ? {} : { attackType }),
    families: familiesOf(findings, contributions, model),
    contributions: floored,
    certain: features.filter((feature) => isCertain(feature, model)).map(({ id }) => id),
    modelVersion: model.version,
  };
}

const contrary = (isContrary: boolean): Pick<Contribution, 'isContrary'> => (isContrary ? { isContrary } : {});

const attackOf = ({ attack }: { readonly attack?: string | undefined }): Pick<Contribution, 'attack'> =>
  attack === undefined ? {} : { attack };

const TELLING = 0.3; // log-odds: a term that moves a probability by less than 8 points is no evidence to rest a hold on

/** Families of the findings that speak, alone or in a combination, for a threat. */
function familiesOf(
  findings: readonly Finding[],
  contributions: readonly Contribution[],
  { combinations }: Model,
): readonly Family[] {
  const speaking = new Set(contributions.filter(({ logOdds }) => logOdds >= TELLING).map(({ source }) => source));
  const combined = combinations.filter(({ id }) => speaking.has(id)).flatMap(({ groups }) => groups.flat());
  const named = new Set([...speaking, ...combined]);
  const heard = new Set(
    findings.filter(({ outcome, detector }) => outcome === 'fired' && named.has(detector)).map(({ family }) => family),
  );
  return FAMILIES.filter((family) => heard.has(family));
}

const SMALL = 0.05; // log-odds: terms below move a probability by about one point at most, and are shown together

/** Weight and trees together for each finding, credit and circumstance, the largest first; small ones in one term. */
function termsOf(
  features: readonly Feature[],
  weights: Model['gates'][Gate]['weights'],
  moved: ReadonlyMap<string, number>,
  circumstance: (group: string, raised: boolean) => Circumstance,
): readonly Contribution[] {
  const named = new Set(features.map(({ id }) => id));
  const all: Contribution[] = [
    ...features.map(({ id, value, sentence, speaksFor = false, attack }) => {
      const logOdds = value * (weights[id] ?? 0) + (moved.get(id) ?? 0);
      return { source: id, logOdds, sentence, ...contrary(speaksFor === logOdds > 0), ...attackOf({ attack }) };
    }),
    ...[...moved]
      .filter(([group]) => !named.has(group))
      .map(([group, logOdds]) => {
        const { sentence, isContrary } = circumstance(group, logOdds > 0);
        return { source: group, logOdds, sentence, ...contrary(isContrary) };
      }),
  ];
  const large = all.filter(({ logOdds }) => Math.abs(logOdds) >= SMALL);
  const rest = sumOf(all) - sumOf(large);
  const small = { source: 'small-signs', logOdds: rest, sentence: 'Small signs together' };
  return [...large.sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds)), ...(rest === 0 ? [] : [small])];
}

const priorSentence: Readonly<Record<Gate, string>> = {
  known: 'Mail from someone this mailbox knows',
  stranger: 'Mail from someone this mailbox does not know, or hardly',
};

function combined({ id, sentence, groups }: Combination, strengths: ReadonlyMap<string, number>): Feature {
  return { id, sentence, value: groups.reduce((product, group) => product * strongestOf(group, strengths), 1) };
}

const strongestOf = (ids: readonly string[], strengths: ReadonlyMap<string, number>): number =>
  ids.reduce((most, id) => Math.max(most, strengths.get(id) ?? 0), 0);

const CERTAIN_FROM = 0.9; // strength: below, the detector itself names an innocent reading (a list, a known forwarder), and weight must decide

const isCertain = ({ id, value }: Feature, { floors }: Model): boolean =>
  value >= CERTAIN_FROM && floors[id] !== undefined;

/** What the certain layer adds: the log-odds missing to the highest floor reached. */
function floorOf(features: readonly Feature[], logOdds: number, model: Model): readonly Contribution[] {
  let best: Contribution | undefined;
  for (const feature of features) {
    if (!isCertain(feature, model)) continue;
    const { id, sentence } = feature;
    const missing = logit(model.floors[id] ?? 0) - logOdds;
    if (missing > (best?.logOdds ?? 0))
      best = { source: `certain:${id}`, logOdds: missing, sentence, ...attackOf(feature) };
  }
  return best === undefined ? [] : [best];
}

/** The type with the loudest speakers; undefined when nothing speaks for any. */
function attackTypeOf(features: readonly Feature[], model: Model): AttackType | undefined {
  let best: { readonly type: AttackType; readonly votes: number } | undefined;
  for (const type of ATTACK_TYPES) {
    const loudness = model.attackTypes[type];
    const votes = features.reduce((sum, { id, value }) => sum + value * (loudness[id] ?? 0), 0);
    if (votes > (best?.votes ?? 0)) best = { type, votes };
  }
  return best?.type;
}

const sumOf = (terms: readonly Contribution[]): number => terms.reduce((sum, term) => sum + term.logOdds, 0);
const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
export const logit = (probability: number): number => Math.log(probability / (1 - probability));
