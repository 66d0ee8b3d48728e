/** @file Dots with their intervals, a row for each: what is known, and how well. */
import { type AxisXOptions, dot, type PlotOptions, ruleX, ruleY } from "@observablehq/plot";
import { toPrintable } from "../../printable.ts";
import type { Markup } from "../markup.ts";
import { beside, bottomAxis, draw, halfPage, labelWidth, toLabel } from "./draw.ts";

export type IntervalRow = {
  name: string;
  value: number;
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

export function drawIntervalRows(
  rows: readonly IntervalRow[],
  { label, reference, ...ticks }: Axis,
): Markup {
  const labels = rows.map(({ name }) => toLabel(name));
  const margins = { marginLeft: labelWidth(labels), marginRight: labelWidth(rows.map(toSide)) };
  const domain = domainOf(rows, reference);
  return draw({
    width: halfPage,
    ...margins,
    height: rows.length * rowHeight + 56,
    marginTop: 8,
    marginBottom: 48,
    x: { domain },
    y: { type: "band", domain: [...rows.keys()], axis: null },
    marks: [
      ...bottomAxis(label, ticks),
      ...(reference === undefined ? [] : [ruleX([reference], { stroke: "var(--quiet)" })]),
      ...intervals(rows, domain),
      beside("left", labels, { title: (row: number) => toPrintable(rows[row]?.name ?? "") }),
      beside("right", rows.map(toSide)),
    ],
  });
}

const toSide = ({ words }: IntervalRow) => words;

function intervals(rows: readonly IntervalRow[], [least, greatest]: [number, number]) {
  const place = { y: (_: IntervalRow, row: number) => row, stroke: "var(--quiet)" };
  const open = rows.filter(({ lower, upper }) => (lower === null) !== (upper === null));
  const rowOf = (one: IntervalRow) => rows.indexOf(one);
  const dashed = { ...place, y: rowOf, strokeWidth: 2, strokeDasharray: "2 3" };
  return [
    ruleY(rows, {
      ...place,
      x1: ({ lower, value }: IntervalRow) => lower ?? value,
      x2: ({ upper, value }: IntervalRow) => upper ?? value,
      strokeWidth: 2,
    }),
    ruleY(open, {
      ...dashed,
      x1: ({ lower, value }: IntervalRow) => (lower === null ? least : value),
      x2: ({ upper, value }: IntervalRow) => (upper === null ? greatest : value),
    }),
    dot(rows, {
      ...place,
      x: "value",
      r: 3.5,
      fill: "var(--accent)",
      stroke: "var(--page)",
      title: ({ name, words }: IntervalRow) => `${toPrintable(name)}: ${words}`,
    }),
  ] satisfies PlotOptions["marks"];
}

/** Room for every interval, and a little more. */
function domainOf(rows: readonly IntervalRow[], reference?: number): [number, number] {
  const ends = rows.flatMap(({ value, lower, upper }) => [value, lower ?? value, upper ?? value]);
  if (reference !== undefined) ends.push(reference);
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const room = (greatest - least) * 0.04 || 1;
  return [least - room, greatest + room];
}
