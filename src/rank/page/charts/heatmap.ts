/** @file Every model against every other, as cells with their number in them. */
import { axisX, cell, text } from "@observablehq/plot";
import { beside, draw, halfPage, labelWidth, toLabel } from "../../../page/charts/draw.ts";
import { inCell, numberTable } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toPrintable } from "../../../page/printable.ts";

/** A scale of the page's palette; its colours are `--NAME-0`, … */
export type Scale = "diverging" | "sequential";

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

/** As many as can still be read on a screen, and in a table. */
const [drawnModels, tableModels] = [25, 100];

const [cellWidth, cellHeight] = [34, 28];
/** Of the names above the columns, °: upright enough to need little room beside. */
const tilt = 60;

export function drawHeatmap(models: readonly string[], scale: Scale, cellOf: CellOf): Markup {
  const labels = models.slice(0, drawnModels).map((model) => toLabel(model));
  const places = [...labels.keys()];
  const room = labelWidth(labels);
  const [above, aside] = labelBox(room);
  const cells = places.flatMap((row) => places.map((column) => ({ row, column })));
  const full = (place: number) => toPrintable(models[place] ?? "");
  return draw({
    width: widthOf(labels),
    height: above + labels.length * cellHeight + 4,
    marginLeft: room,
    marginRight: aside,
    marginTop: above,
    marginBottom: 4,
    x: { type: "band", domain: places, padding: 0.04, label: null },
    y: { type: "band", domain: places, padding: 0.04, axis: null },
    color: { type: "identity" },
    marks: [
      axisX({
        anchor: "top",
        tickSize: 0,
        tickRotate: -tilt,
        tickFormat: (place: number) => labels[place] ?? "",
        title: full,
      }),
      beside("left", labels, { title: full }),
      ...cellMarks(cells, scale, cellOf),
    ],
  });
}

/** How far the names above the columns reach above the cells, and beyond the last one, px. */
function labelBox(length: number): [above: number, aside: number] {
  const angle = (tilt * Math.PI) / 180;
  const aside = Math.max(4, length * Math.cos(angle) - cellWidth / 2);
  return [Math.ceil(length * Math.sin(angle)) + 8, Math.ceil(aside)];
}

function widthOf(labels: readonly string[]): number {
  const room = labelWidth(labels);
  return room + labels.length * cellWidth + labelBox(room)[1];
}

/** Whether the drawing needs more than half the page. */
export const isWide = (models: readonly string[]) =>
  widthOf(models.slice(0, drawnModels).map((model) => toLabel(model))) > halfPage;

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
    cell(unknown, { ...at, fill: "var(--box)" }),
    cell(known, {
      ...at,
      fill: ({ step }: Known) => `var(--${scale}-${step})`,
      title: "title",
    }),
    text(known, {
      ...at,
      text: "text",
      fill: ({ step }: Known) => `var(--${scale}-text-${step})`,
      pointerEvents: "none",
    }),
  ];
}

/** The scale as a row of cells between the words for its ends. */
export function legend(scale: Scale, steps: number, from: string, to: string): Markup {
  const swatches = [...Array(steps).keys()].map(
    (step) => html`<i style="background: var(--${scale}-${step})"></i>`,
  );
  return html`<p class="legend">${from} <span aria-hidden="true">${swatches}</span> ${to}</p>`;
}

export function toMatrixTable(
  models: readonly string[],
  toWords: (row: number, column: number) => string,
): Markup {
  const shown = models.slice(0, tableModels);
  return numberTable(
    ["Row against column", ...shown.map(inCell)],
    shown.map((model, row) => [inCell(model), ...shown.map((_, column) => toWords(row, column))]),
  );
}

/** What the caption owes the reader where not all models are drawn. */
export function toLimitNote(count: number): string {
  if (count <= drawnModels) return "";
  const table = count <= tableModels ? "has all" : `has the best ${tableModels}`;
  return ` The best ${drawnModels} of ${count} models are drawn; the table below ${table}.`;
}
