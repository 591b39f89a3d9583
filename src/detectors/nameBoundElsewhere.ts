import type { NameBinding } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import { sendersOwnAddresses } from './history/authors.ts';
import { holderOf } from './history/nameHolders.ts';
import { isEstablished, OUTBOUND } from './history/relations.ts';

/**
 * The display name belongs to another address that the mailbox, or else the tenant, knows.
 * 0 or 1 indicator; strength 0–1 grows with the history and reciprocity of that binding, and shrinks when many addresses share the name.
 * Silent for established senders (private addresses of colleagues), and where a platform shows the name of whom it writes for, which is
 * `actor-impersonation`'s business.
 */
export const nameBoundElsewhere = detector({
  id: 'name-bound-elsewhere',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'bulk', 'actors'],
  detect({ sender, bulk, actors, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (sender.nameKey === undefined || isEstablished(baseline.correspondent)) return [];
    if (actors.some((actor) => actor.isNamedInFrom && actor.address !== undefined)) return [];
    const itself = sendersOwnAddresses(sender, bulk, actors);
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
