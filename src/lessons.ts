/** Whose mailboxes learn from a message, and what. */
import { lessonsOf, type Parties } from './baseline/observe.ts';
import type { Observation } from './domain/observation.ts';
import type { Organisation } from './domain/organisation.ts';
import type { Lesson } from './domain/ports.ts';
import { isOwn } from './intake.ts';

/** What each mailbox learns. Mail inside the organisation teaches both ends: its writer sent it, its readers received it. */
export const lessonsFor = (
  observation: Observation,
  mailboxes: readonly string[],
  organisation: Organisation,
): readonly Lesson[] => lessonsOf(observation, partiesOf(observation, mailboxes, organisation));

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
