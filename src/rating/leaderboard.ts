/** @file From battles to a board: ratings, intervals, ranks, and who cannot be rated and why. */
import type {
  FirstPlace,
  Leaderboard,
  LeaderboardRow,
  StyleCoefficient,
  UnratedReason,
} from "../protocol/leaderboard.ts";
import type { Battles } from "./battles.ts";
import type { Place } from "./connectivity.ts";
import { dropSensitivity } from "./drop-sensitivity.ts";
import type { Estimate } from "./estimate.ts";
import { coefficientIntervals, type RatingIntervals, ratingIntervals } from "./intervals.ts";
import { toOutcomes } from "./pair-outcomes.ts";
import { countPairs, type PairCounts } from "./pair-table.ts";
import { ranksFromIntervals } from "./ranks.ts";
import { rateBattles } from "./rate-battles.ts";
import type { StyleRounds } from "./rate-with-style.ts";
import type { RatingOptions } from "./rating-options.ts";

/** What the battles and the options decide; where they came from is the caller's to add. */
export type Board = Pick<Leaderboard, "models" | "style" | "first_place">;

/**
 * @param styleRounds runs the rounds of a style bootstrap.
 * @throws {UsageError} an option asks for what these battles do not have.
 */
export async function makeBoard(
  battles: Battles,
  options: RatingOptions,
  styleRounds: StyleRounds,
): Promise<Board> {
  const counts = countPairs(battles);
  const estimate = await rateBattles(battles, counts, options, styleRounds);
  const intervals = ratingIntervals(estimate, battles.models, options);
  const rows = toRows(battles.models, tally(counts), estimate, intervals, options);
  const first = firstPlace(rows, counts, options);
  return {
    models: rows.toSorted(byRank),
    ...(options.style && { style: styleOf(battles, estimate, options) }),
    ...(first && { first_place: first }),
  };
}

function toRows(
  models: readonly string[],
  { played, bad }: ReturnType<typeof tally>,
  { places }: Estimate,
  { rating, lower, upper }: RatingIntervals,
  options: RatingOptions,
): LeaderboardRow[] {
  const reasons = places.map((place, model) =>
    place === "rated" && played[model] < options.minBattles ? "too_few_battles" : reasonFor[place],
  );
  const listed = [...reasons.keys()].filter((model) => reasons[model] === undefined);
  const pick = (column: Float64Array) => Float64Array.from(listed, (model) => column[model]);
  const { rank, best, worst } = ranksFromIntervals(pick(lower), pick(upper));
  const placeIn = new Map(listed.map((model, index) => [model, index]));
  return models.map((model, index) => {
    const reason = reasons[index];
    const at = placeIn.get(index) ?? -1;
    const isListed = reason === undefined;
    return {
      model,
      rating: isListed ? rating[index] : null,
      lower: isListed ? finite(lower[index]) : null,
      upper: isListed ? finite(upper[index]) : null,
      rank: isListed ? rank[at] : null,
      rank_lower: isListed ? best[at] : null,
      rank_upper: isListed ? worst[at] : null,
      battles: played[index],
      ...(reason && { unrated: reason }),
      ...(options.ties === "both-bad-apart" && { both_bad: bad[index] / played[index] }),
    };
  });
}

const reasonFor: Record<Place, UnratedReason | undefined> = {
  rated: undefined,
  above: "only_wins",
  below: "only_losses",
  apart: "not_connected",
};

const finite = (value: number) => (Number.isFinite(value) ? value : null);

/** (models,) battles each took part in, and those of them where both answers were bad. */
function tally({ models, i, j, wins, losses, ties, bothBad }: PairCounts) {
  const played = new Float64Array(models);
  const bad = new Float64Array(models);
  for (let pair = 0; pair < i.length; pair++)
    for (const model of [i[pair], j[pair]]) {
      played[model] += wins[pair] + losses[pair] + ties[pair] + bothBad[pair];
      bad[model] += bothBad[pair];
    }
  return { played, bad };
}

function byRank(one: LeaderboardRow, other: LeaderboardRow): number {
  const last = Number.POSITIVE_INFINITY;
  const byNumber =
    (one.rank ?? last) - (other.rank ?? last) || (other.rating ?? 0) - (one.rating ?? 0);
  return byNumber || (one.model < other.model ? -1 : 1);
}

function styleOf(battles: Battles, estimate: Estimate, options: RatingOptions): StyleCoefficient[] {
  const found = coefficientIntervals(estimate, battles.models.length, options);
  return battles.features.map((feature, index) => ({ feature, ...found[index] }));
}

/** Only where ratings are a plain function of the pair table: what is said of them has been tried. */
function firstPlace(
  rows: readonly LeaderboardRow[],
  counts: PairCounts,
  { system, style, ties, reweight }: RatingOptions,
): FirstPlace | undefined {
  if (system === "elo" || style !== null || reweight) return undefined;
  const isListed = rows.map(({ rating }) => rating !== null);
  const found = dropSensitivity(toOutcomes(counts, ties, reweight), isListed);
  if (found === undefined) return undefined;
  const { leader, successor, dropped } = found;
  return { model: rows[leader].model, successor: rows[successor].model, votes: dropped };
}
