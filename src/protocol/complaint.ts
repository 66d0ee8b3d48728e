/** @file What a schema found wrong, in plain words. */
import type { z } from "zod";

export type Key = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/** The first thing that is wrong: where, and what. */
export function toComplaint(error: z.ZodError): [Key, string] {
  const issue = deepest(error.issues[0]);
  const path = (issue?.path ?? []).filter((part) => typeof part !== "symbol");
  if (issue?.code === "unrecognized_keys") return [[...path, issue.keys[0] ?? ""], "unknown key"];
  return [path, toWords(issue)];
}

/** As one writes it: `states[0].model_name`. */
export const toPath = (key: Key) =>
  key.map((part, i) => (typeof part === "number" ? `[${part}]` : i ? `.${part}` : part)).join("");

/** Of a union's complaints, the one about the figure says more than the one about `auto`. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== "invalid_union") return issue;
  const last = deepest(issue.errors.at(-1)?.[0]);
  return last && { ...last, path: [...issue.path, ...last.path] };
}

function toWords(issue: Issue | undefined): string {
  if (issue?.code === "too_small" && issue.origin === "string" && issue.minimum === 1)
    return "must not be empty";
  if (issue?.code === "too_small" && issue.origin === "array")
    return `must have at least ${issue.minimum} entries`;
  if (issue?.code === "too_small" && issue.inclusive === false)
    return `must be more than ${issue.minimum}`;
  if (issue?.code === "too_small")
    return `must be ${issue.exact ? "exactly" : "at least"} ${issue.minimum}`;
  if (issue?.code === "too_big") return `must be at most ${issue.maximum}`;
  if (issue?.code === "invalid_value") return `must be one of ${issue.values.join(", ")}`;
  if (issue?.message.endsWith("received undefined")) return "is missing";
  return (issue?.message ?? "is wrong").replace(/^Invalid input: expected/, "must be");
}
