/** @file Bars of shares, a row for each, their number beside them. */
import { barX, type PlotOptions, ruleX } from "@observablehq/plot";
import { beside, bottomAxis, labelRoom, labelWidth, ticksFor, toLabel } from "./draw.ts";

export type BarRow = {
  name: string;
  /** 0 to 1; null: nothing is known. */
  share: number | null;
  /** As it stands beside the row. */
  words: string;
};

const rowHeight = 26;

/** @param label Of the axis, in %. */
export function barRows(rows: readonly BarRow[], label: string, width: number): PlotOptions {
  const names = rows.map(({ name }) => name);
  const labels = names.map((name) => toLabel(name, labelRoom(width)));
  const words = rows.map((row) => row.words);
  const margins = { marginLeft: labelWidth(labels), marginRight: labelWidth(words) };
  const ticks = ticksFor(width - margins.marginLeft - margins.marginRight);
  return {
    ...{ width, ...margins, marginTop: 8, marginBottom: 48 },
    height: rows.length * rowHeight + 56,
    x: { domain: [0, Math.max(0.01, ...rows.map(({ share }) => share ?? 0)) * 100] },
    y: { type: "band", domain: [...rows.keys()], axis: null, padding: 0.35 },
    marks: [
      ...bottomAxis(label, { ticks }),
      barX(rows, {
        y: (one: BarRow) => rows.indexOf(one),
        x: ({ share }: BarRow) => (share ?? 0) * 100,
        fill: "var(--chart-ink)",
        title: (one: BarRow) => `${one.name}: ${one.words}`,
      }),
      ruleX([0], { stroke: "var(--grey-5)" }),
      beside("left", labels, names),
      beside("right", words),
    ],
  };
}
