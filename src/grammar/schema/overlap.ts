/**
 * @file Whether two alternatives of a `oneOf` exclude each other: exactly one must hold, and a
 * grammar can only promise that one holds.
 *
 * Errs to one side: what it calls exclusive is; what it does not may be all the same.
 */
import { intersect, ofLength } from "../regex/automaton.ts";
import { canonical, holds, itemSchemas, listedValues, propertySchemas } from "./check.ts";
import { alternatives, type Conjunction, conjoin } from "./conjunction.ts";
import { numberBounds } from "./number.ts";
import type { NumberBounds } from "./number-range.ts";
import { isOpen, propertyNames, requiredNames } from "./object.ts";
import type { Located, Part, SchemaSource } from "./source.ts";
import { type TextLanguage, textLanguage } from "./string.ts";
import { allTypes, declaredTypes, type JsonType, writtenTypes } from "./types.ts";

const mostDepth = 5;

/** Whether no value that a grammar writes for `written` also satisfies `other`. */
export function excludes(
  source: SchemaSource,
  written: Conjunction,
  other: Conjunction,
  depth = 0,
): boolean {
  source.bounded(other.parts[0]?.path ?? "", () => source.budget.spend(50));
  if (written.never || other.never) return true;
  if (depth > mostDepth) return false;
  const listed = valuesOf(source, written) ?? valuesOf(source, other);
  if (listed !== undefined)
    return !listed.some((value) => holds(source, value, written) && holds(source, value, other));
  const split = splitGroup(source, written) ?? splitGroup(source, other);
  if (split === undefined) return excludesByType(source, written.parts, other.parts, depth);
  return written.groups.length > 0
    ? split.every((one) => excludes(source, one, other, depth + 1))
    : split.every((one) => excludes(source, written, one, depth + 1));
}

/**
 * Whether the alternatives can be told apart by their values, or by those of one property that each
 * requires: looked at once each, where `excludes` looks at pairs.
 */
export function areTold(source: SchemaSource, all: readonly Conjunction[]): boolean {
  if (areDisjoint(all.map((one) => valuesOf(source, one)))) return true;
  const [first] = all;
  const names = first === undefined ? [] : [...requiredNames(source, first.parts)];
  return names.some((name) =>
    areDisjoint(
      all.map(({ parts }) => {
        if (!requiredNames(source, parts).has(name)) return undefined;
        const schemas = parts.flatMap((part) => propertySchemas(part, name));
        return valuesOf(source, conjoin(source, schemas));
      }),
    ),
  );
}

function areDisjoint(lists: readonly (readonly unknown[] | undefined)[]): boolean {
  const seen = new Set<string>();
  return lists.every((list) => {
    const texts = new Set(list?.map(canonical));
    const isNew = list !== undefined && [...texts].every((text) => !seen.has(text));
    for (const text of texts) seen.add(text);
    return isNew;
  });
}

function valuesOf(source: SchemaSource, { parts }: Conjunction): readonly unknown[] | undefined {
  return parts.map((part) => listedValues(source, part)).find((list) => list !== undefined);
}

/** The conjunction once for each alternative of its first group. */
function splitGroup(source: SchemaSource, { parts, groups }: Conjunction) {
  const [group, ...others] = groups;
  return (
    group && alternatives(group).map((one) => conjoin(source, [one], { parts, groups: others }))
  );
}

function excludesByType(
  source: SchemaSource,
  written: readonly Part[],
  other: readonly Part[],
  depth: number,
): boolean {
  const types = writtenTypes(source, written) ?? allTypes;
  const allowed = declaredTypes(source, other);
  const isShared = (type: JsonType) =>
    allowed === undefined ||
    allowed.has(type) ||
    (type === "integer" && allowed.has("number")) ||
    (type === "number" && allowed.has("integer"));
  return [...types].filter(isShared).every((type) => {
    if (type === "string") return excludesText(source, written, other);
    if (type === "array") return excludesArray(source, written, other, depth);
    if (type === "object") return excludesObject(source, written, other, depth);
    if (type === "boolean" || type === "null") return false;
    return areApart(numberBounds(source, written), numberBounds(source, other));
  });
}

function areApart(a: NumberBounds, b: NumberBounds): boolean {
  return isBelow(a, b) || isBelow(b, a);
}

function isBelow(a: NumberBounds, b: NumberBounds): boolean {
  const [high, low] = [
    Math.min(a.maximum, a.exclusiveMaximum),
    Math.max(b.minimum, b.exclusiveMinimum),
  ];
  return (
    high < low || (high === low && (a.exclusiveMaximum === high || b.exclusiveMinimum === low))
  );
}

function excludesText(source: SchemaSource, a: readonly Part[], b: readonly Part[]): boolean {
  const [one, other] = [textLanguage(source, a), textLanguage(source, b)];
  if (one === undefined || other === undefined) return true;
  return source.bounded(b[0]?.path ?? "", () => haveNoTextInCommon(source, one, other));
}

function haveNoTextInCommon(source: SchemaSource, a: TextLanguage, b: TextLanguage): boolean {
  if ("edges" in a)
    return "edges" in b
      ? intersect(a, b, source.budget) === undefined
      : ofLength(a, b.min, b.max, source.budget) === undefined;
  return "edges" in b ? haveNoTextInCommon(source, b, a) : a.min > b.max || b.min > a.max;
}

function excludesArray(
  source: SchemaSource,
  written: readonly Part[],
  other: readonly Part[],
  depth: number,
): boolean {
  const keywords = ["minItems", "maxItems"] as const;
  const [a, b] = [source.counts(written, keywords), source.counts(other, keywords)];
  if (a === undefined || b === undefined || a[0] > b[1] || b[0] > a[1]) return true;
  const first = (parts: readonly Part[]) => parts.flatMap((part) => itemSchemas(part, 0));
  return a[0] + b[0] > 0 && excludesAll(source, first(written), first(other), depth);
}

/** By one name: that the other asks for and this never writes, or whose values exclude each other. */
function excludesObject(
  source: SchemaSource,
  written: readonly Part[],
  other: readonly Part[],
  depth: number,
): boolean {
  const [mine, theirs] = [requiredNames(source, written), requiredNames(source, other)];
  const names = new Set([...propertyNames(source, written), ...mine]);
  const isClosed = !isOpen(written, [...names]);
  const schemasOf = (parts: readonly Part[], name: string) =>
    parts.flatMap((part) => propertySchemas(part, name));
  return [...new Set([...mine, ...theirs])].some(
    (name) =>
      (isClosed && !names.has(name)) ||
      excludesAll(source, schemasOf(written, name), schemasOf(other, name), depth),
  );
}

function excludesAll(
  source: SchemaSource,
  written: readonly Located[],
  other: readonly Located[],
  depth: number,
): boolean {
  return excludes(source, conjoin(source, written), conjoin(source, other), depth + 1);
}
