/** @file One call with tagged parameters as GBNF: each value as the tool's schema says. */
import { type GrammarBuilder, literal } from "../../../grammar/grammar-builder.ts";
import { addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { lineBreak, parametersOf, spacing } from "./call-syntax.ts";
import {
  anyName,
  asSchema,
  mayBeText,
  partSchema,
  resolvedSchema,
  type Schema,
  takesAny,
  typesOf,
} from "./parameter-schema.ts";
import type { TaggedForm } from "./tagged-form.ts";

/** @returns the name of the rule. */
export function taggedCallGrammar(form: TaggedForm, builder: GrammarBuilder, tool: Tool): string {
  const space = spacing(builder);
  const given = literal(tool.function.name);
  const name = form.nameGrammar?.(given) ?? given;
  const nameEnd = form.nameEnd === undefined ? "" : literal(form.nameEnd);
  const parameters = takesAny(tool)
    ? [`(${space} ${builder.rule("parameter", anyParameter(form, builder))})*`]
    : parameterRules(form, builder, tool).map((rule) => `${space} ${rule}`);
  const head = `${literal(form.open)} ${name} ${nameEnd}`;
  const body = `${head} ${parameters.join(" ")} ${lineBreak(builder)} ${literal(form.close)}`;
  return builder.rule("call-tagged", body);
}

/** The parameters in the schema's order, those that are not required in brackets. */
function parameterRules(form: TaggedForm, builder: GrammarBuilder, tool: Tool): string[] {
  const root = parametersOf(tool);
  const { properties = {}, required = [] } = root as { properties?: Schema; required?: string[] };
  return Object.entries(properties).map(([key, value]) => {
    const schema = resolvedSchema(asSchema(value) ?? {}, root);
    const rule = builder.rule("parameter", parameterBody(form, builder, { key, schema, root }));
    return required.includes(key) ? rule : `(${rule})?`;
  });
}

function anyParameter({ parameter, padded }: TaggedForm, builder: GrammarBuilder): string {
  const { open, keyEnd, valueOpen, close, attributes } = parameter;
  const kind = attributes === undefined ? "" : `(${attributes.string} | ${attributes.other})`;
  const head = `${literal(open)} ${anyName} ${kind} ${literal(keyEnd)}`;
  const opening =
    valueOpen === undefined ? head : `${head} ${spacing(builder)} ${literal(valueOpen)}`;
  return `${opening} ${padded ? literal("\n") : ""} ${builder.until(close)}`;
}

type Parameter = { key: string; schema: Schema; root: Schema };

function parameterBody(form: TaggedForm, builder: GrammarBuilder, given: Parameter): string {
  const { open, keyEnd, valueOpen, close, attributes } = form.parameter;
  const space = spacing(builder);
  const kind = mayBeText(given.schema) ? attributes?.string : attributes?.other;
  const head = `${literal(open)} ${literal(given.key)} ${kind ?? ""} ${literal(keyEnd)}`;
  const opening = valueOpen === undefined ? head : `${head} ${space} ${literal(valueOpen)}`;
  const line = form.padded ? literal("\n") : "";
  if (mayBeText(given.schema) && fixedValues(given.schema) === undefined)
    return `${opening} ${line} ${builder.until(close)}`;
  return `${opening} ${line} ${valueGrammar(builder, given)} ${line} ${literal(close)}`;
}

/** A value that is one of a few; or else as JSON. */
function valueGrammar(builder: GrammarBuilder, { schema, root }: Parameter): string {
  const fixed = fixedValues(schema);
  if (fixed !== undefined) return `(${fixed.map(asText).map(literal).join(" | ")})`;
  const json = addSchema(builder, partSchema(schema, root), { param: "tools" });
  const types = typesOf(schema);
  if (!types.has("boolean") || types.size > 1) return json;
  return `(${json} | "True" | "False")`; // as templates print them that do not write JSON
}

function fixedValues(schema: Schema): unknown[] | undefined {
  const { enum: choices, const: only } = schema as { enum?: unknown[]; const?: unknown };
  return choices ?? (only === undefined ? undefined : [only]);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
