/**
 * How rare a score is in one mailbox: the share over all mailboxes (tail.ts), moved by what legitimate mail of this one scored (a conformal
 * p-value shrunk by mailbox, detection.md §4). An office whose mail looks odd to a model made elsewhere is soon judged by its own.
 */

/** Shares at which a mailbox counts its legitimate mail, descending. */
export const RARITY_LEVELS = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001] as const;

/** Legitimate messages of one gate, then how many of them were at most as usual as each level. */
export type RarityCounts = readonly number[];

const PSEUDO_MAILS = 2000; // mails of others that a mailbox's own are weighed against: detection.md §4

/** Share of legitimate mail in this mailbox, 0–1, that scores as high as what scores `share` everywhere. Never falls as `share` rises. */
export const shareHere = (share: number, counts: RarityCounts = [0]): number =>
  (countAt(share, counts) + PSEUDO_MAILS * share) / ((counts[0] ?? 0) + PSEUDO_MAILS);

/** Own mails at most as usual as `share`: between two levels, and below the last one, in proportion. */
function countAt(share: number, counts: RarityCounts): number {
  const levels = [1, ...RARITY_LEVELS, 0]; // the first count is of all, the last of none
  const above = Math.max(
    0,
    levels.findLastIndex((level) => level >= share),
  );
  const [high = 1, low = 0] = [levels[above], levels[above + 1]];
  const [most = 0, least = 0] = [counts[above], counts[above + 1]];
  return least + ((most - least) * (share - low)) / (high - low);
}
