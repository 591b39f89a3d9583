import type { Baseline } from '../domain/baseline.ts';
import type { Detector, Finding, Indicator } from '../domain/finding.ts';
import type { Message } from '../domain/message.ts';
import { replyToDiversion } from './replyToDiversion.ts';

/** Every detector that runs, by topic. The order means nothing: a test shuffles it. */
export const detectors: readonly Detector[] = [replyToDiversion];

/** Runs each detector on what it declared to need. A missing trait is `skipped`, a throw is `failed`: neither is "clean". */
export function runDetectors(
  message: Message,
  baseline: Baseline,
  active: readonly Detector[] = detectors,
): readonly Finding[] {
  return active.map((detector) => runOne(detector, message, baseline));
}

function runOne(detector: Detector, message: Message, baseline: Baseline): Finding {
  const base = { detector: detector.id, ...(detector.attack === undefined ? {} : { attack: detector.attack }) };
  const missing = detector.needs.find((trait) => message[trait] === undefined);
  if (missing !== undefined) return { ...base, ...silent, outcome: 'skipped', why: `no ${missing}` };
  try {
    const result = detector.detect(message, baseline);
    if ('skipped' in result) return { ...base, ...silent, outcome: 'skipped', why: result.skipped };
    if (result.length === 0) return { ...base, ...silent, outcome: 'clear' };
    return { ...base, outcome: 'fired', ...strongest(result) };
  } catch (error) {
    return { ...base, ...silent, outcome: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

const silent = { strength: 0, evidence: [] } as const;
const MAX_EVIDENCE = 5; // more than a person reads

function strongest(indicators: readonly Indicator[]): Pick<Finding, 'strength' | 'evidence'> {
  const byStrength = [...indicators].sort((a, b) => b.strength - a.strength);
  return {
    strength: Math.min(1, Math.max(0, byStrength[0]?.strength ?? 0)),
    evidence: byStrength.flatMap((indicator) => indicator.evidence).slice(0, MAX_EVIDENCE),
  };
}
