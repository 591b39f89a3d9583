import type { Baseline, NameBinding } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Sender } from '../domain/message.ts';
import { sendersOwnAddresses } from './history/authors.ts';
import { isEstablished, isInside, OUTBOUND, orgDomainOf, weightOf } from './history/relations.ts';

// Who the name belongs to, by how rare that is: detection.md §9 E. A first contact with the name of another known address is 1.1 % of
// business mail, one from outside with an employee's name 0.128 %.
const INSIDER = 1;
const OUTSIDER = 0.7; // ln 0.011 / ln 0.00128
const SAME_ORGANISATION = 0.2; // people have a second address at work
const UNSOLICITED = 0.7; // the owner never wrote to the address that holds the name: it may be no person
const TENANT_ONLY = 0.7; // known to colleagues, not to this mailbox

/**
 * The display name belongs to another address that the mailbox, or else the tenant, knows.
 * 0 or 1 indicator; strength 0–1 grows with the history and reciprocity of that binding, and shrinks when many addresses share the name.
 * Silent for established senders (private addresses of colleagues, notification services that show people's names).
 */
export const nameBoundElsewhere = detector({
  id: 'name-bound-elsewhere',
  attack: 'T1656',
  needs: ['sender', 'bulk'],
  detect({ sender, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (sender.nameKey === undefined || isEstablished(baseline.correspondent)) return [];
    const itself = sendersOwnAddresses(sender, bulk);
    const isOther = ({ address }: NameBinding) => !itself.has(address);
    const own = baseline.nameBindings.filter(isOther);
    const bindings = own.length > 0 ? own : baseline.tenantNameBindings.filter(isOther);
    const [holder] = [...bindings].sort((a, b) => strengthOf(b, sender, baseline) - strengthOf(a, sender, baseline));
    if (holder === undefined) return [];
    // Made-up holders cannot thin out somebody the owner writes to.
    const rivals = holder.isSolicited ? bindings.filter(({ isSolicited }) => isSolicited) : bindings;
    const total = rivals.reduce((sum, { messageCount }) => sum + messageCount, 0);
    const scope = own.length > 0 ? 1 : TENANT_ONLY;
    const strength = (strengthOf(holder, sender, baseline) * scope * holder.messageCount) / Math.max(1, total);
    const quote = `${sender.name ?? sender.nameKey} <${sender.address}>`;
    const evidence = [{ where: 'From', quote, messageCount: holder.messageCount, expected: holder.address }];
    return strength > 0 ? [{ strength, evidence }] : [];
  },
});

function strengthOf({ address, messageCount, isSolicited }: NameBinding, sender: Sender, baseline: Baseline): number {
  const reciprocity = isSolicited ? 1 : UNSOLICITED;
  return weightOf(messageCount) * reciprocity * relationOf(address, sender, baseline);
}

function relationOf(holder: string, { address, orgDomain, isFreemail }: Sender, baseline: Baseline): number {
  if (!isFreemail && orgDomainOf(holder) === orgDomain) return SAME_ORGANISATION;
  return isInside(holder, baseline) && !isInside(address, baseline) ? INSIDER : OUTSIDER;
}
