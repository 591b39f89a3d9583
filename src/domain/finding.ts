/** What detectors say. Facts, judgements and weights are three layers: nothing here weighs. */
import type { Baseline } from './baseline.ts';
import type { Message, MessageCore, TraitName, Traits } from './message.ts';

/** What an analyst can check by eye. */
export interface Evidence {
  /** Header name, 'body', 'link', 'attachment', 'baseline' … */
  readonly where: string;
  /** The words or value as they stand, at most 200 characters. */
  readonly quote: string;
  /** History behind the claim: messages, of how many, days. */
  readonly messageCount?: number;
  readonly ofCount?: number;
  readonly ageDays?: number;
  /** What was expected instead. */
  readonly expected?: string;
  /** What it is about, exactly (Target); the runner gathers them in the finding. */
  readonly targets?: readonly Target[];
}

/** What a detector looks at. Findings of two families are independent evidence: an attacker who forges one has not thereby forged the other. */
export const FAMILIES = [
  'identity', // who it says it is from
  'transport', // servers and authentication
  'habit', // program, hour, silence
  'conversation', // thread and recipients
  'form', // of the message itself
  'link',
  'attachment',
  'invite',
  'request', // what it asks for
] as const;
export type Family = (typeof FAMILIES)[number];

/**
 * What could be taken out of the message: a link by the host that it leads to ('evil.example', with all below it), one without a host by
 * its scheme ('javascript:'), a file by its content ('sha256:' and 64 hex digits).
 */
export type Target = string;

/** One claim by a detector. */
export interface Indicator {
  /** 0–1. */
  readonly strength: number;
  readonly evidence: readonly Evidence[];
}

export type Outcome = 'fired' | 'clear' | 'skipped' | 'failed';

/** A detector's outcome. "Did not run" is never "clean". */
export interface Finding {
  readonly detector: string;
  readonly family: Family;
  readonly outcome: Outcome;
  /** 0 unless fired. The strongest indicator's. */
  readonly strength: number;
  readonly evidence: readonly Evidence[];
  /** Of all its evidence, also of what a person need not read; distinct, at most 400. Absent when there are none. */
  readonly targets?: readonly Target[];
  /** Why it was skipped or failed. */
  readonly why?: string;
  /** MITRE ATT&CK technique. */
  readonly attack?: string;
}

/** Returned by a detector that lacks the history it would need. */
export interface Skip {
  readonly skipped: string;
}

export interface Detector {
  /** Names the bad state: 'lookalike-domain'. */
  readonly id: string;
  readonly family: Family;
  /** MITRE ATT&CK technique id, where one fits. */
  readonly attack?: string;
  readonly needs: readonly TraitName[];
  readonly detect: (message: Message, baseline: Baseline) => readonly Indicator[] | Skip;
}

type Seen<Needs extends TraitName> = MessageCore & Pick<Traits, Needs>;

/**
 * Types the message as the declared needs and nothing else: reading an undeclared trait does not compile.
 * The runner (detectors/index.ts) calls `detect` only when every needed trait is there.
 */
export function detector<const Needs extends TraitName>(definition: {
  readonly id: string;
  readonly family: Family;
  readonly attack?: string;
  readonly needs: readonly Needs[];
  readonly detect: (message: Seen<Needs>, baseline: Baseline) => readonly Indicator[] | Skip;
}): Detector {
  return definition as unknown as Detector;
}

export const skip = (why: string): Skip => ({ skipped: why });
