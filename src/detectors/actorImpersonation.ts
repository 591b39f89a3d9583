import type { NameBinding } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import { isFreemail } from '../text/lists.ts';
import { actorQuote, isTrustedActor } from './history/actors.ts';
import { holderOf } from './history/nameHolders.ts';
import { isSameParty, OUTBOUND } from './history/relations.ts';

const ESTABLISHED_DAYS = 3; // separate days on which a platform wrote for this very address: then it is theirs too, as for unknown-actor

/**
 * A platform sent this for somebody who bears the name of a correspondent or colleague, and whose address is another one.
 * 0 or 1 indicator; strength 0–1 as for `name-bound-elsewhere`. Silent when the mail says no address, for whom the owner writes to at that
 * address, and for an address that a platform wrote for on three days. Source: scenarios S15.
 */
export const actorImpersonation = detector({
  id: 'actor-impersonation',
  family: 'identity',
  attack: 'T1656',
  needs: ['actors'],
  detect({ actors: [actor], direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (actor?.address === undefined || baseline.actor === undefined || isTrustedActor(actor, baseline)) return [];
    if ((baseline.actor.received?.distinctDays ?? 0) >= ESTABLISHED_DAYS) return [];
    const { address, orgDomain, domain } = actor.address;
    const isOther = (binding: NameBinding) => !isSameParty(binding.address, address);
    const { nameBindings, tenantNameBindings } = baseline.actor;
    if (nameBindings.length > 0 && !nameBindings.some(isOther)) return [];
    const holder = holderOf(
      { address, orgDomain, isFreemail: isFreemail(domain) || isFreemail(orgDomain) },
      nameBindings.filter(isOther),
      tenantNameBindings.filter(isOther),
      baseline,
    );
    if (holder === undefined) return [];
    const { messageCount, address: expected } = holder.binding;
    return [
      { strength: holder.strength, evidence: [{ where: 'actor', quote: actorQuote(actor), messageCount, expected }] },
    ];
  },
});
