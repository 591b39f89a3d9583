import { detector } from '../domain/finding.ts';

const FULL_STRENGTH_MESSAGES = 10; // mails from this sender at which a contradiction counts in full: detection.md §9 D, 8–16 mails reach 90 % of the plateau
const STRANGER_STRENGTH = 0.3; // nothing is contradicted yet: only the split between two organisations is odd

/**
 * Replies would go to another organisation than this correspondent has ever used.
 * 0 or 1 indicator; strength 0.3–1 grows with the history contradicted. Mailing lists and bulk senders set Reply-To by design: silent.
 * Source: RFC 5322 §3.6.2.
 */
export const replyToDiversion = detector({
  id: 'reply-to-diversion',
  attack: 'T1656',
  needs: ['sender', 'bulk'],
  detect({ sender, bulk }, { correspondent }) {
    if (bulk.isList) return [];
    const target = sender.replyTo.find((address) => address.orgDomain !== sender.orgDomain);
    if (!target || correspondent?.replyToOrgDomains.has(target.orgDomain)) return [];
    const messageCount = correspondent?.received?.messageCount ?? 0;
    const strength = Math.max(STRANGER_STRENGTH, Math.min(1, messageCount / FULL_STRENGTH_MESSAGES));
    return [
      { strength, evidence: [{ where: 'Reply-To', quote: target.address, messageCount, expected: sender.orgDomain }] },
    ];
  },
});
