import { detector, skip } from '../domain/finding.ts';
import { withoutTag } from '../text/address.ts';
import { countOf, OUTBOUND, weightOf } from './history/relations.ts';

const MIN_MESSAGES = 5; // fewer show no circle
const MIN_STRANGERS = 2; // one new colleague joins every day
const MOSTLY = 0.5; // of those beside the mailbox, from which the company is another

/**
 * A known sender writes to people who have not stood beside this mailbox in its mail: a taken-over account writes to whom it finds.
 * 0 or 1 indicator; strength 0–1 by the share of strangers and the history. Silent on lists and newsletters, and for fewer than two
 * strangers. Source: Ho+ 2019, recipient-set likelihood.
 */
export const unusualRecipients = detector({
  id: 'unusual-recipients',
  family: 'conversation',
  attack: 'T1534',
  needs: ['sender', 'recipients', 'bulk'],
  detect({ sender, recipients, bulk, direction }, { mailbox, correspondent }) {
    if (direction === 'outbound') return OUTBOUND;
    const count = countOf(correspondent?.received);
    if (correspondent === undefined || count < MIN_MESSAGES) return skip('too few mails of this sender');
    if (bulk.isList || bulk.hasUnsubscribe || bulk.isAutomatic) return [];
    const known = new Set([...correspondent.coRecipients.keys(), mailbox, sender.address].map(withoutTag));
    const beside = recipients.addresses.filter((address) => withoutTag(address) !== withoutTag(mailbox));
    const strangers = beside.filter((address) => !known.has(withoutTag(address)));
    const share = strangers.length / Math.max(1, beside.length);
    if (strangers.length < MIN_STRANGERS || share < MOSTLY) return [];
    const quote = strangers.slice(0, 3).join(', ');
    return [{ strength: share * weightOf(count), evidence: [{ where: 'To', quote, messageCount: 0, ofCount: count }] }];
  },
});
