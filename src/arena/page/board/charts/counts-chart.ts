/** @file How many decided battles each pair had. */
import type { PlotsView } from "../../../../protocol/arena.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";
import { heatmap, isWide, matrixTable, steps } from "./heatmap.ts";

export function countsChart(facts: ChartFacts): Chart | MissingChart {
  const { plots, words, format } = facts;
  const { models, battle_count: counts } = plots;
  const countOf = (row: number, column: number) => counts[row]?.[column] ?? 0;
  const most = Math.max(0, ...counts.flat().map((count) => count ?? 0));
  if (most === 0) return { id: "battle-count", missing: words.charts.counts.empty };
  const draw = (width: number) =>
    heatmap(
      models,
      "sequential",
      (row, column) => {
        if (row === column) return null;
        const count = countOf(row, column);
        return {
          // Counts are spread widely: their roots leave the small ones apart.
          step: Math.round(Math.sqrt(count / most) * (steps.sequential - 1)),
          text: format.short(count),
          title: `${models[row]} – ${models[column]}: ${format.number(count)}`,
        };
      },
      width,
    );
  return {
    ...{ id: "battle-count", title: findMedian(counts, facts), draw, wide: isWide(models) },
    caption: words.charts.counts.caption,
    table: matrixTable(words.charts.row, models, (row, column) =>
      row === column ? words.unknown : format.number(countOf(row, column)),
    ),
  };
}

function findMedian(counts: PlotsView["battle_count"], { words, format }: ChartFacts): string {
  const pairs = counts.flatMap((row, at) => row.slice(at + 1).map((count) => count ?? 0));
  const descending = pairs.toSorted((a, b) => b - a);
  const median = descending[Math.ceil(pairs.length / 2) - 1] ?? 0;
  const without = pairs.filter((count) => count === 0).length;
  const half = words.charts.counts.title(format.number(median));
  if (without === 0) return half;
  const missing = words.charts.counts.missing(format.number(without), format.number(pairs.length));
  return `${half}; ${missing}`;
}
