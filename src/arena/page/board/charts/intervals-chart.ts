/** @file The scores and how sure they are. */
import type { LeaderboardRow } from "../../../../protocol/leaderboard.ts";
import { digitsFor, toRatingWords } from "../rating-words.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";
import { intervalRows } from "./interval-rows.ts";

type Rated = LeaderboardRow & { rating: number };

export function intervalsChart({ plots, words, format }: ChartFacts): Chart | MissingChart {
  const { intervals, model } = words.charts;
  const rows = plots.rows.filter((row): row is Rated => row.rating !== null);
  if (rows.length === 0) return { id: "intervals", missing: intervals.empty };
  const digits = digitsFor(rows);
  const toEnd = (end: number | null) => (end === null ? words.noEnd : format.number(end, 1));
  return {
    ...{ id: "intervals", title: findLead(rows, intervals), caption: intervals.caption },
    draw: (width) =>
      intervalRows(
        rows.map((row) => ({
          ...{ name: row.model, value: row.rating, lower: row.lower, upper: row.upper },
          words: toRatingWords(row, format, digits),
        })),
        { label: intervals.axis, tickFormat: (tick) => format.number(tick) },
        width,
      ),
    table: {
      head: [model, words.columns.score, intervals.lower, intervals.upper],
      rows: rows.map((row) => [row.model, toEnd(row.rating), toEnd(row.lower), toEnd(row.upper)]),
    },
  };
}

function findLead(
  [first, ...others]: readonly Rated[],
  words: ChartFacts["words"]["charts"]["intervals"],
): string {
  if (first === undefined) return words.empty;
  if (others.length === 0) return words.only(first.model);
  return words.title(first.model, others.filter((row) => overlap(first, row)).length);
}

const { POSITIVE_INFINITY: infinity } = Number;
const overlap = (one: Rated, other: Rated) =>
  (one.lower ?? -infinity) <= (other.upper ?? infinity) &&
  (other.lower ?? -infinity) <= (one.upper ?? infinity);
