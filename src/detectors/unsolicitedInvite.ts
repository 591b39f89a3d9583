import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { CalendarInvite, Sender } from '../domain/message.ts';
import { exchangedCount, OUTBOUND } from './history/relations.ts';

const BY_ITSELF = 0.5; // new customers invite too
const WITH_LURE = 1; // clients enter the event before anyone reads the mail, links and numbers included: scenarios S23
const KNOWN_DOMAIN = 0.4; // a new colleague of people one knows
const MAX_QUOTE = 150; // characters of the summary

/**
 * A calendar invite (METHOD:REQUEST or PUBLISH) from someone with whom the mailbox never exchanged mail.
 * 0 or 1 indicator; strength 0.5, 1 with links or phone numbers in the event, less when their organisation is known. Replies,
 * cancellations and colleagues are silent. Source: RFC 5546 §3.2; detection-ideas.md 49.
 */
export const unsolicitedInvite = detector({
  id: 'unsolicited-invite',
  family: 'invite',
  attack: 'T1566.002',
  needs: ['invites', 'sender'],
  detect({ invites, sender, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (sender.isOwnDomain || exchangedCount(baseline.correspondent) > 0) return [];
    const invite = invites.find(({ method }) => method === 'REQUEST' || method === 'PUBLISH');
    if (invite === undefined) return [];
    const lures = [...invite.linkHosts, ...invite.phoneNumbers];
    const strength = (lures.length > 0 ? WITH_LURE : BY_ITSELF) * (isKnownDomain(sender, baseline) ? KNOWN_DOMAIN : 1);
    return [
      { strength, evidence: [{ where: 'calendar', quote: quoteOf(invite) }, ...lures.slice(0, 2).map(lureEvidence)] },
    ];
  },
});

const isKnownDomain = (sender: Sender, { domain }: Baseline): boolean =>
  !sender.isFreemail && exchangedCount(domain) > 0;

const quoteOf = ({ method, summary, organizer }: CalendarInvite): string =>
  `${method} ${summary.slice(0, MAX_QUOTE)} by ${organizer?.address ?? 'nobody'}`.slice(0, 200);

const lureEvidence = (quote: string) => ({ where: 'calendar', quote });
