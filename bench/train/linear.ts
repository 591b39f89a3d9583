/**
 * The linear part of models/score.json: logistic regression per gate, pulled towards the weights a person set (prior.json) rather than
 * towards zero, because a detector that never fires in this mail must keep its meaning; risks stay ≥ 0 and credits ≤ 0. Deterministic.
 */
import type { Gate } from '../../src/domain/verdict.ts';
import type { GateWeights } from '../../src/score/model.ts';

export interface Example {
  readonly gate: Gate;
  readonly features: readonly { readonly id: string; readonly value: number }[];
  readonly isThreat: boolean;
  /** Mass of this example; see `weigh`. */
  readonly weight: number;
}

const PULL = 0.004; // strength of the pull to the prior, per unit of mass: docs/adr/0004
const ITERATIONS = 600;
const STEP = 1.5;

/** Weights for one gate. `examples` of other gates are left out. */
export function fitGate(examples: readonly Example[], gate: Gate, start: GateWeights): GateWeights {
  const ids = Object.keys(start.weights);
  const index = new Map(ids.map((id, at) => [id, at]));
  const rows = examples
    .filter((example) => example.gate === gate)
    .map(({ features, isThreat, weight }) => ({
      at: features.flatMap(({ id }) => index.get(id) ?? []),
      value: features.filter(({ id }) => index.has(id)).map(({ value }) => value),
      target: Number(isThreat),
      weight,
    }));
  const mass = rows.reduce((sum, row) => sum + row.weight, 0) || 1;
  const origin = ids.map((id) => start.weights[id] ?? 0);
  const weights = [...origin];
  let prior = start.prior;
  // Per-coordinate steps (AdaGrad, Duchi+ 2011): features differ a hundredfold in how often they fire.
  const seen = ids.map(() => 1e-8);
  let seenPrior = 1e-8;
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const gradient = ids.map((_id, at) => PULL * ((weights[at] ?? 0) - (origin[at] ?? 0)));
    let gradientPrior = 0;
    for (const row of rows) {
      let logOdds = prior;
      for (let k = 0; k < row.at.length; k += 1) logOdds += (weights[row.at[k] ?? 0] ?? 0) * (row.value[k] ?? 0);
      const error = ((1 / (1 + Math.exp(-logOdds)) - row.target) * row.weight) / mass;
      gradientPrior += error;
      for (let k = 0; k < row.at.length; k += 1) {
        const at = row.at[k] ?? 0;
        gradient[at] = (gradient[at] ?? 0) + error * (row.value[k] ?? 0);
      }
    }
    seenPrior += gradientPrior ** 2;
    prior -= (STEP * gradientPrior) / Math.sqrt(seenPrior) / Math.sqrt(iteration + 1);
    for (let at = 0; at < ids.length; at += 1) {
      const slope = gradient[at] ?? 0;
      seen[at] = (seen[at] ?? 0) + slope ** 2;
      const moved = (weights[at] ?? 0) - (STEP * slope) / Math.sqrt(seen[at] ?? 1) / Math.sqrt(iteration + 1);
      weights[at] = (origin[at] ?? 0) >= 0 ? Math.max(0, moved) : Math.min(0, moved);
    }
  }
  return { prior, weights: Object.fromEntries(ids.map((id, at) => [id, weights[at] ?? 0])) };
}

/**
 * Platt scaling (Platt 1999): slope and offset that make log-odds `z` fit the outcomes, weighed. 1 and 0 where that gives nothing sensible
 * (all of one kind).
 */
export function platt(points: readonly { readonly z: number; readonly target: number; readonly weight: number }[]): {
  readonly slope: number;
  readonly offset: number;
} {
  const mass = points.reduce((sum, point) => sum + point.weight, 0) || 1;
  let slope = 1;
  let offset = 0;
  for (let iteration = 0; iteration < 100; iteration += 1) {
    const g = [0, 0];
    const h = [1e-9, 0, 1e-9];
    for (const { z, target, weight } of points) {
      const p = 1 / (1 + Math.exp(-(slope * z + offset)));
      const error = ((p - target) * weight) / mass;
      const curvature = (p * (1 - p) * weight) / mass;
      g[0] = (g[0] ?? 0) + error * z;
      g[1] = (g[1] ?? 0) + error;
      h[0] = (h[0] ?? 0) + curvature * z * z;
      h[1] = (h[1] ?? 0) + curvature * z;
      h[2] = (h[2] ?? 0) + curvature;
    }
    const [a = 0, b = 0, c = 0] = h;
    const determinant = a * c - b * b;
    if (determinant < 1e-15) break;
    slope -= (c * (g[0] ?? 0) - b * (g[1] ?? 0)) / determinant;
    offset -= (a * (g[1] ?? 0) - b * (g[0] ?? 0)) / determinant;
  }
  const isSane = Number.isFinite(slope) && slope > 0.2 && slope < 5;
  return isSane ? { slope, offset } : { slope: 1, offset: 0 };
}

export function logOddsOf({ features }: Pick<Example, 'features'>, { prior, weights }: GateWeights): number {
  return features.reduce((sum, { id, value }) => sum + (weights[id] ?? 0) * value, prior);
}

/**
 * Masses: the mails of an event share the mass of one; each class of threat weighs the same within all threats, threats of the lists a quarter of ours and honeypot phish 0.15 (docs/adr/0025, 0026);
 * all threats together are `threatShare` of everything: 1/3 to learn to separate (detection.md §4), the share of live mail to calibrate.
 */
export function weigh(
  rows: readonly {
    readonly kind: string;
    readonly gate: Gate;
    readonly features: Example['features'];
    readonly isThreat: boolean;
    readonly isFirstContact: boolean;
    readonly eventShare?: number;
  }[],
  threatShare: number,
): readonly Example[] {
  const perKind = new Map<string, number>();
  for (const row of rows) if (row.isThreat) perKind.set(row.kind, (perKind.get(row.kind) ?? 0) + 1);
  const massOf = (kind: string) =>
    kind === 'phish-readdressed' ? HONEYPOT_MASS : kind.startsWith(REAL) ? REAL_MASS : 1;
  const classMass = [...perKind.keys()].reduce((sum, kind) => sum + massOf(kind), 0) || 1;
  const hamMass = ({ isFirstContact, eventShare = 1 }: (typeof rows)[number]) =>
    (isFirstContact ? FIRST_CONTACT_MASS : 1) * eventShare;
  const allHam = rows.reduce((sum, row) => sum + (row.isThreat ? 0 : hamMass(row)), 0);
  const threatMass = (allHam * threatShare) / (1 - threatShare);
  return rows.map((row) => ({
    gate: row.gate,
    features: row.features,
    isThreat: row.isThreat,
    weight: row.isThreat ? (threatMass * massOf(row.kind)) / classMass / (perKind.get(row.kind) ?? 1) : hamMass(row),
  }));
}

/**
 * First contacts are 24.4 % of what a business mailbox gets (Enron) and 5.4 % of list mail: odds of 0.32 against 0.057, 5.6 times as many. List
 * mail is what can be measured on, a business mailbox is where it runs: the geometric mean of both mixes.
 */
const FIRST_CONTACT_MASS = 2.4;
const REAL = 'list-threat'; // came through the lists themselves; labels partly by keyword, a few % wrong
const REAL_MASS = 0.25;
const HONEYPOT_MASS = 0.15; // of another era, and put into these streams: docs/adr/0026

export const LIVE_THREAT_SHARE = 0.01; // what "probability" assumes: one mail in a hundred is a threat; operators' reports range 0.1–2 %
