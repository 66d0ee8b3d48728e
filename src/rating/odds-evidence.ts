/**
 * @file How much a voter's votes on one pair speak for odds that are not the other voters' odds.
 *
 * Given how many of all the votes are wins, a voter who votes as the others do holds a random part
 * of them: the number of wins among hers is hypergeometric. If her odds are ρ times the others', it
 * is Fisher's noncentral hypergeometric. The ratio of the two is evidence whose mean is *exactly* 1
 * for a voter like the others, however few the others' votes are; where they have none, or all
 * agree with hers, it is 1.
 *
 * Source: R. A. Fisher, "The Logic of Inductive Inference", 1935; P. McCullagh and J. A. Nelder,
 * "Generalized Linear Models", 1989, §7.3.
 */
import type { Tally } from "./ballots.ts";

/**
 * Writes ln of the evidence for odds `exp(logOdds[i])` times the others' to `evidence[i]`.
 *
 * With weights w(j) of j wins, ∝ C(own votes, j) · C(others' votes, all wins − j), and s wins seen,
 * the evidence is ρˢ · Σ w(j) / Σ w(j) ρʲ.
 */
export function oddsEvidence(
  own: Tally,
  others: Tally,
  logOdds: ArrayLike<number>,
  evidence: Float64Array,
): void {
  const wins = own.wins + others.wins;
  const fewest = Math.max(0, wins - others.votes);
  const logWeights = tableLogWeights(fewest, Math.min(own.votes, wins), own, others);
  const logTotal = logSumExp(logWeights, 0);
  for (let i = 0; i < logOdds.length; i++)
    evidence[i] = logTotal + (own.wins - fewest) * logOdds[i] - logSumExp(logWeights, logOdds[i]);
}

/** ln w(j) − ln w(fewest) for j from `fewest` to `most`, each from the one before. */
function tableLogWeights(fewest: number, most: number, own: Tally, others: Tally): Float64Array {
  const wins = own.wins + others.wins;
  const logWeights = new Float64Array(most - fewest + 1);
  for (let j = fewest; j < most; j++) {
    const ratio = ((own.votes - j) * (wins - j)) / ((j + 1) * (others.votes - wins + j + 1));
    logWeights[j - fewest + 1] = logWeights[j - fewest] + Math.log(ratio);
  }
  return logWeights;
}

/** ln Σ exp(terms[i] + i · slope), the largest taken out first so that nothing overflows. */
function logSumExp(terms: Float64Array, slope: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < terms.length; i++) largest = Math.max(largest, terms[i] + i * slope);
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += Math.exp(terms[i] + i * slope - largest);
  return largest + Math.log(sum);
}
