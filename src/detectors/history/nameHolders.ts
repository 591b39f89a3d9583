/** Who a display name belongs to, as far as this mailbox or its tenant knows. */
import type { Baseline, NameBinding } from '../../domain/baseline.ts';
import { isInside, orgDomainOf, weightOf } from './relations.ts';

// Who the name belongs to, by how rare that is: detection.md §9 E. A first contact with the name of another known address is 1.1 % of
// business mail, one from outside with an employee's name 0.128 %.
const INSIDER = 1;
const OUTSIDER = 0.7; // ln 0.011 / ln 0.00128
const SAME_ORGANISATION = 0.2; // people have a second address at work
const UNSOLICITED = 0.7; // the owner never wrote to the address that holds the name: it may be no person
const TENANT_ONLY = 0.7; // known to colleagues, not to this mailbox

/** The address under which a name is shown now. */
export interface Shown {
  readonly address: string;
  readonly orgDomain: string;
  readonly isFreemail: boolean;
}

export interface NameHolder {
  readonly binding: NameBinding;
  /** 0–1: grows with the binding's history and reciprocity, shrinks when many addresses share the name. */
  readonly strength: number;
}

/** The other address that holds the name most clearly; undefined when none does. `own` counts before `tenant`. */
export function holderOf(
  shown: Shown,
  own: readonly NameBinding[],
  tenant: readonly NameBinding[],
  baseline: Baseline,
): NameHolder | undefined {
  const bindings = own.length > 0 ? own : tenant;
  const [holder] = [...bindings].sort((a, b) => strengthOf(b, shown, baseline) - strengthOf(a, shown, baseline));
  if (holder === undefined) return undefined;
  // Made-up holders cannot thin out somebody the owner writes to.
  const rivals = holder.isSolicited ? bindings.filter(({ isSolicited }) => isSolicited) : bindings;
  const total = rivals.reduce((sum, { messageCount }) => sum + messageCount, 0);
  const scope = own.length > 0 ? 1 : TENANT_ONLY;
  const strength = (strengthOf(holder, shown, baseline) * scope * holder.messageCount) / Math.max(1, total);
  return strength > 0 ? { binding: holder, strength } : undefined;
}

function strengthOf({ address, messageCount, isSolicited }: NameBinding, shown: Shown, baseline: Baseline): number {
  const reciprocity = isSolicited ? 1 : UNSOLICITED;
  return weightOf(messageCount) * reciprocity * relationOf(address, shown, baseline);
}

function relationOf(holder: string, { address, orgDomain, isFreemail }: Shown, baseline: Baseline): number {
  if (!isFreemail && orgDomainOf(holder) === orgDomain) return SAME_ORGANISATION;
  return isInside(holder, baseline) && !isInside(address, baseline) ? INSIDER : OUTSIDER;
}
