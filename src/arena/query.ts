/** @file A request's query, checked by its schema; what is empty was not asked. */
import type { Context } from "hono";
import type { z } from "zod";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { toRequestError } from "../http/zod-issue.ts";
import { categories } from "../rating/categories.ts";

/** @throws {InvalidRequestError} it is not what the schema says. */
export function readQuery<T extends z.ZodType>(c: Context, schema: T): z.output<T> {
  const given = Object.entries(c.req.query()).filter(([, value]) => value !== "");
  const query = Object.fromEntries(given);
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw toRequestError(parsed.error, query);
}

/** @throws {InvalidRequestError} there is no such category. */
export function assertCategory(name: string): void {
  if (categories.some((one) => one.name === name)) return;
  throw new InvalidRequestError(`There is no category '${name}'.`, "category");
}
