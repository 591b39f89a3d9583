/**
 * How rare a score is in one mailbox: the share over all mailboxes (tail.ts), moved by what legitimate mail of this one scored (a conformal
 * p-value shrunk by mailbox, detection.md §4). An office whose mail looks odd to a model made elsewhere is soon judged by its own.
 */

/** Shares at which a mailbox counts its legitimate mail, descending. */
export const RARITY_LEVELS = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001] as const;

/** Legitimate messages of one gate, then how many of them were at most as usual as each level. */
export type RarityCounts = readonly number[];

const PSEUDO_MAILS = 2000; // mails of others that a mailbox's own are weighed against: detection.md §4

/** Share of legitimate mail in this mailbox, 0–1, that scores as high as what scores `share` everywhere. */
export function shareHere(share: number, counts: RarityCounts = [0]): number {
  const level = RARITY_LEVELS.findLastIndex((one) => share <= one);
  const [total = 0] = counts;
  // Between two levels the mailbox is taken to be as the model is.
  const own = level === -1 ? total * share : (counts[level + 1] ?? 0) * (share / (RARITY_LEVELS[level] ?? 1));
  return (own + PSEUDO_MAILS * share) / (total + PSEUDO_MAILS);
}
