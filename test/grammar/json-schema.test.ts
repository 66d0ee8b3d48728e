/** @file Documents that a schema's grammar takes and refuses, and schemas that it refuses. */
import { describe, expect, test } from "vitest";
import { InvalidRequestError } from "../../src/errors/request-errors.ts";
import { GrammarBuilder } from "../../src/grammar/grammar-builder.ts";
import { compileGrammar } from "../../src/grammar/matcher/grammar.ts";
import { addJsonValue, jsonGrammar, schemaGrammar } from "../../src/grammar/schema/json-schema.ts";
import { matches } from "./sample-vocabulary.ts";
import { validatorOf } from "./validator.ts";

const accepts = (schema: unknown) => {
  const grammar = compileGrammar(schemaGrammar(schema, "response_format"));
  return (text: string) => matches(grammar, text);
};

const refusal = (schema: unknown): InvalidRequestError => {
  try {
    schemaGrammar(schema, "response_format");
  } catch (error) {
    if (error instanceof InvalidRequestError) return error;
    throw error;
  }
  throw new Error("The schema was not refused.");
};

const abc = {
  type: "object",
  properties: { a: { type: "integer" }, b: { type: "string" }, c: { type: "boolean" } },
  required: ["b"],
  additionalProperties: false,
};

type Case = [what: string, schema: unknown, taken: unknown[], refused: unknown[]];

const documents: Case[] = [
  ["any value", {}, [null, 1.5, "x", [], {}, { a: [{ b: [null, true] }] }, -0.25, 1e30], []],
  [
    "some properties",
    abc,
    [{ b: "" }, { a: 1, b: "x" }, { b: "x", c: true }, { a: -5, b: "é", c: false }],
    [{}, { a: 1 }, { b: 1 }, { b: "x", d: 1 }, []],
  ],
  [
    "a map",
    { type: "object", additionalProperties: { type: "null" } },
    [{}, { x: null }, { 'q"\\': null, y: null }],
    [{ x: 1 }],
  ],
  [
    "further names",
    { type: "object", properties: { ab: { const: 1 } }, additionalProperties: { const: 2 } },
    [{}, { ab: 1 }, { ab: 1, a: 2 }, { abc: 2, b: 2 }, { "": 2 }],
    [{ ab: 2 }, { abc: 1 }],
  ],
  [
    "integers of a range",
    { type: "integer", minimum: -3, maximum: 120 },
    [-3, -1, 0, 7, 99, 100, 119, 120],
    [-4, -10, 121, 200, 1.5, "1"],
  ],
  [
    "numbers of a range",
    { type: "number", minimum: -0.5, exclusiveMaximum: 10.25 },
    [-0.5, -0.25, 0, 0.125, 9.75, 10, 10.2499],
    [-0.51, 10.25, 10.3, 11, 100, "1"],
  ],
  [
    "open numbers",
    { type: "number", exclusiveMinimum: 0 },
    [0.000001, 1, 999999999.5, 1234567890123],
    [0, -1],
  ],
  [
    "lengths in characters",
    { type: "string", minLength: 2, maxLength: 3 },
    ["ab", "日本語", "🙂🙂", '""', "\n\\\t"],
    ["", "a", "abcd", "🙂"],
  ],
  [
    "quotes in a pattern",
    { type: "string", pattern: '^[^a]"\\\\$' },
    ['x"\\', '""\\', '\n"\\', '\u0001"\\'],
    ['a"\\', '"\\'],
  ],
  [
    "a pattern anywhere",
    { type: "string", pattern: "b+c" },
    ["bc", "xx bbbc \n yy", "bbc"],
    ["b", "c", ""],
  ],
  [
    "calendar days",
    { type: "string", format: "date" },
    ["2024-02-29", "2000-02-29", "2023-12-31"],
    ["2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01"],
  ],
  [
    "times",
    { type: "string", format: "date-time" },
    ["2024-01-31T23:59:59Z", "2024-01-31T00:00:00.123+05:30"],
    ["2024-01-31", "2024-01-31T24:00:00Z"],
  ],
  [
    "UUIDs",
    { type: "string", format: "uuid" },
    ["123e4567-e89b-12d3-a456-426614174000"],
    ["123e4567"],
  ],
  [
    "addresses",
    { type: "string", format: "email" },
    ["a.b+c@example.co.uk"],
    ["a@b", "@x.y", "a b@c.de"],
  ],
  [
    "links",
    { type: "string", format: "uri" },
    ["https://example.com", "http://localhost:8080/a/b?c=d&e=%20#f", "mailto:a@b.c"],
    ["example.com", "http://a b"],
  ],
  [
    "IPv4",
    { type: "string", format: "ipv4" },
    ["0.0.0.0", "192.168.1.255"],
    ["256.1.1.1", "1.2.3"],
  ],
  [
    "IPv6",
    { type: "string", format: "ipv6" },
    ["::", "::1", "fe80::1:2", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4"],
    ["1:2", ":::"],
  ],
  [
    "hosts",
    { type: "string", format: "hostname" },
    ["localhost", "a-1.example.com"],
    ["-a", "a..b", "a_b"],
  ],
  [
    "durations",
    { type: "string", format: "duration" },
    ["P1Y2M3DT4H5M6S", "PT1H", "P2W"],
    ["P", "PT", "1D"],
  ],
  [
    "tuples",
    {
      type: "array",
      prefixItems: [{ type: "integer" }, { type: "string" }],
      items: { type: "null" },
      minItems: 1,
    },
    [[1], [1, "a"], [1, "a", null, null]],
    [[], ["a"], [1, "a", 2]],
  ],
  [
    "counted items",
    { type: "array", items: { enum: [0, 1] }, minItems: 1, maxItems: 3 },
    [[0], [1, 0, 1]],
    [[], [0, 0, 0, 0]],
  ],
  [
    "different items",
    { type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true, minItems: 1 },
    [["a"], ["a", "c"], ["a", "b", "c"]],
    [[], ["a", "a"]],
  ],
  [
    "names of prototypes",
    JSON.parse(
      '{"type":"object","properties":{"__proto__":{"const":1},"constructor":{"const":2}},"required":["constructor"]}',
    ),
    [JSON.parse('{"__proto__":1,"constructor":2}'), { constructor: 2 }],
    [{}],
  ],
  [
    "a list of lists",
    { $ref: "#/$defs/l", $defs: { l: { type: "array", items: { $ref: "#/$defs/l" } } } },
    [[], [[], [[]]]],
    [1, [1]],
  ],
];

describe("schemaGrammar", () => {
  test.for(documents)("takes %s in each of JSON's compact forms", ([, schema, taken, refused]) => {
    const takes = accepts(schema);
    const validate = validatorOf(schema);
    for (const value of taken) {
      expect(validate(value), `the case itself: ${JSON.stringify(value)}`).toBe(true);
      expect(takes(JSON.stringify(value)), JSON.stringify(value)).toBe(true);
      expect(takes(spaced(value)), spaced(value)).toBe(true);
    }
    for (const value of refused)
      expect(takes(JSON.stringify(value)), JSON.stringify(value)).toBe(false);
  });

  test("takes escapes of all kinds and refuses halves of characters", () => {
    const takes = accepts({ type: "string", minLength: 1, maxLength: 1 });
    expect(['"a"', '"\\u0041"', '"\\/"', '"\\ud83d\\ude00"', '"\\""'].filter(takes)).toHaveLength(
      5,
    );
    expect(['"\\ud83d"', '"\\ude00"', '"\\x41"', '"\n"', '"\\u00e9\\u00e9"'].filter(takes)).toEqual(
      [],
    );
  });

  test("allows one space between members and never white space without end", () => {
    const takes = accepts(abc);
    expect(takes('{"a": 1, "b":"x"}')).toBe(true);
    expect(['{"b":  "x"}', ' {"b":"x"}', '{"b":"x"}\n', '{ "b":"x"}'].filter(takes)).toEqual([]);
  });

  test("keeps the members in the schema's order", () => {
    expect(accepts(abc)('{"b":"x","a":1}')).toBe(false);
  });

  test.for([
    ["not", { properties: { a: { not: {} } } }, /at 'properties\.a' uses 'not'/],
    ["if", { if: { type: "string" }, else: { minimum: 1 } }, /uses 'if'/],
    ["patternProperties", { patternProperties: { a: {} } }, /uses 'patternProperties'/],
    ["dependentRequired", { dependentRequired: { a: ["b"] } }, /uses 'dependentRequired'/],
    ["contains", { type: "array", contains: { type: "null" } }, /uses 'contains'/],
    [
      "uniqueItems",
      { type: "array", items: { type: "integer" }, uniqueItems: true },
      /'uniqueItems'/,
    ],
    ["multipleOf", { type: "number", multipleOf: 0.01 }, /'multipleOf'/],
    ["an unknown type", { type: "x" }, /'type' that is none of/],
    ["a remote reference", { $ref: "https://example.com/a.json" }, /another document/],
    ["a reference to nothing", { $ref: "#/$defs/a" }, /is no schema/],
    ["a reference along a prototype", { $ref: "#/constructor/prototype" }, /is no schema/],
    [
      "a circle of references",
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } },
      /in a circle/,
    ],
    ["a circle through anyOf", { anyOf: [{ $ref: "#" }, { type: "null" }] }, /in a circle/],
    ["a lookahead", { type: "string", pattern: "(?=a)" }, /uses a lookahead/],
    ["an overlapping oneOf", { oneOf: [{ type: "integer" }, { type: "number" }] }, /may both hold/],
    ["a false schema", false, /allows no value/],
    ["opposite types", { allOf: [{ type: "string" }, { type: "null" }] }, /allows no value/],
    ["opposite bounds", { type: "integer", minimum: 2, maximum: 1 }, /allows no value/],
    [
      "opposite patterns",
      { allOf: [{ type: "string", pattern: "^a" }, { pattern: "^b" }] },
      /no value/,
    ],
    ["an enum of another type", { type: "string", enum: [1, 2] }, /allows no value/],
    [
      "a required property that cannot be",
      { type: "object", properties: { a: false }, required: ["a"] },
      /no value/,
    ],
    [
      "a list that never ends",
      {
        $ref: "#/$defs/l",
        $defs: { l: { type: "array", items: { $ref: "#/$defs/l" }, minItems: 1 } },
      },
      /allows no value/,
    ],
    ["2001 items", { type: "array", minItems: 2001 }, /'minItems' above 2000/],
    ["a number for a schema", 5, /is no schema/],
  ] as const)("refuses %s in a sentence", ([, schema, sentence]) => {
    const error = refusal(schema);
    expect(error.message).toMatch(sentence);
    expect(error.message).toMatch(/^The JSON Schema .*[^.]\.$/);
    expect(error.param).toBe("response_format");
  });
});

describe("jsonGrammar", () => {
  test("takes objects and nothing else", () => {
    const grammar = compileGrammar(jsonGrammar());
    expect(matches(grammar, '{"a": [1, {"b": null}]}')).toBe(true);
    expect(
      ["[]", "1", '""', "{a:1}", '{"a":1,}', '{"a":01}'].filter((t) => matches(grammar, t)),
    ).toEqual([]);
  });
});

describe("addJsonValue", () => {
  test("adds its rules once", () => {
    const builder = new GrammarBuilder();
    expect(addJsonValue(builder)).toBe(addJsonValue(builder));
    const grammar = compileGrammar(builder.toGbnf(addJsonValue(builder)));
    expect(matches(grammar, "[1,[]]")).toBe(true);
  });
});

/** As Python writes it: a space behind each colon and comma. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, one]) => `${JSON.stringify(name)}: ${spaced(one)}`,
  );
  return `{${members.join(", ")}}`;
}
