/** @file A request's body: limited, plain JSON, not too deep, and what its schema says. */
import type { Context } from "hono";
import type { z } from "zod";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { readBody } from "./body.ts";
import { assertShallow } from "./json-depth.ts";
import { toRequestError } from "./zod-issue.ts";

/**
 * Reads the body and checks it against the schema.
 *
 * @throws {InvalidRequestError} not JSON, nested deeper than 64, or not what the schema says.
 * @throws {BodyTooLargeError} more than `limitBytes`, default 4 MiB or what the app allows.
 * @throws {UnsupportedMediaTypeError} not `application/json`, or compressed.
 */
export async function readJson<T extends z.ZodType>(
  c: Context,
  schema: T,
  limitBytes?: number,
): Promise<z.output<T>> {
  return parseJson(await readBody(c, limitBytes), schema);
}

/** The second half of `readJson`, for a caller that also needs the bytes. */
export function parseJson<T extends z.ZodType>(body: Buffer, schema: T): z.output<T> {
  assertShallow(body);
  return checked(schema, toValue(body));
}

/**
 * The value as its schema has it, defaults filled in.
 *
 * @param names What the client calls a field that is called differently here.
 * @throws {InvalidRequestError} it is not what the schema says.
 */
export function checked<T extends z.ZodType>(
  schema: T,
  value: unknown,
  names: Record<string, string> = {},
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw toRequestError(parsed.error, value, names);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function toValue(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    const message = "We could not parse the JSON body of your request.";
    throw Object.assign(new InvalidRequestError(message), { cause });
  }
}
