/**
 * @file Which two models should meet next: those whose battle narrows what is known the most.
 *
 * A pair's weight is how much one more battle shrinks its standard error, √(v/n) − √(v/(n+1)), for
 * n battles whose results (1, ½, 0) have variance v. Of a pair with fewer than two battles v is not
 * known: it is taken to be ¼, the largest there is, and no battle counts as half a one, so that
 * these pairs outweigh all others, the unseen most.
 *
 * Two battles that ended alike make v = 0, and such a pair would never meet again: a share of all
 * draws, the floor, goes to all pairs alike. With the probability logged, every battle can be
 * weighed by its inverse, whatever rule drew it.
 *
 * Source: W.-L. Chiang et al., "Chatbot Arena", 2024, eq. 9, with the variance within the pair.
 */
import type { PairCounts } from "./pair-table.ts";
import type { Random } from "./random.ts";

/** (pairs,) each: all pairs i < j of models, met or not, in ascending order. */
export type PairDistribution = {
  readonly i: Int32Array;
  readonly j: Int32Array;
  /** Adds up to 1. */
  readonly probability: Float64Array;
};

export type SamplingSettings = {
  /** The share of draws that does not ask what is known, in (0, 1]; 0 may starve pairs. */
  floor?: number;
  /**
   * (models,) how much each model is wanted; a pair's is their product, under the floor too. 0
   * keeps a model out.
   */
  modelWeights?: ArrayLike<number>;
};

/** @throws {RangeError} fewer than two models are wanted. */
export function pairProbabilities(
  counts: PairCounts,
  { floor = 0.1, modelWeights }: SamplingSettings = {},
): PairDistribution {
  const { i, j } = allPairs(counts.models);
  const shrinkage = shrinkages(counts);
  const wanted = Float64Array.from(i, (first, pair) =>
    modelWeights ? modelWeights[first] * modelWeights[j[pair]] : 1,
  );
  const informative = wanted.map((weight, pair) => weight * shrinkage[pair]);
  const allWanted = sum(wanted);
  const allInformative = sum(informative);
  if (!(allWanted > 0)) throw new RangeError("A pair needs two models with a weight above 0.");
  const even = allInformative > 0 ? floor : 1; // nothing left to learn: all pairs alike
  const probability = wanted.map((weight, pair) => {
    const byGain = even < 1 ? informative[pair] / allInformative : 0;
    return (even * weight) / allWanted + (1 - even) * byGain;
  });
  return { i, j, probability };
}

/** Two different models, and how likely it was that these should meet. */
export type DrawnPair = { i: number; j: number; probability: number };

/** Draws a pair; which of the two sits on which side is not decided here. */
export function drawPair({ i, j, probability }: PairDistribution, random: Random): DrawnPair {
  let left = random();
  let drawn = -1;
  for (let pair = 0; pair < probability.length && left >= 0; pair++) {
    if (probability[pair] === 0) continue;
    drawn = pair; // where rounding leaves a rest, the last pair possible has it
    left -= probability[pair];
  }
  return { i: i[drawn], j: j[drawn], probability: probability[drawn] };
}

function allPairs(models: number): { i: Int32Array; j: Int32Array } {
  const i = new Int32Array((models * (models - 1)) / 2);
  const j = new Int32Array(i.length);
  for (let first = 0, pair = 0; first < models; first++)
    for (let second = first + 1; second < models; second++, pair++) {
      i[pair] = first;
      j[pair] = second;
    }
  return { i, j };
}

/** (pairs,) by how much each pair's standard error would shrink. */
function shrinkages(counts: PairCounts): Float64Array {
  const { models, i, j } = counts;
  const gains = new Float64Array((models * (models - 1)) / 2).fill(shrinkage(0, 0));
  for (let met = 0; met < i.length; met++) {
    if (i[met] === j[met]) continue;
    const place = i[met] * models - (i[met] * (i[met] + 1)) / 2 + (j[met] - i[met] - 1);
    const wins = counts.wins[met];
    const draws = counts.ties[met] + counts.bothBad[met];
    const battles = wins + draws + counts.losses[met];
    const mean = (wins + draws / 2) / battles;
    gains[place] = shrinkage(battles, (wins + draws / 4) / battles - mean * mean);
  }
  return gains;
}

const largestVariance = 1 / 4;

function shrinkage(battles: number, variance: number): number {
  const n = Math.max(battles, 1 / 2);
  const v = battles < 2 ? largestVariance : Math.max(variance, 0); // rounding may leave −1e-17
  return Math.sqrt(v / n) - Math.sqrt(v / (n + 1));
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
