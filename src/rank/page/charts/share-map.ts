/** @file Figures: what share of a pair's battles the row's model won, and what the ratings expect. */

import { type Figure, inSentence } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import { toPercent } from "../../../page/number-words.ts";
import { toPrintable } from "../../../page/printable.ts";
import type { Matrix, RankReport } from "../../report.ts";
import { drawHeatmap, isWide, legend, toLimitNote, toMatrixTable } from "./heatmap.ts";

const steps = 11;

export function winFraction({ models, winFraction }: RankReport): Figure {
  return {
    id: "win-fraction",
    title: findAgreement(winFraction),
    caption: `Share of the decided battles (no ties) that the row's model won against the column's, in %.${toLimitNote(models.length)}`,
    ...drawShares(models, winFraction, "won"),
  };
}

export function predictedWin({ models, predictedWin }: RankReport): Figure {
  return {
    id: "predicted-win",
    title: findExpectation(models, predictedWin),
    caption: `Score that the ratings expect of the row's model against the column's, a tie being half a win, in %.${toLimitNote(models.length)}`,
    ...drawShares(models, predictedWin, "expected"),
  };
}

function drawShares(models: readonly string[], shares: Matrix, verb: string) {
  const shareOf = (row: number, column: number) =>
    row === column ? null : (shares[row]?.[column] ?? null);
  const drawing = drawHeatmap(models, "diverging", (row, column) => {
    const share = shareOf(row, column);
    if (share === null) return null;
    const [one, other] = [row, column].map((at) => toPrintable(models[at] ?? ""));
    return {
      step: Math.min(steps - 1, Math.floor(share * steps)),
      text: `${Math.round(share * 100)}`,
      title: `${one} against ${other}: ${toPercent(share, 1)} ${verb}`,
    };
  });
  return {
    drawing: html`${legend("diverging", steps, "0 %", "100 %")}${drawing}`,
    table: toMatrixTable(models, (row, column) => {
      const share = shareOf(row, column);
      return share === null ? "–" : toPercent(share, 1);
    }),
    wide: isWide(models),
  };
}

function findAgreement(shares: Matrix): Markup {
  const pairs = shares.flatMap((row, at) => row.slice(at + 1).filter((share) => share !== null));
  if (pairs.length === 0) return html`No battle was decided`;
  const [only, second] = pairs;
  if (only !== undefined && second === undefined) return findWinner(only);
  const agreeing = pairs.filter((share) => share > 0.5).length;
  return html`The higher-rated model won more often in ${agreeing} of ${pairs.length} pairs`;
}

/** @param share Of the higher-rated one, where only one pair met. */
function findWinner(share: number): Markup {
  if (share === 0.5) return html`The two won equally often`;
  return html`The ${share > 0.5 ? "higher" : "lower"}-rated model won more often`;
}

function findExpectation(models: readonly string[], shares: Matrix): Markup {
  const [first, second] = models;
  const last = models.at(-1);
  if (first === undefined || second === undefined || last === undefined) {
    return html`There are no two rated models to compare`;
  }
  const score = (column: number) => toPercent(shares[0]?.[column] ?? Number.NaN);
  const runnerUp = html`${inSentence(first)} is expected to score ${score(1)} against ${inSentence(second)}`;
  if (models.length === 2) return runnerUp;
  return html`${runnerUp} and ${score(models.length - 1)} against ${inSentence(last)}`;
}
