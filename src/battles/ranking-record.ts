/** @file Everything that decides a board's numbers, as the board keeps it. */
import type { Leaderboard } from "../protocol/leaderboard.ts";
import type { BattleFilter } from "../rating/filters.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import type { ReadOptions } from "./read-battles.ts";

export function toRankingRecord(
  { features, keep, banned }: Pick<ReadOptions, "features" | "keep" | "banned">,
  filter: BattleFilter,
  rating: RatingOptions,
): Leaderboard["options"] {
  return {
    system: rating.system,
    ...(rating.system === "elo" && { elo_k: rating.eloK }),
    interval: rating.system === "elo" ? "bootstrap" : rating.interval,
    level: rating.level,
    simultaneous: rating.simultaneous,
    rounds: rating.rounds,
    seed: rating.seed,
    ties: rating.ties,
    reweight: rating.reweight,
    anchor: rating.anchor,
    anchor_inside: rating.anchorInside,
    style: rating.style,
    features,
    min_battles: rating.minBattles,
    category: filter.category,
    language: filter.language,
    exclude: filter.exclude,
    since: filter.since,
    until: filter.until,
    named: !filter.anonymousOnly,
    daily_cap: filter.dailyCap,
    dedup: filter.dedup,
    drop_anomalous: filter.dropAnomalous,
    keep: [...keep].sort(),
    banned: banned.size,
  };
}
