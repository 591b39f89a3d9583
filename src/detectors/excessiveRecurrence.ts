import { detector } from '../domain/finding.ts';
import type { Recurrence } from '../domain/message.ts';
import { OUTBOUND } from './history/relations.ts';
import { strangersInvites } from './payload/invites.ts';

// Set by hand: no mail with such rules is among what can be measured.
const SEVERAL_A_DAY = 1;
const MANY = 0.6;
const FEW = 10; // several a day, but soon over: the sessions of a conference
const MANY_DAYS = 60; // nearly as many as a quarter has working days
const ABSURD = 500; // of any kind: ten years of weeks
const DAY_MINUTES = 1_440;

/**
 * The event of a stranger repeats so often that it fills the calendar.
 * One indicator per event; strength 1 for more than ten with several a day, 0.6 for 60 or more (or endless) less than a week apart, and for
 * 500 of any kind. Weekly and rarer series without end are ordinary. Silent for correspondents and colleagues. Source: RFC 5545 §3.3.10;
 * scenarios S23.
 */
export const excessiveRecurrence = detector({
  id: 'excessive-recurrence',
  family: 'invite',
  attack: 'T1566.002',
  needs: ['invites', 'sender'],
  detect({ invites, sender, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    return strangersInvites(invites, sender, direction, baseline).flatMap(({ recurrence, summary }) => {
      const strength = recurrence === undefined ? 0 : excessOf(recurrence);
      if (recurrence === undefined || strength === 0) return [];
      return [{ strength, evidence: [{ where: 'calendar', quote: `${shown(recurrence)}: ${summary}`.slice(0, 200) }] }];
    });
  },
});

function excessOf({ everyDays, occurrenceCount = Number.POSITIVE_INFINITY }: Recurrence): number {
  if (everyDays < 1) return occurrenceCount > FEW ? SEVERAL_A_DAY : 0;
  if (everyDays < 7 && occurrenceCount >= MANY_DAYS) return MANY;
  return Number.isFinite(occurrenceCount) && occurrenceCount >= ABSURD ? MANY : 0;
}

function shown({ everyDays, occurrenceCount }: Recurrence): string {
  const apart =
    everyDays < 1 ? `${Math.max(1, Math.round(everyDays * DAY_MINUTES))} minutes apart` : `${everyDays} days apart`;
  return occurrenceCount === undefined ? `without end, ${apart}` : `${occurrenceCount} times, ${apart}`;
}
