/** Whose mailboxes learn from a message, and what. */
import { falseAlarmLesson, rightAlarmLesson, type Treated, treatedLesson } from './baseline/holdLessons.ts';
import { lessonsAtOnceOf, lessonsOf, type Parties } from './baseline/observe.ts';
import type { Observation } from './domain/observation.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Feedback, Lesson } from './domain/ports.ts';
import type { Verdict } from './domain/verdict.ts';
import { isOwn } from './intake.ts';
import { firedIn, takesToken } from './verdict/decide.ts';

/** What each mailbox learns. Mail inside the organisation teaches both ends: its writer sent it, its readers received it. */
export const lessonsFor = (
  observation: Observation,
  mailboxes: readonly string[],
  organisation: Organisation,
): readonly Lesson[] => lessonsOf(observation, partiesOf(observation, mailboxes, organisation));

/**
 * What is learned without waiting for a report: most answers come within the day, and would be strangers' in conversations that nobody
 * knows. Nothing that whoever writes from outside can bring about is among it but that there is the mail; a report takes it back like all else.
 */
export const lessonsAtOnce = (
  observation: Observation,
  mailboxes: readonly string[],
  organisation: Organisation,
): readonly Lesson[] => lessonsAtOnceOf(observation, partiesOf(observation, mailboxes, organisation));

/** What the observation of a stored message teaches; `owner` when the export says whose word it is. */
export interface StoredObservation {
  readonly observation: Observation;
  readonly mailboxes: readonly string[];
  readonly owner?: string;
}

/** The owner's own word teaches the owner, and those of the other mailboxes that it was written to. */
export function lessonsOfStored(
  { observation, mailboxes, owner }: StoredObservation,
  organisation: Organisation,
): readonly Lesson[] {
  if (owner === undefined) return lessonsFor(observation, mailboxes, organisation);
  const readers = mailboxes.filter(
    (mailbox) => mailbox !== owner && isOwn(mailbox, organisation) && observation.recipients.includes(mailbox),
  );
  return lessonsOf(observation, { writer: owner, readers });
}

export const lessonsOfStoredAtOnce = (stored: StoredObservation, organisation: Organisation): readonly Lesson[] =>
  stored.owner === undefined
    ? lessonsAtOnce(stored.observation, stored.mailboxes, organisation)
    : lessonsAtOnceOf(stored.observation, { writer: stored.owner, readers: [] });

export function partiesOf(
  { sender: { address }, direction, isOwnersWord }: Observation,
  mailboxes: readonly string[],
  organisation: Organisation,
): Parties {
  if (direction === 'inbound') return { readers: mailboxes };
  const readers = mailboxes.filter(
    (mailbox) => mailbox !== address && (direction === 'internal' || isOwn(mailbox, organisation)),
  );
  // Somebody else's address in From, forwarded or forged, has no mailbox here.
  const isProtected = organisation.ownDomains.length === 0 || isOwn(address, organisation);
  return isOwnersWord && isProtected ? { writer: address, readers } : { readers };
}

/** What is counted of a message that was held or stripped, in each mailbox that it was held or stripped for. */
export function treatmentLessons(verdict: Verdict): readonly Lesson[] {
  if (verdict.enacted === 'deliver' || verdict.wasDelivered) return [];
  return verdict.mailboxes
    .filter(({ action }) => action !== 'deliver')
    .map(({ mailbox, action }) => treatedLesson(treatedOf(verdict), mailbox, action === 'hold' && takesToken(verdict)));
}

const treatedOf = ({ id, receivedAt, from = '', findings }: Verdict): Treated => ({
  id,
  at: receivedAt,
  sender: from,
  detectors: firedIn(findings),
});

/** What a person's word on a hold or strip costs or gives back; it takes the place of the opposite one. */
export function alarmLessons(verdict: Verdict, feedback: Feedback): readonly Lesson[] {
  const treated = treatedOf(verdict);
  const [said, opposite] =
    feedback === 'safe' ? [falseAlarmLesson, rightAlarmLesson] : [rightAlarmLesson, falseAlarmLesson];
  return verdict.mailboxes
    .filter(({ action }) => action !== 'deliver')
    .flatMap(({ mailbox }) => [opposite(treated, mailbox, -1), said(treated, mailbox, 1)]);
}
