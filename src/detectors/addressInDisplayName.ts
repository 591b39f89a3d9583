import type { Baseline } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Sender } from '../domain/message.ts';
import { exchangedCount, isEstablished, isInside, isSameParty, OUTBOUND } from './history/relations.ts';

const KNOWN_ADDRESS = 1; // a reader who sees names only takes it for that person
const UNKNOWN_ADDRESS = 0.6; // 5.7 % of phishing_pot, at most 0.8 % of the ham sets
const ON_BEHALF = 0.4; // replies go to the address shown: forms and sharing services write so

/**
 * The display name shows an address of another organisation, or freemail user, than the one the mail is from.
 * 0 or 1 indicator; strength 1 when the address shown is inside or known, less when it is unknown or replies go there. Silent for list
 * mail that names its author and for established senders. Source: Chen+ 2020 "Composition Kills".
 */
export const addressInDisplayName = detector({
  id: 'address-in-display-name',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'bulk'],
  detect({ sender, bulk, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    const shown = sender.addressInName;
    if (shown === undefined || isSameParty(shown, sender.address)) return [];
    if (isEstablished(baseline.correspondent)) return [];
    if (bulk.isList && sender.originalAuthor?.address === shown) return [];
    const evidence = [{ where: 'From', quote: sender.name ?? shown, expected: sender.address }];
    return [{ strength: strengthOf(shown, sender, baseline), evidence }];
  },
});

function strengthOf(shown: string, { replyTo }: Sender, baseline: Baseline): number {
  if (replyTo.some(({ address }) => address === shown)) return ON_BEHALF;
  const isKnown = isInside(shown, baseline) || exchangedCount(baseline.correspondents.get(shown)) > 0;
  return isKnown ? KNOWN_ADDRESS : UNKNOWN_ADDRESS;
}
