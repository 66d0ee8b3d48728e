/** @file Ratings over time as lines, the first ones in colour with their names at their ends. */
import { axisX, axisY, dot, gridY, line, link, text } from "@observablehq/plot";
import {
  draw,
  forScreens,
  labelWidth,
  type Screen,
  ticksFor,
  toLabel,
  toTick,
} from "../../../page/charts/draw.ts";
import { spreadOut } from "../../../page/charts/spread-out.ts";
import type { Markup } from "../../../page/markup.ts";
import { toPrintable } from "../../../page/printable.ts";
import type { RankReport } from "../../report.ts";
import { timeTick } from "./time-tick.ts";

/** As many as colours can tell apart; the other lines stay grey. */
export const namedLines = 8;

export type HistoryPoint = { model: number; time: Date; rating: number };
type Range = readonly [number, number];

const [broad, height, marginTop, marginBottom] = [1080, 420, 32, 56];
/** From the end of a line to its name, px. */
const gap = 22;
/** More points than this would cover the lines. */
const visiblePoints = 60;

/** @param titleOf What pointing at a point says. */
export function drawLines(
  models: readonly string[],
  history: RankReport["history"],
  titleOf: (point: HistoryPoint) => string,
): Markup {
  const points = toPoints(models, history);
  return forScreens(broad, (screen) => drawOn(screen, models, history, points, titleOf));
}

function drawOn(
  { width, labelPixels }: Screen,
  models: readonly string[],
  history: RankReport["history"],
  points: readonly HistoryPoint[],
  titleOf: (point: HistoryPoint) => string,
): Markup {
  const toName = (model: string) => toLabel(model, labelPixels);
  const [marginLeft, marginRight] = [
    width < broad ? 44 : 56,
    labelWidth(models.slice(0, namedLines).map(toName)) + gap,
  ];
  const innerWidth = width - marginLeft - marginRight;
  const spots = width < broad ? [] : points; // a finger does not hover
  const times: Range = [history[0]?.time ?? 0, history.at(-1)?.time ?? 0];
  const ratings = rangeOf(points);
  const place = { x: "time", y: "rating", z: "model" };
  const named = points.filter(({ model }) => model < namedLines);
  const others = points.filter(({ model }) => model >= namedLines);
  return draw({
    ...{ width, height, marginTop, marginRight, marginBottom, marginLeft },
    x: { type: "utc", domain: times.map(toDate), label: null },
    y: { type: "linear", domain: ratings, label: null },
    marks: [
      ...axes(ticksFor(innerWidth), timeTick(history)),
      line(others, { ...place, stroke: "var(--quiet)", strokeOpacity: 0.35 }),
      line(named, { ...place, stroke: colourOf, strokeWidth: 2 }),
      dot(history.length * broad > visiblePoints * width ? [] : named, {
        ...place,
        r: 2.5,
        fill: colourOf,
      }),
      dot(spots, { ...place, r: 6, fill: "transparent", title: titleOf }),
      ...endLabels(models, named, times, ratings, innerWidth, toName),
    ],
  });
}

const axes = (ticks: number, tickFormat: ReturnType<typeof timeTick>) => [
  gridY({ stroke: "var(--hairline)", strokeOpacity: 1, ticks: 6 }),
  axisY({ ticks: 6, tickSize: 0, tickFormat: toTick, label: "Rating, points", labelArrow: "none" }),
  axisX({
    ticks,
    tickFormat,
    tickSize: 4,
    lineHeight: 1.2,
    label: "Time (UTC)",
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 52,
  }),
];

const toDate = (time: number) => new Date(time * 1000);
const colourOf = ({ model }: HistoryPoint) => `var(--lines-${model})`;

function toPoints(models: readonly string[], history: RankReport["history"]): HistoryPoint[] {
  return models.flatMap((_, model) =>
    history.map(({ time, ratings }) => ({
      model,
      time: toDate(time),
      rating: ratings[model] ?? Number.NaN,
    })),
  );
}

function rangeOf(points: readonly HistoryPoint[]): Range {
  const ratings = points.map(({ rating }) => rating).filter(Number.isFinite);
  const least = ratings.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = ratings.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least > greatest) return [0, 1];
  const room = (greatest - least) * 0.05 || 1;
  return [least - room, greatest + room];
}

/** Names at the ends of the lines, moved apart where they would cover one another. */
function endLabels(
  models: readonly string[],
  points: readonly HistoryPoint[],
  [from, to]: Range,
  ratings: Range,
  innerWidth: number,
  toName: (model: string) => string,
) {
  const ends = models.flatMap((_, model) => {
    const end = points.findLast((point) => point.model === model && Number.isFinite(point.rating));
    return end === undefined ? [] : [end];
  });
  const line = ((ratings[1] - ratings[0]) * 16) / (height - marginTop - marginBottom);
  const wanted = ends.map(({ rating }) => rating);
  const places = spreadOut(wanted, line, ratings);
  const y = (_: HistoryPoint, at: number) => places[at] ?? 0;
  const beyond = (px: number) => toDate(to + ((to - from) * px) / innerWidth);
  return [
    link(ends, {
      ...{ x1: "time", y1: "rating", x2: () => beyond(gap - 4), y2: y },
      stroke: colourOf,
      strokeOpacity: 0.6,
    }),
    text(ends, {
      ...{ x: () => beyond(gap), y },
      text: ({ model }: HistoryPoint) => toName(models[model] ?? ""),
      title: ({ model }: HistoryPoint) => toPrintable(models[model] ?? ""),
      fill: colourOf,
      textAnchor: "start",
    }),
  ];
}
