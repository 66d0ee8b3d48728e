/** @file Figure: the ratings as they stood over time, and since when the first has led. */

import { type Figure, inCell, inSentence, numberTable } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toGrouped } from "../../../page/number-words.ts";
import { toPrintable } from "../../../page/printable.ts";
import type { RankReport } from "../../report.ts";
import { drawLines, namedLines } from "./history-lines.ts";

/** Models the table has room for. */
const tableModels = 100;

/** @param report At least two points in time, and a model. */
export function ratingHistory({ models, history }: RankReport): Figure {
  const rest = models.length > namedLines ? ` The best ${namedLines} are named.` : "";
  const shown = models.slice(0, tableModels);
  const toDate = dateWords(history);
  return {
    id: "history",
    title: findChange(models, history, toDate),
    caption: `Rating in points, from all battles up to that time (UTC).${rest}`,
    drawing: drawLines(models, history, ({ model, time, rating }) => {
      const name = toPrintable(models[model] ?? "");
      return `${name}, ${toDate(time.getTime() / 1000)}: ${toWords(rating)}`;
    }),
    table: numberTable(
      ["Time (UTC)", ...shown.map(inCell)],
      history.map(({ time, ratings }) => [
        toDate(time),
        ...shown.map((_, at) => toWords(ratings[at])),
      ]),
    ),
    wide: true,
  };
}

const toWords = (rating: number | null | undefined) =>
  typeof rating === "number" ? toGrouped(rating, 1) : "–";

/** Days, or minutes where all happened within two days. */
function dateWords(history: RankReport["history"]): (time: number) => string {
  const span = (history.at(-1)?.time ?? 0) - (history[0]?.time ?? 0);
  const letters = span < 2 * 86_400 ? 16 : 10;
  return (time) => new Date(time * 1000).toISOString().slice(0, letters).replace("T", " ");
}

function findChange(
  models: readonly string[],
  history: RankReport["history"],
  toDate: (time: number) => string,
): Markup {
  const leaders = history.map(({ ratings }) => bestOf(ratings));
  const last = leaders.at(-1) ?? -1;
  const name = models[last];
  if (name === undefined) return html`No model is rated at the end`;
  const before = leaders.findLastIndex((leader) => leader !== last);
  const since = history[before + 1];
  if (before < 0 || since === undefined) return html`${inSentence(name)} has led all the time`;
  return html`${inSentence(name)} has led since ${toDate(since.time)}`;
}

/** The place of the highest rating; -1 where nothing is rated. */
function bestOf(ratings: readonly (number | null)[]): number {
  return ratings.indexOf(Math.max(...ratings.map((rating) => rating ?? -Infinity)));
}
