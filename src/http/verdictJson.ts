import type { Feedback } from '../domain/ports.ts';
import type { Stripped } from '../domain/strip.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Stripped as StrippedJson, Verdict as VerdictJson } from './api.generated.ts';
import { toRfc3339 } from './times.ts';

/** Domain → wire: times as RFC 3339, the tenant left out (the key knows it). Absent fields stay absent. */
export function verdictJson(
  { tenant: _, receivedAt, learnsAt, ...verdict }: Verdict,
  feedback?: Feedback,
): VerdictJson {
  return {
    ...verdict,
    receivedAt: toRfc3339(receivedAt),
    ...(learnsAt === undefined ? {} : { learnsAt: toRfc3339(learnsAt) }),
    ...(feedback === undefined ? {} : { feedback }),
  };
}

export const strippedJson = (stripped: Stripped): StrippedJson =>
  stripped.isRewritten
    ? {
        isRewritten: true,
        raw: stripped.bytes.toString('base64'),
        changes: stripped.changes,
        unmet: stripped.unmet,
      }
    : stripped;
