import type { HabitName } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import { changeEvidence, habitsNamed, MIN_HABIT_MESSAGES, strongestChange } from './history/habits.ts';

/** Traits that change together count once: a Message-ID is made by one program, a boundary comes with a structure. */
const GROUPS: readonly (readonly HabitName[])[] = [
  ['mailer'],
  ['messageIdPattern', 'messageIdDomain'],
  ['headerOrder'],
  ['structure', 'boundaryPattern'],
  ['timeZone'],
];
const CHANCE = 1; // groups: a journey changes the zone, an attachment the structure
const CLEAR = 4; // groups: a different program changes all but the time zone

/**
 * Several habits of the program that wrote the mail changed at once for a sender with history.
 * 0 or 1 indicator; strength 0 for one change, 1 for four of five groups. Skipped below five mails of the sender. A new phone does the same:
 * it takes other signs to make it a threat. Source: detection.md §3 "Client", §0.3.
 */
export const newClient = detector({
  id: 'new-client',
  attack: 'T1586.002',
  needs: ['sender', 'client'],
  detect(_message, baseline) {
    const habits = habitsNamed(baseline, GROUPS.flat()).filter(({ senderCount }) => senderCount >= MIN_HABIT_MESSAGES);
    if (habits.length === 0) return skip('too few mails of this sender');
    const changed = GROUPS.reduce((sum, names) => sum + strongestChange(habits, names), 0);
    const strength = Math.min(1, (changed - CHANCE) / (CLEAR - CHANCE));
    return strength > 0 ? [{ strength, evidence: changeEvidence(habits) }] : [];
  },
});
