/** @file Fields of rows that anybody may have written: read by name, complained of by name. */
import { BadRow, type Row } from "../../files/bad-row.ts";

export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Null where there is none. @throws {BadRow} it is there, but is no text. */
export function textIn(row: Row, field: string): string | null {
  const value = row[field];
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  throw new BadRow(`${field}: must be a text`);
}

/** CSV, and some Parquet, hold lists and objects as JSON in a text. */
export function nestedIn(row: Row, field: string): unknown {
  const value = row[field];
  if (typeof value !== "string") return value;
  if (value.trim() === "") return null;
  try {
    return JSON.parse(value);
  } catch {
    throw new BadRow(`${field}: must be JSON, but is a text that is not`);
  }
}

/** Puts the place before what is wrong there. */
export function prefixed<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof BadRow)) throw cause;
    const isField = /^[\w.[\]]+: /.test(cause.message);
    throw new BadRow(`${place}${isField ? "." : ": "}${cause.message}`, { cause });
  }
}
