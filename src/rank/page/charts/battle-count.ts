/** @file Figure: how many decided battles each pair had. */

import type { Figure } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toCount, toGrouped } from "../../../page/number-words.ts";
import { toPrintable } from "../../../page/printable.ts";
import type { Matrix, RankReport } from "../../report.ts";
import { drawHeatmap, isWide, legend, toLimitNote, toMatrixTable } from "./heatmap.ts";

const steps = 9;

export function battleCount({ models, battleCount }: RankReport): Figure {
  const countOf = (row: number, column: number) => battleCount[row]?.[column] ?? 0;
  const most = Math.max(1, ...battleCount.flat().map((count) => count ?? 0));
  const drawing = drawHeatmap(models, "sequential", (row, column) => {
    if (row === column) return null;
    const count = countOf(row, column);
    const [one, other] = [row, column].map((at) => toPrintable(models[at] ?? ""));
    return {
      // Counts are spread widely: their roots leave the small ones apart.
      step: Math.round(Math.sqrt(count / most) * (steps - 1)),
      text: toShort(count),
      title: `${one} and ${other}: ${toCount(count, "decided battle")}`,
    };
  });
  return {
    id: "battle-count",
    title: findMedian(battleCount),
    caption: `Decided battles (no ties) of each pair; the shade follows the root of the count.${toLimitNote(models.length)}`,
    drawing: html`${legend("sequential", steps, "0", toGrouped(most))}${drawing}`,
    table: toMatrixTable(models, (row, column) =>
      row === column ? "–" : toGrouped(countOf(row, column)),
    ),
    wide: isWide(models),
  };
}

/** `987`, `1.2k`, `12k`, `1.2M`: four letters at most. */
export function toShort(count: number): string {
  if (count < 1_000) return `${count}`;
  const [unit, letter] = count < 999_500 ? [1_000, "k"] : [1_000_000, "M"];
  const scaled = count / unit;
  return `${scaled < 9.95 ? scaled.toFixed(1) : Math.round(scaled)}${letter}`;
}

function findMedian(counts: Matrix): Markup {
  const pairs = counts.flatMap((row, at) => row.slice(at + 1).map((count) => count ?? 0));
  if (pairs.length === 0) return html`There is no pair to count`;
  const [only, second] = pairs;
  if (only !== undefined && second === undefined) {
    return html`The two met in ${toCount(only, "decided battle")}`;
  }
  const median = pairs.toSorted((a, b) => b - a)[Math.ceil(pairs.length / 2) - 1] ?? 0;
  const without = pairs.filter((count) => count === 0).length;
  const half = html`Half of all pairs have at least ${toCount(median, "decided battle")}`;
  if (without === 0) return half;
  return html`${half}; ${without} of ${pairs.length} ${without === 1 ? "has" : "have"} none`;
}
