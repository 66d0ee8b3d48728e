/** @file zod's complaints in plain English: what a value must be, rather than which check it failed. */
import type { z } from "zod";
import { either, kindInWords } from "../protocol/kind-words.ts";

type Issue = z.core.$ZodIssue;
type Limit = Extract<Issue, { code: "too_small" | "too_big" }>;

const zodsOwn = /^(Invalid (input|option|discriminator)|Too (small|big)|Unrecognized key)/;

/** The schema's own sentence about it, where it has one. */
export function schemaSentence(issues: readonly Issue[]): string | undefined {
  return issues.find(({ message }) => !zodsOwn.test(message))?.message;
}

/** The value was none of what there is, which says nothing about how near it came. */
const otherKinds: ReadonlySet<string> = new Set(["invalid_type", "invalid_value"]);

/** What a value must be that fits none of a union's alternatives, or not the one there is. */
export function complaintOf(issues: readonly Issue[]): string {
  const fitting = issues.filter(({ code }) => !otherKinds.has(code)); // the right kind says more
  const wanted = (fitting.length > 0 ? fitting : issues).map(toWords);
  const [first = "is wrong", ...others] = new Set(wanted);
  return [first, ...others.map((words) => words.replace(/^must be /, ""))].join(" or ");
}

function toWords(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${kindInWords(issue.expected)}`;
    case "invalid_value":
      return `must be ${choice(issue.values)}`;
    case "invalid_union":
      return "options" in issue ? `must be ${choice(issue.options ?? [])}` : "is wrong";
    case "too_small":
      return limited(issue, issue.inclusive ? "at least" : "more than", issue.minimum);
    case "too_big":
      return limited(issue, issue.inclusive ? "at most" : "less than", issue.maximum);
    case "unrecognized_keys":
      return "is not known here";
    default:
      return "is wrong";
  }
}

function limited({ code, origin }: Limit, bound: string, limit: number | bigint): string {
  const isList = origin === "array";
  if (!isList && origin !== "string") return `must be ${bound} ${limit}`;
  if (code === "too_small" && limit === 1) return "must not be empty";
  return `must have ${bound} ${limit} ${isList ? "entries" : "characters"}`;
}

function choice(values: readonly unknown[]): string {
  return either(values.map((value) => (typeof value === "string" ? `'${value}'` : `${value}`)));
}
