/** @file How often each model wins, its rivals weighing the same. */
import { barRows } from "./bar-rows.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";

export function averageChart({ plots, words, format }: ChartFacts): Chart | MissingChart {
  const { average, model } = words.charts;
  const { models, average_win: shares } = plots;
  const most = Math.max(-1, ...shares.map((share) => share ?? -1));
  const best = models[shares.indexOf(most)];
  if (best === undefined) return { id: "average-win", missing: average.empty };
  const toWords = (share: number | null | undefined, digits = 0) =>
    typeof share === "number" ? format.percent(share, digits) : words.unknown;
  return {
    ...{ id: "average-win", title: average.title(best, toWords(most)), caption: average.caption },
    draw: (width) =>
      barRows(
        models.map((name, at) => ({
          ...{ name, share: shares[at] ?? null, words: toWords(shares[at]) },
        })),
        average.axis,
        width,
      ),
    table: {
      head: [model, average.axis],
      rows: models.map((name, at) => [name, toWords(shares[at], 1)]),
    },
  };
}
