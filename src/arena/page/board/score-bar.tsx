/** @file A score as a dot on its interval, on a scale that all rows share. */
import type { Interval } from "./rating-words.ts";

export type Scale = readonly [least: number, greatest: number];

/** Reaches over every interval. */
export function scaleOf(rows: readonly Interval[]): Scale {
  const ends = rows.flatMap(({ rating, lower, upper }) =>
    rating === null ? [] : [rating, lower ?? rating, upper ?? rating],
  );
  if (ends.length === 0) return [0, 1];
  return [Math.min(...ends), Math.max(...ends)];
}

/** The numbers stand beside it in words: it says nothing to a screen reader. */
export function ScoreBar({ row, scale }: { row: Interval; scale: Scale }) {
  if (row.rating === null) return null;
  const start = toShare(row.lower ?? scale[0], scale);
  const end = toShare(row.upper ?? scale[1], scale);
  return (
    <span class="score-bar" aria-hidden="true">
      <span
        class="score-interval"
        style={{ insetInlineStart: `${start}%`, inlineSize: `${Math.max(0, end - start)}%` }}
      />
      <span class="score-dot" style={{ insetInlineStart: `${toShare(row.rating, scale)}%` }} />
    </span>
  );
}

const toShare = (value: number, [least, greatest]: Scale) =>
  greatest > least ? ((value - least) / (greatest - least)) * 100 : 50;
