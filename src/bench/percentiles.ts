/**
 * @file Percentiles of measured values, by linear interpolation between the two nearest ranks.
 *
 * Source: type 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", The
 * American Statistician 50(4), 1996; the default of numpy and Excel's PERCENTILE.INC.
 */

export type Percentiles = {
  p50: number;
  p90: number;
  p99: number;
  mean: number;
};

/** The median, the tails and the mean; null without values. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => ofSorted(sorted, share));
  return { p50: p50 ?? mean, p90: p90 ?? mean, p99: p99 ?? mean, mean };
}

/** @param share 0 is the least value, ½ the median, 1 the greatest; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  return ofSorted(
    values.toSorted((a, b) => a - b),
    share,
  );
}

function ofSorted(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}
