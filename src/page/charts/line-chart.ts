/** @file Lines over a number that grows, named at their ends; single points and levels may be marked. */
import { axisX, axisY, dot, gridY, line, ruleX, ruleY, text } from "@observablehq/plot";
import type { Markup } from "../markup.ts";
import { toGrouped } from "../number-words.ts";
import { draw, forScreens, labelWidth, type Screen, ticksFor, toTick } from "./draw.ts";
import { spreadOut } from "./spread-out.ts";

export type Point = { x: number; y: number };

type Line = {
  /** Stands at its end. */
  name?: string;
  /** For what is only background. */
  thin?: boolean;
  /** In the order of x; those that are not finite are left out. */
  points: readonly Point[];
  /** A variable of the page: `--accent`. */
  ink: string;
  /** Shows each point, too. */
  dots?: boolean;
};

export type LineChart = {
  xLabel: string;
  yLabel: string;
  lines: readonly Line[];
  /** A scale on which equal factors are equally far. */
  log?: boolean;
  /** Points with a ring around them, and words. */
  rings?: readonly (Point & { words: string })[];
  /** Upright lines where something happened. */
  moments?: readonly { x: number; words: string }[];
  /** A level that a line may not pass. */
  level?: { y: number; words: string };
  /** The least that the y axis reaches down to. */
  from?: number;
  /** On a large screen, px. */
  width: number;
  toTickY?: (value: number) => string;
};

const [height, marginTop, marginBottom] = [300, 32, 48];
/** A name's distance from the end of its line, px. */
const gap = 8;
/** More than this cannot be told apart on a screen. */
const visiblePoints = 600;

export const drawLineChart = (chart: LineChart): Markup =>
  forScreens(chart.width, (screen) => drawOn(screen, withFinitePoints(chart)));

function drawOn({ width }: Screen, chart: LineChart): Markup {
  const levels = chart.level === undefined ? [] : [chart.level];
  const { lines, log = false, toTickY = toTick, xLabel, yLabel } = chart;
  const named = lines.filter(({ name, points }) => name !== undefined && points.length > 0);
  const [marginLeft, marginRight] = [56, labelWidth(named.map(({ name = "" }) => name)) + gap];
  const [x, y] = [domainX(lines), domainY(chart)];
  const innerWidth = width - marginLeft - marginRight;
  const ticks = log ? factorTicks(y).map(Math.log10) : 5;
  const toWords = (tick: number) => toTickY(log ? Number((10 ** tick).toPrecision(6)) : tick);
  return draw({
    ...{ width, height, marginTop, marginRight, marginBottom, marginLeft },
    x: { type: "linear", domain: x, label: null },
    // Not Plot's own log scale, which leaves out words of ticks. Ticks are not transformed, data are.
    y: log
      ? { type: "linear", domain: y.map(Math.log10), transform: Math.log10, label: null }
      : { type: "linear", domain: y, label: null },
    marks: [
      gridY({ stroke: "var(--hairline)", strokeOpacity: 1, ticks }),
      axisY({ ticks, tickSize: 0, tickFormat: toWords, label: yLabel, labelArrow: "none" }),
      axisX({
        ...{ ticks: ticksFor(innerWidth), tickSize: 4, tickFormat: toWholeTick },
        ...{ label: xLabel, labelAnchor: "center", labelArrow: "none", labelOffset: 40 },
      }),
      ...momentMarks(chart, ((x[1] - x[0]) * wordPixels) / innerWidth),
      ruleY(levels, { y: "y", stroke: "var(--quiet)", strokeDasharray: "4 4" }),
      ...lines.flatMap(lineMarks),
      text(levels, {
        ...{ y: "y", text: "words", frameAnchor: "right", textAnchor: "end", dy: -8 },
        ...{ fill: "var(--text)", ...outlined },
      }),
      ...ringMarks(chart),
      endNames(named, y, log),
    ],
  });
}

function lineMarks({ thin = false, points, ink, dots = false }: Line) {
  const shown = thinOut(points, visiblePoints);
  return [
    line(shown, {
      ...{ x: "x", y: "y", stroke: `var(${ink})`, strokeLinejoin: "round" },
      ...{ strokeWidth: thin ? 1 : 2, strokeOpacity: thin ? 0.4 : 1 },
    }),
    dot(dots || points.length === 1 ? shown : [], {
      ...{ x: "x", y: "y", r: 2.5, fill: `var(${ink})` },
    }),
  ];
}

const ringMarks = ({ rings = [] }: LineChart) => [
  dot(rings, { x: "x", y: "y", r: 6, stroke: "var(--text)", strokeWidth: 1.5 }),
  text(rings, {
    ...{ x: "x", y: "y", text: "words", dx: 6, dy: -16, textAnchor: "end" },
    ...{ fill: "var(--text)", ...outlined },
  }),
];

/** A word at a moment takes so much, px. */
const wordPixels = 60;

/** @param room Along x, for a moment's words: of those that are nearer, only the first has any. */
const momentMarks = ({ moments = [] }: LineChart, room: number) => [
  ruleX(moments, { x: "x", stroke: "var(--quiet)", strokeDasharray: "4 4" }),
  text(apart(moments, room), {
    ...{ x: "x", text: "words", frameAnchor: "top", dy: -12, fill: "var(--quiet)" },
  }),
];

/** Words over lines stay readable. */
const outlined = { stroke: "var(--page)", strokeWidth: 4, paintOrder: "stroke" } as const;

/** Moved apart where they would cover one another. */
function endNames(lines: readonly Line[], domain: readonly [number, number], log: boolean) {
  const toPlace = log ? Math.log : (value: number) => value;
  const [least, greatest] = [toPlace(domain[0]), toPlace(domain[1])];
  const ends = lines.map(({ points }) => toPlace(points.at(-1)?.y ?? 0));
  const letter = ((greatest - least) * 16) / (height - marginTop - marginBottom);
  const places = spreadOut(ends, letter, [least, greatest]);
  return text([...lines], {
    ...{ frameAnchor: "right", textAnchor: "start", dx: gap, text: "name" },
    y: (_: Line, at: number) => (log ? Math.exp(places[at] ?? 0) : (places[at] ?? 0)),
    fill: ({ ink }: Line) => `var(${ink})`,
  });
}

function domainX(lines: readonly Line[]): [number, number] {
  const [least, greatest] = rangeOf(lines.flatMap(({ points }) => points.map(({ x }) => x)));
  return least < greatest ? [least, greatest] : [least - 1, greatest + 1];
}

function domainY({ lines, level, from, log }: LineChart): [number, number] {
  const ys = lines.flatMap(({ points }) => points.map(({ y }) => y));
  const marked = level === undefined ? ys : [...ys, level.y];
  const [least, greatest] = rangeOf(from === undefined ? marked : [...marked, from]);
  if (log) return least > 0 ? [least / 1.1, greatest * 1.1] : [0.1, 1]; // no point is left
  const room = (greatest - least) * 0.05 || Math.abs(greatest) * 0.1 || 1;
  return [least === from ? least : least - room, greatest + room];
}

function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  return [
    values.reduce((a, b) => Math.min(a, b), Infinity),
    values.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
}

const withFinitePoints = (chart: LineChart): LineChart => ({
  ...chart,
  lines: chart.lines.map((one) => ({
    ...one,
    points: one.points.filter(({ y }) => Number.isFinite(y) && (!chart.log || y > 0)),
  })),
});

function apart<T extends { x: number }>(moments: readonly T[], room: number): T[] {
  let last = Number.NEGATIVE_INFINITY;
  return moments.filter(({ x }) => {
    const hasRoom = x - last >= room;
    if (hasRoom) last = x;
    return hasRoom;
  });
}

const toWholeTick = (at: number) => (Number.isInteger(at) ? toGrouped(at) : "");

/** 1, 2 and 5 of each power of ten within the domain; only the ones of a wide one. */
function factorTicks([least, greatest]: readonly [number, number]): number[] {
  const powers = Math.floor(Math.log10(least));
  const count = Math.ceil(Math.log10(greatest)) - powers + 1;
  const steps = count > 4 ? [1] : [1, 2, 5];
  return Array.from({ length: count }, (_, at) => steps.map((step) => step * 10 ** (powers + at)))
    .flat()
    .filter((tick) => tick >= least && tick <= greatest);
}

/** At most so many points, the least and the greatest of each stretch among them. */
export function thinOut(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= count) return points;
  const stretch = points.length / Math.floor(count / 2);
  return Array.from({ length: Math.floor(count / 2) }, (_, at) =>
    extremes(points.slice(Math.floor(at * stretch), Math.floor((at + 1) * stretch))),
  ).flat();
}

function extremes(points: readonly Point[]): Point[] {
  const byHeight = points.toSorted((a, b) => a.y - b.y);
  const ends = [byHeight[0], byHeight.at(-1)].filter((one) => one !== undefined);
  return [...new Set(ends)].sort((a, b) => a.x - b.x);
}
