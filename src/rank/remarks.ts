/** @file What was asked of battles that do not say enough for it: better told than passed over. */
import type { Battles } from "../rating/battles.ts";
import type { BattleFilter } from "../rating/filters.ts";
import type { RatingOptions } from "../rating/rating-options.ts";

/** @param battles all that were read, before any filter. */
export function remarksOn(
  battles: Battles,
  { exclude, dailyCap, dropAnomalous, dedup }: BattleFilter,
  { system }: RatingOptions,
): string[] {
  const untimed = battles.time.filter(Number.isNaN).length;
  const needsVoters = dailyCap !== null || dropAnomalous;
  return [
    ...exclude
      .filter((model) => !battles.models.includes(model))
      .map((model) => `there is no battle of '${model}' to exclude`),
    ...(needsVoters && battles.judges.length === 0
      ? ["no row says who voted: a daily cap or a test of voters has nothing to go by"]
      : []),
    ...(dedup && battles.prompt.every((hash) => hash === 0)
      ? ["no row has its prompt: there is nothing to find duplicates by"]
      : []),
    ...(system === "elo" && untimed > 0
      ? [`${untimed} rows have no time: Elo takes them first, as they stand in the file`]
      : []),
  ];
}
