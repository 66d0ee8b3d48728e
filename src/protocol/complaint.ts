/** @file What a schema found wrong, in plain words. */
import type { z } from "zod";
import { either, kindInWords } from "./kind-words.ts";

export type Key = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/**
 * The first thing that is wrong: where, and what.
 *
 * @param value What was checked; with it the complaint says what stood there.
 */
export function toComplaint(error: z.ZodError, value?: unknown): [Key, string] {
  const issue = deepest(error.issues[0]);
  const path = (issue?.path ?? []).filter((part) => typeof part !== "symbol");
  if (issue?.code === "unrecognized_keys")
    return [[...path, issue.keys[0] ?? ""], unknownKey(issue)];
  const words = toWords(issue);
  return [path, value !== undefined && issue ? words + insteadOf(issue, path, value) : words];
}

/** Whoever checks may have said more of it than Zod's own words do. */
const unknownKey = ({ message }: Issue) =>
  message.startsWith("Unrecognized ") ? "unknown key" : message;

/** As one writes it: `states[0].model_name`. */
export const toPath = (key: Key) =>
  key.map((part, i) => (typeof part === "number" ? `[${part}]` : i ? `.${part}` : part)).join("");

/** Of a union's complaints, the one about a limit or something deeper says more than the others. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const inner = issue.errors.flatMap(([first]) => deepest(first) ?? []);
  const telling = inner.find((each) => each.path.length > 0 || !isChoice(each));
  return telling ? { ...telling, path: [...issue.path, ...telling.path] } : issue;
}

function isChoice({ code }: Issue): boolean {
  return code === "invalid_type" || code === "invalid_value" || code === "invalid_union";
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
  if (issue?.message.endsWith("received undefined")) return "is missing";
  if (!issue?.message.startsWith("Invalid ")) return issue?.message ?? "is wrong";
  const wanted = wantedBy(issue);
  const isList = issue.code === "invalid_value" && wanted.length > 1;
  return `must be ${isList ? `one of ${wanted.join(", ")}` : either(wanted)}`;
}

/** Each of the alternatives. */
function wantedBy(issue: Issue): string[] {
  if (issue.code === "invalid_type") return [kindInWords(issue.expected)];
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return ["something else"];
  const alternatives = issue.errors.flatMap(([first]) => (first ? wantedBy(first) : []));
  return [...new Set(alternatives)];
}

/** What stood there, in so far as it says more than that it is wrong, and is nobody's secret. */
function insteadOf(issue: Issue, path: Key, value: unknown): string {
  const found = path.reduce<unknown>(
    (inside, key) => (inside as Record<string | number, unknown> | null | undefined)?.[key],
    value,
  );
  const isPlain = isChoice(issue) || issue.code === "too_small" || issue.code === "too_big";
  const isOurs = isPlain && !/must not be|is missing/.test(toWords(issue));
  if (!isOurs || !/^(Invalid|Too) /.test(issue.message) || path.some(isSecret)) return "";
  return `, not ${inWords(found)}`;
}

const isSecret = (key: string | number) => /key|token|secret|password/i.test(String(key));

function inWords(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  return value.length > 60 ? "that" : `'${value}'`;
}
