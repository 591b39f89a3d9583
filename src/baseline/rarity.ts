/** What a mailbox keeps of how rare the scores of its legitimate mail were. */
import type { MailboxRecord } from '../domain/observation.ts';
import { RARITY_LEVELS, type RarityCounts } from '../domain/rarity.ts';
import type { Gate } from '../domain/verdict.ts';
import type { Step } from './counts.ts';

const REMEMBERED = 4000; // messages, from which all count half: a mailbox changes, and so do models

/** One more legitimate message, or one less; as it was for a message that was not judged. */
export function withRarity(
  old: MailboxRecord['rare'],
  rarity: readonly [gate: Gate, share: number] | undefined,
  step: Step,
): MailboxRecord['rare'] {
  if (rarity === undefined) return old;
  const [gate, share] = rarity;
  return { ...old, [gate]: counted(old?.[gate] ?? [], share, step) };
}

function counted(old: RarityCounts, share: number, step: Step): RarityCounts {
  const next = [1, ...RARITY_LEVELS].map((level, at) => Math.max(0, (old[at] ?? 0) + (share <= level ? step : 0)));
  return (next[0] ?? 0) < REMEMBERED ? next : next.map((count) => Math.round(count / 2));
}
