/** @file A ranking with all that its plots are drawn from. */
import { ratingHistory } from "../rating/history.ts";
import { battleCounts, predictedWin, rowMeans, winFraction } from "../rating/matrices.ts";
import { countPairs } from "../rating/pair-table.ts";
import type { RatingOptions } from "../rating/rating-options.ts";
import { isRated, type Matrix, type RankReport } from "./report.ts";
import type { Ranking } from "./run.ts";

/** Moments of the score-over-time plot. */
const historyPoints = 30;

/** @param command what gives the same numbers again. */
export function makeReport(
  { board, battles }: Ranking,
  options: RatingOptions,
  command: string,
): RankReport {
  const rated = board.models.filter(isRated);
  const models = rated.map(({ model }) => model);
  const order = models.map((model) => battles.models.indexOf(model));
  const counts = countPairs(battles);
  const fractions = winFraction(counts);
  const means = rowMeans(fractions);
  const ratings = Float64Array.from(rated, ({ rating }) => rating);
  const history = ratingHistory(battles, options, historyPoints);
  return {
    board,
    models,
    winFraction: inOrder(fractions, order),
    battleCount: inOrder(battleCounts(counts), order),
    predictedWin: inOrder(predictedWin(ratings), [...models.keys()]),
    averageWin: order.map((model) => known(means[model])),
    history: history.map(({ time, ratings: then }) => ({
      time,
      ratings: order.map((model) => known(then[model])),
    })),
    command,
  };
}

/** The rows and columns of `order` from an (n, n) matrix. */
function inOrder(matrix: Float64Array, order: readonly number[]): Matrix {
  const n = Math.sqrt(matrix.length);
  return order.map((row) => order.map((column) => known(matrix[row * n + column])));
}

const known = (value: number) => (Number.isFinite(value) ? value : null);
