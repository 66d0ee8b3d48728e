/** @file The board for spreadsheets and data frames. */
import { toCsvRecord } from "../page/csv-record.ts";
import type { Leaderboard } from "../protocol/leaderboard.ts";

const columns = [
  "model",
  "rating",
  "lower",
  "upper",
  "rank",
  "rank_lower",
  "rank_upper",
  "battles",
  "unrated",
] as const;

/** A header and a record per model. */
export function toCsv(board: Leaderboard): string {
  const records = board.models.map((row) => columns.map((column) => row[column]));
  return [columns, ...records].map(toCsvRecord).join("");
}
