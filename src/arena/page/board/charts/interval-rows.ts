/** @file Dots with their intervals, a row for each: what is known, and how well. */
import { dot, type PlotOptions, ruleX, ruleY } from "@observablehq/plot";
import { beside, bottomAxis, labelRoom, labelWidth, ticksFor, toLabel } from "./draw.ts";

export type IntervalRow = {
  name: string;
  /** Null: nothing is known, and no dot is drawn. */
  value: number | null;
  /** Null: the interval has no end there. */
  lower: number | null;
  upper: number | null;
  /** The numbers, as they stand beside the row. */
  words: string;
};
type Known = IntervalRow & { value: number };

type Axis = {
  label: string;
  tickFormat: (tick: number) => string;
  /** Where a line is to be drawn, such as 0 for no effect. */
  reference?: number;
};

const rowHeight = 26;

export function intervalRows(rows: readonly IntervalRow[], axis: Axis, width: number): PlotOptions {
  const names = rows.map(({ name }) => name);
  const labels = names.map((name) => toLabel(name, labelRoom(width)));
  const words = rows.map((row) => row.words);
  const margins = { marginLeft: labelWidth(labels), marginRight: labelWidth(words) };
  const ticks = ticksFor(width - margins.marginLeft - margins.marginRight);
  const domain = domainOf(rows, axis.reference);
  return {
    ...{ width, ...margins, marginTop: 8, marginBottom: 48 },
    height: rows.length * rowHeight + 56,
    x: { domain },
    y: { type: "band", domain: [...rows.keys()], axis: null },
    marks: [
      ...bottomAxis(axis.label, { tickFormat: axis.tickFormat, ticks }),
      axis.reference === undefined ? null : ruleX([axis.reference], { stroke: "var(--grey-5)" }),
      ...intervalMarks(rows, domain),
      beside("left", labels, names),
      beside("right", words),
    ],
  };
}

function intervalMarks(rows: readonly IntervalRow[], [least, greatest]: readonly number[]) {
  const known = rows.filter((row): row is Known => row.value !== null);
  const y = (one: Known) => rows.indexOf(one);
  return [
    ruleY(known, {
      ...{ y, stroke: "var(--grey-5)", strokeWidth: 5, strokeLinecap: "butt" },
      x1: ({ lower, upper, value }: Known) => lower ?? (upper === null ? value : (least ?? value)),
      x2: ({ lower, upper, value }: Known) =>
        upper ?? (lower === null ? value : (greatest ?? value)),
    }),
    dot(known, {
      ...{ y, x: "value", r: 3.5, fill: "var(--chart-ink)" },
      title: ({ name, words }: Known) => `${name}: ${words}`,
    }),
  ];
}

/** Room for every interval, and a little more. */
function domainOf(rows: readonly IntervalRow[], reference?: number): [number, number] {
  const ends = rows.flatMap(({ value, lower, upper }) =>
    value === null ? [] : [value, lower ?? value, upper ?? value],
  );
  if (reference !== undefined) ends.push(reference);
  if (ends.length === 0) return [0, 1];
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  const room = (greatest - least) * 0.04 || 1;
  return [least - room, greatest + room];
}
