/** Whether mail in a sender's name comes from the identity that the tenant knows under it. */
import type { Observation, ProfileRecord, Records } from '../domain/observation.ts';
import type { Lesson } from '../domain/ports.ts';
import { keyOf, recordOf, TENANT } from './keys.ts';

const AUTHENTICATES_FROM = 5; // authenticated mails from which an identity has something to lose

/**
 * The mail is not authenticated, and the sender, or for a failed DMARC its organisation, does authenticate: it is somebody else's until a
 * person says otherwise, and teaches nothing about the identity. Who never authenticates has no identity to protect.
 */
function isSomebodyElse(
  { isAligned, dmarc }: Pick<Observation, 'isAligned' | 'dmarc'>,
  profile: ProfileRecord | undefined,
  organisation: ProfileRecord | undefined,
): boolean {
  if (isAligned !== false) return false;
  if ((profile?.aligned ?? 0) >= AUTHENTICATES_FROM) return true;
  return dmarc === 'fail' && (organisation?.aligned ?? 0) >= AUTHENTICATES_FROM;
}

/**
 * Makes a lesson one that only mail of the known identity teaches, or only mail of somebody else in its name. What was learned under one
 * condition is taken back as such: by its id, whatever is known meanwhile.
 */
export function taughtWhen(lesson: Lesson, observation: Observation, isForeign: boolean): Lesson {
  if (lesson.undoes) return lesson;
  const profile = keyOf(TENANT, 'profile', observation.sender.address);
  const organisation = keyOf(TENANT, 'organisation', observation.sender.orgDomain);
  const holds = (records: Records) =>
    isSomebodyElse(observation, recordOf(records, profile), recordOf(records, organisation)) === isForeign;
  return { ...lesson, when: { keys: [profile, organisation], holds } };
}
