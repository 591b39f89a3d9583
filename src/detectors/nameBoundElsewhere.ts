import type { NameBinding } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import { holderOf } from './history/nameHolders.ts';
import { isEstablished, OUTBOUND } from './history/relations.ts';
import { brandBehindSender } from './payload/brandOwners.ts';

/**
 * The display name belongs to another address that the mailbox, or else the tenant, knows.
 * 0 or 1 indicator; strength 0–1 grows with the history and reciprocity of that binding, and shrinks when many addresses share the name.
 * Silent for established senders (private addresses of colleagues), and where a platform shows the name of whom it writes for, which is
 * `actor-impersonation`'s business.
 */
export const nameBoundElsewhere = detector({
  id: 'name-bound-elsewhere',
  attack: 'T1656',
  needs: ['sender', 'bulk', 'actors'],
  detect({ sender, bulk, actors, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (sender.nameKey === undefined || isEstablished(baseline.correspondent)) return [];
    if (actors.some((actor) => actor.isNamedInFrom && actor.address !== undefined)) return [];
    // A list that rewrites From shows the author's name over its own address, and so does a signing or sharing service. Else that header
    // is anybody's word.
    const showsAuthors = bulk.isList || brandBehindSender(sender) !== undefined;
    const itself = new Set([sender.address, showsAuthors ? sender.originalAuthor?.address : undefined]);
    const isOther = ({ address }: NameBinding) => !itself.has(address);
    const holder = holderOf(
      sender,
      baseline.nameBindings.filter(isOther),
      baseline.tenantNameBindings.filter(isOther),
      baseline,
    );
    if (holder === undefined) return [];
    const { messageCount, address: expected } = holder.binding;
    const quote = `${sender.name ?? sender.nameKey} <${sender.address}>`;
    return [{ strength: holder.strength, evidence: [{ where: 'From', quote, messageCount, expected }] }];
  },
});
