/** @file How often each model is drawn for battles. */
import { barRows } from "./bar-rows.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";

export function samplingChart(facts: ChartFacts): Chart | MissingChart {
  const { plots, words, format } = facts;
  const { sampling: said, model } = words.charts;
  const rows = inBoardOrder(plots);
  if (rows.every(({ share }) => share === 0)) return { id: "sampling", missing: said.empty };
  return {
    ...{ id: "sampling", title: findMost(rows, facts), caption: said.caption },
    draw: (width) =>
      barRows(
        rows.map(({ model: name, share, battles }) => ({
          ...{ name, share, words: `${format.percent(share, 1)} · ${format.short(battles)}` },
        })),
        said.axis,
        width,
      ),
    table: {
      head: [model, said.share, said.battles],
      rows: rows.map((row) => [
        ...[row.model, format.percent(row.share, 1), format.number(row.battles)],
      ]),
    },
  };
}

type Sampling = ChartFacts["plots"]["sampling"];

/** As in all other charts; those without a rating after them. */
function inBoardOrder({ models, sampling }: ChartFacts["plots"]): Sampling {
  const placeOf = (model: string) => {
    const place = models.indexOf(model);
    return place < 0 ? models.length : place;
  };
  return sampling.toSorted((a, b) => placeOf(a.model) - placeOf(b.model));
}

function findMost(rows: Sampling, { words, format }: ChartFacts): string {
  const drawn = rows.filter(({ share }) => share > 0).toSorted((a, b) => b.share - a.share);
  const [most, least] = [drawn[0], drawn.at(-1)];
  if (!most || !least || most.share - least.share < 0.001) return words.charts.sampling.even;
  const [high, low] = [most, least].map(({ share }) => format.percent(share, 1));
  return words.charts.sampling.title(most.model, high ?? "", low ?? "");
}
