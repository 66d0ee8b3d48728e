/** @file What a rating method finds: strengths, and how sure they are; the same for all methods. */
import type { Place } from "./connectivity.ts";

/** n = models + features: strengths in natural units, then style coefficients. */
export type Estimate = {
  /** (n,) ±∞ for models above and below all that are rated, NaN for those apart from them. */
  readonly parameters: Float64Array;
  /** (models,) */
  readonly places: readonly Place[];
  /** (n, n), 0 where a strength is not finite; or (rounds, n) resampled parameters. */
  readonly spread: Spread;
};

export type Spread = { covariance: Float64Array } | { rounds: Float64Array };

/** The strength of a model by its place; the rated begin at 0. */
export const strengthAt: Record<Place, number> = {
  rated: 0,
  above: Number.POSITIVE_INFINITY,
  below: Number.NEGATIVE_INFINITY,
  apart: Number.NaN,
};

/** (n, n) from the covariance of some parameters; `target` says which they are. */
export function widenCovariance(
  covariance: Float64Array,
  target: Int32Array,
  n: number,
): Float64Array {
  const wide = new Float64Array(n * n);
  for (const [row, to] of target.entries())
    for (const [column, across] of target.entries())
      wide[to * n + across] = covariance[row * target.length + column];
  return wide;
}

/** (rows, n) from (rows, parameters); NaN where nothing is said. */
export function widenRows(rows: Float64Array, target: Int32Array, n: number): Float64Array {
  const count = rows.length / target.length;
  const wide = new Float64Array(count * n).fill(Number.NaN);
  for (let row = 0; row < count; row++)
    for (const [from, to] of target.entries())
      wide[row * n + to] = rows[row * target.length + from];
  return wide;
}
