/** @file The board for spreadsheets and data frames: RFC 4180, every digit of every number. */
import type { Leaderboard } from "../protocol/leaderboard.ts";

const columns = [
  "model",
  "rating",
  "lower",
  "upper",
  "rank",
  "rank_lower",
  "rank_upper",
  "battles",
  "unrated",
] as const;

/** A header and a record per model; what is not known is an empty field. */
export function toCsv(board: Leaderboard): string {
  const records = board.models.map((row) => columns.map((column) => toField(row[column])));
  return [columns, ...records].map((fields) => `${fields.join(",")}\r\n`).join("");
}

function toField(value: string | number | null | undefined): string {
  if (typeof value !== "string") return `${value ?? ""}`;
  const text = startsFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run a model called `=HYPERLINK(…)`; the quote makes it text. */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]/;
