/** @file Objects of a schema: properties in its order, then further names where it is open. */

import { type GrammarBuilder, literal } from "../grammar-builder.ts";
import { intersect, matches, ofLength, otherThanWords } from "../regex/automaton.ts";
import { listedValues, propertySchemas } from "./check.ts";
import { conjoin } from "./conjunction.ts";
import { addFreeObject, gap } from "./json-rules.ts";
import { highestCount as counted } from "./member-chain.ts";
import { type MembersShape, nothing, type Shape } from "./shape.ts";
import { inside, isKeywords, type Located, type Part, type SchemaSource } from "./source.ts";
import { addText, type TextLanguage, textLanguage, wordsLanguage } from "./string.ts";

/** What the shape of a part needs of the whole. */
export type ShapeMaker = {
  readonly source: SchemaSource;
  readonly builder: GrammarBuilder;
  /** The number of the shape of what all these schemas allow at once. */
  shapeOf(all: readonly Located[]): number;
};

export function objectShape(maker: ShapeMaker, parts: readonly Part[]): Shape {
  const { source, builder } = maker;
  const counts = source.counts(parts, ["minProperties", "maxProperties"]);
  const names = nameLanguage(source, parts);
  if (counts === undefined) return nothing;
  const [min, max] = counts;
  const required = requiredNames(source, parts);
  const all = [...new Set([...propertyNames(source, parts), ...required])];
  const allowed = all.filter((name) => names === undefined || allows(names, name));
  if (all.length > allowed.length && [...required].some((name) => !allowed.includes(name)))
    return nothing;
  const rest = isOpen(parts, all) ? restSchemas(parts) : undefined;
  if (isFree(all, rest, names, min, max)) return { kind: "text", body: addFreeObject(builder) };
  if (rest !== undefined && min > allowed.length + 1)
    throw source.refuse(
      parts[0]?.path ?? "",
      "asks for 'minProperties' among names that may repeat",
    );
  const members = allowed.map((name) => ({
    head: `${literal(`${JSON.stringify(name)}:`)} ${gap}`,
    value: maker.shapeOf(parts.flatMap((part) => propertySchemas(part, name))),
    required: required.has(name),
  }));
  if (allowed.length * counted({ members, free: rest && "", min, max }) > mostCounts)
    throw source.refuse(parts[0]?.path ?? "", "counts too many properties");
  const shape = { kind: "members", brackets: ["{", "}"], members, min, max } as const;
  return { ...shape, rest: restOf(maker, rest, all, names, parts[0]?.path ?? "") };
}

/** Members times the counts to be told apart: a grammar has rules for each. */
export const mostCounts = 10_000;

/** The names that parts require. */
export function requiredNames(source: SchemaSource, parts: readonly Part[]): ReadonlySet<string> {
  const lists = parts.map(({ schema, path }) => {
    const { required } = schema;
    if (required === undefined || typeof required === "boolean") return []; // draft 3 said a boolean
    if (Array.isArray(required) && required.every((name) => typeof name === "string"))
      return required as readonly string[];
    throw source.refuse(path, "has a 'required' that is no list of names");
  });
  return new Set(lists.flat());
}

/** The names that parts give schemas, in their order. */
export function propertyNames(source: SchemaSource, parts: readonly Part[]): readonly string[] {
  return parts.flatMap(({ schema, path }) => {
    const { properties } = schema;
    if (properties === undefined) return [];
    if (isKeywords(properties)) return Object.keys(properties);
    throw source.refuse(path, "has 'properties' that are no object");
  });
}

/**
 * Whether further names are written: where the schema says so, or names none at all. What leaves it
 * open (no `additionalProperties` beside `properties`) is closed: models invent names otherwise.
 */
export function isOpen(parts: readonly Part[], names: readonly string[]): boolean {
  const said = parts.flatMap(({ schema }) => schema.additionalProperties ?? []);
  if (said.includes(false)) return false;
  if (said.length > 0) return true;
  const closing = parts.some(
    ({ schema }) => schema.properties !== undefined || schema.unevaluatedProperties === false,
  );
  return !closing && names.length === 0;
}

function restSchemas(parts: readonly Part[]): Located[] {
  return parts.flatMap(({ schema, path }) =>
    schema.additionalProperties === undefined || schema.additionalProperties === true
      ? []
      : [{ schema: schema.additionalProperties, path: inside(path, "additionalProperties") }],
  );
}

function isFree(
  names: readonly string[],
  rest: readonly Located[] | undefined,
  language: TextLanguage | undefined,
  min: number,
  max: number,
): boolean {
  const isUncounted = min === 0 && max === Number.POSITIVE_INFINITY;
  return names.length === 0 && rest?.length === 0 && language === undefined && isUncounted;
}

/** The names that `propertyNames` allows; undefined where that is any. */
function nameLanguage(source: SchemaSource, parts: readonly Part[]): TextLanguage | undefined {
  const all = parts.flatMap(({ schema, path }) =>
    schema.propertyNames === undefined
      ? []
      : [{ schema: schema.propertyNames, path: inside(path, "propertyNames") }],
  );
  if (all.length === 0) return undefined;
  const conjunction = conjoin(source, all);
  const place = all[0]?.path ?? "";
  if (conjunction.groups.length > 0 || conjunction.never)
    throw source.refuse(place, "limits names by more than a grammar can express");
  const values = conjunction.parts.flatMap((part) => listedValues(source, part) ?? []);
  if (values.length === 0)
    return unlessFree(textLanguage(source, conjunction.parts), source, place);
  const words = values.filter((value) => typeof value === "string");
  return source.bounded(place, () => unlessFree(wordsLanguage(words), source, place));
}

function unlessFree(language: TextLanguage | undefined, source: SchemaSource, place: string) {
  if (language === undefined) throw source.refuse(place, "allows no name at all");
  if ("edges" in language) return language;
  return language.min === 0 && language.max === Number.POSITIVE_INFINITY ? undefined : language;
}

function allows(language: TextLanguage, name: string): boolean {
  if ("edges" in language) return matches(language, name);
  const length = [...name].length;
  return length >= language.min && length <= language.max;
}

function restOf(
  maker: ShapeMaker,
  rest: readonly Located[] | undefined,
  names: readonly string[],
  language: TextLanguage | undefined,
  path: string,
): MembersShape["rest"] {
  if (rest === undefined) return undefined;
  const { source, builder } = maker;
  const free = source.bounded(path, () => freeNames(source, names, language));
  if (free === undefined) return undefined;
  return { key: addText(builder, free), value: maker.shapeOf(rest) };
}

/** Names that may be written beside the known ones: those first, so that none is written twice. */
function freeNames(
  source: SchemaSource,
  names: readonly string[],
  language: TextLanguage | undefined,
): TextLanguage | undefined {
  const { budget } = source;
  const any = { min: 0, max: Number.POSITIVE_INFINITY };
  if (names.length === 0) return language ?? any;
  const others = otherThanWords(names);
  if (language === undefined || others === undefined) return others;
  return "edges" in language
    ? intersect(others, language, budget)
    : ofLength(others, language.min, language.max, budget);
}
