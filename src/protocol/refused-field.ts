/** @file What we do not serve is refused by name where ignoring it would change the answer. */
import { z } from "zod";

/** @param isAbsent What counts as not being there, besides null. */
export const refused = (sentence: string, isAbsent: (value: unknown) => boolean = isEmpty) =>
  z.optional(z.unknown().refine((value) => value == null || isAbsent(value), sentence));

/** What clients send although they mean nothing by it. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === "";
}
