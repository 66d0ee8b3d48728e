/**
 * @file Quantiles by linear interpolation between order statistics: numpy's and pandas' default.
 *
 * Source: R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical Packages", 1996, definition 7.
 */

/**
 * The q-quantile of values in ascending order; NaN of none. Between two values of which one is
 * infinite the interpolation has no finite answer: it is that infinity, or between −∞ and ∞ the
 * nearer of the two.
 *
 * @param q in [0, 1].
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const lower = sorted[below];
  const upper = sorted[Math.min(below + 1, sorted.length - 1)];
  return between(lower, upper, position - below);
}

function between(lower: number, upper: number, share: number): number {
  if (lower === upper || share === 0) return lower;
  const distance = upper - lower;
  if (Number.isFinite(distance)) {
    // From the nearer end, as numpy does: no rounding carries the answer past the farther one.
    return share < 0.5 ? lower + distance * share : upper - distance * (1 - share);
  }
  if (Number.isFinite(lower)) return upper;
  if (Number.isFinite(upper)) return lower;
  return share < 0.5 ? lower : upper;
}
