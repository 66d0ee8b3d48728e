/** @file A score, its interval and its ranks in the words a reader sees. */
import type { LeaderboardRow } from "../../../protocol/leaderboard.ts";
import type { Format } from "./format.ts";

export type Interval = Pick<LeaderboardRow, "rating" | "lower" | "upper">;

/** Decimals a board needs, so that no interval of some width shows as ± 0. */
export function digitsFor(rows: readonly Interval[]): number {
  const widths = rows.flatMap(({ lower, upper }) =>
    lower === null || upper === null || upper <= lower ? [] : [(upper - lower) / 2],
  );
  return Math.min(...widths, Number.POSITIVE_INFINITY) < 1 ? 1 : 0;
}

/** `± 8`; `+9 −7` where the sides differ by more than rounding hides; empty without an interval. */
export function toMargin({ rating, lower, upper }: Interval, format: Format, digits = 0): string {
  if (rating === null || (lower === null && upper === null)) return "";
  const above = upper === null ? "∞" : format.number(upper - rating, digits);
  const below = lower === null ? "∞" : format.number(rating - lower, digits);
  return above === below ? `±\u00a0${above}` : `+${above} −${below}`;
}

/** `1 123 ± 8`. */
export function toRatingWords(row: Interval, format: Format, digits = 0): string {
  if (row.rating === null) return "–";
  return `${format.number(row.rating, digits)} ${toMargin(row, format, digits)}`.trimEnd();
}

/** `3–5`, or `3` where the intervals leave no choice. */
export function toSpread({ rank_lower: best, rank_upper: worst }: LeaderboardRow): string {
  if (best === null || worst === null) return "–";
  return best === worst ? `${best}` : `${best}–${worst}`;
}
