import type { Baseline, Vip } from '../domain/baseline.ts';
import { detector } from '../domain/finding.ts';
import type { Sender } from '../domain/message.ts';
import { sendersOwnAddresses } from './history/authors.ts';
import { isInside, isSolicited, OUTBOUND } from './history/relations.ts';

const CONFIGURED = 1;
const INFERRED = 0.8; // much answered people: mostly managers, sometimes a help desk

/**
 * The display name is that of a VIP (configured, or one whom most colleagues answer) and the mail is from outside.
 * 0 or 1 indicator; strength 1 for a configured VIP, 0.8 for an inferred one. Silent for addresses that the owner has written to: executives
 * have private ones. Source: detection.md §2 "VIP/role table", §9 E.
 */
export const vipImpersonation = detector({
  id: 'vip-impersonation',
  family: 'identity',
  attack: 'T1656',
  needs: ['sender', 'bulk', 'actors'],
  detect({ sender, bulk, actors, direction }, baseline) {
    if (direction === 'outbound') return OUTBOUND;
    if (isInside(sender.address, baseline) || isSolicited(baseline.correspondent)) return [];
    const itself = sendersOwnAddresses(sender, bulk, actors);
    const vip = baseline.vips.find((one) => !itself.has(one.address) && bearsNameOf(sender, one, baseline));
    if (vip === undefined) return [];
    const quote = `${sender.name ?? ''} <${sender.address}>`;
    const answered = vip.answererCount;
    return [
      {
        strength: answered === undefined ? CONFIGURED : INFERRED,
        evidence: [{ where: 'From', quote, expected: vip.address }],
      },
    ];
  },
});

/** The name that was configured, or one that the mailbox or the organisation knows the address by. */
function bearsNameOf(
  { nameKey }: Sender,
  vip: Vip,
  { nameBindings, tenantNameBindings }: Pick<Baseline, 'nameBindings' | 'tenantNameBindings'>,
): boolean {
  if (nameKey === undefined) return false;
  return nameKey === vip.nameKey || [...nameBindings, ...tenantNameBindings].some((one) => one.address === vip.address);
}
