/** @file Dots with their intervals, a row for each: what is known, and how well. */
import { type AxisXOptions, dot, type PlotOptions, ruleX, ruleY } from "@observablehq/plot";
import {
  beside,
  bottomAxis,
  draw,
  forScreens,
  halfPage,
  labelWidth,
  type Screen,
  ticksFor,
  toLabel,
} from "../../../page/charts/draw.ts";
import type { Markup } from "../../../page/markup.ts";
import { toPrintable } from "../../../page/printable.ts";

export type IntervalRow = {
  name: string;
  /** Null: nothing is known, and no dot is drawn. */
  value: number | null;
  /** Null: the interval has no end there. Both null: there is no interval. */
  lower: number | null;
  upper: number | null;
  /** The numbers, as they stand beside the row. */
  words: string;
};

const rowHeight = 24;

type Axis = Pick<AxisXOptions, "tickFormat"> & {
  label: string;
  /** Where a line is to be drawn, such as 0 for no effect. */
  reference?: number;
};

export const drawIntervalRows = (rows: readonly IntervalRow[], axis: Axis): Markup =>
  forScreens(halfPage, (screen) => drawOn(screen, rows, axis));

function drawOn(
  { width, labelPixels }: Screen,
  rows: readonly IntervalRow[],
  { label, reference, ...format }: Axis,
): Markup {
  const labels = rows.map(({ name }) => toLabel(name, labelPixels));
  const margins = { marginLeft: labelWidth(labels), marginRight: labelWidth(rows.map(toSide)) };
  const ticks = ticksFor(width - margins.marginLeft - margins.marginRight);
  const domain = domainOf(rows, reference);
  return draw({
    width,
    ...margins,
    height: rows.length * rowHeight + 56,
    marginTop: 8,
    marginBottom: 48,
    x: { domain },
    y: { type: "band", domain: [...rows.keys()], axis: null },
    marks: [
      ...bottomAxis(label, { ...format, ticks }),
      ...(reference === undefined ? [] : [ruleX([reference], { stroke: "var(--quiet)" })]),
      ...intervals(rows, rows.filter(isKnown), domain),
      beside("left", labels, { title: (row: number) => toPrintable(rows[row]?.name ?? "") }),
      beside("right", rows.map(toSide)),
    ],
  });
}

const toSide = ({ words }: IntervalRow) => words;

type Known = IntervalRow & { value: number };
const isKnown = (row: IntervalRow): row is Known => row.value !== null;

/** @param rows All of them: they say at what height each of `known` stands. */
function intervals(
  rows: readonly IntervalRow[],
  known: readonly Known[],
  [least, greatest]: [number, number],
) {
  const place = { y: (one: Known) => rows.indexOf(one), stroke: "var(--quiet)" };
  const open = known.filter(({ lower, upper }) => (lower === null) !== (upper === null));
  const dashed = { ...place, strokeWidth: 2, strokeDasharray: "2 3" };
  return [
    ruleY(known, {
      ...place,
      x1: ({ lower, value }: Known) => lower ?? value,
      x2: ({ upper, value }: Known) => upper ?? value,
      strokeWidth: 2,
    }),
    ruleY(open, {
      ...dashed,
      x1: ({ lower, value }: Known) => (lower === null ? least : value),
      x2: ({ upper, value }: Known) => (upper === null ? greatest : value),
    }),
    dot(known, {
      ...place,
      x: "value",
      r: 3.5,
      fill: "var(--accent)",
      stroke: "var(--page)",
      title: ({ name, words }: Known) => `${toPrintable(name)}: ${words}`,
    }),
  ] satisfies PlotOptions["marks"];
}

/** Room for every interval, and a little more. */
function domainOf(rows: readonly IntervalRow[], reference?: number): [number, number] {
  const ends = rows
    .filter(isKnown)
    .flatMap(({ value, lower, upper }) => [value, lower ?? value, upper ?? value]);
  if (reference !== undefined) ends.push(reference);
  if (ends.length === 0) return [0, 1];
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const room = (greatest - least) * 0.04 || 1;
  return [least - room, greatest + room];
}
