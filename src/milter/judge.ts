/** Asks for a verdict, for as long as the MTA may be kept waiting. */
import { StoreAway } from '../domain/ports.ts';
import type { IntakeRequest, ScoredMessage } from '../domain/service.ts';
import type { Outcome, Problem } from './answer.ts';
import { type Patience, patiently } from './patience.ts';

export type Score = (request: IntakeRequest) => Promise<ScoredMessage>;

export interface JudgeParts extends Patience {
  readonly score: Score;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

export async function judge(request: IntakeRequest, parts: JudgeParts): Promise<Outcome> {
  const { score, limitMs, onProblem, onDone } = parts;
  const scoring = score(request).then(
    (scored): Outcome => ({ kind: 'scored', ...scored }),
    (error): Outcome => {
      onProblem('scoring-failed', error);
      return { kind: 'failed', why: 'scoring failed', ...(isDangerous(error) ? { isDangerous: true } : {}) };
    },
  );
  return patiently(scoring.finally(onDone), parts, () => {
    onProblem('too-late');
    return { kind: 'failed', why: `no verdict within ${limitMs} ms` };
  });
}

const isDangerous = (error: unknown): boolean =>
  error instanceof StoreAway && error.decided !== undefined && error.decided !== 'deliver';
