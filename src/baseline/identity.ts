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
 * Two readings of one mail: `own` is taught when it comes from the known identity, `foreign` when from somebody else in its name; once either
 * is, the other is not, whatever becomes known of the identity. Each is taken back as what it was taught as: by its id.
 */
export const eitherTaught = (own: Lesson, foreign: Lesson, observation: Observation): readonly Lesson[] => [
  taughtOfOwn(own, foreign.id, observation),
  taughtWhen(foreign, observation, { isForeign: true, unless: own.id }),
];

/** Taught when the mail comes from the known identity, and not once `unless` is learned. */
export const taughtOfOwn = (own: Lesson, unless: string, observation: Observation): Lesson =>
  taughtWhen(own, observation, { isForeign: false, unless });

function taughtWhen(
  lesson: Lesson,
  observation: Observation,
  { isForeign, unless }: { readonly isForeign: boolean; readonly unless: string },
): Lesson {
  if (lesson.undoes) return lesson;
  const profile = keyOf(TENANT, 'profile', observation.sender.address);
  const organisation = keyOf(TENANT, 'organisation', observation.sender.orgDomain);
  const holds = (records: Records) =>
    isSomebodyElse(observation, recordOf(records, profile), recordOf(records, organisation)) === isForeign;
  return { ...lesson, unless, when: { keys: [profile, organisation], holds } };
}
