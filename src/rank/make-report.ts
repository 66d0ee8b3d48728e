/** @file A ranking with all that its plots are drawn from. */
import { plotData } from "../rating/plot-data.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import { isRated, type RankReport } from "./report.ts";
import type { Ranking } from "./run.ts";

/** @param command what gives the same numbers again. */
export function makeReport(
  { board, battles }: Ranking,
  options: RatingOptions,
  command: string,
): RankReport {
  const rated = board.models.filter(isRated);
  return {
    board,
    models: rated.map(({ model }) => model),
    ...plotData(rated, battles, options),
    command,
  };
}
