/** @file JSON Schemas that a grammar must be able to say: by keyword, from the world, by chance. */
import { generatedSchemas } from "./generated-schemas.ts";
import { realSchemas } from "./real-schemas.ts";

export type NamedSchema = readonly [name: string, schema: unknown];

const object = (properties: object, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});

const scalars: NamedSchema[] = [
  ["anything", {}],
  ["anything, said as true", true],
  ["only a title", { title: "T", description: "d", examples: [1], default: 2, $comment: "c" }],
  ["a string", { type: "string" }],
  ["an integer", { type: "integer" }],
  ["a number", { type: "number" }],
  ["a boolean", { type: "boolean" }],
  ["null", { type: "null" }],
  ["any object", { type: "object" }],
  ["any array", { type: "array" }],
  ["a string or null", { type: ["string", "null"] }],
  ["every type", { type: ["string", "number", "boolean", "null", "object", "array"] }],
  ["a number or an integer", { type: ["number", "integer"] }],
  ["nullable", { type: "string", nullable: true }],
];

const integers: NamedSchema[] = [
  ["from 0", { type: "integer", minimum: 0 }],
  ["from 1", { type: "integer", minimum: 1 }],
  ["from -5", { type: "integer", minimum: -5 }],
  ["to 10", { type: "integer", maximum: 10 }],
  ["to -10", { type: "integer", maximum: -10 }],
  ["0 to 100", { type: "integer", minimum: 0, maximum: 100 }],
  ["1 to 5", { type: "integer", minimum: 1, maximum: 5 }],
  ["-273 to 5505", { type: "integer", minimum: -273, maximum: 5505 }],
  ["17 to 17", { type: "integer", minimum: 17, maximum: 17 }],
  ["between 0 and 2", { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 2 }],
  ["1995 to 2038", { type: "integer", minimum: 1995, maximum: 2038 }],
  ["-99 to -9", { type: "integer", minimum: -99, maximum: -9 }],
  ["0.5 to 3.5", { type: "integer", minimum: 0.5, maximum: 3.5 }],
  ["all that are safe", { type: "integer", minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 }],
  ["beyond what is safe", { type: "integer", minimum: -1e300, maximum: 1e300 }],
  ["a port", { type: "integer", minimum: 1, maximum: 65535 }],
  ["steps of 1", { type: "integer", multipleOf: 1 }],
  ["numbers in steps of 1", { type: "number", multipleOf: 1, minimum: -2, maximum: 2 }],
  ["steps of 5", { type: "integer", multipleOf: 5, minimum: -20, maximum: 100 }],
  ["int32", { type: "integer", format: "int32" }],
];

const numbers: NamedSchema[] = [
  ["from 0", { type: "number", minimum: 0 }],
  ["above 0", { type: "number", exclusiveMinimum: 0 }],
  ["0 to 1", { type: "number", minimum: 0, maximum: 1 }],
  ["between 0 and 1", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }],
  ["-90 to 90", { type: "number", minimum: -90, maximum: 90 }],
  ["-0.5 to 0.25", { type: "number", minimum: -0.5, maximum: 0.25 }],
  ["to -3.75", { type: "number", maximum: -3.75 }],
  ["below 0", { type: "number", exclusiveMaximum: 0 }],
  ["tiny", { type: "number", minimum: 1e-7, maximum: 3e-7 }],
  ["exactly 0.1", { type: "number", minimum: 0.1, maximum: 0.1 }],
  [
    "0.1 to 0.3, open",
    { type: "number", exclusiveMinimum: 0.1, exclusiveMaximum: 0.30000000000000004 },
  ],
  ["6.022 to 6.626", { type: "number", minimum: 6.022, maximum: 6.626 }],
  ["to 1e15", { type: "number", minimum: 0, maximum: 1e15 }],
  ["from 1e12", { type: "number", minimum: 1e12 }],
  ["to 1e300", { type: "number", minimum: -1e300, maximum: 1e300 }],
  ["99.5 to 1000.25", { type: "number", minimum: 99.5, maximum: 1000.25 }],
  [
    "both kinds of bounds",
    { type: "number", minimum: 0, exclusiveMinimum: 1, maximum: 5, exclusiveMaximum: 9 },
  ],
];

const strings: NamedSchema[] = [
  ["1 or more", { type: "string", minLength: 1 }],
  ["at most 5", { type: "string", maxLength: 5 }],
  ["2 to 4", { type: "string", minLength: 2, maxLength: 4 }],
  ["exactly 3", { type: "string", minLength: 3, maxLength: 3 }],
  ["empty", { type: "string", maxLength: 0 }],
  ["at most 2000", { type: "string", maxLength: 2000 }],
  ["at most a million", { type: "string", maxLength: 1_000_000 }],
];

const patterns: NamedSchema[] = [
  "^[a-z]+$",
  "^[A-Z]{2}-\\d{4}$",
  "^\\d{3}-\\d{2}-\\d{4}$",
  "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
  "^#[0-9a-fA-F]{6}$",
  '^[^"\\\\]*$',
  '^"quoted"$',
  '^\\\\[\\\\"]+$',
  "^[\\x00-\\x1f]{1,3}$",
  "^\\s+\\S$",
  "^\\w+@\\w+\\.com$",
  "foo",
  "^foo",
  "foo$",
  "^(foo|bar)?baz$",
  "^a|b$",
  "^$",
  "^.{3,5}$",
  "^[^a]$",
  "(a+)+",
  "^(a+)+$",
  "^(a*)*b$",
  "^(?:x|y){2,3}?z$",
  "^(?<year>\\d{4})$",
  "^[\\u00e0-\\u00ff]+$",
  "^\\u{1F600}$",
  "^[\\d\\-_.]+$",
  "^[]]?$".replace("[]]", "[\\]]"),
  "^\\D\\W\\S$",
  "- .{5,}",
  "^v?\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$",
  "^/([^/]+/)*[^/]*$",
  "^[日本語]{1,4}$",
  "^(true|false|null)$",
  "^\\t\\n\\r\\f\\v$",
].map((pattern) => [`pattern ${pattern}`, { type: "string", pattern }]);

const formats: NamedSchema[] = [
  ...["date", "time", "date-time", "iso-time", "iso-date-time", "duration", "uuid", "email"],
  ...["hostname", "ipv4", "ipv6", "uri", "url", "uri-reference", "uri-template", "json-pointer"],
  ...["relative-json-pointer", "json-pointer-uri-fragment", "byte", "password", "unknown-format"],
].map((format) => [`format ${format}`, { type: "string", format }]);

const textMixes: NamedSchema[] = [
  ["pattern and length", { type: "string", pattern: "^[a-z]+$", minLength: 3, maxLength: 8 }],
  ["unanchored pattern and length", { type: "string", pattern: "x", maxLength: 6 }],
  [
    "two patterns",
    { allOf: [{ type: "string", pattern: "a" }, { pattern: "b" }, { maxLength: 4 }] },
  ],
  ["format and length", { type: "string", format: "email", maxLength: 20 }],
  ["format and long length", { type: "string", format: "uri", minLength: 1, maxLength: 2083 }],
  ["format and pattern", { type: "string", format: "date", pattern: "^20" }],
  ["years beyond leap days", { type: "string", format: "date", pattern: "-02-29$" }],
];

const values: NamedSchema[] = [
  ["words", { enum: ["red", "amber", "green"] }],
  ["all kinds", { enum: ["a", 1, 1.5, true, null, [1, "x"], { a: { b: [] } }] }],
  ["typed", { type: "string", enum: ["a", "b"] }],
  ["of which some have the type", { type: "string", enum: ["a", 1, null] }],
  [
    "with quotes and escapes",
    { enum: ['say "hi"', "back\\slash", "new\nline", "é", "🙂", "\u0007"] },
  ],
  ["const text", { const: "fixed" }],
  ["const object", { const: { k: [1, 2, { x: null }] } }],
  ["const number", { type: "number", const: 3.25 }],
  ["const null", { const: null }],
  ["enum and pattern", { enum: ["abc", "abd", "x"], pattern: "^ab" }],
  ["enum and enum", { allOf: [{ enum: [1, 2, 3] }, { enum: [2, 3, 4] }] }],
  ["one starts another", { enum: ["a", "ab", "abc"] }],
  ["prototype names", { enum: ["__proto__", "constructor", "toString"] }],
];

const objects: NamedSchema[] = [
  ["none allowed", object({})],
  ["one required", object({ a: { type: "integer" } })],
  [
    "all optional",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
      additionalProperties: false,
    },
  ],
  [
    "some optional",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
      required: ["b"],
      additionalProperties: false,
    },
  ],
  [
    "first and last required",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
      required: ["a", "c"],
    },
  ],
  ["no type", { properties: { a: { type: "string" } } }],
  ["required only", { type: "object", required: ["a", "b"] }],
  [
    "required beside properties",
    { type: "object", properties: { b: { type: "null" } }, required: ["a", "b"] },
  ],
  [
    "open",
    {
      type: "object",
      properties: { a: { type: "integer" } },
      required: ["a"],
      additionalProperties: true,
    },
  ],
  [
    "open, names alike",
    {
      type: "object",
      properties: { ab: { type: "integer" }, abc: { type: "integer" }, '"': { type: "null" } },
      additionalProperties: { type: "boolean" },
    },
  ],
  ["a map", { type: "object", additionalProperties: { type: "integer" } }],
  [
    "a map of 1 or more",
    { type: "object", additionalProperties: { type: "integer" }, minProperties: 1 },
  ],
  [
    "a map of at most 2",
    { type: "object", additionalProperties: { type: "integer" }, maxProperties: 2 },
  ],
  ["an object that is not empty", { type: "object", minProperties: 1 }],
  [
    "a record by pattern",
    {
      type: "object",
      propertyNames: { pattern: "^[a-z]{1,3}$" },
      additionalProperties: { type: "integer" },
    },
  ],
  [
    "a record by type",
    { type: "object", propertyNames: { type: "string" }, additionalProperties: { type: "number" } },
  ],
  [
    "a record by enum",
    {
      type: "object",
      propertyNames: { type: "string", enum: ["x", "y"] },
      additionalProperties: { type: "integer" },
      required: ["x"],
    },
  ],
  [
    "2 of 3",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 } },
      minProperties: 2,
      additionalProperties: false,
    },
  ],
  [
    "1 to 2 of 4",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 }, c: { const: 3 }, d: { const: 4 } },
      minProperties: 1,
      maxProperties: 2,
      additionalProperties: false,
    },
  ],
  [
    "at most 2, open",
    {
      type: "object",
      properties: { a: { const: 1 }, b: { const: 2 } },
      required: ["b"],
      maxProperties: 2,
      additionalProperties: { type: "integer" },
    },
  ],
  [
    "1 at least, open",
    {
      type: "object",
      properties: { a: { const: 1 } },
      minProperties: 1,
      additionalProperties: { type: "integer" },
    },
  ],
  ["a forbidden one", { type: "object", properties: { a: false, b: { type: "integer" } } }],
  [
    "strange names",
    object({ "": { const: 1 }, 'q"q': { const: 2 }, "a\\b": { const: 3 }, "é\n": { const: 4 } }),
  ],
  [
    "names of prototypes",
    object({
      constructor: { type: "integer" },
      toString: { type: "string" },
      hasOwnProperty: { const: 1 },
    }),
  ],
  [
    "unevaluated",
    { type: "object", properties: { a: { type: "integer" } }, unevaluatedProperties: false },
  ],
  ["nested", object({ a: object({ b: object({ c: { type: "boolean" } }) }) })],
  [
    "ten levels",
    Array.from({ length: 9 }).reduce<object>(
      (inner) => object({ a: inner }),
      object({ a: { type: "null" } }),
    ),
  ],
];

const arrays: NamedSchema[] = [
  ["of integers", { type: "array", items: { type: "integer" } }],
  ["no type", { items: { type: "null" } }],
  ["0 to 2", { type: "array", items: { type: "boolean" }, maxItems: 2 }],
  ["2 or more", { type: "array", items: { type: "boolean" }, minItems: 2 }],
  ["exactly 3", { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 }],
  ["empty", { type: "array", maxItems: 0 }],
  ["of nothing", { type: "array", items: false }],
  ["any, 1 to 2", { type: "array", minItems: 1, maxItems: 2 }],
  [
    "a tuple",
    {
      type: "array",
      prefixItems: [{ type: "string" }, { type: "integer" }],
      items: false,
      minItems: 2,
    },
  ],
  ["a tuple, open", { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }] }],
  [
    "a tuple with a tail",
    {
      type: "array",
      prefixItems: [{ const: "a" }],
      items: { type: "integer" },
      minItems: 2,
      maxItems: 4,
    },
  ],
  [
    "a tuple cut short",
    { type: "array", prefixItems: [{ const: 1 }, { const: 2 }, { const: 3 }], maxItems: 2 },
  ],
  [
    "a tuple, unevaluated",
    { type: "array", prefixItems: [{ const: 1 }, { const: 2 }], unevaluatedItems: false },
  ],
  ["a tuple with a gap", { type: "array", prefixItems: [{ const: 1 }, false, { const: 3 }] }],
  ["different values", { type: "array", items: { enum: ["a", "b", "c"] }, uniqueItems: true }],
  [
    "2 or 3 different values",
    {
      type: "array",
      items: { enum: [1, "1", null, [1]] },
      uniqueItems: true,
      minItems: 2,
      maxItems: 3,
    },
  ],
  [
    "at most one, so different",
    { type: "array", items: { type: "integer" }, uniqueItems: true, maxItems: 1 },
  ],
  [
    "a matrix",
    {
      type: "array",
      items: {
        type: "array",
        items: { type: "number", minimum: -1, maximum: 1 },
        minItems: 2,
        maxItems: 2,
      },
      minItems: 2,
      maxItems: 2,
    },
  ],
  ["at most a million", { type: "array", items: { type: "null" }, maxItems: 1_000_000 }],
  [
    "of objects",
    {
      type: "array",
      items: object({
        id: { type: "integer" },
        tags: { type: "array", items: { type: "string" } },
      }),
      minItems: 1,
    },
  ],
];

const combined: NamedSchema[] = [
  ["anyOf types", { anyOf: [{ type: "string" }, { type: "integer" }] }],
  ["anyOf that may overlap", { anyOf: [{ type: "number" }, { type: "integer", minimum: 5 }] }],
  [
    "anyOf with an impossible one",
    { anyOf: [false, { type: "integer", minimum: 2, maximum: 1 }, { const: "ok" }] },
  ],
  [
    "anyOf beside properties",
    {
      type: "object",
      properties: { a: { type: "integer" }, b: { type: "integer" } },
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
      additionalProperties: false,
    },
  ],
  [
    "two anyOf",
    {
      allOf: [
        { anyOf: [{ minimum: 5 }, { maximum: -5 }] },
        { anyOf: [{ maximum: 9 }, { minimum: 100 }] },
      ],
      type: "integer",
    },
  ],
  ["anyOf beside an enum", { enum: [1, 2, "a", "b"], anyOf: [{ type: "string" }, { minimum: 2 }] }],
  ["oneOf types", { oneOf: [{ type: "string" }, { type: "null" }] }],
  ["oneOf const", { oneOf: [{ const: "a" }, { const: "b" }] }],
  ["oneOf over one enum", { enum: [1, 2, 3, 4], oneOf: [{ maximum: 2 }, { enum: [2, 3] }] }],
  [
    "oneOf by discriminator",
    {
      oneOf: [
        object({ kind: { const: "cat" }, lives: { type: "integer" } }),
        object({ kind: { const: "dog" }, good: { type: "boolean" } }),
      ],
    },
  ],
  [
    "oneOf by required names",
    { oneOf: [object({ a: { type: "integer" } }), object({ b: { type: "integer" } })] },
  ],
  ["oneOf ranges", { type: "integer", oneOf: [{ maximum: 0 }, { minimum: 10 }] }],
  ["oneOf lengths", { type: "string", oneOf: [{ maxLength: 1 }, { minLength: 3, maxLength: 4 }] }],
  [
    "oneOf formats",
    {
      oneOf: [
        { type: "string", format: "date" },
        { type: "string", format: "date-time" },
      ],
    },
  ],
  [
    "oneOf arrays",
    {
      oneOf: [
        { type: "array", items: { type: "integer" }, minItems: 1 },
        { type: "array", items: { type: "string" }, minItems: 1 },
      ],
    },
  ],
  [
    "allOf objects",
    {
      allOf: [
        { type: "object", properties: { a: { type: "integer" } }, required: ["a"] },
        { properties: { b: { type: "string" } }, required: ["b"] },
      ],
    },
  ],
  [
    "allOf that narrows",
    {
      allOf: [{ type: ["integer", "string"] }, { type: ["integer", "null"] }, { minimum: 3 }],
      maximum: 5,
    },
  ],
  [
    "allOf on one property",
    {
      allOf: [
        { properties: { a: { type: "number", minimum: 1 } } },
        { properties: { a: { maximum: 2 } }, required: ["a"] },
      ],
    },
  ],
  [
    "allOf with a closed one",
    {
      allOf: [
        {
          type: "object",
          properties: { a: { const: 1 }, b: { const: 2 } },
          additionalProperties: false,
        },
        { properties: { b: { type: "integer" } }, required: ["b"] },
      ],
    },
  ],
  [
    "allOf of a rest and a name",
    {
      allOf: [
        { additionalProperties: { type: "integer" } },
        { properties: { a: { minimum: 3 } }, required: ["a"] },
      ],
      type: "object",
    },
  ],
  [
    "allOf arrays",
    {
      allOf: [
        { type: "array", items: { type: "integer" } },
        { items: { minimum: 0 }, minItems: 1, maxItems: 2 },
      ],
    },
  ],
  [
    "const in a oneOf in an anyOf",
    { anyOf: [{ oneOf: [{ const: 1 }, { const: 2 }] }, { allOf: [{ const: "x" }] }] },
  ],
];

const references: NamedSchema[] = [
  ["a definition", { $ref: "#/$defs/a", $defs: { a: { type: "integer" } } }],
  ["an old definition", { $ref: "#/definitions/a", definitions: { a: { type: "integer" } } }],
  [
    "beside keywords",
    { $ref: "#/$defs/a", minimum: 3, $defs: { a: { type: "integer", maximum: 4 } } },
  ],
  [
    "a chain",
    {
      $ref: "#/$defs/a",
      $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/c" }, c: { type: "null" } },
    },
  ],
  ["escaped names", { $ref: "#/$defs/a~1b~0c%25", $defs: { "a/b~c%": { const: "ok" } } }],
  ["to a property", { ...object({ a: { type: "integer" }, b: { $ref: "#/properties/a" } }) }],
  [
    "a tree",
    {
      type: "object",
      properties: { value: { type: "integer" }, children: { type: "array", items: { $ref: "#" } } },
      required: ["value", "children"],
      additionalProperties: false,
    },
  ],
  [
    "a linked list",
    {
      $ref: "#/$defs/node",
      $defs: {
        node: object({
          value: { type: "integer" },
          next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
        }),
      },
    },
  ],
  [
    "an expression",
    {
      $ref: "#/$defs/e",
      $defs: {
        e: {
          anyOf: [
            { type: "number" },
            object({
              op: { enum: ["+", "*"] },
              args: { type: "array", items: { $ref: "#/$defs/e" }, minItems: 1, maxItems: 2 },
            }),
          ],
        },
      },
    },
  ],
  [
    "each to the other",
    {
      $ref: "#/$defs/even",
      $defs: {
        even: object({ odd: { anyOf: [{ type: "null" }, { $ref: "#/$defs/odd" }] } }),
        odd: object({ even: { $ref: "#/$defs/even" } }),
      },
    },
  ],
  [
    "one that never ends, optional",
    {
      type: "object",
      properties: { a: { type: "integer" }, loop: { $ref: "#/$defs/loop" } },
      $defs: {
        loop: {
          type: "object",
          properties: { loop: { $ref: "#/$defs/loop" } },
          required: ["loop"],
        },
      },
    },
  ],
  [
    "a bomb of references",
    {
      $ref: "#/$defs/d6",
      $defs: Object.fromEntries(
        Array.from({ length: 7 }, (_, n) => [
          `d${n}`,
          n === 0
            ? { const: 0 }
            : {
                type: "array",
                prefixItems: [{ $ref: `#/$defs/d${n - 1}` }, { $ref: `#/$defs/d${n - 1}` }],
                items: false,
                minItems: 1,
              },
        ]),
      ),
    },
  ],
];

const groups: readonly (readonly [string, readonly NamedSchema[]])[] = [
  ["scalar", scalars],
  ["integer", integers],
  ["number", numbers],
  ["string", strings],
  ["string", patterns],
  ["string", formats],
  ["string", textMixes],
  ["value", values],
  ["object", objects],
  ["array", arrays],
  ["combined", combined],
  ["reference", references],
  ["real", realSchemas],
  ["generated", generatedSchemas(60, 6)],
];

/** Each schema says something that some document satisfies, and a grammar can say. */
export const schemas: readonly NamedSchema[] = groups.flatMap(([group, list]) =>
  list.map(([name, schema]) => [`${group}: ${name}`, schema] as const),
);
