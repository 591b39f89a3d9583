import { detector, skip } from '../domain/finding.ts';

const MIN_MESSAGES = 20; // "never at this hour" of 20 mails bounds its share by 15 % (rule of three), of 100 by 3 %
const TOLERANCE_HOURS = 2; // people do not keep minutes, and daylight saving moves an hour
const CHANCE = (2 * TOLERANCE_HOURS + 1) / 24; // share of mail in that window if hours meant nothing
const RARE = 0.01; // share of the sender's mail below which an hour counts as unusual
const RULE_OF_THREE = 3; // upper 95 % bound of a share never seen in n mails: 3/n

/**
 * The sender hardly ever writes around this hour (UTC).
 * 0 or 1 indicator; strength 0.3 at 20 mails of history, 0.9 at 100: how surely the true share lies below chance. Skipped below 20 mails.
 * Weak by nature: people travel and work late.
 */
export const unusualHour = detector({
  id: 'unusual-hour',
  family: 'habit',
  needs: ['sender'],
  detect({ receivedAt }, { profile }) {
    const hours = profile?.hours ?? [];
    const total = hours.reduce((sum, count) => sum + count, 0);
    if (hours.length !== 24 || total < MIN_MESSAGES) return skip('too few mails of this sender to know its hours');
    const hour = new Date(receivedAt).getUTCHours();
    const near = countAround(hour, hours);
    if (near / total > RARE) return [];
    const strength = 1 - Math.min(1, (near + RULE_OF_THREE) / total / CHANCE);
    const quote = `${String(hour).padStart(2, '0')} h UTC, give or take ${TOLERANCE_HOURS} h`;
    return strength > 0
      ? [{ strength, evidence: [{ where: 'baseline', quote, messageCount: near, ofCount: total }] }]
      : [];
  },
});

function countAround(hour: number, hours: readonly number[]): number {
  let count = 0;
  for (let offset = -TOLERANCE_HOURS; offset <= TOLERANCE_HOURS; offset++)
    count += hours[(hour + offset + 24) % 24] ?? 0;
  return count;
}
