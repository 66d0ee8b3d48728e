/** @file Which types of JSON a conjunction allows: by `type`, or by what its keywords speak of. */
import type { Part, SchemaSource } from "./source.ts";

export type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

export const allTypes: readonly JsonType[] = [
  "object",
  "array",
  "string",
  "number",
  "integer",
  "boolean",
  "null",
];

/** The types that all parts' `type` leave; undefined where none has one. "integer" is not in "number". */
export function declaredTypes(source: SchemaSource, parts: readonly Part[]) {
  const declared = parts.flatMap((part) => typesOf(source, part) ?? []);
  if (declared.length === 0) return undefined;
  const left = allTypes.filter((type) => declared.every((types) => types[0].has(type)));
  return new Set(left.includes("number") ? left.filter((type) => type !== "integer") : left);
}

/** The types a grammar writes: the declared, else those that the keywords speak of; undefined is any. */
export function writtenTypes(source: SchemaSource, parts: readonly Part[]) {
  const declared = declaredTypes(source, parts);
  if (declared !== undefined) return declared;
  const spoken = parts.flatMap(({ schema }) =>
    Object.keys(schema).flatMap((keyword) => typeOfKeyword.get(keyword) ?? []),
  );
  return spoken.length === 0 ? undefined : new Set(spoken);
}

/** The type of a value; a number without decimals is an integer. */
export function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "string" || typeof value === "boolean"
    ? (typeof value as "string" | "boolean")
    : "object";
}

/** In a list of one, so that `flatMap` keeps it apart. */
function typesOf(source: SchemaSource, { schema, path }: Part): [Set<JsonType>][] | undefined {
  const { type, nullable } = schema;
  if (type === undefined) return undefined;
  const names = new Set<unknown>(Array.isArray(type) ? type : [type]);
  for (const name of names)
    if (!allTypes.includes(name as JsonType))
      throw source.refuse(path, `has a 'type' that is none of ${allTypes.join(", ")}`);
  if (names.has("number")) names.add("integer");
  if (nullable === true) names.add("null");
  return [[names as Set<JsonType>]];
}

const keywords: readonly [JsonType, readonly string[]][] = [
  [
    "object",
    [
      "properties",
      "required",
      "additionalProperties",
      "minProperties",
      "maxProperties",
      "propertyNames",
    ],
  ],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]],
  ["string", ["minLength", "maxLength", "pattern", "format"]],
  ["number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]],
];

const typeOfKeyword = new Map(
  keywords.flatMap(([type, names]) => names.map((name) => [name, type] as const)),
);
