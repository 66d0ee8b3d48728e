/** @file What zod found wrong, as a 400 that names the field the way OpenAI does: `messages[0].role`. */
import type { z } from "zod";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { complaintOf, schemaSentence } from "./zod-words.ts";

type Issue = z.core.$ZodIssue;

/**
 * @param value What was found wrong: zod does not say whether a field was there at all.
 * @param names What the client calls a field that is called differently here.
 */
export function toRequestError(
  { issues }: z.ZodError,
  value: unknown,
  names: Record<string, string> = {},
): InvalidRequestError {
  const [issue] = issues;
  if (!issue) return new InvalidRequestError("The body is not what this route takes.");
  const { path, all } = deepest(issue, []);
  const [first, ...rest] = path;
  const field = fieldName(first === undefined ? [] : [names[String(first)] ?? first, ...rest]);
  const isMissing = all.every(({ code }) => code !== "custom") && at(value, path) === undefined;
  return new InvalidRequestError(sentence(field, isMissing ? null : all), field || null);
}

/** @param issues null where the field is missing. */
function sentence(field: string, issues: readonly Issue[] | null): string {
  const subject = field === "" ? "The body" : `'${field}'`;
  if (issues === null) return `${subject} is missing.`;
  const own = schemaSentence(issues);
  if (own === undefined) return `${subject} ${complaintOf(issues)}.`;
  return field === "" ? own : `Invalid ${subject}: ${own}`;
}

/** Issues with the value at one path: several where the value fits none of a union's alternatives. */
type Found = { path: PropertyKey[]; all: Issue[] };

/** Of a union's many complaints, the one that got furthest into the value. */
function deepest(issue: Issue, above: PropertyKey[]): Found {
  const path = [...above, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return { path: [...path, ...issue.keys.slice(0, 1)], all: [issue] };
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return { path, all: [issue] };
  const inner = issue.errors.flatMap(([first]) => (first ? [deepest(first, path)] : []));
  const depth = Math.max(...inner.map((each) => each.path.length));
  const furthest = inner.filter((each) => each.path.length === depth);
  const [one] = furthest;
  if (one === undefined) return { path, all: [issue] };
  return depth > path.length ? one : { path, all: furthest.flatMap(({ all }) => all) };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

function fieldName(path: PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
