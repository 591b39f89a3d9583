import { detector, type Evidence } from '../domain/finding.ts';
import type { CalendarInvite } from '../domain/message.ts';
import { OUTBOUND } from './history/relations.ts';
import { strangersInvites } from './payload/invites.ts';
import { CERTAIN, chargeInEvent } from './payload/unwantedCharge.ts';

const REQUEST = 0.7; // an event has a time and a place; what it wants stands elsewhere
const PRESSURE = 0.3;
const MAX_QUOTES = 2;

/**
 * An event of an unknown organiser asks for a payment, a sign-in, gift cards or a call to a number that it brings along,
 * or tells of a charge that nobody made beside one.
 * One indicator per event; strength 0.7, 1 with pressure. Silent for correspondents and colleagues, and for what only the mail around it says.
 * Source: scenarios S23; detection-ideas.md 49.
 */
export const lureInInvite = detector({
  id: 'lure-in-invite',
  family: 'invite',
  attack: 'T1566.002',
  needs: ['invites', 'sender'],
  detect({ invites, sender, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    return strangersInvites(invites, sender, direction, baseline).flatMap((invite) => {
      const charge = chargeInEvent(invite);
      const asked = [...new Set([...requestsIn(invite), ...(charge?.quotes ?? [])])];
      if (asked.length === 0) return [];
      const quotes = [...asked.slice(0, MAX_QUOTES), ...invite.pressureQuotes.slice(0, 1)];
      const isPressing = invite.pressureQuotes.length > 0 || (charge?.signs ?? 0) >= CERTAIN;
      const strength = REQUEST + (isPressing ? PRESSURE : 0);
      return [{ strength, evidence: quotes.map(inCalendar) }];
    });
  },
});

/** A call is one only with a number. */
function requestsIn({ intents, phoneNumbers }: CalendarInvite): readonly string[] {
  const asked = intents.filter(({ intent }) => intent !== 'callback' || phoneNumbers.length > 0);
  const numbers = asked.some(({ intent }) => intent === 'callback') ? phoneNumbers.slice(0, 1) : [];
  return [...new Set([...numbers, ...asked.map(({ quote }) => quote)])];
}

const inCalendar = (quote: string): Evidence => ({ where: 'calendar', quote });
