/**
 * @file How large a JSON Schema may be: OpenAI's limits for structured outputs, and two of our own.
 *
 * The walk stops at the first excess and counts before it looks, so that a schema of megabytes is
 * refused within milliseconds.
 *
 * Source: https://platform.openai.com/docs/guides/structured-outputs (supported schemas).
 */
import { InvalidRequestError } from "../../errors/request-errors.ts";

const mostLevels = 10; // of objects and arrays
const mostNesting = 64; // of schemas in schemas by whatever keyword: ours
const mostSchemas = 20_000; // ours
const mostProperties = 5_000;
const mostEnumValues = 1_000;
const mostCharacters = 120_000; // of names, enum values and constants
const largeEnum = { values: 250, characters: 15_000 };

/** @throws {InvalidRequestError} the schema is over one of the limits; the sentence says which. */
export function assertSchemaWithinLimits(schema: unknown, param: string): void {
  schemasWithin(schema, param);
}

/**
 * Every schema inside the schema that is an object, itself included.
 *
 * @throws {InvalidRequestError} as `assertSchemaWithinLimits`.
 */
export function schemasWithin(schema: unknown, param: string): ReadonlySet<object> {
  return new SchemaWalk(param).visitAll(schema);
}

type Visit = { readonly schema: unknown; readonly levels: number; readonly nesting: number };
type Keywords = { readonly [keyword: string]: unknown };

class SchemaWalk {
  readonly #param: string;
  readonly #schemas = new Set<object>();
  readonly #left: Visit[] = [];
  #properties = 0;
  #enumValues = 0;
  #characters = 0;

  constructor(param: string) {
    this.#param = param;
  }

  visitAll(root: unknown): ReadonlySet<object> {
    this.#left.push({ schema: root, levels: 0, nesting: 0 });
    for (let visit = this.#left.pop(); visit !== undefined; visit = this.#left.pop())
      this.#visit(visit);
    return this.#schemas;
  }

  #visit({ schema, levels, nesting }: Visit): void {
    if (!isKeywords(schema)) return;
    this.#schemas.add(schema);
    const inside = isContainer(schema) ? levels + 1 : levels;
    if (inside > mostLevels)
      throw this.#over(`nests objects and arrays deeper than ${mostLevels} levels`);
    if (nesting > mostNesting) throw this.#over(`nests schemas deeper than ${mostNesting} levels`);
    this.#countValues(schema);
    if (Array.isArray(schema.required) && schema.required.length > mostProperties)
      throw this.#over(`requires more than ${mostProperties} properties`);
    for (const keyword of Object.keys(schema)) {
      const kind = nested.get(keyword);
      const base = kind === "same" ? levels : kind === "apart" ? 0 : inside;
      if (kind !== undefined) this.#enter(keyword, schema[keyword], base, nesting + 1);
    }
  }

  #enter(keyword: string, value: unknown, levels: number, nesting: number): void {
    const isMap = maps.has(keyword) && isKeywords(value);
    const names = isMap ? Object.keys(value) : [];
    if (keyword === "properties") this.#properties += names.length;
    if (this.#properties > mostProperties)
      throw this.#over(`has more than ${mostProperties} properties`);
    const schemas = isMap
      ? names.map((name) => value[name])
      : Array.isArray(value)
        ? value
        : [value];
    if (this.#schemas.size + this.#left.length + schemas.length > mostSchemas)
      throw this.#over(`holds more than ${mostSchemas} schemas`);
    for (const name of names) this.#countCharacters(name.length);
    for (const schema of schemas) this.#left.push({ schema, levels, nesting });
  }

  #countValues(schema: Keywords): void {
    if ("const" in schema) this.#countCharacters(this.#charactersOf(schema.const));
    const values = schema.enum;
    if (!Array.isArray(values)) return;
    this.#enumValues += values.length;
    if (this.#enumValues > mostEnumValues)
      throw this.#over(`has more than ${mostEnumValues} enum values`);
    const characters = values.reduce<number>((sum, value) => sum + this.#charactersOf(value), 0);
    if (values.length > largeEnum.values && characters > largeEnum.characters)
      throw this.#over(
        `has an enum of more than ${largeEnum.values} values with more than ${largeEnum.characters} characters`,
      );
    this.#countCharacters(characters);
  }

  #countCharacters(count: number): void {
    this.#characters += count;
    if (this.#characters > mostCharacters)
      throw this.#over(
        `has more than ${mostCharacters} characters in names, enum values and constants`,
      );
  }

  #charactersOf(value: unknown, depth = 0): number {
    if (depth > mostNesting)
      throw this.#over(`has a constant nested deeper than ${mostNesting} levels`);
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return String(value).length;
    const entries = Object.entries(value);
    if (entries.length > mostCharacters) return entries.length;
    return entries.reduce(
      (sum, [name, item]) => sum + name.length + this.#charactersOf(item, depth + 1),
      2,
    );
  }

  #over(what: string): InvalidRequestError {
    return new InvalidRequestError(`The JSON Schema ${what}.`, this.#param);
  }
}

function isKeywords(value: unknown): value is Keywords {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isContainer(schema: Keywords): boolean {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes("object") || types.includes("array")) return true;
  return ["properties", "additionalProperties", "items", "prefixItems"].some((keyword) =>
    Object.hasOwn(schema, keyword),
  );
}

/** Keywords that hold a schema for each name. */
const maps = new Set([
  "properties",
  "patternProperties",
  "dependentSchemas",
  "$defs",
  "definitions",
]);

/** Keywords that hold schemas: one level inside, on the same level, or apart from where they stand. */
const nested = new Map<string, "inside" | "same" | "apart">([
  ["properties", "inside"],
  ["patternProperties", "inside"],
  ["additionalProperties", "inside"],
  ["unevaluatedProperties", "inside"],
  ["propertyNames", "inside"],
  ["items", "inside"],
  ["prefixItems", "inside"],
  ["additionalItems", "inside"],
  ["unevaluatedItems", "inside"],
  ["contains", "inside"],
  ["allOf", "same"],
  ["anyOf", "same"],
  ["oneOf", "same"],
  ["not", "same"],
  ["if", "same"],
  ["then", "same"],
  ["else", "same"],
  ["dependentSchemas", "same"],
  ["$defs", "apart"],
  ["definitions", "apart"],
]);
