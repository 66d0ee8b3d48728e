/** @file What a board's plots are drawn from: its rated models beside one another, and over time. */
import type { LeaderboardRow } from "../protocol/leaderboard.ts";
import type { Battles } from "./battles.ts";
import { ratingHistory } from "./history.ts";
import { battleCounts, predictedWin, rowMeans, winFraction } from "./matrices.ts";
import { countPairs } from "./pair-table.ts";
import type { RatingOptions } from "./rating-options.ts";

/** (n, n), row by row; null where there is nothing to say. */
type Matrix = (number | null)[][];

export type PlotData = {
  /** Share of the decided battles that the row's model won against the column's. */
  winFraction: Matrix;
  /** Decided battles of the two; 0 on the diagonal. */
  battleCount: Matrix;
  /** What the ratings expect the row's model to score against the column's, a tie being half. */
  predictedWin: Matrix;
  /** Mean of the model's row in `winFraction`. */
  averageWin: (number | null)[];
  /** The ratings as they stood at a time (Unix, s), from all battles up to it; null while unrated. */
  history: { time: number; ratings: (number | null)[] }[];
};

/** Moments of the score-over-time plot. */
const historyPoints = 30;

/** @param rated rows that have a rating: their order is that of every list and matrix. */
export function plotData(
  rated: readonly LeaderboardRow[],
  battles: Battles,
  options: RatingOptions,
): PlotData {
  const order = rated.map(({ model }) => battles.models.indexOf(model));
  const counts = countPairs(battles);
  const fractions = winFraction(counts);
  const means = rowMeans(fractions);
  const ratings = Float64Array.from(rated, ({ rating }) => rating ?? Number.NaN);
  const history = ratingHistory(battles, options, historyPoints);
  return {
    winFraction: inOrder(fractions, order),
    battleCount: inOrder(battleCounts(counts), order),
    predictedWin: inOrder(predictedWin(ratings), [...rated.keys()]),
    averageWin: order.map((model) => known(means[model])),
    history: history.map(({ time, ratings: then }) => ({
      time,
      ratings: order.map((model) => known(then[model])),
    })),
  };
}

/** The rows and columns of `order` from an (n, n) matrix. */
function inOrder(matrix: Float64Array, order: readonly number[]): Matrix {
  const n = Math.sqrt(matrix.length);
  return order.map((row) => order.map((column) => known(matrix[row * n + column])));
}

const known = (value: number) => (Number.isFinite(value) ? value : null);
