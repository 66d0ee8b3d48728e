/** @file A ranking as text for the terminal. */

import { toCount, toGrouped, toPercent } from "../page/number-words.ts";
import { columnsOf, padToColumns, shorten, toPrintable } from "../page/printable.ts";
import type { Leaderboard, LeaderboardRow, StyleCoefficient } from "../protocol/leaderboard.ts";
import {
  digitsFor,
  firstPlaceWords,
  reasonWords,
  toMargin,
  toSpread,
  toWords,
} from "./rating-words.ts";
import { isRated, type RankReport } from "./report.ts";

type Paint = (colour: "bold" | "dim" | "yellow", text: string) => string;

const plain: Paint = (_, text) => text;

/** The board, the models it could not rate and why, the style coefficients, and what was read. */
export function toTable({ board }: Pick<RankReport, "board">, paint: Paint = plain): string {
  return [
    ratedBlock(board.models, paint),
    unratedBlock(board.models, paint),
    styleBlock(board.style ?? [], paint),
    firstPlaceWords(board),
    countsLine(board.counts),
  ]
    .filter((block) => block !== "")
    .join("\n\n")
    .replaceAll("\u00a0", " "); // what is copied from a terminal is searched for with plain spaces
}

/** A name longer than this would push the numbers off a screen. */
const nameColumns = 60;
const toName = (model: string) => shorten(toPrintable(model), nameColumns);

function ratedBlock(models: readonly LeaderboardRow[], paint: Paint): string {
  const rated = models.filter(isRated);
  if (rated.length === 0) return paint("yellow", "No model could be rated.");
  const digits = digitsFor(rated);
  const both = rated.some(({ both_bad }) => both_bad !== undefined);
  const rows = rated.map((row) => [
    `${row.rank ?? "–"}`,
    toSpread(row),
    toName(row.model),
    toGrouped(row.rating, digits),
    toMargin(row, digits),
    toGrouped(row.battles),
    ...(both ? [row.both_bad === undefined ? "–" : toPercent(row.both_bad)] : []),
  ]);
  const head = ["rank", "spread", "model", "rating", "", "battles", ...(both ? ["both bad"] : [])];
  return alignColumns([head, ...rows], ["right", "left", "left", "right", "left", "right", "right"])
    .map((line, at) => (at === 0 ? paint("bold", line) : line))
    .join("\n");
}

function unratedBlock(models: readonly LeaderboardRow[], paint: Paint): string {
  const unrated = models.filter((row) => !isRated(row));
  if (unrated.length === 0) return "";
  const rows = unrated.map(({ model, unrated: reason, battles }) => [
    `  ${toName(model)}`,
    toCount(battles, "battle"),
    reason === undefined ? "no rating" : reasonWords[reason],
  ]);
  return [paint("bold", "not rated"), ...alignColumns(rows, ["left", "right", "left"])].join("\n");
}

function styleBlock(style: readonly StyleCoefficient[], paint: Paint): string {
  if (style.length === 0) return "";
  const rows = style.map(({ feature, coefficient, lower, upper }) => [
    `  ${toPrintable(feature)}`,
    coefficient.toFixed(3),
    lower === null || upper === null
      ? "does not vary"
      : `${lower.toFixed(3)} to ${upper.toFixed(3)}`,
  ]);
  return [
    `${paint("bold", "style")} ${paint("dim", "(log-odds for one standard deviation more than the rival's)")}`,
    ...alignColumns(rows, ["left", "right", "left"]),
  ].join("\n");
}

function countsLine(counts: Leaderboard["counts"]): string {
  const dropped = Object.entries(counts.dropped)
    .filter(([, rows]) => rows > 0)
    .map(([rule, rows]) => `${toGrouped(rows)} dropped (${toWords(rule)})`);
  return [
    `${toCount(counts.rows, "row")} read`,
    ...(counts.not_votes > 0 ? [`${toGrouped(counts.not_votes)} not votes`] : []),
    ...dropped,
    `${toGrouped(counts.bad_rows)} bad`,
    `${toCount(counts.battles, "battle")} counted`,
  ].join(", ");
}

function alignColumns(rows: readonly string[][], sides: readonly ("left" | "right")[]): string[] {
  const widths = sides.map((_, at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, at) => padToColumns(cell, widths[at] ?? 0, sides[at] ?? "left"))
      .join("  ")
      .trimEnd(),
  );
}
