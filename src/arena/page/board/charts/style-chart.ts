/** @file What the style of an answer is worth in votes. */
import type { StyleCoefficient } from "../../../../protocol/leaderboard.ts";
import type { Chart, ChartFacts, MissingChart } from "./chart.ts";
import { type IntervalRow, intervalRows } from "./interval-rows.ts";

/** A feature that never differs between two answers has no interval: nothing is known of it. */
type Varying = StyleCoefficient & { lower: number; upper: number };
const varies = (one: StyleCoefficient): one is Varying => one.lower !== null && one.upper !== null;

export function styleChart(facts: ChartFacts): Chart | MissingChart {
  const { plots, words, format } = facts;
  const { style: said, intervals } = words.charts;
  if (plots.style.length === 0) return { id: "style", missing: said.empty };
  const digits = 3;
  return {
    ...{ id: "style", title: findEffect(facts), caption: said.caption },
    draw: (width) =>
      intervalRows(
        plots.style.map((one) => toRow(one, facts)),
        { label: said.axis, reference: 0, tickFormat: (tick) => format.signed(tick, 2) },
        width,
      ),
    table: {
      head: [said.feature, said.coefficient, intervals.lower, intervals.upper, said.odds],
      rows: plots.style.map((one) => {
        const name = nameOf(one, words);
        if (!varies(one)) return [name, said.constant, words.unknown, words.unknown, words.unknown];
        const { coefficient, lower, upper } = one;
        const numbers = [coefficient, lower, upper].map((value) => format.signed(value, digits));
        return [name, ...numbers, format.number(Math.exp(coefficient), digits)];
      }),
    },
  };
}

const nameOf = ({ feature }: StyleCoefficient, { charts }: ChartFacts["words"]) =>
  charts.style.features[feature] ?? feature.replaceAll("_", " ");

function toRow(one: StyleCoefficient, { words, format }: ChartFacts): IntervalRow {
  const name = nameOf(one, words);
  const nothing = { value: null, lower: null, upper: null, words: words.charts.style.constant };
  if (!varies(one)) return { name, ...nothing };
  const { coefficient: value, lower, upper } = one;
  return { name, value, lower, upper, words: format.signed(value, 2) };
}

function findEffect({ plots, words, format }: ChartFacts): string {
  const clear = plots.style.filter(varies).filter(({ lower, upper }) => lower > 0 || upper < 0);
  const [strongest] = clear.toSorted((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  if (strongest === undefined) return words.charts.style.none;
  const odds = format.number(Math.exp(strongest.coefficient), 2);
  return words.charts.style.title(nameOf(strongest, words), odds);
}
