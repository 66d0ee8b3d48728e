/**
 * @file Whether a value satisfies a schema: for the values of `enum` and `const`, which other
 * keywords beside them may rule out.
 */
import { matches } from "../regex/automaton.ts";
import { alternatives, type Conjunction, conjoin } from "./conjunction.ts";
import { numberBounds } from "./number.ts";
import {
  inside,
  isKeywords,
  type Keywords,
  type Located,
  type Part,
  type SchemaSource,
} from "./source.ts";
import { textLanguage } from "./string.ts";
import { declaredTypes, typeOf } from "./types.ts";

/** Whether the value satisfies all the schemas. */
function satisfies(
  source: SchemaSource,
  value: unknown,
  all: readonly Located[],
  depth = 0,
): boolean {
  return holds(source, value, conjoin(source, all), depth);
}

/** @param depth How many schemas led here: a circle of references never ends by itself. */
export function holds(
  source: SchemaSource,
  value: unknown,
  { parts, groups, never }: Conjunction,
  depth = 0,
): boolean {
  const path = parts[0]?.path ?? "";
  if (depth > mostDepth) throw source.refuse(path, "refers to itself in a circle");
  source.bounded(path, () => source.budget.spend(parts.length + 1));
  if (never || !isOfType(source, value, parts)) return false;
  if (!parts.every((part) => isListed(source, value, part))) return false;
  if (!parts.every((part) => checkByType(source, value, part, depth + 1))) return false;
  return groups.every((group) => {
    const held = alternatives(group).filter((one) => satisfies(source, value, [one], depth + 1));
    return group.keyword === "oneOf" ? held.length === 1 : held.length > 0;
  });
}

const mostDepth = 150;

function isOfType(source: SchemaSource, value: unknown, parts: readonly Part[]): boolean {
  const types = declaredTypes(source, parts);
  const type = typeOf(value);
  return types === undefined || types.has(type) || (type === "integer" && types.has("number"));
}

/** The values that a part's `const` and `enum` leave; undefined where it has neither. */
export function listedValues(source: SchemaSource, { schema, path }: Part) {
  if (Object.hasOwn(schema, "const")) return [schema.const];
  if (schema.enum === undefined) return undefined;
  if (Array.isArray(schema.enum)) return schema.enum as readonly unknown[];
  throw source.refuse(path, "has an 'enum' that is no list");
}

/** A text that two values share when they are equal, whatever the order of their members. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isKeywords(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

function isListed(source: SchemaSource, value: unknown, part: Part): boolean {
  const { schema, path } = part;
  const list =
    schema.enum === undefined
      ? undefined
      : listedValues(source, { schema: { enum: schema.enum }, path });
  const written = canonical(value);
  if (list !== undefined && !list.some((one) => canonical(one) === written)) return false;
  return !Object.hasOwn(schema, "const") || canonical(schema.const) === written;
}

function checkByType(source: SchemaSource, value: unknown, part: Part, depth: number): boolean {
  if (typeof value === "string") return checkText(source, value, part);
  if (typeof value === "number") return checkNumber(source, value, part);
  if (Array.isArray(value)) return checkArray(source, value, part, depth);
  return !isKeywords(value) || checkObject(source, value, part, depth);
}

function checkText(source: SchemaSource, value: string, part: Part): boolean {
  const language = textLanguage(source, [part]);
  if (language === undefined) return false;
  if ("edges" in language) return matches(language, value);
  const length = [...value].length;
  return length >= language.min && length <= language.max;
}

function checkNumber(source: SchemaSource, value: number, part: Part): boolean {
  const bounds = numberBounds(source, [part]);
  const step = source.number(part, "multipleOf");
  return (
    value >= bounds.minimum &&
    value <= bounds.maximum &&
    value > bounds.exclusiveMinimum &&
    value < bounds.exclusiveMaximum &&
    (step === undefined || Number.isInteger(value / step))
  );
}

function checkArray(
  source: SchemaSource,
  value: readonly unknown[],
  part: Part,
  depth: number,
): boolean {
  const counts = source.counts([part], ["minItems", "maxItems"]);
  if (counts === undefined || value.length < counts[0] || value.length > counts[1]) return false;
  if (part.schema.uniqueItems === true && new Set(value.map(canonical)).size < value.length)
    return false;
  return value.every((item, index) => satisfies(source, item, itemSchemas(part, index), depth));
}

function checkObject(source: SchemaSource, value: Keywords, part: Part, depth: number): boolean {
  const counts = source.counts([part], ["minProperties", "maxProperties"]);
  const names = Object.keys(value);
  if (counts === undefined || names.length < counts[0] || names.length > counts[1]) return false;
  const { required, propertyNames } = part.schema;
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name))))
    return false;
  const named = propertyNames === undefined ? [] : [{ schema: propertyNames, path: part.path }];
  return names.every(
    (name) =>
      satisfies(source, name, named, depth) &&
      satisfies(source, value[name], propertySchemas(part, name), depth),
  );
}

/** What a part says about the item at an index. */
export function itemSchemas({ schema, path }: Part, index: number): Located[] {
  const { keyword, prefix, rest } = tupleOf(schema);
  if (index < prefix.length) return [{ schema: prefix[index], path: inside(path, keyword, index) }];
  return schema[rest] === undefined || Array.isArray(schema[rest])
    ? []
    : [{ schema: schema[rest], path: inside(path, rest) }];
}

/** A tuple's first items, and the keyword for those behind them: drafts differ. */
export function tupleOf(schema: Keywords) {
  const { items, prefixItems } = schema;
  if (Array.isArray(items))
    return { keyword: "items", prefix: items as readonly unknown[], rest: "additionalItems" };
  const prefix: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
  return { keyword: "prefixItems", prefix, rest: "items" };
}

/** What a part says about the property of a name. */
export function propertySchemas({ schema, path }: Part, name: string): Located[] {
  const { properties, additionalProperties } = schema;
  if (isKeywords(properties) && Object.hasOwn(properties, name))
    return [{ schema: properties[name], path: inside(path, "properties", name) }];
  return additionalProperties === undefined
    ? []
    : [{ schema: additionalProperties, path: inside(path, "additionalProperties") }];
}
