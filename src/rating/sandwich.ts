/**
 * @file How far the strengths may be off: the sandwich covariance H⁻¹ B H⁻¹.
 *
 * H is the curvature of the log-likelihood, B the sum of squared scores. Were Bradley–Terry exactly
 * true both would be equal and H⁻¹ enough; with draws counted as half wins scores vary less than
 * the model believes, and H⁻¹ alone gives intervals that are a fifth too wide.
 *
 * Source: P. J. Huber, "The behavior of maximum likelihood estimates under nonstandard
 * conditions", 1967; W.-L. Chiang et al., "Chatbot Arena", arXiv:2403.04132, §4.
 */
import { type Fit, information, inside, pinSum, positions } from "./bradley-terry.ts";
import { factorise, invert, sandwiched } from "./cholesky.ts";
import type { PairOutcomes } from "./pair-outcomes.ts";

/**
 * (m, m) covariance of the rated models' strengths, in natural units, their sum being fixed.
 *
 * @param ridge added to H's diagonal in place of the fixed sum: arena-rank has 1e-5 there for each
 *              battle, or 1e-5 in all when it reweights.
 */
export function sandwichCovariance(outcomes: PairOutcomes, fit: Fit, ridge = 0): Float64Array {
  const n = fit.rated.length;
  const hessian = information(outcomes, fit, ridge);
  if (ridge === 0) pinSum(hessian, n); // B is blind to a shift too: what was added cancels
  if (!factorise(hessian, n)) throw new Error("The information matrix is singular.");
  return sandwiched(invert(hessian, n), squaredScores(outcomes, fit), n);
}

function squaredScores(outcomes: PairOutcomes, { strengths, places, rated }: Fit): Float64Array {
  const { i, j, wins, losses, draws, weight } = inside(outcomes, places);
  const n = rated.length;
  const position = positions(rated, outcomes.models);
  const filling = new Float64Array(n * n);
  const add = (row: number, column: number, value: number) => {
    filling[row * n + column] += value;
  };
  for (let pair = 0; pair < i.length; pair++) {
    const a = i[pair];
    const b = j[pair];
    const p = 1 / (1 + Math.exp(strengths[b] - strengths[a]));
    const squares =
      weight[pair] ** 2 *
      (wins[pair] * (1 - p) ** 2 + losses[pair] * p ** 2 + draws[pair] * (0.5 - p) ** 2);
    const [row, column] = [position[a], position[b]];
    add(row, row, squares);
    add(column, column, squares);
    add(row, column, -squares);
    add(column, row, -squares);
  }
  return filling;
}
