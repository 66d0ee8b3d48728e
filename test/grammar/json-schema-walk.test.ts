/** @file Whatever chance writes under a schema's grammar is a document that satisfies the schema. */
import { describe, expect, test } from "vitest";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { schemaGrammar } from "../../src/grammar/schema/json-schema.ts";
import { chanceText } from "./chance-text.ts";
import { seeded } from "./sample-vocabulary.ts";
import { schemas } from "./schemas.ts";
import { flaw, validatorOf } from "./validator.ts";

const walks = 12;

describe("schemaGrammar", () => {
  test("is tried on 200 schemas or more", () => {
    expect(schemas.length).toBeGreaterThanOrEqual(200);
    expect(new Set(schemas.map(([name]) => name)).size).toBe(schemas.length);
  });

  test.for(schemas)("lets chance write only what satisfies %s", ([name, schema]) => {
    const grammar = compileGrammar(schemaGrammar(schema, "response_format"));
    const validate = validatorOf(schema);
    const random = seeded(name.length);
    const texts = Array.from({ length: walks }, (_, walk) => chanceText(grammar, random, 5 * walk));
    expect(texts.flatMap((text) => flaw(validate, text) ?? [])).toEqual([]);
  });
});
