/** A message through the forest of its gate: what each detector, credit or circumstance has moved. */
import type { Baseline } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import { type Attribution, attributionOf } from './attribution.ts';
import { measures } from './measures.ts';
import type { Forest } from './trees.ts';

/** Where each feature of a forest comes from. */
interface Plan {
  readonly attribution: Attribution;
  /** Names under which effects are shown, each once. */
  readonly groups: readonly string[];
  readonly asked: readonly { readonly at: number; readonly of: (message: Message, baseline: Baseline) => number }[];
  readonly findingAt: ReadonlyMap<string, number>;
}

const byId = new Map(measures.map((one) => [one.id, one]));
const plans = new WeakMap<Forest, Plan>();

function planOf(forest: Forest): Plan {
  const known = plans.get(forest);
  if (known !== undefined) return known;
  const shownAs = forest.features.map((id) => byId.get(id)?.group ?? id);
  const groups = [...new Set(shownAs)];
  const players = shownAs.map((group) => groups.indexOf(group));
  const plan: Plan = {
    attribution: attributionOf(forest, players),
    groups,
    asked: forest.features.flatMap((id, at) => {
      const measure = byId.get(id);
      return measure === undefined ? [] : [{ at, of: measure.of }];
    }),
    findingAt: new Map(forest.features.flatMap((id, at) => (byId.has(id) ? [] : [[id, at] as const]))),
  };
  plans.set(forest, plan);
  return plan;
}

/** Log-odds before any question, and what each group has moved; base + Σ moved is what the trees say. */
export function forestSays(
  forest: Forest,
  features: readonly { readonly id: string; readonly value: number }[],
  message: Message,
  baseline: Baseline,
): { readonly base: number; readonly moved: ReadonlyMap<string, number> } {
  const { attribution, groups, asked, findingAt } = planOf(forest);
  const values = new Float64Array(forest.features.length);
  for (const { at, of } of asked) values[at] = Math.fround(of(message, baseline)); // as trained: bench/train reads 32-bit columns
  for (const { id, value } of features) {
    const at = findingAt.get(id);
    if (at !== undefined) values[at] = Math.fround(value);
  }
  const credits = new Float64Array(groups.length);
  attribution.attribute(values, credits);
  const moved = new Map<string, number>();
  groups.forEach((group, at) => {
    const credit = credits[at] ?? 0;
    if (credit !== 0) moved.set(group, credit);
  });
  return { base: attribution.base, moved };
}
