/**
 * @file The bootstrap: the same battles drawn anew, with replacement, and rated again.
 *
 * Drawing N battles from a table is one multinomial draw over its cells, made of one binomial a
 * cell: the cost depends on the pairs, not on the battles.
 *
 * Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979; L. Devroye,
 * "Non-Uniform Random Variate Generation", 1986, ch. XI for the multinomial.
 */
import { drawBinomial } from "./binomial.ts";
import { type Fit, fitBradleyTerry } from "./bradley-terry.ts";
import type { PairOutcomes } from "./pair-outcomes.ts";
import type { Random } from "./random.ts";

/**
 * (rounds, models) strengths of as many resampled tables, each shifted to the full fit's level.
 * ±∞ and NaN as in a fit: a model that won all its battles in a round has no finite strength there.
 *
 * @param randomOf the random numbers of a round.
 */
export function bootstrapStrengths(
  outcomes: PairOutcomes,
  fit: Fit,
  rounds: number,
  randomOf: (round: number) => Random,
): Float64Array {
  const strengths = new Float64Array(rounds * outcomes.models);
  for (let round = 0; round < rounds; round++) {
    const drawn = fitBradleyTerry(resample(outcomes, randomOf(round)), fit.strengths);
    level(drawn, fit);
    strengths.set(drawn.strengths, round * outcomes.models);
  }
  return strengths;
}

/** A table of as many battles, drawn from this one's. */
function resample(outcomes: PairOutcomes, random: Random): PairOutcomes {
  const columns = [outcomes.wins, outcomes.losses, outcomes.draws];
  let left = 0;
  for (const column of columns) for (const count of column) left += count;
  let undecided = left;
  const draw = (count: number) => {
    const drawn = drawBinomial(left, count / undecided, random);
    left -= drawn;
    undecided -= count;
    return drawn;
  };
  const [wins, losses, draws] = columns.map((column) => column.map(draw));
  return { ...outcomes, wins, losses, draws };
}

/** Rounds differ in who has a finite strength: the mean over those that both have is made equal. */
function level(drawn: Fit, fit: Fit): void {
  const shared = drawn.rated.filter((model) => fit.places[model] === "rated");
  let shift = 0;
  for (const model of shared)
    shift += (fit.strengths[model] - drawn.strengths[model]) / shared.length;
  for (const model of drawn.rated) drawn.strengths[model] += shift;
}
