/** How surprising a message's traits are for its sender: hierarchical Dirichlet shrinkage, detection.md §2 "Cold start". */
import priorData from '../../models/priors.json' with { type: 'json' };
import { HABIT_NAMES, type Habit, type HabitName } from '../domain/baseline.ts';
import type { Message } from '../domain/message.ts';
import type { ProfileRecord, TopK } from '../domain/observation.ts';
import { EMPTY_TOP, timesSeen, totalOf } from './counts.ts';

const TO_DOMAIN = 2; // pseudo-counts of the domain behind a sender: α₁ of detection.md §2
const TO_TENANT = 4; // of the tenant behind a domain: α₂
const TO_GENERAL = 4; // of mail in general (models/priors.json) behind the tenant
const RARE = 1e-3; // share of senders with a value that is not common enough to stand there
const MAX_SURPRISE = 12; // −ln p is clipped there: detection.md §3

const MAX_VALUE_LENGTH = 120; // characters of a trait kept: structures and lists of domains can be made long

/** The traits as short strings; those that could not be had are absent. */
export function habitValues({ client, route }: Message): Readonly<Partial<Record<HabitName, string>>> {
  const values: Partial<Record<HabitName, string | undefined>> = {
    ...client,
    sendingOrgDomain: route?.sendingOrgDomain,
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
    const inGeneral = share(tenant?.habits[trait] ?? EMPTY_TOP, value, priorOf(trait, value), TO_GENERAL);
    const probability = share(bySender, value, share(byDomain, value, inGeneral, TO_TENANT), TO_DOMAIN);
    const surprise = Math.min(MAX_SURPRISE, -Math.log(probability));
    habits.push({ trait, value, surprise, seenCount: timesSeen(bySender, value), senderCount });
  }
  return habits;
}

const priors: Readonly<Partial<Record<HabitName, Readonly<Record<string, number>>>>> = priorData;

function priorOf(trait: HabitName, value: string): number {
  const shares = priors[trait] ?? {};
  return Object.hasOwn(shares, value) ? (shares[value] ?? RARE) : RARE;
}

/** p(value), shrunk to `behind` by `pseudoCount`. */
const share = (top: TopK, value: string, behind: number, pseudoCount: number): number =>
  (timesSeen(top, value) + pseudoCount * behind) / (totalOf(top) + pseudoCount);
