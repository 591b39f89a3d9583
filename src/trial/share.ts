/** Shares of few and dependent rows, with intervals that do not shrink to nothing at 0 and 100 %. */
import type { Share } from '../domain/trial.ts';

const Z = 1.96; // 95 %

/** Wilson's interval (1927) for as many trials as there are clusters: rows of one cluster say little more than one of them. */
export function shareOf(hitCount: number, count: number, clusterCount: number): Share {
  if (count === 0 || clusterCount === 0) return { value: 0, low: 0, high: 1, count, clusterCount };
  const value = hitCount / count;
  const n = clusterCount;
  const centre = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half), count, clusterCount };
}

export function shareOfRows<Row extends { readonly cluster: string }>(
  rows: readonly Row[],
  isHit: (row: Row) => boolean,
): Share {
  return shareOf(rows.filter(isHit).length, rows.length, new Set(rows.map(({ cluster }) => cluster)).size);
}
