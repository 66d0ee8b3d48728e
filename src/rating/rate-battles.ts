/** @file From battles to strengths and how sure they are, by the method that was chosen. */
import type { Battles } from "./battles.ts";
import { bootstrapStrengths } from "./bootstrap.ts";
import { type Fit, fitBradleyTerry } from "./bradley-terry.ts";
import { bootstrapElo, onlineElo } from "./elo.ts";
import { type Estimate, type Spread, widenCovariance } from "./estimate.ts";
import { type PairOutcomes, toOutcomes } from "./pair-outcomes.ts";
import type { PairCounts } from "./pair-table.ts";
import { randomStream } from "./random.ts";
import { rateWithStyle, type StyleRounds } from "./rate-with-style.ts";
import type { RatingOptions } from "./rating-options.ts";
import { toStrength } from "./rating-scale.ts";
import { sandwichCovariance } from "./sandwich.ts";

/**
 * @param counts the pair table of the same battles.
 * @throws {UsageError} style control is asked for, and no battle has what it needs.
 */
export async function rateBattles(
  battles: Battles,
  counts: PairCounts,
  options: RatingOptions,
  styleRounds: StyleRounds,
): Promise<Estimate> {
  if (options.system === "elo") return rateByElo(battles, options);
  if (options.style !== null) return rateWithStyle(battles, options, styleRounds);
  const outcomes = toOutcomes(counts, options.ties, options.reweight);
  const fit = fitBradleyTerry(outcomes);
  const spread = spreadOf(outcomes, fit, options);
  return { parameters: fit.strengths, places: fit.places, spread };
}

function spreadOf(outcomes: PairOutcomes, fit: Fit, options: RatingOptions): Spread {
  const { interval, rounds, seed } = options;
  if (interval === "bootstrap")
    return {
      rounds: bootstrapStrengths(outcomes, fit, rounds, (round) => randomStream(seed, round)),
    };
  const covariance = sandwichCovariance(outcomes, fit);
  return { covariance: widenCovariance(covariance, fit.rated, outcomes.models) };
}

/** Elo has no notion of how sure it is: its spread is always the bootstrap's. */
function rateByElo(battles: Battles, { eloK, rounds, seed }: RatingOptions): Estimate {
  const settings = { k: eloK };
  const resampled = bootstrapElo(battles, rounds, randomStream(seed), settings);
  return {
    parameters: onlineElo(battles, settings).map(toStrength),
    places: battles.models.map(() => "rated"),
    spread: { rounds: resampled.map(toStrength) },
  };
}
