import { detector, skip } from '../domain/finding.ts';
import { changeEvidence, habitsNamed, MIN_HABIT_MESSAGES, strongestChange } from './history/habits.ts';
import { invitedThrough, THROUGH_CALENDAR } from './history/invitedThrough.ts';
import { isSignedBySender } from './history/ownSignature.ts';
import { countOf } from './history/relations.ts';

// Shares of the whole: a supplier changes its provider now and then, its signing domain hardly ever.
const SIGNATURE = 0.4;
const SENDING_HOST = 0.35;
const ENVELOPE = 0.25;
const STILL_SIGNED = 0.3; // the border verified a signature of the sender's own domain: a new provider
const ON_LIST = 0.4; // the list's servers, not the author's

/**
 * The mail came by servers, signatures or an envelope domain that this sender (or, for a new one, its domain) has not used.
 * 0 or 1 indicator; strength 0–1 by how many changed and how surprising each is. Skipped below five mails of history.
 * Source: detection.md §3 "Infrastructure".
 */
export const newInfrastructure = detector({
  id: 'new-infrastructure',
  family: 'transport',
  attack: 'T1672',
  needs: ['sender', 'route', 'bulk'],
  detect(message, baseline) {
    const habits = habitsNamed(baseline, ['sendingOrgDomain', 'mailFromOrgDomain', 'dkimDomains']);
    const domainCount = countOf(baseline.domainProfile?.received);
    const historyCount = Math.max(domainCount, ...habits.map(({ senderCount }) => senderCount));
    if (habits.length === 0 || historyCount < MIN_HABIT_MESSAGES) return skip('too few mails of this sender');
    const changed =
      SIGNATURE * strongestChange(habits, ['dkimDomains']) +
      SENDING_HOST * strongestChange(habits, ['sendingOrgDomain']) +
      ENVELOPE * strongestChange(habits, ['mailFromOrgDomain']);
    if (changed === 0) return [];
    const explained = isSignedBySender(message) ? STILL_SIGNED : invitedThrough(message) ? THROUGH_CALENDAR : 1;
    const strength = changed * explained * (message.bulk.isList ? ON_LIST : 1);
    return [{ strength, evidence: changeEvidence(habits) }];
  },
});
