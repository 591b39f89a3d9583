import { detector } from '../domain/finding.ts';
import { changeEvidence, changeIn } from './history/habits.ts';
import { daysBetween, exchangedCount } from './history/relations.ts';

const DORMANT_DAYS = 180; // longer than the 120 days for which threads are kept: no conversation is still open
const MIN_EXCHANGED = 2; // mails: one alone was no correspondence
const BY_ITSELF = 0.2; // people come back; "a known person on a new client after months" tops the false positives of detection.md §6
const CHANGES_FOR_FULL = 3; // changed traits of infrastructure and client

/**
 * A correspondent silent for more than 180 days writes again; the more its infrastructure and client changed, the stronger.
 * 0 or 1 indicator; strength 0.2 unchanged, 1 with three changed traits. Source: detection.md §3 "Time".
 */
export const dormantCorrespondent = detector({
  id: 'dormant-correspondent',
  family: 'habit',
  attack: 'T1586.002',
  needs: ['sender'],
  detect({ sender, receivedAt }, { correspondent, habits }) {
    if (exchangedCount(correspondent) < MIN_EXCHANGED) return [];
    const lastAt = Math.max(correspondent?.received?.lastAt ?? 0, correspondent?.sent?.lastAt ?? 0);
    const ageDays = daysBetween(lastAt, receivedAt);
    if (ageDays <= DORMANT_DAYS) return [];
    const changed = Math.min(1, habits.reduce((sum, habit) => sum + changeIn(habit), 0) / CHANGES_FOR_FULL);
    const messageCount = exchangedCount(correspondent);
    const silence = { where: 'baseline', quote: `${sender.address} was silent`, messageCount, ageDays };
    return [{ strength: BY_ITSELF + (1 - BY_ITSELF) * changed, evidence: [silence, ...changeEvidence(habits)] }];
  },
});
