import { detector, skip } from '../domain/finding.ts';
import { withoutTag } from '../text/address.ts';
import { isInside, OUTBOUND } from './history/relations.ts';

const NOBODY_SHOWN = 0.6; // 29 % of the advance-fee fraud and 9 % of phishing_pot say "undisclosed-recipients", 0.04 % of the list ham
const SELF_ADDRESSED = 0.6; // To is the writer: sublime-rules "self-addressed"; 3–9 % of spam and fraud, 0.4–2 % of list ham
const OTHERS_SHOWN = 0.4; // a blind copy
const MAX_KNOWN = 200; // addresses that the trait keeps: beyond, the mailbox may be among the rest

/**
 * The mailbox stands neither in To nor in Cc, and the mail is no list's or bulk sender's.
 * 0 or 1 indicator; strength 0.4–0.6: weak, because blind copies do the same. Silent where it names another address inside: most likely an
 * alias or a group that the mailbox belongs to.
 */
export const undisclosedRecipients = detector({
  id: 'undisclosed-recipients',
  family: 'conversation',
  needs: ['sender', 'recipients', 'bulk'],
  detect({ sender, recipients, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (bulk.isList || bulk.hasUnsubscribe || bulk.isAutomatic) return [];
    const { addresses } = recipients;
    if (addresses.map(withoutTag).includes(withoutTag(baseline.mailbox))) return [];
    if (addresses.some((address) => address !== sender.address && isInside(address, baseline))) return [];
    if (addresses.length >= MAX_KNOWN) return skip('too many recipients to know them all');
    const quote = addresses.slice(0, 2).join(', ') || 'nobody';
    return [
      {
        strength: strengthOf(addresses, sender.address),
        evidence: [{ where: 'To', quote, expected: baseline.mailbox }],
      },
    ];
  },
});

function strengthOf(addresses: readonly string[], writer: string): number {
  if (addresses.length === 0) return NOBODY_SHOWN;
  return addresses.every((address) => address === writer) ? SELF_ADDRESSED : OTHERS_SHOWN;
}
