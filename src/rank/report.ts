/** @file All that a ranking has to show: the board, and what its plots and tables are drawn from. */
import type { Leaderboard, LeaderboardRow } from "../protocol/leaderboard.ts";

/** (n, n) in the order of `models`; null where two never met. */
export type Matrix = readonly (readonly (number | null)[])[];

export type RankReport = {
  board: Leaderboard;
  /** The rated models, best first: the order of every matrix and list here. */
  models: readonly string[];
  /** Share of the decided battles that the row's model won against the column's. */
  winFraction: Matrix;
  /** Decided battles of the two; 0 on the diagonal. */
  battleCount: Matrix;
  /** What the ratings expect the row's model to score against the column's, a tie being half. */
  predictedWin: Matrix;
  /** Mean of the model's row in `winFraction`. */
  averageWin: readonly (number | null)[];
  /** The ratings as they stood at a time (Unix, s), from all battles up to it; null while unrated. */
  history: readonly { time: number; ratings: readonly (number | null)[] }[];
  /** What to type to get the same numbers again. */
  command: string;
};

export type Rated = LeaderboardRow & { rating: number };

export const isRated = (row: LeaderboardRow): row is Rated => row.rating !== null;
