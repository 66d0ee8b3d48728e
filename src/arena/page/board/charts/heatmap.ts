/** @file Every model against every other, as cells with their number in them. */
import { axisX, cell, type PlotOptions, text } from "@observablehq/plot";
import { type ChartTable, ownColours } from "./chart.ts";
import { beside, labelWidth, toLabel } from "./draw.ts";

/** A scale of the charts' palette; its colours are `--NAME-0`, … */
export type Scale = "diverging" | "sequential";
export const steps = { diverging: 11, sequential: 9 } as const;

type HeatmapCell = {
  /** Place in the scale. */
  step: number;
  /** What stands in the cell: four letters at most. */
  text: string;
  /** What pointing at it says. */
  title: string;
};

/** Where a model meets itself or the two never met: `null`. */
export type CellOf = (row: number, column: number) => HeatmapCell | null;

/** As many as can still be read on a screen. */
const drawnModels = 25;
const [leastCell, greatestCell, cellHeight] = [30, 48, 28];
/** Of the names above the columns, °: upright enough to need little room beside. */
const tilt = 60;

export function heatmap(
  models: readonly string[],
  scale: Scale,
  cellOf: CellOf,
  width: number,
): PlotOptions {
  const labels = models.slice(0, drawnModels).map((model) => toLabel(model, 130));
  const places = [...labels.keys()];
  const room = labelWidth(labels);
  const [above, aside] = labelBox(room);
  const fitting = (width - room - aside) / Math.max(1, labels.length);
  const cellWidth = Math.min(greatestCell, Math.max(leastCell, fitting));
  const cells = places.flatMap((row) => places.map((column) => ({ row, column })));
  return {
    ...ownColours,
    width: room + labels.length * cellWidth + aside,
    height: above + labels.length * cellHeight + 4,
    ...{ marginLeft: room, marginRight: aside, marginTop: above, marginBottom: 4 },
    x: { type: "band", domain: places, padding: 0.04, label: null },
    y: { type: "band", domain: places, padding: 0.04, axis: null },
    marks: [
      axisX({
        ...{ anchor: "top", tickSize: 0, tickRotate: -tilt },
        tickFormat: (place: number) => labels[place] ?? "",
        title: (place: number) => models[place] ?? "",
      }),
      beside("left", labels, models),
      ...cellMarks(cells, scale, cellOf),
    ],
  };
}

/** How far the names above the columns reach above the cells, and beyond the last one, px. */
function labelBox(length: number): [above: number, aside: number] {
  const angle = (tilt * Math.PI) / 180;
  const aside = Math.max(4, length * Math.cos(angle) - leastCell / 2);
  return [Math.ceil(length * Math.sin(angle)) + 8, Math.ceil(aside)];
}

/** Whether its cells need a row of the page for themselves. */
export const isWide = (models: readonly string[]) => models.length > 12;

type Place = { row: number; column: number };

function cellMarks(cells: readonly Place[], scale: Scale, cellOf: CellOf) {
  const at = { x: "column", y: "row" };
  const known = cells.flatMap((place) => {
    const one = cellOf(place.row, place.column);
    return one === null ? [] : [{ ...place, ...one }];
  });
  const unknown = cells.filter(({ row, column }) => cellOf(row, column) === null);
  type Known = (typeof known)[number];
  return [
    cell(unknown, { ...at, fill: "var(--grey-2)" }),
    cell(known, { ...at, fill: ({ step }: Known) => `var(--${scale}-${step})`, title: "title" }),
    text(known, {
      ...{ ...at, text: "text", pointerEvents: "none" },
      fill: ({ step }: Known) => `var(--${scale}-text-${step})`,
    }),
  ];
}

export function matrixTable(
  corner: string,
  models: readonly string[],
  toWords: (row: number, column: number) => string,
): ChartTable {
  return {
    head: [corner, ...models],
    rows: models.map((model, row) => [model, ...models.map((_, column) => toWords(row, column))]),
  };
}
