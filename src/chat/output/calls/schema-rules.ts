/** @file Rules for schemas in a notation that is not JSON: each once, so that a schema may hold itself. */
import { InvalidRequestError } from "../../../errors/request-errors.ts";
import { maxGrammarBytes } from "../../../grammar/gbnf/grammar-rules.ts";
import type { GrammarBuilder } from "../../../grammar/grammar-builder.ts";
import type { Schema } from "./parameter-schema.ts";

export class SchemaRules {
  readonly builder: GrammarBuilder;
  /** What `$ref` refers to. */
  readonly root: Schema;
  readonly #names = new Map<Schema, string>();

  constructor(builder: GrammarBuilder, root: Schema) {
    this.builder = builder;
    this.root = root;
  }

  /** @throws {InvalidRequestError} the grammar becomes too long. */
  ruleOf(name: string, schema: Schema, body: () => string): string {
    const known = this.#names.get(schema);
    if (known !== undefined) return known;
    if (this.builder.length > maxGrammarBytes)
      throw new InvalidRequestError("The tools' schemas need too long a grammar.", "tools");
    const rule = this.builder.reserve(name);
    this.#names.set(schema, rule);
    return this.builder.define(rule, body());
  }
}

export type Item = { needed: boolean; rule: string };

/** The items in this order with commas between them, those that are not needed perhaps left out. */
export function commaList(builder: GrammarBuilder, items: readonly Item[], comma: string): string {
  let rest = '""'; // what may follow an item, from the last one on
  let starts = "";
  let isNeeded = false;
  for (const { needed, rule } of items.toReversed()) {
    const start = `${rule} ${rest}`;
    starts = needed || starts === "" ? start : `${start} | ${starts}`;
    isNeeded ||= needed;
    rest = builder.rule("rest", needed ? `${comma} ${start}` : `(${comma} ${rule})? ${rest}`);
  }
  return starts === "" ? '""' : `(${starts})${isNeeded ? "" : "?"}`;
}
