/** Which invites of a message enter a calendar from people the mailbox does not know. */
import type { Baseline } from '../../domain/baseline.ts';
import type { Direction } from '../../domain/mail.ts';
import type { CalendarInvite, Sender } from '../../domain/message.ts';
import { exchangedCount, isInside } from '../history/relations.ts';

/** Those that add to a calendar and whose organiser, and who sends them, never exchanged mail with the mailbox and are no colleagues. */
export function strangersInvites(
  invites: readonly CalendarInvite[],
  sender: Sender,
  direction: Direction,
  baseline: Baseline,
): readonly CalendarInvite[] {
  const isColleague = sender.isOwnDomain && direction === 'internal';
  if (isColleague || exchangedCount(baseline.correspondent) > 0) return [];
  return invites.filter(
    ({ method, organizer }) =>
      (method === 'REQUEST' || method === 'PUBLISH') && !isVouchedFor(organizer?.address, baseline),
  );
}

/** Anybody can write a colleague or correspondent into an event: only in mail of a platform (models/platforms.json) is that who invites. */
const isVouchedFor = (organizer: string | undefined, baseline: Baseline): boolean =>
  organizer !== undefined &&
  baseline.actor !== undefined &&
  (isInside(organizer, baseline) || exchangedCount(baseline.correspondents.get(organizer)) > 0);
