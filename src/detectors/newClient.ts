import type { Habit, HabitName } from '../domain/baseline.ts';
import { detector, skip } from '../domain/finding.ts';
import { changeEvidence, changeIn, habitsNamed, MIN_HABIT_MESSAGES, strongestChange } from './history/habits.ts';
import { invitedThrough, THROUGH_CALENDAR } from './history/invitedThrough.ts';
import { isSignedBySender } from './history/ownSignature.ts';

/** Traits that change together count once: a Message-ID is made by one program, a boundary comes with a structure. */
const GROUPS: readonly (readonly HabitName[])[] = [
  ['mailer'],
  ['messageIdPattern', 'messageIdDomain'],
  ['headerOrder'],
  ['structure', 'boundaryPattern'],
  ['timeZone'],
];
/** Also change with what the mail holds: a first attachment brings a boundary, and moves Content-Type. */
const BY_CONTENT: ReadonlySet<HabitName | undefined> = new Set<HabitName>(['headerOrder', 'structure']);
const CHANCE = 1; // groups: a journey changes the zone, an attachment the structure
const CLEAR = 4; // groups: a different program changes all but the time zone
const AUTHORISED_SERVICE = 0.3; // other servers that hold the domain's own key: a tool that its owner has set up, not a thief of one account
const OTHER_SERVERS = 0.5; // change of the sending host, 0–1, from which they are others

/**
 * Several habits of the program that wrote the mail changed at once for a sender with history.
 * 0 or 1 indicator; strength 0 for one change, 1 for four of five groups, weaker when other servers sent it with the sender's own key.
 * Skipped below five mails of the sender. A new phone does the same: it takes other signs to make it a threat. Source: detection.md §3 "Client", §0.3.
 */
export const newClient = detector({
  id: 'new-client',
  family: 'habit',
  attack: 'T1586.002',
  needs: ['sender', 'client', 'route'],
  detect(message, baseline) {
    const habits = habitsNamed(baseline, GROUPS.flat()).filter(({ senderCount }) => senderCount >= MIN_HABIT_MESSAGES);
    if (habits.length === 0) return skip('too few mails of this sender');
    const groups = isSameProgram(habits) ? GROUPS.filter((names) => !BY_CONTENT.has(names[0])) : GROUPS;
    const changed = groups.reduce((sum, names) => sum + strongestChange(habits, names), 0);
    const isAuthorised =
      isSignedBySender(message) && strongestChange(baseline.habits, ['sendingOrgDomain']) >= OTHER_SERVERS;
    const explained = isAuthorised ? AUTHORISED_SERVICE : invitedThrough(message) ? THROUGH_CALENDAR : 1;
    const strength = Math.min(1, (changed - CHANCE) / (CLEAR - CHANCE)) * explained;
    return strength > 0 ? [{ strength, evidence: changeEvidence(habits) }] : [];
  },
});

/** It names itself as ever and makes its Message-IDs as ever. */
function isSameProgram(habits: readonly Habit[]): boolean {
  const isUsual = (name: HabitName) => habits.some((habit) => habit.trait === name && changeIn(habit) === 0);
  const namesItself = habits.some(({ trait, value }) => trait === 'mailer' && value !== 'none');
  return namesItself && isUsual('mailer') && isUsual('messageIdPattern');
}
