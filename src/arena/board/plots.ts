/** @file What the board's plots are drawn from, as the page reads it. */
import type { PlotsView } from "../../protocol/arena.ts";
import { plotData } from "../../rating/plot-data.ts";
import type { RatingOptions } from "../../rating/rating-options.ts";
import type { RatedBoard } from "./rated-board.ts";

/**
 * @param shown  how often each was in a battle.
 * @param shares how likely a battle now would draw each.
 */
export function toPlots(
  { board, battles }: RatedBoard,
  options: RatingOptions,
  priceOf: (model: string) => number | null,
  shown: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
): PlotsView {
  const rows = board.models.filter(({ rating }) => rating !== null);
  const models = rows.map(({ model }) => model);
  const { winFraction, battleCount, predictedWin, averageWin, history } = plotData(
    rows,
    battles,
    options,
  );
  return {
    models,
    rows,
    win_fraction: winFraction,
    battle_count: battleCount,
    predicted: predictedWin,
    average_win: averageWin,
    history,
    style: board.style ?? [],
    sampling: toSampling(shown, shares),
    price_output: models.map(priceOf),
  };
}

/** All that were ever shown or may be now, most battles first. */
function toSampling(
  shown: ReadonlyMap<string, number>,
  shares: ReadonlyMap<string, number>,
): PlotsView["sampling"] {
  return [...new Set([...shown.keys(), ...shares.keys()])]
    .map((model) => ({
      model,
      battles: shown.get(model) ?? 0,
      share: shares.get(model) ?? 0,
    }))
    .sort((one, other) => other.battles - one.battles || (one.model < other.model ? -1 : 1));
}
