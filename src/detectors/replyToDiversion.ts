import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { NamedAddress } from '../domain/mail.ts';
import type { Sender } from '../domain/message.ts';
import { isSameParty, isSolicited, OUTBOUND } from './history/relations.ts';
import { isNewsletter } from './payload/familiarity.ts';

const FULL_STRENGTH_MESSAGES = 10; // mails from this sender at which a contradiction counts in full: detection.md §9 D, 8–16 mails reach 90 % of the plateau
const STRANGER_STRENGTH = 0.3; // nothing is contradicted yet: only the split between two organisations is odd
const IN_BULK = 0.5; // mailing services direct replies to their customers; anyone can claim to be one

/**
 * Replies would go to another organisation, or freemail user, than this correspondent has ever used.
 * 0 or 1 indicator; strength 0.3–1 grows with the history contradicted, half in newsletters. Mailing lists set Reply-To by design, and platforms
 * (models/platforms.json) direct replies to whom they write for: silent. So is a stranger whose display name is the very address.
 * Source: RFC 5322 §3.6.2.
 */
export const replyToDiversion = detector({
  id: 'reply-to-diversion',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'bulk', 'actors'],
  detect({ sender, bulk, actors, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (bulk.isList) return [];
    // A platform sends replies to whom it writes for: unknown-actor's business.
    const intended = actors.find(({ isAuthenticated }) => isAuthenticated)?.address?.address;
    const messageCount = baseline.correspondent?.received?.messageCount ?? 0;
    // A form service shows by name whom a reply goes to: `address-in-display-name` speaks of it.
    const shown = messageCount === 0 ? sender.addressInName : undefined;
    const target = sender.replyTo.find(
      (one) =>
        one.address !== intended && one.address !== shown && isForeign(one, sender) && !isUsual(one, sender, baseline),
    );
    if (target === undefined) return [];
    const certainty = Math.max(STRANGER_STRENGTH, Math.min(1, messageCount / FULL_STRENGTH_MESSAGES));
    const strength = certainty * (isNewsletter(bulk) ? IN_BULK : 1);
    return [
      { strength, evidence: [{ where: 'Reply-To', quote: target.address, messageCount, expected: sender.orgDomain }] },
    ];
  },
});

const isForeign = ({ address, orgDomain }: NamedAddress, sender: Sender): boolean =>
  orgDomain !== '' && !isSameParty(address, sender.address);

/** At the sender's own freemail provider the organisation says nothing: it takes an address that the owner writes to. */
const isUsual = (
  { address, orgDomain }: NamedAddress,
  sender: Sender,
  { correspondent, correspondents }: Baseline,
): boolean =>
  orgDomain === sender.orgDomain
    ? isSolicited(correspondents.get(address))
    : (correspondent?.replyToOrgDomains.has(orgDomain) ?? false);
