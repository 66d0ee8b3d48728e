/** @file The board for programs: every digit of every number, and the options that made them. */
import type { Leaderboard } from "../protocol/leaderboard.ts";

export function toJson(board: Leaderboard): string {
  return `${JSON.stringify(board, null, 2)}\n`;
}
