/**
 * @file JSON Schema as a grammar: every text of the grammar is a document that satisfies the schema.
 *
 * Never the other way round: the grammar may allow less than the schema (members stand in the
 * schema's order, objects are closed unless said otherwise). What it cannot promise, it refuses.
 */

import { maxGrammarBytes } from "../gbnf/grammar-rules.ts";
import { GrammarBuilder, literal } from "../grammar-builder.ts";
import { arrayShape } from "./array.ts";
import { holds, listedValues } from "./check.ts";
import { alternatives, type Conjunction, conjoin, type Group } from "./conjunction.ts";
import { addFreeObject, addValue } from "./json-rules.ts";
import { numberBody } from "./number.ts";
import { objectShape, type ShapeMaker } from "./object.ts";
import { areTold, excludes } from "./overlap.ts";
import { nothing, type Shape } from "./shape.ts";
import { type Located, type Part, SchemaSource } from "./source.ts";
import { addText, textLanguage } from "./string.ts";
import { type JsonType, writtenTypes } from "./types.ts";
import { writeShapes } from "./writer.ts";

type SchemaOptions = {
  /** The request's field that errors name. */
  readonly param: string;
};

/**
 * Adds the rules of a schema's documents to a grammar; gives back the name of the first.
 *
 * @throws {InvalidRequestError} the schema is none, is over a limit, allows nothing, or says what a
 *                               grammar cannot.
 */
export function addSchema(
  builder: GrammarBuilder,
  schema: unknown,
  options: SchemaOptions,
): string {
  const source = new SchemaSource(schema, options.param);
  const shapes = new SchemaShapes(source, builder);
  const root = shapes.shapeOf([source.root]);
  const rule = writeShapes(builder, shapes.all(), root);
  if (rule === undefined) throw source.refuse("", "allows no value at all");
  if (builder.length > maxGrammarBytes)
    throw source.refuse("", `needs a grammar of more than ${maxGrammarBytes} characters`);
  return rule;
}

/** The whole grammar of a schema's documents. @throws {InvalidRequestError} as `addSchema`. */
export function schemaGrammar(schema: unknown, param: string): string {
  const builder = new GrammarBuilder();
  return builder.toGbnf(addSchema(builder, schema, { param }));
}

/** The grammar of any object, as `response_format: {type: "json_object"}` asks. */
export function jsonGrammar(): string {
  const builder = new GrammarBuilder();
  return builder.toGbnf(addFreeObject(builder));
}

/** Adds the rules of any value of JSON; gives back the name of the first. */
export function addJsonValue(builder: GrammarBuilder): string {
  return addValue(builder);
}

const shapeCost = 100;

/** Keywords that lead to other schemas: what they say stands in those. */
const leading = new Set(["$ref", "allOf", "anyOf", "oneOf", "$defs", "definitions"]);

function speaks({ schema }: Part): boolean {
  return Object.keys(schema).some((keyword) => !leading.has(keyword));
}

class SchemaShapes implements ShapeMaker {
  readonly source: SchemaSource;
  readonly builder: GrammarBuilder;
  readonly #conjunctions: Conjunction[] = [];
  readonly #ids = new Map<string, number>();

  constructor(source: SchemaSource, builder: GrammarBuilder) {
    this.source = source;
    this.builder = builder;
  }

  shapeOf(all: readonly Located[]): number {
    return this.#idOf(conjoin(this.source, all));
  }

  /** Every shape by its number. Making one may number more: the list grows while it is read. */
  all(): readonly Shape[] {
    const shapes: Shape[] = [];
    for (const conjunction of this.#conjunctions) shapes.push(this.#make(conjunction));
    return shapes;
  }

  /** The same parts and groups are the same shape, wherever they stand. */
  #idOf(conjunction: Conjunction): number {
    const { parts, groups, never } = conjunction;
    const objects = [
      ...parts.filter(speaks).map(({ schema }) => schema),
      "|",
      ...groups.map(({ schemas }) => schemas),
    ];
    const key = objects
      .map((one) => (typeof one === "string" ? one : this.source.numberOf(one)))
      .join();
    const id = never ? `never` : key;
    const known = this.#ids.get(id) ?? this.#conjunctions.length;
    if (known < this.#conjunctions.length) return known;
    const path = parts[0]?.path ?? "";
    this.source.bounded(path, () => this.source.budget.spend(shapeCost + 10 * parts.length));
    this.#ids.set(id, known);
    this.#conjunctions.push(conjunction);
    return known;
  }

  #make(conjunction: Conjunction): Shape {
    const { parts, groups, never } = conjunction;
    if (never) return nothing;
    const listed = parts.map((part) => listedValues(this.source, part)).find((list) => list);
    if (listed !== undefined) return this.#values(listed, conjunction);
    const [group, ...others] = groups;
    if (group !== undefined) return this.#group(group, { parts, groups: others, never });
    const types = writtenTypes(this.source, parts);
    if (types === undefined) return { kind: "text", body: addValue(this.builder) };
    return { kind: "choice", of: [...types].map((type) => this.#ofType(type, parts)) };
  }

  #values(listed: readonly unknown[], conjunction: Conjunction): Shape {
    const values = listed.filter((value) => holds(this.source, value, conjunction));
    if (values.length === 0) return nothing;
    const texts = new Set(values.map((value) => literal(JSON.stringify(value))));
    return { kind: "text", body: [...texts].join(" | ") };
  }

  #group(group: Group, base: Conjunction): Shape {
    const all = alternatives(group).map((one) => conjoin(this.source, [one], base));
    if (group.keyword === "oneOf" && !areTold(this.source, all)) this.#assertExclusive(group, all);
    return { kind: "choice", of: all.map((one) => ({ kind: "shape", id: this.#idOf(one) })) };
  }

  #assertExclusive({ path }: Group, all: readonly Conjunction[]): void {
    for (const [index, one] of all.entries())
      for (const [other, against] of all.entries())
        if (index !== other && !excludes(this.source, one, against))
          throw this.source.refuse(
            path,
            `has a 'oneOf' whose alternatives ${index} and ${other} may both hold: use 'anyOf', or a property with a different 'const' in each`,
          );
  }

  #ofType(type: JsonType, parts: readonly Part[]): Shape {
    switch (type) {
      case "object":
        return objectShape(this, parts);
      case "array":
        return arrayShape(this, parts);
      case "string":
        return this.#text(parts);
      case "boolean":
        return { kind: "text", body: `"true" | "false"` };
      case "null":
        return { kind: "text", body: `"null"` };
      default:
        return body(numberBody(this.source, parts, type === "integer"));
    }
  }

  #text(parts: readonly Part[]): Shape {
    const language = textLanguage(this.source, parts);
    return body(language && addText(this.builder, language));
  }
}

function body(text: string | undefined): Shape {
  return text === undefined ? nothing : { kind: "text", body: text };
}
