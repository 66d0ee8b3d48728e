/**
 * @file Style control: Bradley–Terry with the answers' style beside the models.
 *
 *   P(i beats j) = σ(θᵢ − θⱼ + z·γ)
 *
 * γ takes what longer and more decorated answers win by, so that θ is left with the rest. Newton's
 * method again, over strengths and coefficients together; a row costs one exponential.
 *
 * The penalty is ½ (s Σθ² + c Σγ²) against the *sum* of the battles' losses. FastChat's is s = ½/ln²10
 * (it penalises θ in units of 400 Elo points) and c = ½: too weak to be seen. arena-rank's is s = 0
 * and c = the number of battles: it shrinks the coefficients about sixfold.
 */
import { UsageError } from "../errors/usage-error.ts";
import { factorise, invert, sandwiched, solve } from "./cholesky.ts";
import type { Random } from "./random.ts";
import type { StyleData } from "./style-data.ts";
import { type StylePenalty, StyleSums } from "./style-sums.ts";

export const fastChatPenalty: StylePenalty = { strengths: 0.5 / Math.LN10 ** 2, style: 0.5 };
export const arenaRankPenalty = (battles: number): StylePenalty => ({
  strengths: 0,
  style: battles,
});

export type StyleFit = {
  /** (models,) natural units, mean 0; all finite: models that cannot be rated must not be in it. */
  readonly strengths: Float64Array;
  /** (k,) log-odds for one standard deviation. */
  readonly coefficients: Float64Array;
};

/** After a step this short, what is left to go is about its square. */
const tolerance = 1e-6;
const mostSteps = 100;
/** After a step this short the curvature is as good as it was: the next step takes it over. */
const nearStep = 0.01;
/** A step is cut to this: beyond it the quadratic that Newton trusts is no likeness. */
const longestStep = 2;

/**
 * @param start where to begin: the fit of little different battles.
 * @param times (rows,) how often each row counts: a bootstrap's draw. Once each by default.
 */
export function fitStyle(
  data: StyleData,
  penalty: StylePenalty,
  start: StyleFit,
  times?: Uint16Array,
): StyleFit {
  const parameters = Float64Array.of(...start.strengths, ...start.coefficients);
  const sums = new StyleSums(data);
  let hessian: Float64Array = new Float64Array(0);
  let longest = Number.POSITIVE_INFINITY;
  for (let steps = 0; steps < mostSteps; steps++) {
    const isNear = longest < nearStep;
    sums.collect(parameters, isNear ? "none" : "curvature", times);
    const step = sums.gradient(parameters, penalty);
    if (!isNear) {
      hessian = sums.matrix(penalty);
      if (!factorise(hessian, step.length))
        throw new UsageError("The style features repeat one another: leave one out.");
    }
    solve(hessian, step.length, step);
    longest = step.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
    const share = Math.min(1, longestStep / longest);
    for (const [k, one] of step.entries()) parameters[k] += share * one;
    if (longest < tolerance)
      return {
        strengths: parameters.slice(0, data.models),
        coefficients: parameters.slice(data.models),
      };
  }
  throw new Error(`Style control did not settle in ${mostSteps} steps.`);
}

/** (n, n) sandwich covariance of strengths and coefficients, n = models + k. */
export function styleCovariance(
  data: StyleData,
  penalty: StylePenalty,
  fit: StyleFit,
): Float64Array {
  const parameters = Float64Array.of(...fit.strengths, ...fit.coefficients);
  const sums = new StyleSums(data);
  sums.collect(parameters, "curvature");
  const hessian = sums.matrix(penalty);
  sums.collect(parameters, "squared scores");
  const filling = sums.matrix(null);
  if (!factorise(hessian, parameters.length))
    throw new Error("The information matrix is singular.");
  return sandwiched(invert(hessian, parameters.length), filling, parameters.length);
}

/** (rows,) how often each row is drawn when as many rows are drawn with replacement. */
export function drawRows(rows: number, random: Random): Uint16Array {
  const times = new Uint16Array(rows);
  for (let drawn = 0; drawn < rows; drawn++) {
    const row = Math.floor(random() * rows);
    times[row] += 1;
  }
  return times;
}
