/** What each treatment is expected to cost: harm that gets through, and legitimate mail disturbed (detection.md §6). */
import { type Costs, type Score, TREATMENTS, type Treatment } from '../domain/verdict.ts';

export type ExpectedCosts = Readonly<Record<Treatment, number>>;

export function expectedCosts(
  { probability, gate, attackType }: Pick<Score, 'probability' | 'gate' | 'attackType'>,
  { missed, residual, disturbed }: Costs,
): ExpectedCosts {
  const type = attackType ?? 'unknown';
  const harm = probability * missed[type];
  const { banner, strip, hold } = disturbed[gate];
  const legitimate = 1 - probability;
  return {
    deliver: harm,
    banner: harm * residual[type].banner + legitimate * banner,
    strip: harm * residual[type].strip + legitimate * strip,
    hold: legitimate * hold,
  };
}

/** The least severe of those that cost least. */
export const cheapest = (costs: ExpectedCosts): Treatment =>
  TREATMENTS.reduce((best, next) => (costs[next] < costs[best] ? next : best));
