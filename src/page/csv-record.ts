/** @file One record of a CSV file that people open in spreadsheets: RFC 4180, every digit kept. */

/** What is not known is an empty field. */
export function toCsvRecord(fields: readonly (string | number | boolean | null | undefined)[]) {
  return `${fields.map(toField).join(",")}\r\n`;
}

function toField(value: string | number | boolean | null | undefined): string {
  if (typeof value !== "string") return `${value ?? ""}`;
  const text = startsFormula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run a model called `=HYPERLINK(…)`; the quote makes it text. */
const startsFormula = /^[=+\-@\t\r\n＝＋－＠]/;
