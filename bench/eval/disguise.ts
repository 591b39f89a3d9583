/**
 * As whom a composed attacker comes, read off the draws that make it: attackers.ts picks the disguise by name from a list, and no other of
 * its lists holds such a name. So the attackers stay as they are, and their numbers with them.
 */
import type { Random } from '../random.ts';

export const DISGUISES = ['spoof', 'account', 'look-alike', 'freemail', 'elsewhere'] as const;
export type Disguise = (typeof DISGUISES)[number];

/** The same numbers, with a note of the last disguise that was picked. */
export function noting(random: Random): Random & { readonly noted: () => Disguise | undefined } {
  let last: Disguise | undefined;
  return {
    ...random,
    pick(items) {
      const picked = random.pick(items);
      if (isDisguise(picked)) last = picked;
      return picked;
    },
    noted: () => last,
  };
}

const isDisguise = (value: unknown): value is Disguise => DISGUISES.some((one) => one === value);
