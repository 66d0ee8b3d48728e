/** @file A rating, its interval, its ranks and its absence, in the words a person reads. */

import { noBreakSpace, toCount, toGrouped } from "../page/number-words.ts";
import { toPrintable } from "../page/printable.ts";
import type { Leaderboard, LeaderboardRow, UnratedReason } from "../protocol/leaderboard.ts";

export type Interval = Pick<LeaderboardRow, "rating" | "lower" | "upper">;

/** Decimals a board needs, so that no interval of some width shows as ± 0. */
export function digitsFor(rows: readonly Interval[]): number {
  const widths = rows.flatMap(({ lower, upper }) =>
    lower === null || upper === null || upper <= lower ? [] : [(upper - lower) / 2],
  );
  return Math.min(...widths, Infinity) < 1 ? 1 : 0;
}

/** `± 8`; `+9/−7` where the sides differ by more than rounding hides; empty without a rating. */
export function toMargin({ rating, lower, upper }: Interval, digits = 0): string {
  if (rating === null) return "";
  const above = upper === null ? "∞" : toGrouped(upper - rating, digits);
  const below = lower === null ? "∞" : toGrouped(rating - lower, digits);
  return above === below ? `±${noBreakSpace}${above}` : `+${above}/−${below}`;
}

/** `1 123 ± 8`. */
export function toRatingWords(row: Interval, digits = 0): string {
  if (row.rating === null) return "–";
  return `${toGrouped(row.rating, digits)}${noBreakSpace}${toMargin(row, digits)}`.trimEnd();
}

/** `3–5`, or `3` where the intervals leave no choice. */
export function toSpread({ rank_lower: best, rank_upper: worst }: LeaderboardRow): string {
  if (best === null || worst === null) return "–";
  return best === worst ? `${best}` : `${best}–${worst}`;
}

export const reasonWords: Record<UnratedReason, string> = {
  only_wins: "only wins: no finite rating fits",
  only_losses: "only losses: no finite rating fits",
  not_connected: "not linked to the rest by both wins and losses: no common scale",
  too_few_battles: "fewer battles than --min-battles asks for",
};

/** `leaked_identity` → `leaked identity`. */
export const toWords = (name: string) => name.replaceAll("_", " ");

/** How few votes decide who is first; empty where the board does not say. */
export function firstPlaceWords({ first_place: first, counts }: Leaderboard): string {
  if (first === undefined) return "";
  const [leader, successor] = [first.model, first.successor].map(toPrintable);
  const votes = `${toGrouped(first.votes)} of the ${toCount(counts.battles, "battle")}`;
  return `Without ${votes}, chosen to hurt it most, ${leader} would be behind ${successor}.`;
}
