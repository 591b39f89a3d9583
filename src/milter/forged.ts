/** Headers of a message that bear our name, counted as they come in: they go, also when nothing else of the message is kept. */
import { isForged, RESULTS_NAME } from './fields.ts';
import type { Change } from './reply.ts';

const RESULTS = RESULTS_NAME.toLowerCase();
const MAX_FORGED = 1000; // an honest mail that went by another Tidemark has three

export interface ForgedHeaders {
  /** `authservId`: under which name results are ours to write, if any. */
  see(name: string, value: string, authservId: string | undefined): void;
  /** More than are remembered: not all could be taken out. */
  readonly isTooMany: boolean;
  /** From the last to the first, so that removing one renumbers no other. */
  removals(): readonly Change[];
}

export function createForgedHeaders(): ForgedHeaders {
  const counts = new Map<string, number>(); // of names that may be forged
  const found: Change[] = [];
  let isTooMany = false;
  return {
    see(name, value, authservId) {
      const isOurs = isForged(name, value, authservId);
      const lower = name.toLowerCase();
      if (isTooMany || (!isOurs && lower !== RESULTS)) return;
      const occurrence = (counts.get(lower) ?? 0) + 1;
      counts.set(lower, occurrence);
      if (!isOurs) return;
      isTooMany = found.length === MAX_FORGED;
      if (!isTooMany) found.push({ kind: 'remove-header', name, occurrence });
    },
    get isTooMany() {
      return isTooMany;
    },
    removals: () => found.toReversed(),
  };
}
