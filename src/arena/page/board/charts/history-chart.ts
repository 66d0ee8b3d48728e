/** @file The scores as they stood over time, and since when the first has led. */
import { axisX, axisY, dot, gridY, line, type PlotOptions, text } from "@observablehq/plot";
import type { PlotsView } from "../../../../protocol/arena.ts";
import { type Chart, type ChartFacts, type MissingChart, ownColours } from "./chart.ts";
import { labelRoom, labelWidth, outlined, ticksFor, toLabel } from "./draw.ts";
import { spreadOut } from "./spread-out.ts";

type History = PlotsView["history"];
type Point = { model: number; time: Date; rating: number };

/** As many as colours can tell apart; the other lines stay grey. */
const namedLines = 8;
const [height, marginTop, marginBottom] = [380, 32, 48];

export function historyChart({ plots, words, format }: ChartFacts): Chart | MissingChart {
  const { models, history } = plots;
  const { history: said } = words.charts;
  if (history.length < 2) return { id: "history", missing: said.empty };
  const toDay = (time: number) => format.day(time * 1000);
  const toWords = (rating: number | null | undefined) =>
    typeof rating === "number" ? format.number(rating, 1) : words.unknown;
  return {
    ...{ id: "history", caption: said.caption, wide: true },
    title: findLeader(models, history, said, toDay),
    draw: (width) => drawLines({ plots, words, format }, width),
    table: {
      head: [said.x, ...models],
      rows: history.map(({ time, ratings }) => [
        toDay(time),
        ...models.map((_, at) => toWords(ratings[at])),
      ]),
    },
  };
}

function findLeader(
  models: readonly string[],
  history: History,
  words: ChartFacts["words"]["charts"]["history"],
  toDay: (time: number) => string,
): string {
  const leaders = history.map(({ ratings }) => bestOf(ratings));
  const last = leaders.at(-1) ?? -1;
  const name = models[last] ?? "";
  const before = leaders.findLastIndex((leader) => leader !== last);
  const since = history[before + 1];
  return before < 0 || since === undefined
    ? words.always(name)
    : words.since(name, toDay(since.time));
}

/** The place of the highest rating; -1 where nothing is rated. */
function bestOf(ratings: readonly (number | null)[]): number {
  const values = ratings.map((rating) => rating ?? Number.NEGATIVE_INFINITY);
  return ratings.indexOf(Math.max(...values));
}

function drawLines({ plots, words, format }: ChartFacts, width: number): PlotOptions {
  const { models, history } = plots;
  const points = toPoints(models, history);
  const named = points.filter(({ model }) => model < namedLines);
  const others = points.filter(({ model }) => model >= namedLines);
  const labels = models.slice(0, namedLines).map((name) => toLabel(name, labelRoom(width)));
  const [marginLeft, marginRight] = [56, labelWidth(labels) + 8];
  const ticks = ticksFor(width - marginLeft - marginRight);
  const place = { x: "time", y: "rating", z: "model" };
  const { x, y } = words.charts.history;
  return {
    ...ownColours,
    ...{ width, height, marginTop, marginRight, marginBottom, marginLeft },
    x: { type: "utc", label: null },
    y: { type: "linear", domain: rangeOf(points), label: null },
    marks: [
      gridY({ stroke: "var(--grey-3)", strokeOpacity: 1, ticks: 6 }),
      axisY({
        ...{ ticks: 6, tickSize: 0, label: y, labelArrow: "none" },
        tickFormat: (tick: number) => format.number(tick),
      }),
      axisX({
        ...{ ticks, tickSize: 4, label: x, labelAnchor: "center", labelArrow: "none" },
        ...{ labelOffset: 42, tickFormat: (day: Date) => format.shortDay(day.getTime()) },
      }),
      line(others, { ...place, stroke: "var(--grey-5)", strokeOpacity: 0.5 }),
      line(named, { ...place, stroke: colourOf, strokeWidth: 2 }),
      dot(history.length > 40 ? [] : named, { ...place, r: 2.5, fill: colourOf }),
      endLabels(points, labels),
    ],
  };
}

const colourOf = ({ model }: Point) => `var(--chart-line-${model})`;

function toPoints(models: readonly string[], history: History): Point[] {
  return models.flatMap((_, model) =>
    history.map(({ time, ratings }) => ({
      model,
      time: new Date(time * 1000),
      rating: ratings[model] ?? Number.NaN,
    })),
  );
}

function rangeOf(points: readonly Point[]): [number, number] {
  const ratings = points.map(({ rating }) => rating).filter(Number.isFinite);
  const least = ratings.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = ratings.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (least > greatest) return [0, 1];
  const room = (greatest - least) * 0.05 || 1;
  return [least - room, greatest + room];
}

/** Names at the ends of the lines, moved apart where they would cover one another. */
function endLabels(points: readonly Point[], labels: readonly string[]) {
  const range = rangeOf(points);
  const ends = labels.flatMap((_, model) => {
    const end = points.findLast((point) => point.model === model && Number.isFinite(point.rating));
    return end === undefined ? [] : [end];
  });
  const letter = ((range[1] - range[0]) * 16) / (height - marginTop - marginBottom);
  const places = spreadOut(
    ends.map(({ rating }) => rating),
    letter,
    range,
  );
  return text(ends, {
    ...{ frameAnchor: "right", textAnchor: "start", dx: 8, fill: colourOf, ...outlined },
    y: (_: Point, at: number) => places[at] ?? 0,
    text: ({ model }: Point) => labels[model] ?? "",
  });
}
