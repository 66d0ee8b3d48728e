/** @file The golden sets of the arena's arithmetic, as tables and as battles. */
import { readFileSync } from "node:fs";
import { winners } from "../../src/protocol/battle.ts";
import { BattleLog } from "../../src/rating/battle-log.ts";
import type { Battles } from "../../src/rating/battles.ts";
import { type PairCounts, PairTable } from "../../src/rating/pair-table.ts";
import type { Random } from "../../src/rating/random.ts";

type ByModel = Record<string, number>;
type Intervals = {
  ratings: ByModel;
  lower: ByModel;
  upper: ByModel;
  variances?: ByModel;
  coeffs?: number[];
};

export type GoldenSet = {
  name: string;
  models: string[];
  /** [a, b, outcome, judge?, length, header, list, bold of a, then of b] */
  battles: number[][];
  expected: {
    fastchat_compute_bt: ByModel;
    bt_exact_theta_natural: ByModel;
    bt_exact_unanchored_mean1000: ByModel;
    bt_exact_anchored_mixtral1114?: ByModel;
    neg_log_likelihood_at_exact: number;
    bootstrap: {
      rounds: number;
      "unique_outcomes_[a,b,outcome,count]": number[][];
      multinomial_counts_per_round: number[][];
      fastchat: Record<"q025" | "q50" | "q975", ByModel>;
      exact_per_round: Record<"q025" | "q50" | "q975", ByModel>;
      rank_ub: ByModel;
      rank_worst_case: ByModel;
    };
    sandwich_unweighted_numpy: { se: ByModel };
    sandwich_pinv_sumzero_se: ByModel;
    simultaneous_chi2_halfwidth: ByModel;
    style_control?: {
      fastchat_ratings: ByModel;
      fastchat_coefs_logodds_per_sd: number[];
      "exact_ratings_reg0.5": ByModel;
      "exact_coefs_reg0.5": number[];
    };
    arena_rank_3900eae: Record<string, Intervals>;
  };
};

type Golden = {
  datasets: GoldenSet[];
  degenerate: { name: string; battles: [string, string, string][] }[];
  generated_datasets: { name: string; n_battles: number; fnv1a32_of_a_b_w_bytes: number }[];
};

export const golden = JSON.parse(
  readFileSync(new URL("../fixtures/arena-ratings.json", import.meta.url), "utf8"),
) as Golden;

export const [small, styled] = golden.datasets as [GoldenSet, GoldenSet];

/** Models in the set's own order. */
export function tableOf({ models, battles }: GoldenSet): PairCounts {
  const table = new PairTable(models.length);
  for (const [a, b, outcome] of battles) table.add(a, b, outcome);
  return table.counts();
}

/** The larger set's battles with the four features of both answers. */
export function styledBattles(): Battles {
  const log = new BattleLog(["length", "header", "list", "bold"]);
  for (const [a, b, outcome, , ...style] of styled.battles)
    log.add({
      modelA: styled.models[a],
      modelB: styled.models[b],
      winner: winners[outcome],
      time: Number.NaN,
      judge: null,
      anonymous: true,
      language: null,
      categories: 0,
      prompt: 0,
      style,
    });
  return log.finish();
}

/**
 * The golden file's generator: battles of n models whose true ratings fall evenly from 1250 to 750.
 *
 * @param random 32-bit mulberry32 over 2³², of seed 20240307 for the generated sets.
 */
export function generateBattles(n: number, count: number, random: Random): number[][] {
  const elo = (model: number) => 1250 - (500 * model) / (n - 1);
  const chance = (a: number, b: number) => 1 / (1 + 10 ** ((elo(b) - elo(a)) / 400));
  const floor = (share: number) => Math.floor(share * 2 ** 32) / 2 ** 32;
  return Array.from({ length: count }, () => {
    const a = Math.floor(random() * n);
    const other = Math.floor(random() * (n - 1));
    const b = other >= a ? other + 1 : other;
    const drawn = random();
    if (drawn < floor(0.12)) return [a, b, 2];
    if (drawn < floor(0.28)) return [a, b, 3];
    return [a, b, random() < floor(chance(a, b)) ? 0 : 1];
  });
}
