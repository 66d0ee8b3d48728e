/** @file Where one model stands: what is said of it after a vote. */
import type { Standing } from "../../protocol/arena.ts";
import type { LeaderboardRow } from "../../protocol/leaderboard.ts";

/** Null while the battles cannot place it. */
export function toStanding(rows: readonly LeaderboardRow[], model: string): Standing | null {
  const row = rows.find((one) => one.model === model);
  if (row === undefined || row.rating === null) return null;
  const { rating, lower, upper, rank, battles } = row;
  return { rating, lower, upper, rank, battles };
}
