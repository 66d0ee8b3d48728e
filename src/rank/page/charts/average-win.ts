/** @file Figure: how often each model wins, its rivals weighing the same. */
import { barX, ruleX } from "@observablehq/plot";
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
import { type Figure, inCell, inSentence, numberTable } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toPercent } from "../../../page/number-words.ts";
import { toPrintable } from "../../../page/printable.ts";
import type { RankReport } from "../../report.ts";

export function averageWin({ models, averageWin }: RankReport): Figure {
  return {
    id: "average-win",
    title: findMost(models, averageWin),
    caption:
      "Average win rate against all other models, in % (assuming uniform sampling and no ties).",
    drawing: forScreens(halfPage, (screen) => drawBars(screen, models, averageWin)),
    table: numberTable(
      ["Model", "Average win rate"],
      models.map((model, at) => [inCell(model), toWords(averageWin[at], 1)]),
    ),
    wide: false,
  };
}

const toWords = (share: number | null | undefined, digits: number) =>
  typeof share === "number" ? toPercent(share, digits) : "–";

function findMost(models: readonly string[], shares: readonly (number | null)[]): Markup {
  const most = Math.max(...shares.map((share) => share ?? -1));
  const model = models[shares.indexOf(most)];
  if (model === undefined) return html`No battle was decided`;
  return html`${inSentence(model)} wins ${toPercent(most)} of its decided battles, averaged over its rivals`;
}

function drawBars(
  { width, labelPixels }: Screen,
  models: readonly string[],
  shares: readonly (number | null)[],
): Markup {
  const labels = models.map((model) => toLabel(model, labelPixels));
  const margins = { marginLeft: labelWidth(labels), marginRight: 48 };
  const ticks = ticksFor(width - margins.marginLeft - margins.marginRight);
  const rows = [...models.keys()];
  const title = (row: number) =>
    `${toPrintable(models[row] ?? "")}: ${toWords(shares[row], 1)} of decided battles won`;
  return draw({
    width,
    ...margins,
    height: models.length * 24 + 56,
    marginTop: 8,
    marginBottom: 48,
    x: { domain: [0, 100] },
    y: { type: "band", domain: rows, axis: null, padding: 0.3 },
    marks: [
      ...bottomAxis("Average win rate, %", { ticks }),
      barX(rows, {
        x: (row: number) => (shares[row] ?? Number.NaN) * 100,
        y: (row: number) => row,
        fill: "var(--accent)",
        title,
      }),
      ruleX([50], { stroke: "var(--text)", strokeDasharray: "3 3" }),
      beside("left", labels, { title }),
      beside(
        "right",
        rows.map((row) => toWords(shares[row], 0)),
      ),
    ],
  });
}
