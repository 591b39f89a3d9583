import { detector, skip } from '../domain/finding.ts';
import { habitsNamed } from './history/habits.ts';
import { isInside } from './history/relations.ts';

const COMPANY = 0.3; // tools that write in a company's name do this: 19 % of SpamAssassin's hard ham, 34 % of phishing_pot
const FREEMAIL = 0.5; // providers do not let others write in their users' names, forwarders apart
const CLAIMED_SIGNATURE = 0.5; // nobody checked the signature of From's organisation: anyone can write one
const NORMAL_AFTER = 3; // mails: detection.md §2 "Learning rules"

/**
 * The envelope sender belongs to another organisation than From, and no signature of From's organisation makes up for it.
 * 0 or 1 indicator; strength 0.3–0.5, half beside a signature that nobody verified. Silent for lists and bulk senders, forwarding from
 * inside (SRS), and what this sender usually does.
 * Source: RFC 5321 §4.4; RFC 9989 "alignment".
 */
export const mailFromMismatch = detector({
  id: 'mail-from-mismatch',
  family: 'transport',
  attack: 'T1672',
  needs: ['sender', 'route', 'bulk'],
  detect({ sender, route, bulk, envelope }, baseline) {
    if (bulk.isList || bulk.hasUnsubscribe || bulk.isAutomatic || envelope.mailFrom === '') return [];
    const { mailFromOrgDomain, dkimDomains, isDkimVerified } = route;
    if (mailFromOrgDomain === undefined) return skip('envelope sender not known');
    const isHome = mailFromOrgDomain === sender.orgDomain || isInside(mailFromOrgDomain, baseline);
    const claimsSignature = dkimDomains.includes(sender.orgDomain);
    const [habit] = habitsNamed(baseline, ['mailFromOrgDomain']);
    if (isHome || (claimsSignature && isDkimVerified) || (habit?.seenCount ?? 0) >= NORMAL_AFTER) return [];
    const evidence = [{ where: 'MAIL FROM', quote: mailFromOrgDomain, expected: sender.orgDomain }];
    return [
      { strength: (sender.isFreemail ? FREEMAIL : COMPANY) * (claimsSignature ? CLAIMED_SIGNATURE : 1), evidence },
    ];
  },
});
