/** @file What share of a pair's battles the row's model won, and what the ratings expect. */
import type { PlotsView } from "../../../../protocol/arena.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";
import { heatmap, isWide, matrixTable, steps } from "./heatmap.ts";

type Matrix = PlotsView["predicted"];

export function winsChart(facts: ChartFacts): Chart | MissingChart {
  const { wins } = facts.words.charts;
  const shares = facts.plots.win_fraction;
  const title = findAgreement(shares, facts);
  if (title === null) return { id: "win-fraction", missing: wins.empty };
  return { id: "win-fraction", title, caption: wins.caption, ...drawShares(shares, facts) };
}

export function predictedChart(facts: ChartFacts): Chart | MissingChart {
  const { predicted } = facts.words.charts;
  const title = findExpectation(facts);
  if (title === null) return { id: "predicted-win", missing: predicted.empty };
  const drawn = drawShares(facts.plots.predicted, facts);
  return { id: "predicted-win", title, caption: predicted.caption, ...drawn };
}

function drawShares(shares: Matrix, { plots: { models }, words, format }: ChartFacts) {
  const shareOf = (row: number, column: number) =>
    row === column ? null : (shares[row]?.[column] ?? null);
  const toWords = (row: number, column: number) => {
    const share = shareOf(row, column);
    return share === null ? words.unknown : format.percent(share, 1);
  };
  return {
    draw: (width: number) =>
      heatmap(
        models,
        "diverging",
        (row, column) => {
          const share = shareOf(row, column);
          if (share === null) return null;
          const step = Math.min(steps.diverging - 1, Math.floor(share * steps.diverging));
          const title = `${models[row]} – ${models[column]}: ${toWords(row, column)}`;
          return { step, text: `${Math.round(share * 100)}`, title };
        },
        width,
      ),
    table: matrixTable(words.charts.row, models, toWords),
    wide: isWide(models),
  };
}

/** Null: nothing was decided. */
function findAgreement(shares: Matrix, { words, format }: ChartFacts): string | null {
  const pairs = shares.flatMap((row, at) =>
    row.slice(at + 1).filter((share): share is number => share !== null),
  );
  const agreeing = pairs.filter((share) => share > 0.5).length;
  if (pairs.length === 0) return null;
  return words.charts.wins.title(format.number(agreeing), format.number(pairs.length));
}

/** Null: there are no two to compare. */
function findExpectation({ plots, words, format }: ChartFacts): string | null {
  const { models, predicted } = plots;
  const known = [...models.keys()].filter((at) => at > 0 && typeof predicted[0]?.[at] === "number");
  const [second, last] = [known[0], known.at(-1)];
  const [first] = models;
  if (first === undefined || second === undefined || last === undefined) return null;
  const score = (column: number) => format.percent(predicted[0]?.[column] ?? 0);
  const name = (at: number) => models[at] ?? "";
  if (last === second) return words.charts.predicted.two(first, score(second), name(second));
  return words.charts.predicted.title(first, score(second), name(second), score(last), name(last));
}
