/** A row of the log of verdicts, the same in every SQL store. */
import type { Observation } from '../domain/observation.ts';
import type { Feedback, LoggedVerdict } from '../domain/ports.ts';
import type { Verdict } from '../domain/verdict.ts';

export interface VerdictRow {
  readonly body: string;
  readonly observation: string | null;
  readonly is_learned: number;
  readonly feedback: Feedback | null;
}

/** Verdicts of older versions have no `certain`, nor what openapi.yaml calls absent in them. */
export const toVerdict = ({ body, is_learned }: Pick<VerdictRow, 'body' | 'is_learned'>): Verdict => ({
  ...({ certain: [], ...JSON.parse(body) } as Verdict),
  isLearned: is_learned === 1,
});

export function toEntry(row: VerdictRow): LoggedVerdict {
  const { observation, feedback } = row;
  return {
    verdict: toVerdict(row),
    ...(observation === null ? {} : { observation: JSON.parse(observation) as Observation }),
    ...(feedback === null ? {} : { feedback }),
  };
}

/** How a verdict stands, in short: what a later word on it rests on. The same as STAND says of its row. */
export const standOf = ({ verdict, observation, feedback }: LoggedVerdict): string =>
  `${Number(verdict.isLearned)} ${feedback ?? ''}${observation === undefined ? '' : ' facts'}`;

/** SQL, of a row of verdicts. */
export const STAND =
  "CAST(is_learned AS text) || ' ' || coalesce(feedback, '') || CASE WHEN observation IS NULL THEN '' ELSE ' facts' END";
