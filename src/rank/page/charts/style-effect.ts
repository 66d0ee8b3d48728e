/** @file Figure: what the style of an answer is worth in votes. */

import { type Figure, numberTable } from "../../../page/figure.ts";
import { html, type Markup } from "../../../page/markup.ts";
import type { StyleCoefficient } from "../../../protocol/leaderboard.ts";
import { toWords } from "../../rating-words.ts";
import { drawIntervalRows, type IntervalRow } from "./interval-rows.ts";

export function styleEffect(style: readonly StyleCoefficient[]): Figure {
  return {
    id: "style",
    title: findEffect(style),
    caption:
      "What an answer gains by its style alone: log-odds of winning for one standard deviation more than the rival's, with the interval. The ratings are what is left without it.",
    drawing: drawIntervalRows(style.map(toRow), {
      label: "Log-odds of winning per standard deviation",
      reference: 0,
    }),
    table: numberTable(
      ["Feature", "Coefficient", "Lower", "Upper", "Odds multiplied by"],
      style.map(toNumbers),
    ),
    wide: false,
  };
}

/** A feature that never differs between two answers has no interval: nothing is known of it. */
type Varying = StyleCoefficient & { lower: number; upper: number };
const varies = (one: StyleCoefficient): one is Varying => one.lower !== null && one.upper !== null;

function toRow(one: StyleCoefficient): IntervalRow {
  const name = toWords(one.feature);
  if (!varies(one)) return { name, value: null, lower: null, upper: null, words: "does not vary" };
  const { coefficient: value, lower, upper } = one;
  const words = `${toSigned(value)} (${toSigned(lower)} to ${toSigned(upper)})`;
  return { name, value, lower, upper, words };
}

function toNumbers(one: StyleCoefficient): string[] {
  const name = toWords(one.feature);
  if (!varies(one)) return [name, "does not vary", "–", "–", "–"];
  const { coefficient, lower, upper } = one;
  const numbers = [coefficient, lower, upper].map((value) => toSigned(value, 4));
  return [name, ...numbers, Math.exp(coefficient).toFixed(3)];
}

function toSigned(value: number, digits = 3): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

function findEffect(style: readonly StyleCoefficient[]): Markup {
  const clear = style.filter(varies).filter(({ lower, upper }) => lower > 0 || upper < 0);
  const [strongest] = clear.toSorted((a, b) => Math.abs(b.coefficient) - Math.abs(a.coefficient));
  if (strongest === undefined) return html`No feature of style has an effect beyond chance`;
  const odds = Math.exp(strongest.coefficient).toFixed(2);
  return html`Of style, ${toWords(strongest.feature)} weighs most: one standard deviation more multiplies the odds of winning by ${odds}`;
}
