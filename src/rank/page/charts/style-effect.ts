/** @file Figure: what the style of an answer is worth in votes. */
import type { StyleCoefficient } from "../../../protocol/leaderboard.ts";
import { toWords } from "../../rating-words.ts";
import { type Figure, numberTable } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { drawIntervalRows } from "./interval-rows.ts";

export function styleEffect(style: readonly StyleCoefficient[]): Figure {
  return {
    id: "style",
    title: findEffect(style),
    caption:
      "What an answer gains by its style alone: log-odds of winning for one standard deviation more than the rival's, with the interval. The ratings are what is left without it.",
    drawing: drawIntervalRows(
      style.map(({ feature, coefficient, lower, upper }) => ({
        name: toWords(feature),
        value: coefficient,
        lower,
        upper,
        words: `${toSigned(coefficient)} (${toSigned(lower)} to ${toSigned(upper)})`,
      })),
      { label: "Log-odds of winning per standard deviation", reference: 0 },
    ),
    table: numberTable(
      ["Feature", "Coefficient", "Lower", "Upper", "Odds multiplied by"],
      style.map(({ feature, coefficient, lower, upper }) => [
        toWords(feature),
        ...[coefficient, lower, upper].map((value) => toSigned(value, 4)),
        Math.exp(coefficient).toFixed(3),
      ]),
    ),
    wide: false,
  };
}

function toSigned(value: number, digits = 3): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

function findEffect(style: readonly StyleCoefficient[]): Markup {
  const clear = style.filter(({ lower, upper }) => lower > 0 || upper < 0);
  const [strongest] = clear.toSorted((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  if (strongest === undefined) return html`No feature of style has an effect beyond chance`;
  const odds = Math.exp(strongest.coefficient).toFixed(2);
  return html`Of style, ${toWords(strongest.feature)} weighs most: one standard deviation more multiplies the odds of winning by ${odds}`;
}
