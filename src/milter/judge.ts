/** Asks for a verdict, for as long as the MTA may be kept waiting. */
import type { IntakeRequest, ScoredMessage } from '../domain/service.ts';
import type { Action } from '../domain/verdict.ts';
import type { Outcome, Problem } from './answer.ts';
import { type Patience, patiently } from './patience.ts';

/** `onDecided` is told what was decided before that is written down. */
export type Score = (request: IntakeRequest, onDecided: (action: Action) => void) => Promise<ScoredMessage>;

export interface JudgeParts extends Patience {
  readonly score: Score;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

export async function judge(request: IntakeRequest, parts: JudgeParts): Promise<Outcome> {
  const { score, limitMs, onProblem, onDone } = parts;
  let isDangerous = false; // at any try: what fails afterwards does not make it harmless
  const noteDecided = (action: Action): void => {
    isDangerous ||= action !== 'deliver';
  };
  const failed = (why: string): Outcome => ({ kind: 'failed', why, ...(isDangerous ? { isDangerous } : {}) });
  const scoring = score(request, noteDecided).then(
    (scored): Outcome => ({ kind: 'scored', ...scored }),
    (error): Outcome => {
      onProblem('scoring-failed', error);
      return failed('scoring failed');
    },
  );
  return patiently(scoring.finally(onDone), parts, () => {
    onProblem('too-late');
    return failed(`no verdict within ${limitMs} ms`);
  });
}
