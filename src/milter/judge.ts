/** Asks for a verdict, for as long as the MTA may be kept waiting. */
import { StoreAway } from '../domain/ports.ts';
import type { IntakeRequest, ScoredMessage } from '../domain/service.ts';
import type { Outcome, Problem } from './answer.ts';

export type Score = (request: IntakeRequest) => Promise<ScoredMessage>;

export interface JudgeParts {
  readonly score: Score;
  /** After this a message counts as not scored. */
  readonly scoreLimitMs: number;
  readonly progressMs: number;
  /** Called every `progressMs` while there is no verdict. */
  readonly onProgress: () => void;
  readonly onProblem: (problem: Problem, detail?: unknown) => void;
  /** Called when the message is needed no longer, which may be after the answer. */
  readonly onDone: () => void;
}

export async function judge(request: IntakeRequest, parts: JudgeParts): Promise<Outcome> {
  const { score, scoreLimitMs, progressMs, onProgress, onProblem, onDone } = parts;
  const scoring = score(request).then(
    (scored): Outcome => ({ kind: 'scored', ...scored }),
    (error): Outcome => {
      onProblem('scoring-failed', error);
      return { kind: 'failed', why: 'scoring failed', ...(isDangerous(error) ? { isDangerous: true } : {}) };
    },
  );
  const done = scoring.finally(onDone);
  let limit: NodeJS.Timeout | undefined;
  const lateness = new Promise<Outcome>((resolve) => {
    limit = setTimeout(() => {
      onProblem('too-late');
      resolve({ kind: 'failed', why: `no verdict within ${scoreLimitMs} ms` });
    }, scoreLimitMs);
  });
  const progress = setInterval(onProgress, progressMs);
  try {
    return await Promise.race([done, lateness]);
  } finally {
    clearTimeout(limit);
    clearInterval(progress);
  }
}

const isDangerous = (error: unknown): boolean =>
  error instanceof StoreAway && error.decided !== undefined && error.decided !== 'deliver';
