/** The scoring model: weights, floors and attack types as data. Its numbers and their evidence are on the card, models/score.md. */

import { faultsOf, type Tail } from '../domain/tail.ts';
import type { Gate } from '../domain/verdict.ts';
import { ATTACK_TYPES, type AttackType } from '../domain/verdict.ts';
import { measures } from './measures.ts';
import type { Forest, Tree } from './trees.ts';

/** Log-odds of one gate. Risk weights are ≥ 0 and credit weights ≤ 0, so that no risk can lower and no credit can raise a score. */
export interface GateWeights {
  readonly prior: number;
  /** By detector id, combination id and credit id. An id without a weight counts 0. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Several findings that mean more together: value = product over the groups of the strongest finding in each. */
export interface Combination {
  readonly id: string;
  readonly sentence: string;
  readonly groups: readonly (readonly string[])[];
}

export interface Model {
  readonly version: string;
  readonly gates: Readonly<Record<Gate, GateWeights>>;
  /** What the weights leave over: trees over findings, credits and measures, one forest for each gate. */
  readonly forests: Readonly<Record<Gate, Forest>>;
  /** How legitimate mail of each gate scores. */
  readonly tails: Readonly<Record<Gate, Tail>>;
  readonly combinations: readonly Combination[];
  /** Findings that say "this may not be who it claims": trust earned by the claimed identity shrinks with their strength. */
  readonly identityBreakers: readonly string[];
  /** The certain layer: probability the score does not fall below when the detector or combination is at nearly full strength (score.ts). */
  readonly floors: Readonly<Record<string, number>>;
  /** Detectors and combinations that speak for a type, with how loudly. */
  readonly attackTypes: Readonly<Record<AttackType, Readonly<Record<string, number>>>>;
}

/** Checks what the types cannot: signs, known ids, probabilities. Throws with every fault named. `raw` is parsed JSON. */
export function checkedModel(raw: Model, detectorIds: ReadonlySet<string>, creditIds: ReadonlySet<string>): Model {
  const combinationIds = new Set(raw.combinations.map((combination) => combination.id));
  const isRisk = (id: string) => detectorIds.has(id) || combinationIds.has(id);
  const faults: string[] = [];
  for (const [gate, { weights }] of Object.entries(raw.gates)) {
    for (const [id, weight] of Object.entries(weights)) {
      if (isRisk(id) ? weight < 0 : weight > 0) faults.push(`${gate}: the weight of ${id} has the wrong sign`);
      if (!isRisk(id) && !creditIds.has(id)) faults.push(`${gate}: ${id} is no detector, combination or credit`);
    }
  }
  const named = [...raw.combinations.flatMap((combination) => combination.groups.flat()), ...raw.identityBreakers];
  for (const id of named) if (!detectorIds.has(id)) faults.push(`${id} is no detector`);
  for (const type of ATTACK_TYPES) {
    for (const id of Object.keys(raw.attackTypes[type] ?? {}))
      if (!isRisk(id)) faults.push(`${type}: ${id} is no detector`);
  }
  for (const [id, floor] of Object.entries(raw.floors)) {
    if (!isRisk(id)) faults.push(`${id} is no detector or combination`);
    if (floor <= 0 || floor >= 1) faults.push(`the floor of ${id} is no probability`);
  }
  const asked = new Set([...detectorIds, ...combinationIds, ...creditIds, ...measures.map(({ id }) => id)]);
  for (const [gate, { features, trees }] of Object.entries(raw.forests)) {
    for (const id of features)
      if (!asked.has(id)) faults.push(`${gate}: ${id} is no finding, combination, credit or measure`);
    if (!trees.every((tree) => isWhole(tree, features.length))) faults.push(`${gate}: a tree is broken`);
  }
  for (const [gate, tail] of Object.entries(raw.tails))
    for (const fault of faultsOf(tail)) faults.push(`${gate}: ${fault}`);
  if (faults.length > 0) throw new Error(`model ${raw.version}: ${faults.join('; ')}`);
  return raw;
}

const MAX_DEPTH = 7; // attribution.ts works out all outcomes of a path

/** Every node asks a feature that there is and leads on to later nodes, so that a walk ends. */
function isWhole({ feature, threshold, right, value, cover }: Tree, featureCount: number): boolean {
  const count = feature.length;
  const isEven = [threshold, right, value, cover].every((column) => column.length === count);
  if (count === 0 || !isEven || !cover.every((mass) => mass > 0)) return false;
  const depth = new Array<number>(count).fill(0);
  return feature.every((asked, at) => {
    const next = right[at] ?? 0;
    if (asked === -1) return true;
    depth[at + 1] = depth[next] = (depth[at] ?? 0) + 1;
    return (
      asked >= 0 &&
      asked < featureCount &&
      at + 1 < count &&
      next > at + 1 &&
      next < count &&
      (depth[at + 1] ?? 0) <= MAX_DEPTH
    );
  });
}
