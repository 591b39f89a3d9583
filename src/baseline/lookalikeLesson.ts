/** Enters an organisation that is worth imitating under the signatures of its look-alikes. */
import type { ProfileRecord } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { keyOf, recordOf, TENANT } from './keys.ts';
import { lesson } from './lesson.ts';
import { signaturesOf } from './resemblance.ts';

const MAX_LOOKALIKES = 32; // domains under one signature
// Worth imitating is whom the tenant writes to, or who has proved to be itself. Else a look-alike could come first and frame the original.
const KNOWN_AFTER_DAYS = 2;
const KNOWN_AFTER_ALIGNED = 2; // authenticated mails
const KNOWN_UNCHECKED_AFTER_DAYS = 5; // where no border says who is authenticated

/**
 * Learned when the mails exchanged have doubled since the last time, so that a busy organisation costs a look at its profile and no more:
 * what counts is the order of magnitude. `cause` names the message, for the lesson's id.
 */
export function lookalikeLesson(orgDomain: string, cause: string): Lesson {
  const profile = keyOf(TENANT, 'organisation', orgDomain);
  const signatures = signaturesOf(orgDomain).map((signature) => keyOf(TENANT, 'lookalike', signature));
  return {
    ...lesson(`lookalike ${orgDomain} ${cause}`, TENANT, 1, [profile, ...signatures], (draft) => {
      const count = exchangedCount(draft.get(profile));
      for (const key of signatures) draft.set(key, (old) => ({ d: withCount(old?.d ?? {}, orgDomain, count) }));
      draft.set(profile, (old) => ({ ...(old as ProfileRecord), known: count }));
    }),
    when: {
      keys: [profile],
      holds(records) {
        const record = recordOf(records, profile);
        const count = exchangedCount(record);
        return signatures.length > 0 && count > 0 && count >= 2 * (record?.known ?? 0);
      },
    },
  };
}

function exchangedCount(record: ProfileRecord | undefined): number {
  if (record === undefined) return 0;
  const { c, out = 0, aligned, checked } = record;
  const hasProved =
    checked === 0 ? c.d >= KNOWN_UNCHECKED_AFTER_DAYS : c.d >= KNOWN_AFTER_DAYS && aligned >= KNOWN_AFTER_ALIGNED;
  return hasProved || out > 0 ? c.n + out : 0;
}

function withCount(known: Readonly<Record<string, number>>, domain: string, count: number): Record<string, number> {
  const all = Object.entries({ ...known, [domain]: count });
  return Object.fromEntries(
    all.length <= MAX_LOOKALIKES ? all : all.sort(([, m], [, n]) => n - m).slice(0, MAX_LOOKALIKES),
  );
}
