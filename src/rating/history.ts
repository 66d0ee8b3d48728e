/** @file How the ratings came about: as they stood at moments in between, by all battles until then. */
import type { Battles } from "./battles.ts";
import { fitBradleyTerry } from "./bradley-terry.ts";
import { toOutcomes } from "./pair-outcomes.ts";
import { PairTable } from "./pair-table.ts";
import type { RatingOptions } from "./rating-options.ts";
import { toRating } from "./rating-scale.ts";

export type HistoryPoint = {
  /** Unix time, s. */
  time: number;
  /** (models,) NaN and ±∞ for those that cannot be rated yet. */
  ratings: Float64Array;
};

/**
 * Plain Bradley–Terry, whatever the board was made by: the course of things without style control.
 *
 * @param points at most so many, at equal distances in time from the first battle to the last.
 */
export function ratingHistory(
  battles: Battles,
  { ties, reweight, anchor }: RatingOptions,
  points: number,
): HistoryPoint[] {
  const { time, length, models } = battles;
  const begin = time.findIndex((at) => !Number.isNaN(at)); // rows without a time come first
  const end = time[length - 1];
  if (begin === -1 || time[begin] === end) return [];
  const table = new PairTable(models.length);
  const history: HistoryPoint[] = [];
  let row = 0;
  let start: Float64Array | undefined;
  for (let point = 1; point <= points; point++) {
    const until = point === points ? end : time[begin] + ((end - time[begin]) * point) / points;
    for (; row < length && !(time[row] > until); row++)
      table.add(battles.a[row], battles.b[row], battles.outcome[row]);
    start = fitBradleyTerry(toOutcomes(table.counts(), ties, reweight), start).strengths;
    const ratings = start.map(toRating);
    const known = anchor && ratings[models.indexOf(anchor.model)];
    const shift = anchor && Number.isFinite(known) ? anchor.rating - Number(known) : 0;
    history.push({ time: until, ratings: ratings.map((one) => one + shift) });
  }
  return history;
}
