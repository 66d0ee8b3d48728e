/** @file Rows before they are known to be what they should be, and what is thrown when one is not. */
import type { z } from "zod";
import { toComplaint, toPath } from "../protocol/complaint.ts";

export type Row = Record<string, unknown>;

/** A row that cannot be used; the message says what is wrong with which column. */
export class BadRow extends Error {
  override readonly name = "BadRow";
}

/** The value as the schema returns it. @throws {BadRow} it is not what the schema takes. */
export function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [key, complaint] = toComplaint(parsed.error);
  throw new BadRow(key.length > 0 ? `${toPath(key)}: ${complaint}` : complaint);
}
