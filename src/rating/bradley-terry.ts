/**
 * @file Bradley–Terry: how strong each model is, from who beat whom.
 *
 * The model says P(i beats j) = σ(θᵢ − θⱼ); a draw is half a win for each. The log-likelihood of a
 * table of pairs is concave, and Newton's method climbs it to the last digit in some five steps:
 *
 *   gᵢ = Σⱼ w (sᵢⱼ − nᵢⱼ pᵢⱼ)      sᵢⱼ what i scored in nᵢⱼ battles with j
 *   H  = Σ  w n p (1 − p) (eᵢ − eⱼ)(eᵢ − eⱼ)ᵀ
 *
 * H is blind to a shift of all strengths; adding c 11ᵀ keeps their sum at 0 and changes nothing else.
 *
 * Source: R. A. Bradley and M. E. Terry, "Rank Analysis of Incomplete Block Designs", Biometrika
 * 39, 1952; D. R. Hunter, "MM Algorithms for Generalized Bradley–Terry Models", 2004, for when the
 * maximum exists.
 */
import { factorise, solve } from "./cholesky.ts";
import { type Place, placeModels } from "./connectivity.ts";
import { strengthAt } from "./estimate.ts";
import type { PairOutcomes } from "./pair-outcomes.ts";

export type Fit = {
  /**
   * (models,) θ, natural units, mean 0 over the rated; ±∞ for those above and below them, NaN for
   * those apart.
   */
  readonly strengths: Float64Array;
  readonly places: readonly Place[];
  /** The rated models, ascending. */
  readonly rated: Int32Array;
};

/** Newton doubles the digits: when a step is this small, the next would be below rounding. */
const tolerance = 1e-9;
const mostSteps = 100;
/** A longer step is checked against the likelihood, and halved until it climbs. */
const trustedStep = 0.5;
const mostHalvings = 30;

/** @param start (models,) strengths to begin from: those of a table that was little different. */
export function fitBradleyTerry(outcomes: PairOutcomes, start?: Float64Array): Fit {
  const places = placeModels(outcomes);
  const rated = Int32Array.from(places.keys()).filter((model) => places[model] === "rated");
  const strengths = Float64Array.from(places, (place) => strengthAt[place]);
  for (const model of rated) {
    const known = start?.[model] ?? 0;
    strengths[model] = Number.isFinite(known) ? known : 0;
  }
  if (rated.length > 0) {
    climb(inside(outcomes, places), rated, strengths);
    centre(strengths, rated);
  }
  return { strengths, places, rated };
}

/**
 * (m, m) minus the second derivative of the log-likelihood, for the rated models in their order.
 *
 * @param diagonal added to the diagonal.
 */
export function information(
  outcomes: PairOutcomes,
  { strengths, places, rated }: Fit,
  diagonal = 0,
): Float64Array {
  const hessian = new Float64Array(rated.length ** 2);
  const gradient = new Float64Array(rated.length);
  derivatives(
    inside(outcomes, places),
    positions(rated, places.length),
    strengths,
    gradient,
    hessian,
  );
  for (let k = 0; k < rated.length; k++) hessian[k * rated.length + k] += diagonal;
  return hessian;
}

/** Adds c 11ᵀ, c of the size of the diagonal: what is blind to a shift becomes invertible. */
export function pinSum(hessian: Float64Array, n: number): void {
  let trace = 0;
  for (let k = 0; k < n; k++) trace += hessian[k * n + k];
  const c = trace / (n * n) || 1;
  for (let k = 0; k < n * n; k++) hessian[k] += c;
}

/** The pairs of which both are rated: against anyone else, the outcome was certain. */
export function inside(outcomes: PairOutcomes, places: readonly Place[]): PairOutcomes {
  if (places.every((place) => place === "rated")) return outcomes;
  const { models, i, j, wins, losses, draws, weight } = outcomes;
  const kept = Int32Array.from(i.keys()).filter(
    (pair) => places[i[pair]] === "rated" && places[j[pair]] === "rated",
  );
  const take = (column: Float64Array) => Float64Array.from(kept, (pair) => column[pair]);
  return {
    models,
    i: Int32Array.from(kept, (pair) => i[pair]),
    j: Int32Array.from(kept, (pair) => j[pair]),
    wins: take(wins),
    losses: take(losses),
    draws: take(draws),
    weight: take(weight),
  };
}

/** Each model's row in the equations; -1 for those that are not rated. */
export function positions(rated: Int32Array, models: number): Int32Array {
  const position = new Int32Array(models).fill(-1);
  for (const [k, model] of rated.entries()) position[model] = k;
  return position;
}

function climb(outcomes: PairOutcomes, rated: Int32Array, strengths: Float64Array): void {
  const n = rated.length;
  const position = positions(rated, outcomes.models);
  const hessian = new Float64Array(n * n);
  const step = new Float64Array(n);
  for (let steps = 0; steps < mostSteps; steps++) {
    derivatives(outcomes, position, strengths, step, hessian);
    pinSum(hessian, n);
    if (!factorise(hessian, n)) throw new Error("The pair table is singular.");
    solve(hessian, n, step);
    const length = move(outcomes, rated, strengths, step);
    if (length < tolerance) return;
  }
  throw new Error(`Bradley–Terry did not settle in ${mostSteps} steps.`);
}

/** Takes the step, or as much of it as raises the likelihood; returns the greatest move. */
function move(
  outcomes: PairOutcomes,
  rated: Int32Array,
  strengths: Float64Array,
  step: Float64Array,
): number {
  const longest = step.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  if (longest <= trustedStep) {
    for (const [k, model] of rated.entries()) strengths[model] += step[k];
    return longest;
  }
  const before = Float64Array.from(strengths);
  const least = logLikelihood(outcomes, before);
  for (let halvings = 0, share = 1; halvings < mostHalvings; halvings++, share /= 2) {
    for (const [k, model] of rated.entries()) strengths[model] = before[model] + share * step[k];
    if (logLikelihood(outcomes, strengths) >= least) return longest * share;
  }
  return 0;
}

/** Overwrites `gradient` (m,) and `hessian` (m, m), of which the whole is filled. */
function derivatives(
  { i, j, wins, losses, draws, weight }: PairOutcomes,
  position: Int32Array,
  strengths: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const n = gradient.length;
  gradient.fill(0);
  hessian.fill(0);
  for (let pair = 0; pair < i.length; pair++) {
    const a = i[pair];
    const b = j[pair];
    const row = position[a];
    const column = position[b];
    const p = 1 / (1 + Math.exp(strengths[b] - strengths[a]));
    const won = wins[pair];
    const drawn = draws[pair];
    const met = won + drawn + losses[pair];
    const slope = weight[pair] * (won + drawn / 2 - met * p);
    const curve = weight[pair] * met * p * (1 - p);
    gradient[row] += slope;
    gradient[column] -= slope;
    hessian[row * n + row] += curve;
    hessian[column * n + column] += curve;
    hessian[row * n + column] -= curve;
    hessian[column * n + row] -= curve;
  }
}

/** Of the pairs whose models both have finite strengths. */
export function logLikelihood(outcomes: PairOutcomes, strengths: Float64Array): number {
  const { i, j, wins, losses, draws, weight } = outcomes;
  let sum = 0;
  for (let pair = 0; pair < i.length; pair++) {
    const ahead = strengths[i[pair]] - strengths[j[pair]];
    const won = wins[pair] + draws[pair] / 2;
    const lost = losses[pair] + draws[pair] / 2;
    sum -= weight[pair] * (won * softplus(-ahead) + lost * softplus(ahead));
  }
  return sum;
}

/** ln(1 + eˣ), without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function centre(strengths: Float64Array, rated: Int32Array): void {
  let sum = 0;
  for (const model of rated) sum += strengths[model];
  for (const model of rated) strengths[model] -= sum / rated.length;
}
