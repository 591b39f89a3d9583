/**
 * How rare a score is among legitimate mail: a conformal p-value (Vovk+ 2005) with a fitted tail, because the mail that models are calibrated
 * on ends where holds begin. What stands between two points is read log-linearly; beyond the last one excesses fall off exponentially, as the
 * tail of log-odds does (generalised Pareto with shape 0).
 */

/** Of one gate; log-odds of legitimate mail by models that had not seen the mailbox. */
export interface Tail {
  /** Ascending. */
  readonly logOdds: readonly number[];
  /** Of legitimate mail, what scores at least the log-odds at the same place; descending from at most 1. */
  readonly shares: readonly number[];
  /** Mean excess over the last point, log-odds. */
  readonly excess: number;
}

/** Share of the gate's legitimate mail that scores at least `at` (log-odds), 0–1; 1 below the first point. */
export function shareAtLeast({ logOdds, shares, excess }: Tail, at: number): number {
  const next = logOdds.findIndex((point) => at < point);
  if (next === 0) return 1;
  const last = next === -1 ? logOdds.length - 1 : next - 1;
  const [low, lowShare] = [logOdds[last] ?? 0, shares[last] ?? 1];
  if (next === -1) return lowShare * Math.exp(-(at - low) / excess);
  const [high, share] = [logOdds[next] ?? 0, shares[next] ?? 1];
  return lowShare * (share / lowShare) ** ((at - low) / (high - low));
}

/** Problems that would make `shareAtLeast` lie. */
export function faultsOf({ logOdds, shares, excess }: Tail): readonly string[] {
  const rises = logOdds.every((at, i) => at > (logOdds[i - 1] ?? Number.NEGATIVE_INFINITY));
  const falls = shares.every((share, i) => share > 0 && share <= 1 && share < (shares[i - 1] ?? 2));
  return [
    ...(logOdds.length > 0 && logOdds.length === shares.length && rises && falls ? [] : ['the tail does not descend']),
    ...(excess > 0 ? [] : ['the tail has no excess']),
  ];
}
