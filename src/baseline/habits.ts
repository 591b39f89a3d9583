/** How surprising a message's traits are for its sender: hierarchical Dirichlet shrinkage, detection.md §2 "Cold start". */
import { HABIT_NAMES, type Habit, type HabitName } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import type { ProfileRecord, TopK } from '../domain/observation.ts';
import { EMPTY_TOP, timesSeen, totalOf } from './counts.ts';

const TO_DOMAIN = 2; // pseudo-counts of the domain behind a sender: α₁ of detection.md §2
const TO_TENANT = 4; // of the tenant behind a domain: α₂
const TO_GENERAL = 4; // of mail in general behind the tenant
const IN_GENERAL = 1e-3; // share of mail in general that has any one value: nothing is shipped about what is common
const MAX_DROPPED = 8; // values that found no place are counted as messages: how many there were is not known
const MAX_SURPRISE = 12; // −ln p is clipped there: detection.md §3

const MAX_VALUE_LENGTH = 120; // characters of a trait kept: structures and lists of domains can be made long

/** The traits as short strings; those that could not be had are absent. */
export function habitValues({ client, route, content, quotes }: Message): Readonly<Partial<Record<HabitName, string>>> {
  const values: Partial<Record<HabitName, string | undefined>> = {
    ...client,
    quoteForm: quotes?.[0]?.form,
    signOff: content?.signOff,
    sendingOrgDomain: route?.sendingOrgDomain,
    sendingNetwork: route?.sendingNetwork,
    relayPath: route?.relayPath,
    firstRelay: route?.firstRelay,
    dkimDomains: route === undefined ? undefined : route.dkimDomains.join(' ') || 'none',
    mailFromOrgDomain: route?.mailFromOrgDomain,
  };
  const short: Partial<Record<HabitName, string>> = {};
  for (const name of HABIT_NAMES) {
    const value = values[name];
    if (value !== undefined) short[name] = value.slice(0, MAX_VALUE_LENGTH);
  }
  return short;
}

/** One Habit for each trait of the message, as far as sender or domain have shown that trait before. */
export function habitsOf(
  values: Readonly<Partial<Record<HabitName, string>>>,
  sender: ProfileRecord | undefined,
  domain: ProfileRecord | undefined,
  tenant: ProfileRecord | undefined,
): readonly Habit[] {
  const habits: Habit[] = [];
  for (const trait of HABIT_NAMES) {
    const value = values[trait];
    if (value === undefined) continue;
    const bySender = sender?.habits[trait] ?? EMPTY_TOP;
    const byDomain = domain?.habits[trait] ?? EMPTY_TOP;
    const senderCount = totalOf(bySender);
    if (senderCount === 0 && totalOf(byDomain) === 0) continue;
    const byTenant = share(tenant?.habits[trait] ?? EMPTY_TOP, value, IN_GENERAL, TO_GENERAL);
    const inDomain = share(byDomain, value, byTenant, TO_TENANT);
    const probability = share(bySender, value, inDomain, TO_DOMAIN);
    habits.push({
      trait,
      value,
      surprise: surpriseOf(probability),
      domainSurprise: surpriseOf(inDomain),
      seenCount: timesSeen(bySender, value),
      senderCount,
    });
  }
  return habits;
}

const surpriseOf = (probability: number): number => Math.min(MAX_SURPRISE, -Math.log(probability));

/**
 * p(value), shrunk to `behind` by as many pseudo-counts as there were values (Witten+ 1991, method C), and by no fewer than `atLeast`: who
 * often had a new one is expected to have another.
 */
function share({ v, o }: TopK, value: string, behind: number, atLeast: number): number {
  const counts = Object.values(v);
  const total = counts.reduce((sum, count) => sum + count, o);
  const pseudoCount = Math.max(atLeast, counts.length + Math.min(o, MAX_DROPPED));
  return (timesSeen({ v, o }, value) + pseudoCount * behind) / (total + pseudoCount);
}
