/** @file What zod found wrong, as a 400 that names the field the way OpenAI does: `messages[0].role`. */
import type { z } from "zod";
import { InvalidRequestError } from "../errors/api-error.ts";

type Issue = z.core.$ZodIssue;

/** @param names What the client calls a field that is called differently here. */
export function toRequestError(
  { issues }: z.ZodError,
  names: Record<string, string> = {},
): InvalidRequestError {
  const [issue] = issues;
  if (!issue) return new InvalidRequestError("The body is not what this route takes.");
  const { path, message } = deepest(issue, []);
  const [first, ...rest] = path;
  const field = fieldName(first === undefined ? [] : [names[String(first)] ?? first, ...rest]);
  if (field === "") return new InvalidRequestError(message);
  return new InvalidRequestError(`Invalid '${field}': ${message}`, field);
}

type Found = { path: PropertyKey[]; message: string };

/** Of a union's many complaints, the one that got furthest into the value. */
function deepest(issue: Issue, above: PropertyKey[]): Found {
  const here = { path: [...above, ...issue.path], message: issue.message };
  if (issue.code !== "invalid_union") return here;
  const inner = issue.errors.flatMap(([first]) => (first ? [deepest(first, here.path)] : []));
  const furthest = inner.reduce((a, b) => (b.path.length > a.path.length ? b : a), here);
  return furthest.path.length > here.path.length ? furthest : widest(here, inner);
}

/** All at the same level: say every way in which the value could have been right. */
function widest(here: Found, inner: Found[]): Found {
  const messages = [...new Set(inner.map(({ message }) => message))];
  return messages.length === 0 ? here : { path: here.path, message: messages.join("; or: ") };
}

function fieldName(path: PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
