/** @file From counts to what is rated: how ties count, and how much a battle of each pair weighs. */
import type { PairCounts } from "./pair-table.ts";

/**
 * What becomes of battles that nobody won: both kinds are half a win each (`half`, FastChat's and
 * LMArena's way), neither counts (`drop`), or a tie is half a win and "both are bad" says nothing
 * about who is stronger (`both-bad-apart`).
 */
export const tiePolicies = ["half", "drop", "both-bad-apart"] as const;
export type TiePolicy = (typeof tiePolicies)[number];

/** (pairs,) each; i < j. A draw is half a win for both. */
export type PairOutcomes = {
  readonly models: number;
  readonly i: Int32Array;
  readonly j: Int32Array;
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  readonly draws: Float64Array;
  /** What one battle of the pair counts. */
  readonly weight: Float64Array;
};

/** A pair with fewer battles than this weighs no more than one that has them: arena-rank's bound. */
const fewestForWeight = 50;

/** @param reweight each pair counts alike, however often it met: arena-rank's inverse frequency. */
export function toOutcomes(counts: PairCounts, ties: TiePolicy, reweight: boolean): PairOutcomes {
  const { models, i, j, wins, losses } = counts;
  const draws = wins.map((_, pair) => drawsOf(counts, pair, ties));
  const weight = wins.map((won, pair) => {
    const met = won + losses[pair] + draws[pair];
    return reweight ? 1 / Math.max(met, fewestForWeight) : 1;
  });
  return { models, i, j, wins, losses, draws, weight };
}

function drawsOf({ ties, bothBad }: PairCounts, pair: number, policy: TiePolicy): number {
  if (policy === "drop") return 0;
  return ties[pair] + (policy === "half" ? bothBad[pair] : 0);
}
