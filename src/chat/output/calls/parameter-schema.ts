/** @file What a tool's schema says about one parameter whose value is written as bare text. */
import type { Tool } from "../../../protocol/openai.ts";
import { parametersOf } from "./call-syntax.ts";

export type Schema = Record<string, unknown>;
type Type = "string" | "number" | "integer" | "boolean" | "null" | "object" | "array";

const everyType: Type[] = ["string", "number", "integer", "boolean", "null", "object", "array"];

/**
 * The schema of a parameter; undefined when nothing is known of it.
 *
 * @param isString what the model itself says, where its format has a word for it.
 */
export function parameterSchema(
  tool: Tool | undefined,
  name: string,
  isString?: boolean,
): Schema | undefined {
  if (isString === true) return { type: "string" };
  const root = parametersOf(tool);
  const { properties } = root as { properties?: Schema };
  const schema = asSchema(properties?.[name]);
  const resolved = schema === undefined ? undefined : resolvedSchema(schema, root);
  if (isString === false && resolved !== undefined && isText(resolved)) return undefined;
  return resolved;
}

/** Whether a tool takes any object: it has parameters, and nothing is said of them. */
export function takesAny({ function: { parameters } }: Tool): boolean {
  const known = Object.entries(parameters ?? { additionalProperties: false });
  return known.every(
    ([keyword, value]) =>
      keyword === "type" || (keyword === "additionalProperties" && value !== false),
  );
}

/** GBNF of a parameter's name where any will do. */
export const anyName = "[A-Za-z_] [A-Za-z0-9_.-]{0,63}";

export function asSchema(value: unknown): Schema | undefined {
  const is = typeof value === "object" && value !== null && !Array.isArray(value);
  return is ? (value as Schema) : undefined;
}

/** Follows `$ref` to its definition in the tool's own schema. */
export function resolvedSchema(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let steps = 0; steps < 8 && typeof found.$ref === "string"; steps++) {
    const path = found.$ref.replace(/^#\/?/, "").split("/").filter(Boolean);
    const target = path.reduce<unknown>((at, key) => asSchema(at)?.[key], root);
    found = asSchema(target) ?? {};
  }
  return found;
}

/** A part of a schema as one of its own, the definitions that it may refer to included. */
export function partSchema(part: Schema, { $defs, definitions }: Schema): Schema {
  return {
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
    ...part,
  };
}

/** Whether the value can be nothing but a string. */
export function isText(schema: Schema): boolean {
  const types = typesOf(schema);
  return types.size === 1 && types.has("string");
}

/** Whether bare text stands for itself: a string is among the types that the schema names. */
export function mayBeText(schema: Schema): boolean {
  const types = typesOf(schema);
  return types.has("string") && types.size < everyType.length;
}

/** The JSON types that a value may have. */
export function typesOf(schema: Schema): Set<Type> {
  const {
    type,
    enum: choices,
    const: only,
    anyOf,
    oneOf,
  } = schema as {
    type?: Type | Type[];
    enum?: unknown[];
    const?: unknown;
    anyOf?: unknown[];
    oneOf?: unknown[];
  };
  if (type !== undefined) return new Set([type].flat());
  if (choices !== undefined) return new Set(choices.map(typeOf));
  if (only !== undefined) return new Set([typeOf(only)]);
  const options = anyOf ?? oneOf;
  if (options === undefined) return new Set(everyType);
  return new Set(options.flatMap((option) => [...typesOf(asSchema(option) ?? {})]));
}

export function typeOf(value: unknown): Type {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}
