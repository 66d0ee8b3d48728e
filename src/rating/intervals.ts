/**
 * @file From an estimate to what a board shows: ratings on Elo's scale, each with its interval.
 *
 * A strength is only defined up to a shift of all of them. Without an anchor the mean is fixed, so an
 * interval says how far a model may be from the field. With an anchor *inside*, FastChat's way, it
 * says how far the model may be from that anchor: the anchor itself has no width, and every other
 * interval is wider by what is not known about it.
 */
import { UsageError } from "../errors/usage-error.ts";
import { chiSquareQuantile, normalQuantile } from "./chi-square.ts";
import type { Estimate } from "./estimate.ts";
import { quantile } from "./quantile.ts";
import type { RatingOptions } from "./rating-options.ts";
import { pointsPerUnit, toRating } from "./rating-scale.ts";

/** (models,) rating points; -∞ and ∞ where an interval has no end, NaN ratings of unrated models. */
export type RatingIntervals = {
  readonly rating: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
};

type Ends = Omit<RatingIntervals, "rating">;

/** (features,) log-odds for one standard deviation; no ends where the feature never differs. */
export type CoefficientInterval = {
  coefficient: number;
  lower: number | null;
  upper: number | null;
};

/** @throws {UsageError} the anchor is not among the models, or has no rating. */
export function ratingIntervals(
  { parameters, spread }: Estimate,
  models: readonly string[],
  options: RatingOptions,
): RatingIntervals {
  const bare = parameters.slice(0, models.length).map(toRating);
  const anchor = options.anchor ? placeOfAnchor(models, bare, options.anchor.model) : undefined;
  const shift = anchor === undefined ? 0 : (options.anchor?.rating ?? 0) - bare[anchor];
  const inside = options.anchorInside ? anchor : undefined;
  const rating = bare.map((one) => one + shift);
  const ends =
    "covariance" in spread
      ? byCovariance(spread.covariance, rating, parameters.length, inside, options)
      : byRounds(spread.rounds, rating, parameters.length, inside, shift, options);
  return { rating, ...openWhereBlind(ends, inside) };
}

/**
 * Battles that all went as expected (nothing but ties, say) vary too little to tell how far a rating
 * may be off: no width is no knowledge, and the interval has no ends. An anchor inside is exact.
 */
function openWhereBlind({ lower, upper }: Ends, anchor: number | undefined): Ends {
  const isBlind = (model: number) => model !== anchor && upper[model] - lower[model] < leastWidth;
  return {
    lower: lower.map((end, model) => (isBlind(model) ? Number.NEGATIVE_INFINITY : end)),
    upper: upper.map((end, model) => (isBlind(model) ? Number.POSITIVE_INFINITY : end)),
  };
}

/** Rating points; narrower is rounding. */
const leastWidth = 1e-6;

/** (features,) intervals of the style coefficients; they know no anchor. */
export function coefficientIntervals(
  { parameters, spread }: Estimate,
  models: number,
  { level }: RatingOptions,
): CoefficientInterval[] {
  const n = parameters.length;
  const tail = (1 - level) / 2;
  const endsOf = (coefficient: number, at: number) => {
    if ("rounds" in spread) {
      const drawn = column(spread.rounds, at, n).sort();
      return [quantile(drawn, tail), quantile(drawn, 1 - tail)];
    }
    const half = normalQuantile(level) * Math.sqrt(spread.covariance[at * n + at]);
    return [coefficient - half, coefficient + half];
  };
  return Array.from(parameters.subarray(models), (coefficient, feature) => {
    const [lower, upper] = endsOf(coefficient, models + feature);
    if (upper === lower) return { coefficient, lower: null, upper: null };
    return { coefficient, lower, upper };
  });
}

function placeOfAnchor(models: readonly string[], rating: Float64Array, name: string): number {
  const anchor = models.indexOf(name);
  if (anchor === -1) throw new UsageError(`The anchor '${name}' is in no battle that counts.`);
  if (!Number.isFinite(rating[anchor]))
    throw new UsageError(
      `The anchor '${name}' cannot be rated beside the others: choose another one.`,
    );
  return anchor;
}

function byCovariance(
  covariance: Float64Array,
  rating: Float64Array,
  n: number,
  anchor: number | undefined,
  { level, simultaneous }: RatingOptions,
): Ends {
  const rated = rating.filter(Number.isFinite).length;
  const reach = simultaneous
    ? Math.sqrt(chiSquareQuantile(level, Math.max(1, rated - 1)))
    : normalQuantile(level);
  const at = (row: number, across: number) => covariance[row * n + across];
  const variance = (model: number) =>
    anchor === undefined
      ? at(model, model)
      : Math.max(0, at(model, model) - 2 * at(model, anchor) + at(anchor, anchor));
  const half = rating.map((_, model) => reach * pointsPerUnit * Math.sqrt(variance(model)));
  return {
    lower: rating.map((one, model) => one - half[model]),
    upper: rating.map((one, model) => one + half[model]),
  };
}

function byRounds(
  rounds: Float64Array,
  rating: Float64Array,
  n: number,
  anchor: number | undefined,
  shift: number,
  { level }: RatingOptions,
): Ends {
  const tail = (1 - level) / 2;
  const anchored = anchor === undefined ? undefined : column(rounds, anchor, n);
  const shiftOf = (round: number) =>
    anchored && anchor !== undefined ? rating[anchor] - toRating(anchored[round]) : shift;
  const end = (model: number, probability: number, unknown: number) => {
    if (!Number.isFinite(rating[model])) return Number.NaN;
    const drawn = column(rounds, model, n).map((one, round) => toRating(one) + shiftOf(round));
    // A round that cannot place the model beside the others leaves it free to be anywhere.
    return quantile(drawn.map((one) => (Number.isNaN(one) ? unknown : one)).sort(), probability);
  };
  return {
    lower: rating.map((_, model) => end(model, tail, Number.NEGATIVE_INFINITY)),
    upper: rating.map((_, model) => end(model, 1 - tail, Number.POSITIVE_INFINITY)),
  };
}

/** (rounds,) one parameter's values. */
function column(rounds: Float64Array, at: number, n: number): Float64Array {
  return Float64Array.from({ length: rounds.length / n }, (_, round) => rounds[round * n + at]);
}
