/** @file Figure: the ratings and how sure they are. */

import { toTick } from "../../../page/charts/draw.ts";
import { type Figure, inCell, inSentence, numberTable } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toGrouped } from "../../../page/number-words.ts";
import { digitsFor, toRatingWords } from "../../rating-words.ts";
import type { Rated } from "../../report.ts";
import { drawIntervalRows } from "./interval-rows.ts";

/** @param rows The rated models, best first. */
export function intervalPlot(rows: readonly Rated[]): Figure {
  const digits = digitsFor(rows);
  return {
    id: "intervals",
    title: findLead(rows, digits),
    caption:
      "Rating of each model with its interval, in points; 400 points are odds of ten to one.",
    drawing: drawIntervalRows(
      rows.map((row) => ({
        name: row.model,
        value: row.rating,
        lower: row.lower,
        upper: row.upper,
        words: toRatingWords(row, digits),
      })),
      { label: "Rating, points", tickFormat: toTick },
    ),
    table: toNumbers(rows),
    wide: false,
  };
}

function findLead(rows: readonly Rated[], digits: number): Markup {
  const [first, second] = rows;
  if (first === undefined) return html`No model could be rated`;
  const leader = inSentence(first.model);
  if (second === undefined) return html`Only ${leader} could be rated`;
  if (first.lower === null && first.upper === null) {
    const lead = toGrouped(first.rating - second.rating, digits);
    return html`${leader} leads by ${lead} points over ${inSentence(second.model)}`;
  }
  const near = rows.slice(1).filter((row) => overlap(first, row)).length;
  if (near === 0) return html`${leader} leads; no other interval reaches its own`;
  return html`${leader} leads; its interval overlaps with ${near} ${near === 1 ? "other" : "others"}`;
}

const overlap = (one: Rated, other: Rated) =>
  (one.lower ?? -Infinity) <= (other.upper ?? Infinity) &&
  (other.lower ?? -Infinity) <= (one.upper ?? Infinity);

function toNumbers(rows: readonly Rated[]): Markup {
  const toEnd = (end: number | null) => (end === null ? "–" : toGrouped(end, 2));
  return numberTable(
    ["Model", "Rating", "Lower", "Upper"],
    rows.map(({ model, rating, lower, upper }) => [
      inCell(model),
      toGrouped(rating, 2),
      toEnd(lower),
      toEnd(upper),
    ]),
  );
}
